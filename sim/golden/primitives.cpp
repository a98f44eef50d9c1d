// The primitives that are more than one operation, and the check that the CPU computes them as written.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/primitives.h"
#include "sim/golden/function_constants.h"
#include <cassert>
#include <cfenv>
#include <cfloat>
#include <cstdlib>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace accord::golden {

static_assert(FLT_EVAL_METHOD == 0, "each f32 operation must round to f32");

float fromInt(int32_t value) {
  assert(std::abs(value) < (1 << 24) && "int to f32 must be exact");
  return static_cast<float>(value);
}

int32_t roundToInt(float x) {
  assert(x > -4194304.0f && x < 4194304.0f && "the magic add rounds |x| < 2^22");
  const float magic = floatOf(constants::roundingMagic);
  return static_cast<int32_t>(sub(add(x, magic), magic));
}

float f16ToF32(uint16_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16;
  uint32_t mantissa = bits & 0x03ff;
  const int32_t exponent = (bits >> 10) & 0x1f;
  if (exponent == 0x1f)
    return floatOf(mantissa ? constants::quietNaN : sign | constants::infinity);
  if (exponent != 0)
    return floatOf(sign | static_cast<uint32_t>(exponent - 15 + 127) << 23 | mantissa << 13);
  if (mantissa == 0)
    return floatOf(sign);
  // A subnormal is mantissa * 2^-24; all of them are normal in f32. Shift its leading one to bit 10.
  int32_t shift = 0;
  while (!(mantissa & 0x0400)) {
    mantissa <<= 1;
    ++shift;
  }
  return floatOf(sign | static_cast<uint32_t>(113 - shift) << 23 | (mantissa & 0x03ff) << 13);
}

uint16_t f32ToF16(float x) {
  const uint32_t bits = bitsOf(x);
  const uint32_t sign = (bits & constants::signMask) >> 16;
  const uint32_t magnitude = bits & constants::magnitudeMask;
  if (magnitude > constants::infinity)
    return 0x7e00;
  if (magnitude >=
      0x47800000) // 2^16 and above, infinity included; 65520..65536 overflow by their rounding below
    return static_cast<uint16_t>(sign | 0x7c00);
  uint32_t significand, drop;    // the result is significand >> drop, rounded
  if (magnitude >= 0x38800000) { // 2^-14: normal in f16; rebias the exponent in place
    significand = magnitude - (112u << 23);
    drop = 13;
  } else if (magnitude >= 0x33000000) { // 2^-25: a multiple of 2^-24 after rounding
    significand = (magnitude & constants::mantissaMask) | constants::smallestNormal;
    drop = 126 - (magnitude >> 23);
  } else {
    return static_cast<uint16_t>(sign);
  }
  const uint32_t kept = significand >> drop;
  const uint32_t rest = significand & ((1u << drop) - 1);
  const uint32_t tie = 1u << (drop - 1);
  const uint32_t up = rest > tie || (rest == tie && (kept & 1));
  return static_cast<uint16_t>(sign | (kept + up)); // a carry moves to the next exponent, up to infinity
}

float bf16ToF32(uint16_t bits) {
  if ((bits & 0x7fff) > 0x7f80)
    return floatOf(constants::quietNaN);
  return floatOf(static_cast<uint32_t>(bits) << 16);
}

Status checkFloatingPointMode() {
  if (std::fegetround() != FE_TONEAREST)
    return Error{"floating-point control: expected rounding to nearest even (fegetround 0), got mode " +
                 std::to_string(std::fegetround())};
#if defined(__x86_64__)
  const unsigned mxcsr = _mm_getcsr();
  if (mxcsr & 0x6000)
    return Error{"mxcsr bits 13-14 (rounding control): expected 0, got " + std::to_string(mxcsr >> 13 & 3)};
  if (mxcsr & 0x8000)
    return Error{"mxcsr bit 15 (flush to zero): expected 0, got 1"};
  if (mxcsr & 0x0040)
    return Error{"mxcsr bit 6 (denormals are zero): expected 0, got 1"};
#elif defined(__aarch64__)
  uint64_t fpcr;
  asm volatile("mrs %0, fpcr" : "=r"(fpcr));
  if (fpcr >> 22 & 3)
    return Error{"fpcr bits 22-23 (rounding mode): expected 0, got " + std::to_string(fpcr >> 22 & 3)};
  if (fpcr >> 24 & 1)
    return Error{"fpcr bit 24 (flush to zero): expected 0, got 1"};
#endif
  return {};
}

} // namespace accord::golden
