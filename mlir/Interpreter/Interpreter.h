// Executes a function of level L0 or L1 on host buffers through the golden functions: the execution that
// every other one is compared with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/LUT/LUT.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "sim/golden/formats.h"
#include <cstdint>
#include <vector>

namespace accord {

/// What the elements of a host tensor are. Weights are bytes in the storage of their type.
enum class ElementKind { I1, I8, I16, I32, Index, F32, Weight };

/// A tensor, or a scalar (rank 0), on the host: dense, row-major, little endian. I1 takes a byte, Index
/// eight. A weight matrix [n, k] holds `!lut.weight`'s storageBytes(n, k); planes are the planes, then the
/// packed scales (u16 or f32), then the packed minima if the type has any (sim/golden/planes.h).
struct HostTensor {
  llvm::SmallVector<int64_t> shape;
  ElementKind kind = ElementKind::F32;
  std::vector<uint8_t> bytes;

  int64_t numElements() const;
  /// The elements; T is the kind's type.
  template <typename T> T *data() { return reinterpret_cast<T *>(bytes.data()); }
  template <typename T> const T *data() const { return reinterpret_cast<const T *>(bytes.data()); }
};

/// A tensor of zeros of this type's kind; `shape` fills in what the type leaves dynamic. Fails, silently, for
/// a type whose elements have no kind, and for a shape that is not the type's.
mlir::FailureOr<HostTensor> makeHostTensor(mlir::Type type, llvm::ArrayRef<int64_t> shape);

/// Runs `function` and returns its results. Legal: func.call and func.return, arith.constant, tensor.empty,
/// tensor.dim, and all ops of `lut` and `nn` on tensors. Any other op, and an argument that is not of its
/// type (shape, kind, bytes), is reported at its place. tensor.empty is zeros.
mlir::FailureOr<llvm::SmallVector<HostTensor>> interpret(mlir::func::FuncOp function,
                                                         llvm::ArrayRef<HostTensor> arguments);

/// Golden's decoder of a storage; nothing for planes.
std::optional<golden::BlockFormat> blockFormatOf(lut::Storage storage);

/// Weights [n, k] of any storage, in storage planes: what a loader does with an argument that has
/// `lut.source`. Error: a code that the storage does not have (I2_S).
Expected<HostTensor> packWeights(lut::WeightType from, const HostTensor &weights);

} // namespace accord
