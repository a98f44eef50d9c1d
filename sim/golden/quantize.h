// Activation quantization: f32 rows to int8 codes and one f32 scale a group.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::golden {

/// x [m][k] -> codes [m][k] in -127..127, scales [m][ceil(k/group)]; the last group of a row may be shorter.
/// Per group: amax = max|x|, s = amax*f32(1/127), inv = 127*rcp(amax), code = roundToInt(x*inv) clamped to
/// +-127. amax < 2^-100: s = 0 and codes 0. A NaN or infinity in the group: s = NaN and codes 0.
void quantizeAct(const float *x, int64_t m, int64_t k, int64_t group, int8_t *codes, float *scales);

} // namespace accord::golden
