// Activation quantization: the definition at its boundaries.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/quantize.h"
#include "random.h"
#include "sim/golden/functions.h"
#include <catch2/catch.hpp>
#include <limits>

using namespace accord::golden;
using accord::golden::test::Random;

namespace {
struct Quantized {
  std::vector<int8_t> codes;
  std::vector<float> scales;
};
Quantized quantize(const std::vector<float> &x, int64_t m, int64_t k, int64_t group) {
  Quantized result{std::vector<int8_t>(x.size(), 99),
                   std::vector<float>(static_cast<size_t>(m * ((k + group - 1) / group)), 99)};
  quantizeAct(x.data(), m, k, group, result.codes.data(), result.scales.data());
  return result;
}
} // namespace

TEST_CASE("the largest magnitude of a group gets code 127", "[golden][quantize]") {
  const Quantized q = quantize({1, -2, 0.5f, -0.0f, 2}, 1, 5, 32);
  CHECK(q.codes == std::vector<int8_t>{64, -127, 32, 0, 127}); // 63.5 ties to even 64, 31.75 to 32
  CHECK(bitsOf(q.scales[0]) == bitsOf(2 * floatOf(0x3c010204)));
}

TEST_CASE("groups of a row are separate and the last may be short", "[golden][quantize]") {
  std::vector<float> x(2 * 36, 1.0f);
  x[3] = 4;        // row 0, group 0
  x[36 + 35] = -8; // row 1, the short group
  const Quantized q = quantize(x, 2, 36, 32);
  REQUIRE(q.scales.size() == 4);
  CHECK(q.codes[0] == 32);
  CHECK(q.codes[32] == 127);
  CHECK(q.codes[36] == 127);
  CHECK(q.codes[36 + 35] == -127);
  CHECK(q.codes[36 + 32] == 16);
}

TEST_CASE("a NaN or an infinity is seen in the scale and nowhere else", "[golden][quantize]") {
  const float inf = std::numeric_limits<float>::infinity();
  for (float bad : {inf, -inf, floatOf(0x7fc00000), floatOf(0xff800001)})
    for (size_t place : {size_t(0), size_t(17), size_t(31)}) {
      std::vector<float> x(64, 3.0f);
      x[place] = bad;
      const Quantized q = quantize(x, 1, 64, 32);
      CHECK(std::isnan(q.scales[0]));
      for (size_t i = 0; i < 32; ++i)
        CHECK(q.codes[i] == 0);
      CHECK(q.scales[1] == 3.0f * floatOf(0x3c010204));
      CHECK(q.codes[32] == 127);
    }
}

TEST_CASE("groups below 2^-100 quantize to zero, the rest does not", "[golden][quantize]") {
  CHECK(quantize({0x1p-100f}, 1, 1, 32).codes[0] == 127);
  CHECK(quantize({floatOf(bitsOf(0x1p-100f) - 1)}, 1, 1, 32).codes[0] == 0);
  const Quantized tiny = quantize({-floatOf(bitsOf(0x1p-100f) - 1), floatOf(1)}, 1, 2, 32);
  CHECK(bitsOf(tiny.scales[0]) == 0);
  const Quantized zeros = quantize({0.0f, -0.0f}, 1, 2, 32);
  CHECK(bitsOf(zeros.scales[0]) == 0);
  CHECK(zeros.codes == std::vector<int8_t>{0, 0});
  CHECK(quantize({std::numeric_limits<float>::max(), -1}, 1, 2, 32).codes == std::vector<int8_t>{127, 0});
}

TEST_CASE("quantization error is at most half a step", "[golden][quantize]") {
  Random random("quantize error");
  int64_t compared = 0;
  double worst = 0;
  for (int round = 0; round < 200; ++round) {
    const float scale = std::ldexp(1.0f, static_cast<int>(random.integer(-90, 120)));
    const std::vector<float> x = random.normals(7 * 100, scale);
    const Quantized q = quantize(x, 7, 100, 32);
    for (int64_t i = 0; i < 700; ++i, ++compared) {
      const double s = q.scales[static_cast<size_t>(i / 100 * 4 + i % 100 / 32)];
      const double v = x[static_cast<size_t>(i)];
      const double error = std::fabs(s * q.codes[static_cast<size_t>(i)] - v);
      worst =
          std::max(worst, error / (s / 2 + std::fabs(v) * 8 * 0x1p-24)); // README, "The bound of the product"
    }
  }
  std::printf("quantize error: %lld values, worst error/bound %.6f\n", static_cast<long long>(compared),
              worst);
  CHECK(compared == 140000);
  CHECK(worst <= 1);
  CHECK(worst > 0.9);
}
