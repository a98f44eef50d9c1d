// Groups outside, lanes inside; each lane still takes its terms in the order of groups.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/vector_unit/fast_epilogue.h"
#include "sim/golden/planes.h"
#include "sim/golden/primitives.h"

#include <algorithm>

namespace accord::sim {
namespace {

constexpr int64_t lanes = golden::planeLanes;

/// acc[n] takes (scale[n] * s) * f(value(n)): at first as it is, then by addition.
template <typename Value>
void takeTerms(const float *scale, float s, int64_t live, bool first, float *acc, Value value) {
  for (int64_t n = 0; n < live; ++n) {
    const float term = golden::mul(golden::mul(scale[n], s), static_cast<float>(value(n)));
    acc[n] = first ? term : golden::add(acc[n], term);
  }
}

void widen(const uint16_t *half, int64_t live, float *out) {
  for (int64_t n = 0; n < live; ++n)
    out[n] = golden::f16ToF32(half[n]);
}

} // namespace

void fastLutEpilogue(const int32_t *isum, const int32_t *asum, const float *s, const uint16_t *dPacked,
                     const uint16_t *minPacked, int bits, int32_t zero, int64_t G, int64_t M, int64_t N,
                     bool accumulate, float *y) {
  const int32_t offset = (1 << bits) - 1 - 2 * zero;
  float scale[lanes];
  for (int64_t n0 = 0; n0 < N; n0 += lanes) {
    const int64_t live = std::min(lanes, N - n0);
    for (int64_t g = 0; g < G; ++g) {
      const int64_t packed = (n0 / lanes * G + g) * lanes;
      widen(dPacked + packed, live, scale);
      for (int64_t m = 0; m < M; ++m) {
        const int32_t correction = offset * asum[m * G + g];
        const int32_t *sums = isum + (g * M + m) * N + n0;
        takeTerms(scale, s[m * G + g], live, g == 0 && !accumulate, y + m * N + n0,
                  [&](int64_t n) { return (sums[n] + correction) / 2; });
      }
      if (!minPacked)
        continue;
      widen(minPacked + packed, live, scale);
      for (int64_t m = 0; m < M; ++m)
        takeTerms(scale, s[m * G + g], live, false, y + m * N + n0, [&](int64_t) { return asum[m * G + g]; });
    }
  }
}

} // namespace accord::sim
