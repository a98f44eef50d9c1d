// Builds Q4_1 and Q8_0 blocks from f32, as ggml does. Offline work, no part of exact mode.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/formats.h"
#include "sim/golden/primitives.h"
#include <cfloat>

namespace accord::golden {
namespace {

constexpr int64_t blockWeights = 32;

void writeU16(uint16_t value, uint8_t *bytes) {
  bytes[0] = static_cast<uint8_t>(value & 0xff);
  bytes[1] = static_cast<uint8_t>(value >> 8);
}

/// Nearest integer, ties away from zero (C's roundf), |x| < 2^22.
int32_t roundAwayFromZero(float x) {
  const float magnitude = x < 0 ? -x : x;
  const int32_t whole = static_cast<int32_t>(magnitude);
  const int32_t rounded = whole + (magnitude - static_cast<float>(whole) >= 0.5f ? 1 : 0);
  return x < 0 ? -rounded : rounded;
}

} // namespace

void encodeQ4_1(const float *x, int64_t n, int64_t k, uint8_t *blocks) {
  for (int64_t b = 0; b < n * (k / blockWeights); ++b, x += blockWeights, blocks += 20) {
    float least = FLT_MAX, greatest = -FLT_MAX;
    for (int64_t j = 0; j < blockWeights; ++j) {
      least = x[j] < least ? x[j] : least;
      greatest = x[j] > greatest ? x[j] : greatest;
    }
    const float d = (greatest - least) / 15.0f;
    const float inverse = d != 0 ? 1.0f / d : 0.0f;
    writeU16(f32ToF16(d), blocks);
    writeU16(f32ToF16(least), blocks + 2);
    for (int64_t j = 0; j < 16; ++j) {
      const auto code = [&](float v) {
        const int32_t q = static_cast<int32_t>((v - least) * inverse + 0.5f);
        return q < 15 ? q : 15;
      };
      blocks[4 + j] = static_cast<uint8_t>(code(x[j]) | code(x[j + 16]) << 4);
    }
  }
}

void encodeQ8_0(const float *x, int64_t n, int64_t k, uint8_t *blocks) {
  for (int64_t b = 0; b < n * (k / blockWeights); ++b, x += blockWeights, blocks += 34) {
    float amax = 0;
    for (int64_t j = 0; j < blockWeights; ++j) {
      const float magnitude = x[j] < 0 ? -x[j] : x[j];
      amax = amax > magnitude ? amax : magnitude;
    }
    const float d = amax / 127.0f;
    const float inverse = d != 0 ? 1.0f / d : 0.0f;
    writeU16(f32ToF16(d), blocks);
    for (int64_t j = 0; j < blockWeights; ++j)
      blocks[2 + j] = static_cast<uint8_t>(roundAwayFromZero(x[j] * inverse));
  }
}

} // namespace accord::golden
