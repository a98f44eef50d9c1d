// The product against float64 with the bound that sim/golden/README.md derives; wrong weights break it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "random.h"
#include "sim/golden/formats.h"
#include "sim/golden/gemm.h"
#include "sim/golden/quantize.h"
#include "test/support/tiny_model.h"
#include <catch2/catch.hpp>
#include <cstdio>

using namespace accord::golden;
using accord::golden::test::Random;

namespace {

constexpr double unit = 0x1p-24; // half an ulp of 1: the relative rounding error of one f32 operation
constexpr int64_t group = 32;    // of activations

struct Case {
  WeightFormat f;
  int64_t M, N, K;
  std::vector<float> x;
  std::vector<uint8_t> codes;
  std::vector<float> d, min;
};

struct Weight {
  double d, q, m;
  double value() const { return d * q + m; }
};
Weight weightAt(const Case &c, int64_t n, int64_t k) {
  const size_t g = static_cast<size_t>(n * (c.K / c.f.group) + k / c.f.group);
  return {double(c.d[g]), double(c.codes[static_cast<size_t>(n * c.K + k)] - c.f.zero),
          c.f.hasMin ? double(c.min[g]) : 0};
}

/// Golden's answer, float64's, and the bound on their distance, each [M][N].
struct Outcome {
  std::vector<float> y;
  std::vector<double> exact, bound;
  double worst() const {
    double ratio = 0;
    for (size_t i = 0; i < y.size(); ++i)
      ratio = std::max(ratio, std::fabs(static_cast<double>(y[i]) - exact[i]) / bound[i]);
    return ratio;
  }
};

Outcome run(const Case &c) {
  const int64_t fine = std::min(group, c.f.group), G = c.K / fine; // scale groups
  std::vector<int8_t> q(c.x.size());
  std::vector<float> s(static_cast<size_t>(c.M * (c.K / group)));
  quantizeAct(c.x.data(), c.M, c.K, group, q.data(), s.data());
  Outcome o;
  o.y.resize(static_cast<size_t>(c.M * c.N));
  mpgemm(q.data(), s.data(), c.codes.data(), c.d.data(), c.f.hasMin ? c.min.data() : nullptr, c.f, group, c.M,
         c.N, c.K, o.y.data());

  const double terms = static_cast<double>(c.f.hasMin ? 2 * G : G);
  const double gamma = (terms + 1) * unit / (1 - (terms + 1) * unit);
  for (int64_t m = 0; m < c.M; ++m)
    for (int64_t n = 0; n < c.N; ++n) {
      double exact = 0, quantization = 0, magnitudes = 0;
      for (int64_t g = 0; g < G; ++g) {
        const double scale = s[static_cast<size_t>(m * (c.K / group) + g * fine / group)];
        double codeTerm = 0, minTerm = 0;
        for (int64_t k = g * fine; k < (g + 1) * fine; ++k) {
          const Weight w = weightAt(c, n, k);
          const double xk = c.x[static_cast<size_t>(m * c.K + k)];
          const double a = q[static_cast<size_t>(m * c.K + k)];
          exact += w.value() * xk;
          quantization +=
              std::fabs(w.value()) * (scale / 2 + 8 * unit * std::fabs(xk) + (scale == 0 ? 0x1p-100 : 0));
          codeTerm += w.d * scale * w.q * a;
          minTerm += w.m * scale * a;
        }
        magnitudes += std::fabs(codeTerm) + std::fabs(minTerm);
      }
      o.exact.push_back(exact);
      o.bound.push_back(quantization + gamma * magnitudes + terms * 0x1p-147);
    }
  return o;
}

Case makeCase(Random &random, BlockFormat format, int64_t M, int64_t N, int64_t K, float scale,
              const uint8_t *blocks) {
  Case c{weightFormat(format, K), M, N, K, random.normals(M * K, scale), {}, {}, {}};
  c.codes.resize(static_cast<size_t>(N * K));
  c.d.resize(static_cast<size_t>(N * (K / c.f.group)));
  c.min.resize(c.d.size());
  REQUIRE(decodeBlocks(format, blocks, N, K, c.codes.data(), c.d.data(), c.min.data()));
  return c;
}

/// Q4_1 and Q8_0 of random weights.
Case encodedCase(Random &random, BlockFormat format, int64_t M, int64_t N, int64_t K, float scale) {
  const std::vector<float> w = random.normals(N * K, 0.04f);
  std::vector<uint8_t> blocks(static_cast<size_t>(matrixBytes(format, N, K)));
  (format == BlockFormat::Q4_1 ? encodeQ4_1 : encodeQ8_0)(w.data(), N, K, blocks.data());
  return makeCase(random, format, M, N, K, scale, blocks.data());
}

} // namespace

