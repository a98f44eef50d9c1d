// The offline layout of weights for the LUT array: bit planes with inverted indices, and scales beside them.
//
// planes: bytes [ceil(n/64)][ceil(k/4)][bits][32]. Lane l of the 64 rows of a tile takes byte l/2, even l the
// low nibble. Plane 0 is the least significant bit. Nibble bits: 3 = w3, 2..0 = w3 ? ~(w2 w1 w0) : (w2 w1
// w0), where wj is the plane's bit of weight k = 4t + j. Lanes >= n and weights >= k hold code 0.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::golden {

/// Rows of weights (lanes) in a tile of the layout.
constexpr int64_t planeLanes = 64;
/// Weights that one table lookup covers.
constexpr int64_t tableWeights = 4;

/// Bytes of the planes of an n x k weight.
int64_t planesBytes(int64_t n, int64_t k, int bits);
/// Number of packed scales: ceil(n/64)*64*groups.
int64_t scalesCount(int64_t n, int64_t groups);

/// codes [n][k] < 2^bits -> planes (planesBytes of them, all written).
void packPlanes(const uint8_t *codes, int64_t n, int64_t k, int bits, uint8_t *planes);
/// The inverse: planes -> codes [n][k].
void unpackPlanes(const uint8_t *planes, int64_t n, int64_t k, int bits, uint8_t *codes);

/// d [n][groups] f16 bits or f32 -> out [ceil(n/64)][groups][64], zero bits beyond n. Minima are packed the
/// same way.
void packScales(const uint16_t *d, int64_t n, int64_t groups, uint16_t *out);
void packScales(const float *d, int64_t n, int64_t groups, float *out);

} // namespace accord::golden
