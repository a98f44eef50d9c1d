// Lookup tables of activations, the precompute step of LUT matrix multiplication, and sums of activations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::golden {

/// codes [m][k] -> tables [m][ceil(k/4)][16]; T[i] = sum over j of (bit j of i) * a(4t+j), absent activations
/// 0. For weight bits in {0,1}. -512..508: 10 signed bits.
void fullTables(const int8_t *codes, int64_t m, int64_t k, int16_t *tables);

/// codes [m][k] -> tables [m][ceil(k/4)][8]; T[i] = -a3 + sum over j < 3 of (bit j of i ? +aj : -aj).
/// For weight bits as signs {-1,+1}: the half whose bit 3 is 0; the other half is its negation. |T| <= 512,
/// which takes 11 signed bits (10 for codes of quantizeAct, which never gives -128).
void halfTables(const int8_t *codes, int64_t m, int64_t k, int16_t *tables);

/// codes [m][k] -> asum [m][ceil(k/group)], the sum of codes in each group.
void groupSums(const int8_t *codes, int64_t m, int64_t k, int64_t group, int32_t *asum);

} // namespace accord::golden
