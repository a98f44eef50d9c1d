// Comparison to the bit, counted; and random inputs with a printed seed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <vector>

namespace accord::test {

inline bool sameValue(float a, float b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b));
}
template <typename T> bool sameValue(T a, T b) { return a == b; }

/// Requires equal lengths, more than nothing, and equal values; returns how many were compared.
template <typename T>
uint64_t requireSame(const std::vector<T> &got, const std::vector<T> &want, const char *what) {
  REQUIRE(got.size() == want.size());
  REQUIRE(!got.empty());
  for (size_t i = 0; i < got.size(); ++i)
    if (!sameValue(got[i], want[i])) {
      INFO(what << "[" << i << "]: got " << +got[i] << ", want " << +want[i]);
      REQUIRE(sameValue(got[i], want[i]));
    }
  return got.size();
}

/// ACCORD_TEST_SEED, or a new seed; printed, so that a failure can be run again.
inline uint64_t testSeed(const char *test) {
  const char *given = std::getenv("ACCORD_TEST_SEED");
  uint64_t seed = given ? std::strtoull(given, nullptr, 0) : std::random_device{}();
  std::cout << test << ": seed " << seed << " (ACCORD_TEST_SEED)" << std::endl;
  return seed;
}

class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}
  int64_t between(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }
  template <typename T> T pick(std::initializer_list<T> values) {
    return values.begin()[between(0, static_cast<int64_t>(values.size()) - 1)];
  }
  /// Numbers of ordinary size.
  std::vector<float> normals(int64_t count, float scale = 1.0f) {
    std::normal_distribution<float> distribution(0, scale);
    std::vector<float> values(static_cast<size_t>(count));
    for (float &v : values)
      v = distribution(engine);
    return values;
  }
  /// `values` with about one in `rarity` replaced by a zero, subnormal, huge number, infinity or NaN.
  std::vector<float> withSpecials(std::vector<float> values, int64_t rarity) {
    const uint32_t specials[] = {0x00000000, 0x80000000, 0x00000001, 0x807fffff, 0x00800000, 0x0d7fffff,
                                 0x7f7fffff, 0xff000000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345};
    for (float &v : values)
      if (between(1, rarity) == 1)
        std::memcpy(&v, &specials[between(0, 11)], sizeof v);
    return values;
  }
  template <typename T> std::vector<T> integers(int64_t count, int64_t low, int64_t high) {
    std::vector<T> values(static_cast<size_t>(count));
    for (T &v : values)
      v = static_cast<T>(between(low, high));
    return values;
  }

private:
  std::mt19937_64 engine;
};

} // namespace accord::test
