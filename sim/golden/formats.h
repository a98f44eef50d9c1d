// Block formats of GGUF files: taken apart into codes and f32 scales, and widened to f32.
//
// Every format stores w = d*(code - zero), plus m where it has a minimum (weights.h). Two-level formats keep
// small integer scales beside one f16: d and m here are the f32 products, d*sc and -(dmin*m), each rounded
// once, as ggml computes them. Source of the layouts: ggml-common.h and ggml-quants.c; I2_S: microsoft/BitNet
// ggml-bitnet-mad.cpp.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/golden/weights.h"
#include <cstdint>
#include <vector>

namespace accord::golden {

enum class BlockFormat {
  Q4_0,
  Q4_1,
  Q5_0,
  Q5_1,
  Q8_0,
  Q2_K,
  Q3_K,
  Q4_K,
  Q5_K,
  Q6_K,
  TQ1_0,
  TQ2_0,
  I2_S_X86, ///< BitNet's ternary codes as its x86 build packs them
  I2_S_ARM  ///< and as its ARM build does
};

struct BlockInfo {
  BlockFormat format;
  const char *name;
  int64_t weights, bytes; ///< of one block; rows are whole blocks
  WeightFormat values;    ///< group 0: one scale for the whole matrix, given for each row with group = k
  /// Where in a block the f16 d and minimum (of two-level formats dmin) stand, in bytes; -1: nowhere.
  int dOffset, minOffset;
};
/// The table, in the order of the enumeration.
const std::vector<BlockInfo> &blockFormats();
const BlockInfo &blockInfo(BlockFormat format);
/// What rows of k weights are worth: the table's values with the group of I2_S made k.
WeightFormat weightFormat(BlockFormat format, int64_t k);
/// Bytes of an n x k matrix as in a file: its blocks, and for I2_S the 32 bytes behind them that begin with
/// the scale.
int64_t matrixBytes(BlockFormat format, int64_t n, int64_t k);

/// blocks (matrixBytes of them, little endian) -> codes [n][k], d [n][ceil(k/group)] and min the same; min
/// may be null where the format has none, and is not touched. k is in whole blocks (callers check). Error, in
/// I2_S only: `row r, weight k: expected a code of 0 to 2, got 3`.
Status decodeBlocks(BlockFormat format, const uint8_t *blocks, int64_t n, int64_t k, uint8_t *codes, float *d,
                    float *min);

/// codes [n][k], d and m [n][ceil(k/group)] -> w [n][k] = f(code - zero)*d, then + m unless m is null; each
/// operation rounded to f32.
void dequantize(const uint8_t *codes, const float *d, const float *m, int32_t zero, int64_t n, int64_t k,
                int64_t group, float *w);

/// Unquantized rows, little endian -> f32, exactly.
void decodeF32(const uint8_t *bytes, int64_t count, float *out);
void decodeF16(const uint8_t *bytes, int64_t count, float *out);
void decodeBF16(const uint8_t *bytes, int64_t count, float *out);
/// f16 bits -> f32, exactly: scales of Q4_1 and its kind for functions that take f32.
std::vector<float> widenF16(const std::vector<uint16_t> &bits);

/// x [n][k] finite -> blocks [n][k/32], bit for bit as ggml's quantize_row_q4_1_ref and
/// quantize_row_q8_0_ref. Offline work: these divide, as their original does, and are no part of exact mode.
void encodeQ4_1(const float *x, int64_t n, int64_t k, uint8_t *blocks);
void encodeQ8_0(const float *x, int64_t n, int64_t k, uint8_t *blocks);

} // namespace accord::golden