TEST_CASE("the product stays within its derived bound of float64", "[golden][gemm][bound]") {
  Random random("product bound");
  int64_t formats = 0;
  for (const BlockInfo &info : blockFormats()) {
    double worst = 0;
    int64_t values = 0;
    for (int64_t M : {1, 8})
      for (int64_t K : {info.weights, 2 * info.weights, info.weights == 32 ? int64_t(576) : int64_t(768)})
        for (float scale : {1.0f, 1e-20f, 1e20f, 1e-33f}) {
          const std::string blocks = accord::test::randomBlocks(
              info.format, 64, K, 0.04f, static_cast<uint64_t>(random.integer(0, 1 << 30)));
          Case c = makeCase(random, info.format, M, 64, K, scale,
                            reinterpret_cast<const uint8_t *>(blocks.data()));
          c.x[0] = 1000 * scale; // an outlier takes most of its group's codes
          const Outcome o = run(c);
          values += static_cast<int64_t>(o.y.size());
          worst = std::max(worst, o.worst());
        }
    std::printf("product against float64, %s: %lld values, max error/bound %.4f\n", info.name,
                static_cast<long long>(values), worst);
    CHECK(values == 9 * 64 * 3 * 4);
    CHECK(worst <= 1);
    CHECK(worst > 0.01); // the bound is of the size of the error
    ++formats;
  }
  CHECK(formats == 14);
}

TEST_CASE("wrong weights break the bound", "[golden][gemm][bound]") {
  Random random("broken bound");
  for (const BlockFormat format : {BlockFormat::Q4_1, BlockFormat::Q8_0}) {
    const WeightFormat f = weightFormat(format, group);
    // At K = 32 one code with its top bit flipped, under the largest activation, shows in its output row.
    Case c = encodedCase(random, format, 1, 192, 32, 1);
    const Outcome good = run(c);
    size_t largest = 0;
    for (size_t k = 1; k < 32; ++k)
      if (std::fabs(c.x[k]) > std::fabs(c.x[largest]))
        largest = k;
    int64_t caught = 0;
    for (size_t n = 0; n < 192; ++n) {
      Case wrong = c;
      wrong.codes[n * 32 + largest] ^= static_cast<uint8_t>(1 << (f.bits - 1));
      const Outcome o = run(wrong);
      caught += std::fabs(static_cast<double>(o.y[n]) - good.exact[n]) > good.bound[n];
    }
    CHECK(caught == 192);

    // At K = 576 the worst case adds up over all codes, so one code can hide; the scales of one group cannot.
    c = encodedCase(random, format, 1, 192, 576, 1);
    const Outcome wide = run(c);
    caught = 0;
    for (size_t n = 0; n < 192; ++n) {
      Case wrong = c;
      for (size_t k = 0; k < 32; ++k) // codes of one group at the ends of their range, by the sign of x
        wrong.codes[n * 576 + k] = static_cast<uint8_t>(c.x[k] > 0 ? (1 << f.bits) - 1 : 0);
      const Outcome o = run(wrong);
      caught += std::fabs(static_cast<double>(o.y[n]) - wide.exact[n]) > wide.bound[n];
    }
    std::printf("wrong weights, %d bits: %lld of 192 wrong groups caught at K = 576\n", f.bits,
                static_cast<long long>(caught));
    CHECK(caught == 192);
  }
}
