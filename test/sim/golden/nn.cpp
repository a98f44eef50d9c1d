// Norms, softmax, rotation, gating and contraction: orders on hand-made inputs, values against double.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/nn.h"
#include "random.h"
#include "sim/golden/functions.h"
#include <catch2/catch.hpp>
#include <limits>

using namespace accord::golden;
using accord::golden::test::mismatches;
using accord::golden::test::Random;
using accord::golden::test::same;

namespace {
const float inf = std::numeric_limits<float>::infinity();

/// The order of README.md, "Orders", written as a tree: lane i of 16, then (((l0+l8)+(l4+l12))+...)...
float treeSum(const std::vector<float> &x, size_t first, size_t step) {
  if (first >= x.size())
    return std::numeric_limits<float>::quiet_NaN();
  if (step == 16) {
    float sum = x[first];
    for (size_t i = first + 16; i < x.size(); i += 16)
      sum = sum + x[i];
    return sum;
  }
  const float low = treeSum(x, first, step * 2);
  return first + step < x.size() ? low + treeSum(x, first + step, step * 2) : low;
}
} // namespace

TEST_CASE("lane sums follow their order at every length", "[golden][nn]") {
  Random random("lane sums");
  int64_t differ = 0;
  for (int64_t n = 1; n <= 200; ++n) {
    std::vector<float> x = random.normals(n);
    for (float &v : x)
      v = std::ldexp(v, static_cast<int>(random.integer(-20, 20)));
    CHECK(same(laneSum(x.data(), n), treeSum(x, 0, 1)));
    float ascending = x[0];
    for (size_t i = 1; i < x.size(); ++i)
      ascending = ascending + x[i];
    differ += !same(ascending, treeSum(x, 0, 1));
  }
  CHECK(differ > 50); // another order is visible
  const float minusZero = -0.0f;
  CHECK(bitsOf(laneSum(&minusZero, 1)) == 0x80000000); // nothing was added to it
}

TEST_CASE("rmsNorm agrees with double", "[golden][nn]") {
  Random random("rmsNorm");
  int64_t compared = 0;
  for (int64_t k : {1, 7, 16, 17, 576}) {
    const std::vector<float> x = random.normals(3 * k, 5), w = random.normals(k);
    std::vector<float> y(x.size());
    rmsNorm(x.data(), w.data(), 3, k, 1e-5f, y.data());
    for (int64_t m = 0; m < 3; ++m) {
      double sum = 0;
      for (int64_t i = 0; i < k; ++i)
        sum += std::pow(static_cast<double>(x[static_cast<size_t>(m * k + i)]), 2);
      const double r = 1 / std::sqrt(sum / static_cast<double>(k) + static_cast<double>(1e-5f));
      for (int64_t i = 0; i < k; ++i, ++compared) {
        const double exact = static_cast<double>(x[static_cast<size_t>(m * k + i)]) * r *
                             static_cast<double>(w[static_cast<size_t>(i)]);
        // (k/16 + 7) roundings in the mean of squares, halved by the root; 1.25 ulp of rsqrt; two products.
        const double relative = ((static_cast<double>(k) / 16 + 7) / 2 + 2.5 + 2) * 0x1p-24;
        CHECK(std::fabs(static_cast<double>(y[static_cast<size_t>(m * k + i)]) - exact) <=
              relative * std::fabs(exact) + 1e-44);
      }
    }
  }
  CHECK(compared == 3 * (1 + 7 + 16 + 17 + 576));
}

TEST_CASE("softmax agrees with double, sums to one and shows bad rows", "[golden][nn]") {
  Random random("softmax");
  for (int64_t n : {1, 2, 15, 16, 17, 300}) {
    const std::vector<float> x = random.normals(2 * n, 4);
    std::vector<float> y(x.size());
    softmax(x.data(), 2, n, y.data());
    for (int64_t m = 0; m < 2; ++m) {
      double largest = x[static_cast<size_t>(m * n)], sum = 0, total = 0;
      for (int64_t i = 0; i < n; ++i)
        largest = std::max(largest, static_cast<double>(x[static_cast<size_t>(m * n + i)]));
      for (int64_t i = 0; i < n; ++i)
        sum += std::exp(static_cast<double>(x[static_cast<size_t>(m * n + i)]) - largest);
      for (int64_t i = 0; i < n; ++i) {
        const double got = y[static_cast<size_t>(m * n + i)];
        const double arg = static_cast<double>(x[static_cast<size_t>(m * n + i)]) - largest;
        // x - max rounds by half an ulp of itself, which exp turns into a relative error; exp and rcp err by
        // 1-1.2 ulp; the sum rounds (n/16 + 4) times, and its terms carry the error of their own exp.
        const double relative = (40 + 2.5 + 2.5 + static_cast<double>(n) / 16 + 5 + std::fabs(arg)) * 0x1p-24;
        CHECK(std::fabs(got - std::exp(arg) / sum) <= relative * std::exp(arg) / sum);
        total += got;
      }
      CHECK(std::fabs(total - 1) < 1e-5);
    }
  }
  const auto row = [](std::vector<float> x) {
    softmax(x.data(), 1, static_cast<int64_t>(x.size()), x.data());
    return x;
  };
  CHECK(row({3}) == std::vector<float>{1});
  CHECK(row({-inf, 0, -inf}) == std::vector<float>{0, 1, 0});
  for (const std::vector<float> &bad : {std::vector<float>{-inf, -inf}, {inf, 0}, {0, NAN, 1}, {NAN, 0, 1}})
    for (float v : row(bad))
      CHECK(std::isnan(v));
}

