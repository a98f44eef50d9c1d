// Super-blocks of 256 weights whose scales are products of an f16 and small integers: Q2_K to Q6_K.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/formats_blocks.h"

namespace accord::golden::blocks {
namespace {

constexpr int blockWeights = 256;

/// d*scale, and the negative of dmin*min: what is added to a weight.
float scaled(float d, int scale) { return mul(d, fromInt(scale)); }
float lowered(float dmin, int min) { return -mul(dmin, fromInt(min)); }

/// 2-bit fields: each 32 bytes hold 128 weights, byte i % 32, the shift growing by 2 every 32 weights.
int twoBits(const uint8_t *bytes, int i) { return bytes[i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3; }

/// One bit in 32 bytes: byte i % 32, bit i / 32.
int oneBit(const uint8_t *bytes, int i) { return bytes[i % 32] >> i / 32 & 1; }

/// Nibbles: each 32 bytes hold 64 weights, first the low halves.
int nibble(const uint8_t *bytes, int i) { return bytes[i / 64 * 32 + i % 32] >> i % 64 / 32 * 4 & 15; }

/// Group j of 8 in 12 bytes of 6-bit scales and minima. The first four of each lie in the low 6 bits of bytes
/// 0 to 3 and 4 to 7; of the last four, the low nibbles in bytes 8 to 11 (scale low, minimum high) and the
/// top two bits above those of the first four.
int sixBitScale(const uint8_t *s, int j) { return j < 4 ? s[j] & 63 : (s[j + 4] & 15) | s[j - 4] >> 6 << 4; }
int sixBitMin(const uint8_t *s, int j) { return j < 4 ? s[j + 4] & 63 : s[j + 4] >> 4 | s[j] >> 6 << 4; }

} // namespace

/// 16 x (4-bit scale low, 4-bit minimum high), 64 bytes of 2-bit codes, f16 d, f16 dmin. Groups of 16.
void decodeQ2_K(const uint8_t *block, uint8_t *codes, float *d, float *min) {
  for (int g = 0; g < 16; ++g) {
    d[g] = scaled(half(block + 80), block[g] & 15);
    min[g] = lowered(half(block + 82), block[g] >> 4);
  }
  for (int i = 0; i < blockWeights; ++i)
    codes[i] = static_cast<uint8_t>(twoBits(block + 16, i));
}

/// 32 bytes of third bits, 64 bytes of 2-bit codes, 12 bytes of 6-bit scales with zero 32, f16 d. Groups
/// of 16. The scales' low nibbles lie in bytes 0 to 7 (group g low, g + 8 high), their top bits in bytes 8
/// to 11.
void decodeQ3_K(const uint8_t *block, uint8_t *codes, float *d, float *) {
  const uint8_t *scales = block + 96;
  for (int g = 0; g < 16; ++g) {
    const int low = scales[g % 8] >> g / 8 * 4 & 15, high = scales[8 + g % 4] >> g / 4 * 2 & 3;
    d[g] = scaled(half(block + 108), (low | high << 4) - 32);
  }
  for (int i = 0; i < blockWeights; ++i)
    codes[i] = static_cast<uint8_t>(twoBits(block + 32, i) | oneBit(block, i) << 2);
}

/// f16 d, f16 dmin, 12 bytes of 6-bit scales and minima, 128 bytes of nibbles. Groups of 32.
void decodeQ4_K(const uint8_t *block, uint8_t *codes, float *d, float *min) {
  for (int g = 0; g < 8; ++g) {
    d[g] = scaled(half(block), sixBitScale(block + 4, g));
    min[g] = lowered(half(block + 2), sixBitMin(block + 4, g));
  }
  for (int i = 0; i < blockWeights; ++i)
    codes[i] = static_cast<uint8_t>(nibble(block + 16, i));
}

/// As Q4_K, with 32 bytes of fifth bits before the nibbles.
void decodeQ5_K(const uint8_t *block, uint8_t *codes, float *d, float *min) {
  for (int g = 0; g < 8; ++g) {
    d[g] = scaled(half(block), sixBitScale(block + 4, g));
    min[g] = lowered(half(block + 2), sixBitMin(block + 4, g));
  }
  for (int i = 0; i < blockWeights; ++i)
    codes[i] = static_cast<uint8_t>(nibble(block + 48, i) | oneBit(block + 16, i) << 4);
}

/// 128 bytes of nibbles (each 64 bytes hold 128 weights, first the low halves), 64 bytes of top bits as in
/// twoBits, 16 x i8 scales, f16 d. Groups of 16.
void decodeQ6_K(const uint8_t *block, uint8_t *codes, float *d, float *) {
  for (int g = 0; g < 16; ++g)
    d[g] = scaled(half(block + 208), static_cast<int8_t>(block[192 + g]));
  for (int i = 0; i < blockWeights; ++i) {
    const int low = block[i / 128 * 64 + i % 64] >> i % 128 / 64 * 4 & 15;
    codes[i] = static_cast<uint8_t>(low | twoBits(block + 128, i) << 4);
  }
}

} // namespace accord::golden::blocks
