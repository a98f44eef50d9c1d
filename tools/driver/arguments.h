// What a function is run on: random tensors of its own types, and the same values as the buffers of its L3
// program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "mlir/Interpreter/Interpreter.h"

#include <vector>

namespace accord::driver {

using Bytes = std::vector<uint8_t>;

/// Arguments for `function` (L0 or L1), the same for the same seed. f32: magnitudes from 2^-40 to 2^40 in
/// rows of their own range, with zeros, -0 and subnormals among them; with `special` also infinities and
/// NaNs. Weights: random codes with finite f16 scales. index: zeros.
Expected<std::vector<HostTensor>> randomArguments(mlir::func::FuncOp function, uint64_t seed, bool special);

/// The bytes of every argument buffer of the L3 program whose source is `function`: tensors as they are,
/// weights packed into planes, d and min. `buffers` are the program's; results get no bytes. Fails when they
/// do not belong together.
Expected<std::vector<Bytes>> bindArguments(mlir::func::FuncOp function,
                                           const std::vector<HostTensor> &arguments,
                                           const std::vector<rt::BufferBinding> &buffers);

/// How two results compare: bit for bit, all NaNs of f32 being one.
struct Comparison {
  uint64_t compared = 0, different = 0;
  std::string firstDifference; ///< `result0[3][17]: expected 0x3f800000 (1), got ...`; empty without one
  void merge(const Comparison &other);
};
Comparison compare(const rt::BufferBinding &binding, const Bytes &expected, const Bytes &got);

} // namespace accord::driver
