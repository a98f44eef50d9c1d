// GGUF block formats Q4_1 and Q8_0: taken apart into codes and f16 scales, built from f32, widened to f32.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::golden {

/// Weights in a block, and bytes of a block: Q4_1 = f16 d, f16 m, 16 bytes of nibbles (byte j: weight j low,
/// weight j + 16 high), w = d*q + m. Q8_0 = f16 d, 32 x i8, w = d*q. Little endian. Source: ggml
/// docs/gguf.md, ggml-common.h.
constexpr int64_t blockWeights = 32;
constexpr int64_t blockBytesQ4_1 = 20;
constexpr int64_t blockBytesQ8_0 = 34;

/// blocks [n][k/32] -> codes [n][k] in 0..15, d and m [n][k/32] f16 bits. k is a multiple of 32 (callers
/// check).
void decodeQ4_1(const uint8_t *blocks, int64_t n, int64_t k, uint8_t *codes, uint16_t *d, uint16_t *m);
/// blocks [n][k/32] -> codes [n][k] as u = q + 128 (integer zero 128), d [n][k/32] f16 bits.
void decodeQ8_0(const uint8_t *blocks, int64_t n, int64_t k, uint8_t *codes, uint16_t *d);

/// x [n][k] finite -> blocks [n][k/32], bit for bit as ggml's quantize_row_q4_1_ref and
/// quantize_row_q8_0_ref. Offline work: these divide, as their original does, and are no part of exact mode.
void encodeQ4_1(const float *x, int64_t n, int64_t k, uint8_t *blocks);
void encodeQ8_0(const float *x, int64_t n, int64_t k, uint8_t *blocks);

/// codes [n][k], d and m [n][ceil(k/group)] f16 bits -> w [n][k] = f(code - zero)*d, then + m unless m is
/// null; each operation rounded to f32.
void dequantize(const uint8_t *codes, const uint16_t *d, const uint16_t *m, int32_t zero, int64_t n,
                int64_t k, int64_t group, float *w);

} // namespace accord::golden
