// The operations that every execution of exact mode shares: f32 add, sub, mul, exact conversions, bit casts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <cstring>

namespace accord::golden {

/// The bits of `x`.
inline uint32_t bitsOf(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
/// The float whose bits are `bits`.
inline float floatOf(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// One f32 operation, rounded once to nearest even, subnormals kept. Never contracted (flag
/// -ffp-contract=off).
inline float add(float a, float b) { return a + b; }
inline float sub(float a, float b) { return a - b; }
inline float mul(float a, float b) { return a * b; }

/// Exact: |value| < 2^24 (asserted).
float fromInt(int32_t value);

/// Nearest integer, ties to even, by (x + 1.5*2^23) - 1.5*2^23 and an exact conversion. |x| < 2^22
/// (asserted).
int32_t roundToInt(float x);

/// Widening is exact; every NaN becomes 0x7fc00000 (sign dropped).
float f16ToF32(uint16_t bits);
float bf16ToF32(uint16_t bits);
/// Narrowing: nearest even, subnormals kept, overflow to infinity; every NaN becomes 0x7e00.
uint16_t f32ToF16(float x);

/// Success when the CPU rounds to nearest even and flushes no subnormals; else an error that names the
/// control bit. Reads the calling thread's control register; to be called on entry, before exact results are
/// computed.
Status checkFloatingPointMode();

} // namespace accord::golden
