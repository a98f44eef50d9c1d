// Blocks of 32 weights with f16 scales: Q4_0, Q4_1, Q5_0, Q5_1, Q8_0.
//
// Nibbles: byte j holds weight j low and weight j + 16 high. Fifth bits: bit j of a little-endian u32 is
// weight j's.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/formats_blocks.h"

namespace accord::golden::blocks {
namespace {

void nibbles(const uint8_t *bytes, uint8_t *codes) {
  for (int j = 0; j < 16; ++j) {
    codes[j] = bytes[j] & 15;
    codes[j + 16] = bytes[j] >> 4;
  }
}

void addFifthBits(const uint8_t *bits, uint8_t *codes) {
  for (int j = 0; j < 32; ++j)
    codes[j] |= static_cast<uint8_t>((bits[j / 8] >> j % 8 & 1) << 4);
}

} // namespace

/// f16 d, 16 bytes of nibbles.
void decodeQ4_0(const uint8_t *block, uint8_t *codes, float *d, float *) {
  *d = half(block);
  nibbles(block + 2, codes);
}

/// f16 d, f16 m, 16 bytes of nibbles.
void decodeQ4_1(const uint8_t *block, uint8_t *codes, float *d, float *min) {
  *d = half(block);
  *min = half(block + 2);
  nibbles(block + 4, codes);
}

/// f16 d, u32 of fifth bits, 16 bytes of nibbles.
void decodeQ5_0(const uint8_t *block, uint8_t *codes, float *d, float *) {
  *d = half(block);
  nibbles(block + 6, codes);
  addFifthBits(block + 2, codes);
}

/// f16 d, f16 m, u32 of fifth bits, 16 bytes of nibbles.
void decodeQ5_1(const uint8_t *block, uint8_t *codes, float *d, float *min) {
  *d = half(block);
  *min = half(block + 2);
  nibbles(block + 8, codes);
  addFifthBits(block + 4, codes);
}

/// f16 d, 32 x i8; held as u = q + 128.
void decodeQ8_0(const uint8_t *block, uint8_t *codes, float *d, float *) {
  *d = half(block);
  for (int j = 0; j < 32; ++j)
    codes[j] = block[2 + j] ^ 0x80; // q + 128 of a two's complement byte
}

} // namespace accord::golden::blocks
