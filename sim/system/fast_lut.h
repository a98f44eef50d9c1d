// The two golden functions that a simulation with values spends its time in, made fast: the same bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::sim {

/// golden::lutSums. Uses SSSE3 where the CPU has it.
/// \pre entries of at most 512 in magnitude, as half tables of int8 have them (checkTables)
void fastLutSums(const int16_t *tables, const uint8_t *planes, int64_t M, int64_t N, int64_t K, int64_t group,
                 int bits, int32_t *isum);

/// The same without instructions that not every CPU has.
void portableLutSums(const int16_t *tables, const uint8_t *planes, int64_t M, int64_t N, int64_t K,
                     int64_t group, int bits, int32_t *isum);

/// golden::lutEpilogue with f16 scales.
void fastLutEpilogue(const int32_t *isum, const int32_t *asum, const float *s, const uint16_t *dPacked,
                     const uint16_t *minPacked, int bits, int32_t zero, int64_t G, int64_t M, int64_t N,
                     bool accumulate, float *y);

} // namespace accord::sim
