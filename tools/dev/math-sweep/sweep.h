// The compiled built functions against golden over f32 bit patterns; shared by math-sweep and its test.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <string>

namespace accord {

struct MathSweepResult {
  uint64_t compared = 0;
  uint64_t different = 0;
  uint32_t firstInput = 0, firstGot = 0, firstWant = 0; ///< Bits; of the first difference.
};

/// Applies function `name` to inputs 0, stride, 2*stride, ... < 2^32 (as bits) in compiled code of `lanes`
/// (1, or a vector length that divides 2^14) and compares to the bit, NaNs equal to each other. `target` as
/// of openCpuDevice.
Expected<MathSweepResult> sweepMath(const std::string &name, int64_t lanes, uint64_t stride,
                                    const std::string &target);

} // namespace accord