TEST_CASE("rope rotates the pairs of its style", "[golden][nn]") {
  const std::vector<float> x{1, 2, 3, 4, 5, 6, 7, 8}; // 1 row, 2 heads of 4
  const std::vector<float> c{0, 1}, s{1, 0};          // a quarter turn, and none
  std::vector<float> y(8);
  rope(x.data(), c.data(), s.data(), 1, 2, 4, y.data(), RopeStyle::Adjacent);
  CHECK(y == std::vector<float>{-2, 1, 3, 4, -6, 5, 7, 8});
  rope(x.data(), c.data(), s.data(), 1, 2, 4, y.data(), RopeStyle::Halves);
  CHECK(y == std::vector<float>{-3, 2, 1, 4, -7, 6, 5, 8});

  Random random("rope");
  const std::vector<float> in = random.normals(3 * 4 * 64), cr = random.normals(3 * 32),
                           sr = random.normals(3 * 32);
  std::vector<float> out(in.size()), inPlace = in;
  rope(in.data(), cr.data(), sr.data(), 3, 4, 64, out.data(), RopeStyle::Halves);
  rope(inPlace.data(), cr.data(), sr.data(), 3, 4, 64, inPlace.data(), RopeStyle::Halves);
  CHECK(out == inPlace);
  const size_t base = (2 * 4 + 1) * 64; // row 2, head 1, pair 5
  CHECK(out[base + 5] == sub(mul(in[base + 5], cr[69]), mul(in[base + 37], sr[69])));
  CHECK(out[base + 37] == add(mul(in[base + 5], sr[69]), mul(in[base + 37], cr[69])));
}

TEST_CASE("siluMul, addRows and contract keep their order", "[golden][nn]") {
  Random random("elementwise");
  const std::vector<float> a = random.normals(5 * 37), b = random.normals(5 * 37);
  std::vector<float> y(a.size());
  siluMul(a.data(), b.data(), 5 * 37, y.data());
  for (size_t i = 0; i < y.size(); ++i)
    CHECK(same(y[i], (a[i] * sigmoid(a[i])) * b[i]));
  addRows(a.data(), b.data(), 5, 37, y.data());
  for (size_t i = 0; i < y.size(); ++i)
    CHECK(same(y[i], a[i] + b[i]));

  std::vector<float> product(25);
  contract(a.data(), b.data(), 5, 5, 37, product.data());
  for (size_t m = 0; m < 5; ++m)
    for (size_t n = 0; n < 5; ++n) {
      float acc = a[m * 37] * b[n * 37];
      for (size_t k = 1; k < 37; ++k)
        acc = acc + a[m * 37 + k] * b[n * 37 + k];
      CHECK(same(product[m * 5 + n], acc));
    }
  const float minusZero = -0.0f, one = 1;
  contract(&minusZero, &one, 1, 1, 1, product.data());
  CHECK(bitsOf(product[0]) == 0x80000000);
}

TEST_CASE("relu2Mul squares what is above zero", "[golden][nn]") {
  const std::vector<float> gate{3, -3, 0, -0.0f, NAN, inf, 0x1p-100f, -inf}, up{2, 2, -1, -1, 5, -1, 4, 1};
  std::vector<float> y(gate.size());
  relu2Mul(gate.data(), up.data(), 8, y.data());
  CHECK(y == std::vector<float>{18, 0, 0, 0, 0, -inf, 0, 0});
  CHECK(bitsOf(y[2]) == 0x80000000); // (0*0) * -1
  Random random("relu2Mul");
  const std::vector<float> g = random.normals(500), u = random.normals(500);
  std::vector<float> z(500);
  relu2Mul(g.data(), u.data(), 500, z.data());
  for (size_t i = 0; i < 500; ++i)
    CHECK(same(z[i], g[i] > 0 ? (g[i] * g[i]) * u[i] : 0 * u[i]));
}

