// The golden epilogue of lookups made fast: the same bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::sim {

/// golden::lutEpilogue with f16 scales.
void fastLutEpilogue(const int32_t *isum, const int32_t *asum, const float *s, const uint16_t *dPacked,
                     const uint16_t *minPacked, int bits, int32_t zero, int64_t G, int64_t M, int64_t N,
                     bool accumulate, float *y);

} // namespace accord::sim
