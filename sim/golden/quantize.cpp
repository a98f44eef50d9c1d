// Activation quantization, group by group.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/quantize.h"
#include "sim/golden/function_constants.h"
#include "sim/golden/functions.h"
#include "sim/golden/primitives.h"
#include <algorithm>

namespace accord::golden {
namespace {

/// One group of n activations; returns its scale.
float quantizeGroup(const float *x, int64_t n, int8_t *codes) {
  // Magnitudes compare as integers just as they do as floats, and a NaN is above infinity: no order of the
  // reduction can lose it.
  uint32_t largest = 0;
  for (int64_t i = 0; i < n; ++i) {
    const uint32_t magnitude = bitsOf(x[i]) & constants::magnitudeMask;
    largest = magnitude > largest ? magnitude : largest;
  }
  std::fill(codes, codes + n, int8_t(0));
  if (largest >= constants::infinity)
    return floatOf(constants::quietNaN);
  if (largest < constants::smallestScaled)
    return floatOf(0);

  const float amax = floatOf(largest);
  const float inverse = mul(floatOf(constants::codeLimit), rcp(amax));
  for (int64_t i = 0; i < n; ++i) {
    const int32_t code = roundToInt(mul(x[i], inverse));
    codes[i] = static_cast<int8_t>(code > 127 ? 127 : code < -127 ? -127 : code);
  }
  return mul(amax, floatOf(constants::inverseLimit));
}

} // namespace

void quantizeAct(const float *x, int64_t m, int64_t k, int64_t group, int8_t *codes, float *scales) {
  for (int64_t row = 0; row < m; ++row)
    for (int64_t begin = 0; begin < k; begin += group) {
      const int64_t n = std::min(group, k - begin);
      *scales++ = quantizeGroup(x + row * k + begin, n, codes + row * k + begin);
    }
}

} // namespace accord::golden
