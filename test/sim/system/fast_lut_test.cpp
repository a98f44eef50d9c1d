// The fast functions of values mode against golden: the same bits on random and on boundary shapes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/golden/primitives.h"
#include "sim/models/lut_unit/fast_lut.h"
#include "sim/models/vector_unit/fast_epilogue.h"
#include "test/sim/support/fresh_seed.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <iostream>
#include <random>

using namespace accord;
using accord::test::freshSeed;

namespace {

struct Shape {
  int64_t m, n, k, group;
  int bits;
};

/// Around 64 lanes, 4 weights a table, groups that end early, 63 tables of a block, and random ones.
std::vector<Shape> shapes(std::mt19937_64 &random) {
  std::vector<Shape> list;
  for (int64_t n : {1, 63, 64, 65, 128, 129})
    for (int64_t k : {1, 4, 5, 252, 256, 576})
      for (int64_t group : {4, 32, 256, 1024})
        list.push_back({1 + (n + k) % 3, n, k, group, 1 + static_cast<int>((n + k + group) % 8)});
  list.push_back({1, 64, 4 * 64 * 3, 4 * 64 * 3, 8});
  list.push_back({2, 70, 4 * 127, 4 * 127, 4});
  auto in = [&](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random() % static_cast<uint64_t>(high - low + 1));
  };
  for (int i = 0; i < 200; ++i)
    list.push_back({in(1, 4), in(1, 200), in(1, 700), 4 * in(1, 80), static_cast<int>(in(1, 8))});
  return list;
}

} // namespace

TEST_CASE("fast lookup sums are golden's", "[sim][system]") {
  std::mt19937_64 random(freshSeed());
  size_t compared = 0, wrong = 0, cases = 0;
  for (const Shape &s : shapes(random)) {
    INFO("m " << s.m << " n " << s.n << " k " << s.k << " group " << s.group << " bits " << s.bits);
    std::vector<int16_t> tables(static_cast<size_t>(s.m * golden::ceilDiv(s.k, 4) * 8));
    // Every entry that a check lets pass, not only those of real tables; often all at one end.
    const int extreme = static_cast<int>(random() % 4);
    for (int16_t &entry : tables)
      entry = static_cast<int16_t>(extreme == 0   ? 512
                                   : extreme == 1 ? -512
                                                  : static_cast<int>(random() % 1025) - 512);
    std::vector<uint8_t> planes(static_cast<size_t>(golden::planesBytes(s.n, s.k, s.bits)));
    for (uint8_t &byte : planes)
      byte = extreme == 0 ? 0x00 : static_cast<uint8_t>(random());
    const auto count = static_cast<size_t>(golden::ceilDiv(s.k, s.group) * s.m * s.n);
    std::vector<int32_t> expected(count), fast(count), portable(count);
    golden::lutSums(tables.data(), planes.data(), s.m, s.n, s.k, s.group, s.bits, expected.data());
    sim::fastLutSums(tables.data(), planes.data(), s.m, s.n, s.k, s.group, s.bits, fast.data());
    sim::portableLutSums(tables.data(), planes.data(), s.m, s.n, s.k, s.group, s.bits, portable.data());
    CHECK(expected == fast);
    CHECK(expected == portable);
    wrong += expected != fast || expected != portable;
    compared += 2 * count, ++cases;
  }
  std::cout << "fast sums: " << cases << " shapes, " << compared << " values compared, " << wrong
            << " wrong\n";
  CHECK(compared > 100000);
}

TEST_CASE("the fast epilogue is golden's", "[sim][system]") {
  std::mt19937_64 random(freshSeed());
  size_t compared = 0, wrong = 0, cases = 0;
  for (const Shape &s : shapes(random))
    for (int variant = 0; variant < 4; ++variant) {
      const bool hasMin = variant & 1, accumulate = variant & 2;
      const int64_t groups = golden::ceilDiv(s.k, s.group);
      const int zero = hasMin ? 0 : static_cast<int>(random() % (uint64_t(1) << s.bits));
      const int32_t offset = (1 << s.bits) - 1 - 2 * zero;
      std::vector<int32_t> asum(static_cast<size_t>(s.m * groups)),
          isum(static_cast<size_t>(groups * s.m * s.n));
      for (int32_t &a : asum)
        a = static_cast<int32_t>(random() % 60001) - 30000;
      // Symmetric sums have the parity of the correction: halves are whole.
      for (int64_t g = 0; g < groups; ++g)
        for (int64_t m = 0; m < s.m; ++m)
          for (int64_t n = 0; n < s.n; ++n)
            isum[static_cast<size_t>((g * s.m + m) * s.n + n)] =
                2 * (static_cast<int32_t>(random() % 2000001) - 1000000) +
                ((offset * asum[static_cast<size_t>(m * groups + g)]) & 1);
      // All bits that a half can have, infinities and NaNs too; scales of any float.
      std::vector<uint16_t> d(static_cast<size_t>(golden::scalesCount(s.n, groups))), min(d.size());
      for (auto *halves : {&d, &min})
        for (uint16_t &h : *halves)
          h = static_cast<uint16_t>(random());
      auto floats = [&](int64_t count) {
        std::vector<float> v(static_cast<size_t>(count));
        for (float &f : v)
          f = golden::floatOf(static_cast<uint32_t>(random()));
        return v;
      };
      const std::vector<float> scales = floats(s.m * groups);
      std::vector<float> expected = floats(s.m * s.n), got = expected;
      const uint16_t *m = hasMin ? min.data() : nullptr;
      golden::lutEpilogue(isum.data(), asum.data(), scales.data(), d.data(), m, s.bits, zero, groups, s.m,
                          s.n, accumulate, expected.data());
      sim::fastLutEpilogue(isum.data(), asum.data(), scales.data(), d.data(), m, s.bits, zero, groups, s.m,
                           s.n, accumulate, got.data());
      for (size_t i = 0; i < expected.size(); ++i, ++compared)
        wrong += golden::bitsOf(expected[i]) != golden::bitsOf(got[i]) &&
                 !(expected[i] != expected[i] && got[i] != got[i]); // NaNs equal each other
      ++cases;
    }
  std::cout << "fast epilogue: " << cases << " cases, " << compared << " values compared, " << wrong
            << " wrong\n";
  CHECK(wrong == 0);
  CHECK(compared > 10000);
}
