// Random and boundary inputs of the golden tests; the seed is printed so that a failure can be repeated.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/golden/primitives.h"
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace accord::golden::test {

/// A generator seeded from ACCORD_TEST_SEED, or from the system; prints the seed with the test's name.
class Random {
public:
  explicit Random(const char *test) {
    const char *given = std::getenv("ACCORD_TEST_SEED");
    const uint64_t seed = given ? std::stoull(given) : std::random_device{}();
    std::printf("%s: ACCORD_TEST_SEED=%llu\n", test, static_cast<unsigned long long>(seed));
    engine.seed(seed);
  }
  int64_t integer(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }
  float normal(float scale = 1) {
    return scale * static_cast<float>(std::normal_distribution<double>()(engine));
  }
  /// Any finite f32 bit pattern.
  float anyFinite() {
    for (;;) {
      const float x = floatOf(static_cast<uint32_t>(integer(0, 0xffffffff)));
      if (std::isfinite(x))
        return x;
    }
  }
  std::vector<float> normals(int64_t count, float scale = 1) {
    std::vector<float> values(static_cast<size_t>(count));
    for (float &v : values)
      v = normal(scale);
    return values;
  }
  /// int8 codes over the whole range, -128 included.
  std::vector<int8_t> codes(int64_t count) {
    std::vector<int8_t> values(static_cast<size_t>(count));
    for (int8_t &v : values)
      v = static_cast<int8_t>(integer(0, 9) == 0 ? -128 : integer(-128, 127));
    return values;
  }
  /// Weight codes of `bits` bits.
  std::vector<uint8_t> weights(int64_t count, int bits) {
    std::vector<uint8_t> values(static_cast<size_t>(count));
    for (uint8_t &v : values)
      v = static_cast<uint8_t>(integer(0, (1 << bits) - 1));
    return values;
  }
  /// f16 bits of ordinary size, either sign.
  std::vector<uint16_t> halves(int64_t count, float scale) {
    std::vector<uint16_t> values(static_cast<size_t>(count));
    for (uint16_t &v : values)
      v = f32ToF16(normal(scale));
    return values;
  }

private:
  std::mt19937_64 engine;
};

/// Equal bits, or both NaN.
inline bool same(float a, float b) { return (a != a && b != b) || bitsOf(a) == bitsOf(b); }

/// How many elements differ; both have the same length.
inline int64_t mismatches(const std::vector<float> &a, const std::vector<float> &b) {
  int64_t count = 0;
  for (size_t i = 0; i < a.size(); ++i)
    count += !same(a[i], b[i]);
  return count;
}

} // namespace accord::golden::test