TEST_CASE("contract widens f16 and bf16 weights exactly", "[golden][nn]") {
  Random random("contract widened");
  int64_t compared = 0;
  for (int64_t K : {1, 2, 37, 64}) {
    const int64_t M = 3, N = 5;
    const std::vector<float> a = random.normals(M * K);
    std::vector<uint16_t> half = random.halves(N * K, 1), brain(half.size());
    for (uint16_t &bits : brain)
      bits = static_cast<uint16_t>(bitsOf(random.normal()) >> 16);
    half[0] = 0x0001; // a subnormal
    const auto check = [&](Floats b, auto widen, const std::vector<uint16_t> &bits) {
      std::vector<float> wide(bits.size()), expected(static_cast<size_t>(M * N)), got(expected.size());
      for (size_t i = 0; i < bits.size(); ++i)
        wide[i] = widen(bits[i]);
      contract(a.data(), wide.data(), M, N, K, expected.data());
      contract(a.data(), b, M, N, K, got.data());
      CHECK(mismatches(expected, got) == 0);
      contract(a.data(), Floats{FloatFormat::F32, wide.data()}, M, N, K, got.data());
      CHECK(mismatches(expected, got) == 0);
      compared += 2 * M * N;
    };
    check({FloatFormat::F16, half.data()}, f16ToF32, half);
    check({FloatFormat::BF16, brain.data()}, bf16ToF32, brain);
  }
  std::printf("contract: %lld values of widened weights compared\n", static_cast<long long>(compared));
  CHECK(compared == 4 * 4 * 15);
}

TEST_CASE("embedRows takes the rows of its tokens", "[golden][nn]") {
  Random random("embedRows");
  const int64_t rows = 7, k = 40; // a group of 32, and one of 8
  const std::vector<int32_t> tokens{6, 0, 3, 3};
  int64_t compared = 0;
  const auto check = [&](const std::vector<float> &table, const std::vector<float> &y) {
    REQUIRE(y.size() == tokens.size() * static_cast<size_t>(k));
    for (size_t i = 0; i < y.size(); ++i, ++compared)
      CHECK(same(y[i], table[static_cast<size_t>(tokens[i / k]) * k + i % k]));
  };
  std::vector<float> y(tokens.size() * k), table(rows * k);
  const std::vector<float> floats = random.normals(rows * k);
  embedRows(tokens.data(), 4, {FloatFormat::F32, floats.data()}, k, y.data());
  check(floats, y);
  const std::vector<uint16_t> bits = random.halves(rows * k, 1);
  for (size_t i = 0; i < bits.size(); ++i)
    table[i] = f16ToF32(bits[i]);
  embedRows(tokens.data(), 4, {FloatFormat::F16, bits.data()}, k, y.data());
  check(table, y);
  for (size_t i = 0; i < bits.size(); ++i)
    table[i] = bf16ToF32(bits[i]);
  embedRows(tokens.data(), 4, {FloatFormat::BF16, bits.data()}, k, y.data());
  check(table, y);

  const std::vector<uint8_t> codes = random.weights(rows * k, 4);
  const std::vector<float> d = random.normals(rows * 2, 0.1f), min = random.normals(rows * 2);
  for (bool hasMin : {false, true}) {
    for (int64_t i = 0; i < rows * k; ++i) {
      const size_t group = static_cast<size_t>(i / k * 2 + i % k / 32);
      const float scaled = static_cast<float>(codes[static_cast<size_t>(i)] - 8) * d[group];
      table[static_cast<size_t>(i)] = hasMin ? scaled + min[group] : scaled;
    }
    embedRows(tokens.data(), 4, codes.data(), d.data(), hasMin ? min.data() : nullptr, {4, 8, hasMin, 32}, k,
              y.data());
    check(table, y);
  }
  std::printf("embedRows: %lld values compared\n", static_cast<long long>(compared));
  CHECK(compared == 5 * 4 * k);
}

TEST_CASE("expand is embedRows of one group's scales, from scales that widen", "[golden][nn]") {
  Random random("expand");
  int64_t compared = 0;
  for (int64_t k : {1, 31, 32, 70})
    for (int32_t zero : {0, 8, 255})
      for (bool hasMin : {false, true}) {
        const int64_t m = 3, groups = ceilDiv(k, 32);
        const std::vector<uint8_t> codes = random.weights(m * k, 8);
        const std::vector<uint16_t> d = random.halves(m * groups, 0.1f), min = random.halves(m * groups, 1);
        std::vector<float> wideD(d.size()), wideMin(d.size()), expected(codes.size()), y(codes.size());
        widen(d.data(), m * groups, wideD.data());
        widen(min.data(), m * groups, wideMin.data());
        const std::vector<int32_t> rows{0, 1, 2};
        embedRows(rows.data(), m, codes.data(), wideD.data(), hasMin ? wideMin.data() : nullptr,
                  {8, zero, hasMin, 32}, k, expected.data());
        expand(codes.data(), m, k, 32, zero, {FloatFormat::F16, d.data()},
               {FloatFormat::F16, hasMin ? min.data() : nullptr}, y.data());
        CHECK(mismatches(expected, y) == 0);
        expand(codes.data(), m, k, 32, zero, {FloatFormat::F32, wideD.data()},
               {FloatFormat::F32, hasMin ? wideMin.data() : nullptr}, y.data());
        CHECK(mismatches(expected, y) == 0);
        std::vector<uint16_t> narrowed(d.size());
        narrow(wideD.data(), m * groups, narrowed.data());
        CHECK(narrowed == d);
        compared += 2 * m * k;
      }
  std::printf("expand: %lld values compared\n", static_cast<long long>(compared));
  CHECK(compared == 2 * 3 * (1 + 31 + 32 + 70) * 6);
}
