// The primitives at their boundaries, the narrow formats over all bits, the floating-point mode check.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/primitives.h"
#include "random.h"
#include <catch2/catch.hpp>
#include <cfenv>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

using namespace accord::golden;
using accord::golden::test::Random;

TEST_CASE("the magic add rounds to nearest even", "[golden][primitives]") {
  CHECK(roundToInt(0.5f) == 0);
  CHECK(roundToInt(1.5f) == 2);
  CHECK(roundToInt(2.5f) == 2);
  CHECK(roundToInt(-0.5f) == 0);
  CHECK(roundToInt(-1.5f) == -2);
  CHECK(roundToInt(-0.0f) == 0);
  CHECK(roundToInt(floatOf(0x3effffff)) == 0); // just below a half
  CHECK(roundToInt(floatOf(0x3f000001)) == 1); // just above
  CHECK(roundToInt(4194303.5f) == 4194304);
  CHECK(roundToInt(-4194303.75f) == -4194304);
  CHECK(roundToInt(floatOf(1)) == 0); // the smallest subnormal

  Random random("magic add");
  int64_t wrong = 0;
  const int64_t count = 100000;
  for (int64_t i = 0; i < count; ++i) {
    const float x = static_cast<float>(random.integer(-40000000, 40000000)) / 16.0f;
    wrong += roundToInt(x) != static_cast<int32_t>(std::nearbyint(static_cast<double>(x)));
  }
  INFO("compared " << count);
  CHECK(wrong == 0);
}

TEST_CASE("f32 operations keep subnormals and signs and are not contracted", "[golden][primitives]") {
  CHECK(bitsOf(mul(floatOf(0x00800000), 0.5f)) == 0x00400000);
  CHECK(bitsOf(add(floatOf(1), floatOf(1))) == 2);
  CHECK(bitsOf(sub(floatOf(0x00800001), floatOf(0x00800000))) == 1);
  CHECK(bitsOf(add(-0.0f, -0.0f)) == 0x80000000);
  CHECK(bitsOf(sub(1.0f, 1.0f)) == 0);
  // (1+2^-12)^2 - (1+2^-11): a fused multiply-add would keep 2^-24.
  const float a = 1.0f + 0x1p-12f;
  CHECK(sub(mul(a, a), 1.0f + 0x1p-11f) == 0.0f);
  CHECK(bitsOf(fromInt(16777215)) == 0x4b7fffff);
  CHECK(bitsOf(fromInt(-16777215)) == 0xcb7fffff);
}

TEST_CASE("f16 and bf16 survive a round trip, and narrowing rounds to nearest even", "[golden][primitives]") {
  int64_t wrong = 0;
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float wide = f16ToF32(static_cast<uint16_t>(bits));
    if ((bits & 0x7fff) > 0x7c00)
      wrong += wide == wide || f32ToF16(wide) != 0x7e00;
    else
      wrong += f32ToF16(wide) != bits;
  }
  CHECK(wrong == 0);
  CHECK(bitsOf(f16ToF32(0x0001)) == 0x33800000); // 2^-24
  CHECK(bitsOf(f16ToF32(0x03ff)) == 0x387fc000);
  CHECK(bitsOf(f16ToF32(0xfbff)) == 0xc77fe000); // -65504
  CHECK(f32ToF16(65519.996f) == 0x7bff);
  CHECK(f32ToF16(65520.0f) == 0x7c00); // a tie to the even side, which is infinity
  CHECK(f32ToF16(floatOf(0xff800000)) == 0xfc00);
  CHECK(f32ToF16(0x1p-25f) == 0x0000); // a tie to zero
  CHECK(f32ToF16(0x1.000002p-25f) == 0x0001);
  CHECK(f32ToF16(-0x1.8p-24f) == 0x8002);  // a tie between 1 and 2
  CHECK(f32ToF16(0x1.ffcp-15f) == 0x0400); // carries from the subnormals to the smallest normal
  CHECK(f32ToF16(1.0f + 0x1p-11f) == 0x3c00);
  CHECK(f32ToF16(1.0f + 0x1.8p-10f) == 0x3c02);

  // Every f16 midpoint and its neighbours round as defined: between h and h+1.
  int64_t compared = 0;
  for (uint32_t h = 0; h < 0x7bff; ++h, ++compared) {
    const float low = f16ToF32(static_cast<uint16_t>(h)), high = f16ToF32(static_cast<uint16_t>(h + 1));
    const float middle = low + (high - low) * 0.5f; // exact
    wrong += f32ToF16(middle) != (h % 2 ? h + 1 : h);
    wrong += f32ToF16(floatOf(bitsOf(middle) - 1)) != h;
    wrong += f32ToF16(floatOf(bitsOf(middle) + 1)) != h + 1;
  }
  INFO("midpoints compared " << compared);
  CHECK(wrong == 0);

  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float wide = bf16ToF32(static_cast<uint16_t>(bits));
    wrong += (bits & 0x7fff) > 0x7f80 ? wide == wide : bitsOf(wide) != bits << 16;
  }
  CHECK(wrong == 0);
}

TEST_CASE("the floating-point mode check names the bit that is wrong", "[golden][primitives]") {
  REQUIRE(checkFloatingPointMode());
  std::fesetround(FE_UPWARD);
  const accord::Status upward = checkFloatingPointMode();
  std::fesetround(FE_TONEAREST);
  REQUIRE_FALSE(upward);
  CHECK(upward.error().message.find("rounding to nearest even") != std::string::npos);
#if defined(__x86_64__)
  const unsigned saved = _mm_getcsr();
  const struct {
    unsigned bit;
    const char *expected;
  } faults[] = {{0x8000, "mxcsr bit 15 (flush to zero): expected 0, got 1"},
                {0x0040, "mxcsr bit 6 (denormals are zero): expected 0, got 1"}};
  for (const auto &fault : faults) {
    _mm_setcsr(saved | fault.bit);
    const accord::Status status = checkFloatingPointMode();
    _mm_setcsr(saved);
    REQUIRE_FALSE(status);
    CHECK(status.error().message == fault.expected);
  }
  _mm_setcsr(saved | 0x2000); // fegetround reads the x87 word, so only this check sees it
  const accord::Status downward = checkFloatingPointMode();
  _mm_setcsr(saved);
  REQUIRE_FALSE(downward);
  CHECK(downward.error().message == "mxcsr bits 13-14 (rounding control): expected 0, got 1");
#endif
}
