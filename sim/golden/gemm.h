// Mixed-precision matrix multiplication: its dense meaning, and the same numbers by lookup tables.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/golden/nn.h"
#include <cstdint>

namespace accord::golden {

/// y [M][N] = activations x weights^T, the meaning of `lut.mpgemm` with quantized activations.
/// q [M][K] int8 codes, s [M][ceil(K/actGroup)] f32 scales; codes [N][K], d [N][ceil(K/f.group)] f32 (f16
/// scales widened, two-level scales multiplied out), min the same or null (null exactly when !f.hasMin). Of
/// f.group and actGroup one divides the other; the scale group is the finer. Per scale group, ascending: isum
/// = sum (code - zero)*q and asum = sum q, exact in int32 and below 2^24 in magnitude (asserted); acc = acc +
/// (d*s)*f(isum), then with a minimum acc = acc
/// + (m*s)*f(asum). acc starts from its first term.
void mpgemm(const int8_t *q, const float *s, const uint8_t *codes, const float *d, const float *min,
            WeightFormat f, int64_t actGroup, int64_t M, int64_t N, int64_t K, float *y);

/// Symmetric sums isum' [G][M][N], G = ceil(K/group), from half tables [M][ceil(K/4)][8] and packed planes
/// (planes.h, inverted indices): the function of the LUT array. isum' = sum (2*code - (2^bits - 1)) * q over
/// the group. `group` is a multiple of 4.
void lutSums(const int16_t *tables, const uint8_t *planes, int64_t M, int64_t N, int64_t K, int64_t group,
             int bits, int32_t *isum);

/// The same isum' from half tables and plain codes [N][K]: the index is formed and inverted at each lookup,
/// as before the inversion was moved offline.
void lutSumsHalf(const int16_t *tables, const uint8_t *codes, int64_t M, int64_t N, int64_t K, int64_t group,
                 int bits, int32_t *isum);

/// Plain sums [G][M][N] = sum code * q over the group (no zero point, not symmetric), from full tables
/// [M][ceil(K/4)][16] and plain codes [N][K]: as before symmetrization.
void lutSumsFull(const int16_t *tables, const uint8_t *codes, int64_t M, int64_t N, int64_t K, int64_t group,
                 int bits, int32_t *isum);

/// True when every product code u - zero of `bits` bits is an int8, as the cells of a MAC array take it: at 8
/// bits for zero = 128 only, below for zero <= 128.
bool macCodesFit(int bits, int32_t zero);

/// Sums [G][M][N] = sum (code - zero) * q over the group, from codes of activations q [M][K] and packed
/// planes (planes.h, inverted indices): the function of the MAC array, which reads the weights that the LUT
/// array reads. \pre macCodesFit(bits, zero)
void macSums(const int8_t *q, const uint8_t *planes, int64_t M, int64_t N, int64_t K, int64_t group, int bits,
             int32_t zero, int32_t *isum);

/// The vector epilogue. isum [G][M][N] symmetric sums, asum [M][G], s [M][G] (one scale per *scale* group:
/// repeat the activation's scale where weight groups are finer), dPacked and minPacked [ceil(N/64)][G][64]
/// f16 bits or f32 (minPacked null without minimum) -> y [M][N]. isum = (isum' + (2^bits - 1 -
/// 2*zero)*asum)/2 exactly; then as mpgemm, groups ascending. `accumulate`: acc starts from y instead of from
/// its first term.
void lutEpilogue(const int32_t *isum, const int32_t *asum, const float *s, const uint16_t *dPacked,
                 const uint16_t *minPacked, int bits, int32_t zero, int64_t G, int64_t M, int64_t N,
                 bool accumulate, float *y);
void lutEpilogue(const int32_t *isum, const int32_t *asum, const float *s, const float *dPacked,
                 const float *minPacked, int bits, int32_t zero, int64_t G, int64_t M, int64_t N,
                 bool accumulate, float *y);

/// What an epilogue scales: isum [G][M][N], and how many scale groups one scale of an activation and one of a
/// weight span (1: each has its own).
struct SumShape {
  int64_t G, M, N;
  int bits;     ///< of the symmetric sums' codes; 0: isum holds whole sums of (code - zero)*q, and zero is 0
  int32_t zero; ///< 0 to 2^bits - 1
  int64_t actSpan = 1, weightSpan = 1;
};
/// The vector epilogue in general: scale group g takes s [M][ceil(G/actSpan)] of g/actSpan, and d and min
/// [ceil(N/64)][ceil(G/weightSpan)][64] of g/weightSpan. d and min are both f16 or both f32, min.data is null
/// without minima. All else as lutEpilogue.
void scaleSums(const int32_t *isum, const int32_t *asum, const float *s, Floats d, Floats min,
               const SumShape &shape, bool accumulate, float *y);

} // namespace accord::golden
