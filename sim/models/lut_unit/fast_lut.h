// The golden sums of lookups made fast: the same bits. A simulation with values spends its time here.
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

} // namespace accord::sim
