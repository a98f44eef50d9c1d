// The rotary tables: against the C library in long double, and pinned to the bit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "random.h"
#include "sim/golden/nn.h"
#include <catch2/catch.hpp>
#include <cmath>

using namespace accord::golden;

namespace {
/// FNV-1a over the bits of a table.
uint64_t hashOf(const std::vector<float> &table) {
  uint64_t hash = 0xcbf29ce484222325;
  for (float v : table)
    for (int byte = 0; byte < 4; ++byte) {
      hash ^= bitsOf(v) >> (8 * byte) & 0xff;
      hash *= 0x100000001b3;
    }
  return hash;
}
} // namespace

TEST_CASE("rope tables are right and the same everywhere", "[golden][rope]") {
  const int64_t positions = 2048, headDim = 64, pairs = headDim / 2;
  for (double theta : {1e4, 1e5, 5e5}) {
    std::vector<float> c(static_cast<size_t>(positions * pairs)), s(c.size());
    ropeTables(positions, headDim, theta, c.data(), s.data());
    long double worst = 0;
    for (int64_t p = 0; p < positions; ++p)
      for (int64_t i = 0; i < pairs; ++i) {
        const long double angle =
            static_cast<long double>(p) *
            std::pow(static_cast<long double>(theta), -2.0L * static_cast<long double>(i) / headDim);
        const size_t at = static_cast<size_t>(p * pairs + i);
        worst = std::max(worst, std::fabs(static_cast<long double>(c[at]) - std::cos(angle)));
        worst = std::max(worst, std::fabs(static_cast<long double>(s[at]) - std::sin(angle)));
      }
    CHECK(worst < 0x1.001p-25L); // half an ulp of values below 1
    if (theta == 1e5) {
      std::printf("rope tables 2048x64, theta 1e5: cos %016llx sin %016llx\n",
                  static_cast<unsigned long long>(hashOf(c)), static_cast<unsigned long long>(hashOf(s)));
      CHECK(hashOf(c) == 0x15fe67661785afd2);
      CHECK(hashOf(s) == 0xad30c97252dbfd55);
    }
  }
  std::vector<float> c(1), s(1);
  ropeTables(1, 2, 1e4, c.data(), s.data());
  CHECK(c[0] == 1);
  CHECK(bitsOf(s[0]) == 0);
}

TEST_CASE("rope tables reach a million positions", "[golden][rope]") {
  const int64_t positions = 1 << 20;
  std::vector<float> c(static_cast<size_t>(positions)), s(c.size());
  ropeTables(positions, 2, 1e4, c.data(), s.data()); // frequency 1
  double worst = 0;
  for (int64_t p = 0; p < positions; p += 7) {
    worst = std::max(
        worst, std::fabs(static_cast<double>(c[static_cast<size_t>(p)]) - std::cos(static_cast<double>(p))));
    worst = std::max(
        worst, std::fabs(static_cast<double>(s[static_cast<size_t>(p)]) - std::sin(static_cast<double>(p))));
  }
  CHECK(worst < 0x1.001p-25);
}

TEST_CASE("rope tables scale positions and divide frequencies", "[golden][rope]") {
  const int64_t positions = 1024, headDim = 64, pairs = headDim / 2;
  std::vector<float> factors(static_cast<size_t>(pairs));
  for (int64_t i = 0; i < pairs; ++i) // from 1 to 8, as LLaMA 3's; none of them a power of two but the ends
    factors[static_cast<size_t>(i)] = 1 + 7 * static_cast<float>(i) / static_cast<float>(pairs - 1);
  std::vector<float> c(static_cast<size_t>(positions * pairs)), s(c.size()), c1(c), s1(s);
  long double worst = 0;
  int64_t compared = 0;
  for (double scale : {1.0, 0.25, 1.0 / 3}) {
    REQUIRE(ropeTables(positions, headDim, 5e5, scale, factors.data(), c.data(), s.data()));
    for (int64_t p = 0; p < positions; ++p)
      for (int64_t i = 0; i < pairs; ++i, ++compared) {
        const long double angle = static_cast<long double>(p) * static_cast<long double>(scale) *
                                  std::pow(5e5L, -2.0L * static_cast<long double>(i) / headDim) /
                                  static_cast<long double>(factors[static_cast<size_t>(i)]);
        const size_t at = static_cast<size_t>(p * pairs + i);
        worst = std::max(worst, std::fabs(static_cast<long double>(c[at]) - std::cos(angle)));
        worst = std::max(worst, std::fabs(static_cast<long double>(s[at]) - std::sin(angle)));
      }
  }
  std::printf("rope tables, scale 1/3 and factors: cos %016llx sin %016llx, %lld angles compared\n",
              static_cast<unsigned long long>(hashOf(c)), static_cast<unsigned long long>(hashOf(s)),
              static_cast<long long>(compared));
  CHECK(worst < 0x1.001p-25L);
  CHECK(hashOf(c) == 0x873322f0426221fa);
  CHECK(hashOf(s) == 0x033349627e18dd59);
  CHECK(compared == 3 * positions * pairs);

  // Without a scale and factors, and with factors of 1, it is the plain form.
  ropeTables(positions, headDim, 5e5, c1.data(), s1.data());
  REQUIRE(ropeTables(positions, headDim, 5e5, 1, nullptr, c.data(), s.data()));
  CHECK(c == c1);
  CHECK(s == s1);
  std::fill(factors.begin(), factors.end(), 1.0f);
  REQUIRE(ropeTables(positions, headDim, 5e5, 1, factors.data(), c.data(), s.data()));
  CHECK(c == c1);
  CHECK(s == s1);
}

TEST_CASE("rope tables refuse what their angles cannot be", "[golden][rope]") {
  std::vector<float> c(8), s(8);
  const auto said = [&](double theta, double scale, std::vector<float> factors) {
    const accord::Status made =
        ropeTables(4, 4, theta, scale, factors.empty() ? nullptr : factors.data(), c.data(), s.data());
    return made ? "made" : made.error().message;
  };
  CHECK(said(1e4, 1, {1, 1}) == "made");
  CHECK(said(0.5, 1, {}) == "rope tables: expected a finite theta of at least 1, got 0.500000");
  CHECK(said(NAN, 1, {}) == "rope tables: expected a finite theta of at least 1, got nan");
  CHECK(said(1e4, 0, {}) == "rope tables: expected a finite scale above 0, got 0.000000");
  CHECK(said(1e4, 1, {1, -2}) == "rope tables: factor 1: expected a finite number above 0, got -2.000000");
  CHECK(said(1e4, 1, {INFINITY, 1}) == "rope tables: factor 0: expected a finite number above 0, got inf");
  CHECK(said(1e4, 0x1p20, {}) ==
        "rope tables: position 3, pair 0: expected an angle below 2^20, got 3145728.000000");
  CHECK(said(1e4, 0x1p20 / 3, {}) == // exactly the limit
        "rope tables: position 3, pair 0: expected an angle below 2^20, got 1048576.000000");
  CHECK(said(1e4, 0x1.fffffp19 / 3, {}) == "made");
}
