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
