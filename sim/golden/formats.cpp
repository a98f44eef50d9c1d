// The table of block formats, and what is common to them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/formats.h"
#include "sim/golden/formats_blocks.h"
#include "sim/golden/primitives.h"
#include <algorithm>
#include <string>

namespace accord::golden {
namespace {

/// Behind the codes of I2_S: an f32 scale, then nothing of meaning.
constexpr int64_t trailerBytesI2S = 32;

blocks::Decoder decoderOf(BlockFormat format) {
  switch (format) {
  case BlockFormat::Q4_0:
    return blocks::decodeQ4_0;
  case BlockFormat::Q4_1:
    return blocks::decodeQ4_1;
  case BlockFormat::Q5_0:
    return blocks::decodeQ5_0;
  case BlockFormat::Q5_1:
    return blocks::decodeQ5_1;
  case BlockFormat::Q8_0:
    return blocks::decodeQ8_0;
  case BlockFormat::Q2_K:
    return blocks::decodeQ2_K;
  case BlockFormat::Q3_K:
    return blocks::decodeQ3_K;
  case BlockFormat::Q4_K:
    return blocks::decodeQ4_K;
  case BlockFormat::Q5_K:
    return blocks::decodeQ5_K;
  case BlockFormat::Q6_K:
    return blocks::decodeQ6_K;
  case BlockFormat::TQ1_0:
    return blocks::decodeTQ1_0;
  case BlockFormat::TQ2_0:
    return blocks::decodeTQ2_0;
  case BlockFormat::I2_S_X86:
    return blocks::decodeI2_S_X86;
  case BlockFormat::I2_S_ARM:
    return blocks::decodeI2_S_ARM;
  }
  return nullptr;
}

uint32_t readU32(const uint8_t *bytes) {
  return bytes[0] | uint32_t(bytes[1]) << 8 | uint32_t(bytes[2]) << 16 | uint32_t(bytes[3]) << 24;
}
uint16_t readU16(const uint8_t *bytes) { return static_cast<uint16_t>(bytes[0] | bytes[1] << 8); }

} // namespace

const std::vector<BlockInfo> &blockFormats() {
  using F = BlockFormat;
  static const std::vector<BlockInfo> table = {
      //          name    block    {bits, zero, min, group}  f16 d, min
      {F::Q4_0, "Q4_0", 32, 18, {4, 8, false, 32}, 0, -1},
      {F::Q4_1, "Q4_1", 32, 20, {4, 0, true, 32}, 0, 2},
      {F::Q5_0, "Q5_0", 32, 22, {5, 16, false, 32}, 0, -1},
      {F::Q5_1, "Q5_1", 32, 24, {5, 0, true, 32}, 0, 2},
      {F::Q8_0, "Q8_0", 32, 34, {8, 128, false, 32}, 0, -1},
      {F::Q2_K, "Q2_K", 256, 84, {2, 0, true, 16}, 80, 82},
      {F::Q3_K, "Q3_K", 256, 110, {3, 4, false, 16}, 108, -1},
      {F::Q4_K, "Q4_K", 256, 144, {4, 0, true, 32}, 0, 2},
      {F::Q5_K, "Q5_K", 256, 176, {5, 0, true, 32}, 0, 2},
      {F::Q6_K, "Q6_K", 256, 210, {6, 32, false, 16}, 208, -1},
      {F::TQ1_0, "TQ1_0", 256, 54, {2, 1, false, 256}, 52, -1},
      {F::TQ2_0, "TQ2_0", 256, 66, {2, 1, false, 256}, 64, -1},
      {F::I2_S_X86, "I2_S (x86)", 128, 32, {2, 1, false, 0}, -1, -1},
      {F::I2_S_ARM, "I2_S (arm)", 64, 16, {2, 1, false, 0}, -1, -1},
  };
  return table;
}

const BlockInfo &blockInfo(BlockFormat format) { return blockFormats()[static_cast<size_t>(format)]; }

WeightFormat weightFormat(BlockFormat format, int64_t k) {
  WeightFormat f = blockInfo(format).values;
  if (f.group == 0)
    f.group = k;
  return f;
}

int64_t matrixBytes(BlockFormat format, int64_t n, int64_t k) {
  const BlockInfo &info = blockInfo(format);
  return n * (k / info.weights) * info.bytes + (info.values.group == 0 ? trailerBytesI2S : 0);
}

Status decodeBlocks(BlockFormat format, const uint8_t *bytes, int64_t n, int64_t k, uint8_t *codes, float *d,
                    float *min) {
  const BlockInfo &info = blockInfo(format);
  const blocks::Decoder decode = decoderOf(format);
  const int64_t count = n * (k / info.weights),
                groups = info.values.group ? info.weights / info.values.group : 0;
  for (int64_t b = 0; b < count; ++b)
    decode(bytes + b * info.bytes, codes + b * info.weights, d + b * groups,
           info.values.hasMin ? min + b * groups : nullptr);
  if (info.values.group != 0)
    return {};
  std::fill(d, d + n, floatOf(readU32(bytes + count * info.bytes)));
  const uint8_t *wrong = std::find(codes, codes + n * k, 3);
  if (wrong != codes + n * k)
    return Error{"row " + std::to_string((wrong - codes) / k) + ", weight " +
                 std::to_string((wrong - codes) % k) + ": expected a code of 0 to 2, got 3"};
  return {};
}

void dequantize(const uint8_t *codes, const float *d, const float *m, int32_t zero, int64_t n, int64_t k,
                int64_t group, float *w) {
  const int64_t groups = ceilDiv(k, group);
  for (int64_t row = 0; row < n; ++row)
    for (int64_t i = 0; i < k; ++i) {
      const int64_t g = row * groups + i / group;
      const float scaled = mul(fromInt(codes[row * k + i] - zero), d[g]);
      w[row * k + i] = m ? add(scaled, m[g]) : scaled;
    }
}

void decodeF32(const uint8_t *bytes, int64_t count, float *out) {
  for (int64_t i = 0; i < count; ++i)
    out[i] = floatOf(readU32(bytes + 4 * i));
}

void decodeF16(const uint8_t *bytes, int64_t count, float *out) {
  for (int64_t i = 0; i < count; ++i)
    out[i] = f16ToF32(readU16(bytes + 2 * i));
}

void decodeBF16(const uint8_t *bytes, int64_t count, float *out) {
  for (int64_t i = 0; i < count; ++i)
    out[i] = bf16ToF32(readU16(bytes + 2 * i));
}

std::vector<float> widenF16(const std::vector<uint16_t> &bits) {
  std::vector<float> out(bits.size());
  std::transform(bits.begin(), bits.end(), out.begin(), f16ToF32);
  return out;
}

} // namespace accord::golden
