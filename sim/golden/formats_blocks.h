// The decoders behind decodeBlocks, one a format. Not for use outside formats*.cpp.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/golden/primitives.h"
#include <cstdint>

namespace accord::golden::blocks {

/// One block -> its codes, and d (and min) of each of its groups. Decoders without a minimum leave min alone.
using Decoder = void (*)(const uint8_t *block, uint8_t *codes, float *d, float *min);

// One level: f16 scales as they are.
void decodeQ4_0(const uint8_t *block, uint8_t *codes, float *d, float *min);
void decodeQ4_1(const uint8_t *block, uint8_t *codes, float *d, float *min);
void decodeQ5_0(const uint8_t *block, uint8_t *codes, float *d, float *min);
void decodeQ5_1(const uint8_t *block, uint8_t *codes, float *d, float *min);
void decodeQ8_0(const uint8_t *block, uint8_t *codes, float *d, float *min);
// Two levels: products of an f16 and small integers.
void decodeQ2_K(const uint8_t *block, uint8_t *codes, float *d, float *min);
void decodeQ3_K(const uint8_t *block, uint8_t *codes, float *d, float *min);
void decodeQ4_K(const uint8_t *block, uint8_t *codes, float *d, float *min);
void decodeQ5_K(const uint8_t *block, uint8_t *codes, float *d, float *min);
void decodeQ6_K(const uint8_t *block, uint8_t *codes, float *d, float *min);
// Ternary. The scale of I2_S stands behind all blocks: its decoders give codes only.
void decodeTQ1_0(const uint8_t *block, uint8_t *codes, float *d, float *min);
void decodeTQ2_0(const uint8_t *block, uint8_t *codes, float *d, float *min);
void decodeI2_S_X86(const uint8_t *block, uint8_t *codes, float *d, float *min);
void decodeI2_S_ARM(const uint8_t *block, uint8_t *codes, float *d, float *min);

/// The f16 at `bytes` as f32.
inline float half(const uint8_t *bytes) { return f16ToF32(static_cast<uint16_t>(bytes[0] | bytes[1] << 8)); }

} // namespace accord::golden::blocks
