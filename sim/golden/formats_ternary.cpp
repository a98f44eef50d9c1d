// Ternary weights -1, 0, 1 as codes 0, 1, 2: TQ1_0, TQ2_0, I2_S.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/formats_blocks.h"

namespace accord::golden::blocks {
namespace {

/// `bytes` bytes -> bytes*perByte codes, digit 0 of all bytes first. A byte is ceil(v*256/3^5) for the five
/// digits of v, so multiplying by three moves its leading digit past the top; the rest stays below.
void trits(const uint8_t *from, int bytes, int perByte, uint8_t *codes) {
  int power = 1;
  for (int n = 0; n < perByte; ++n, power *= 3)
    for (int i = 0; i < bytes; ++i) {
      const auto rest = static_cast<uint8_t>(from[i] * power); // modulo 256
      codes[n * bytes + i] = static_cast<uint8_t>(rest * 3 >> 8);
    }
}

/// Groups of 4*bytes codes in `bytes` bytes, the first quarter in the top bits.
void topFirst(const uint8_t *block, int bytes, uint8_t *codes) {
  for (int i = 0; i < 4 * bytes; ++i)
    codes[i] = block[i % bytes] >> (6 - i / bytes * 2) & 3;
}

} // namespace

/// 32 bytes of five digits, 16 bytes of five, 4 bytes of four, f16 d.
void decodeTQ1_0(const uint8_t *block, uint8_t *codes, float *d, float *) {
  trits(block, 32, 5, codes);
  trits(block + 32, 16, 5, codes + 160);
  trits(block + 48, 4, 4, codes + 240);
  *d = half(block + 52);
}

/// 64 bytes of 2-bit codes (each 32 bytes hold 128 weights, the shift growing by 2 every 32), f16 d. Code 3
/// is 2*d.
void decodeTQ2_0(const uint8_t *block, uint8_t *codes, float *d, float *) {
  for (int i = 0; i < 256; ++i)
    codes[i] = block[i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3;
  *d = half(block + 64);
}

void decodeI2_S_X86(const uint8_t *block, uint8_t *codes, float *, float *) { topFirst(block, 32, codes); }
void decodeI2_S_ARM(const uint8_t *block, uint8_t *codes, float *, float *) { topFirst(block, 16, codes); }

} // namespace accord::golden::blocks
