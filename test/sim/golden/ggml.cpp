// Golden against an outsider: ggml's blocks, dot products and f16, from what tools/dev/fetch_ggml.sh unpacks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "random.h"
#include "sim/golden/formats.h"
#include "sim/golden/gemm.h"
#include "test/support/ggml_library.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstring>

using namespace accord::golden;
using accord::golden::test::Random;
using accord::golden::test::same;

namespace {

/// Bytes of a Q8_1 block, the activations of a Q4_1 dot product: f16 d, f16 d*sum(q), 32 x i8.
constexpr int64_t blockBytesQ8_1 = 36;
constexpr int64_t blockBytesQ8_0 = 34;
constexpr double unit = 0x1p-24;

using Quantize = void (*)(const float *x, void *blocks, int64_t k);
using Dequantize = void (*)(const void *blocks, float *y, int64_t k);
using Dot = void (*)(int n, float *s, size_t bs, const void *x, size_t bx, const void *y, size_t by,
                     int rows);

struct Ggml {
  Quantize quantizeQ4_1, quantizeQ8_0, quantizeQ8_1;
  Dequantize dequantizeQ4_1, dequantizeQ8_0;
  Dot dotQ8_0, dotQ4_1;
  float (*toF32)(uint16_t);
  uint16_t (*toF16)(float);
};

template <typename F> void lookUp(const char *library, const char *name, F &function) {
  accord::Expected<void *> symbol = accord::test::ggmlSymbol(library, name);
  if (!symbol)
    FAIL(symbol.error().message);
  function = reinterpret_cast<F>(*symbol);
}

const Ggml &ggml() {
  static const Ggml loaded = [] {
    Ggml g{};
    const char *base = "libggml-base.so";
    const char *cpu = "libggml-cpu-x64.so"; // the portable build; the others differ in speed
    lookUp(base, "quantize_row_q4_1_ref", g.quantizeQ4_1);
    lookUp(base, "quantize_row_q8_0_ref", g.quantizeQ8_0);
    lookUp(base, "quantize_row_q8_1_ref", g.quantizeQ8_1);
    lookUp(base, "dequantize_row_q4_1", g.dequantizeQ4_1);
    lookUp(base, "dequantize_row_q8_0", g.dequantizeQ8_0);
    lookUp(base, "ggml_fp16_to_fp32", g.toF32);
    lookUp(base, "ggml_fp32_to_fp16", g.toF16);
    lookUp(cpu, "ggml_vec_dot_q8_0_q8_0", g.dotQ8_0);
    lookUp(cpu, "ggml_vec_dot_q4_1_q8_1", g.dotQ4_1);
    void (*init)() = nullptr;
    lookUp(cpu, "ggml_cpu_init", init);
    init(); // fills the f16 table that the dot products read
    return g;
  }();
  return loaded;
}

/// Rows that a quantizer finds hard: ties, zeros, outliers, constants, one sign, tiny and huge values.
std::vector<float> hardRows(Random &random, int64_t rows, int64_t k) {
  std::vector<float> x = random.normals(rows * k);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < k; ++i) {
      float &v = x[static_cast<size_t>(row * k + i)];
      switch (row % 8) {
      case 1:
        v = static_cast<float>(random.integer(-254, 254)) / 2;
        break; // ties of Q8_0 where 127 is drawn
      case 2:
        v = 0;
        break;
      case 3:
        v = i == 5 ? 100 * v : 0.01f * v;
        break;
      case 4:
        v = 0.75f;
        break;
      case 5:
        v = std::fabs(v) + 3;
        break;
      case 6:
        v = std::ldexp(v, static_cast<int>(random.integer(-30, 10)));
        break;
      case 7:
        v = static_cast<float>(random.integer(0, 30)) / 2;
        break; // ties of Q4_1
      default:
        break;
      }
    }
  return x;
}

struct Blocks {
  std::vector<uint8_t> bytes;
  std::vector<uint8_t> codes;
  std::vector<float> d, min;
};
/// n x k weights as blocks of ggml and taken apart by golden.
Blocks blocksOf(BlockFormat format, const std::vector<float> &w, int64_t n, int64_t k) {
  const int64_t count = n * k / 32;
  Blocks b;
  b.bytes.resize(static_cast<size_t>(matrixBytes(format, n, k)));
  b.codes.resize(static_cast<size_t>(n * k));
  b.d.resize(static_cast<size_t>(count));
  b.min.resize(static_cast<size_t>(count));
  (format == BlockFormat::Q4_1 ? ggml().quantizeQ4_1 : ggml().quantizeQ8_0)(w.data(), b.bytes.data(), n * k);
  REQUIRE(decodeBlocks(format, b.bytes.data(), n, k, b.codes.data(), b.d.data(), b.min.data()));
  return b;
}

uint16_t readU16(const uint8_t *p) { return static_cast<uint16_t>(p[0] | p[1] << 8); }
void writeU16(uint8_t *p, uint16_t v) {
  p[0] = static_cast<uint8_t>(v);
  p[1] = static_cast<uint8_t>(v >> 8);
}

} // namespace

TEST_CASE("f16 conversions equal ggml's", "[golden][ggml]") {
  if (accord::test::skippedOffline("f16 conversions"))
    return;
  int64_t wrong = 0, compared = 0;
  for (uint32_t bits = 0; bits < 0x10000; ++bits, ++compared)
    wrong += !same(f16ToF32(static_cast<uint16_t>(bits)), ggml().toF32(static_cast<uint16_t>(bits)));
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 251, ++compared) {
    const float x = floatOf(static_cast<uint32_t>(bits));
    const uint16_t ours = f32ToF16(x), theirs = ggml().toF16(x);
    wrong += ours != theirs && !(x != x && (theirs & 0x7fff) > 0x7c00 && (ours & 0x7fff) > 0x7c00);
  }
  std::printf("ggml f16: %lld conversions compared, %lld mismatches\n", static_cast<long long>(compared),
              static_cast<long long>(wrong));
  CHECK(compared > 17000000);
  CHECK(wrong == 0);
}

TEST_CASE("block quantizers and dequantizers equal ggml's", "[golden][ggml]") {
  if (accord::test::skippedOffline("block formats"))
    return;
  Random random("ggml blocks");
  const int64_t rows = 800, k = 96;
  const std::vector<float> x = hardRows(random, rows, k);
  const int64_t count = rows * k / 32;
  int64_t bytes = 0, values = 0, wrong = 0;
  for (const BlockFormat format : {BlockFormat::Q4_1, BlockFormat::Q8_0}) {
    const WeightFormat f = weightFormat(format, 32);
    const Blocks b = blocksOf(format, x, rows, k);
    std::vector<uint8_t> ours(b.bytes.size(), 0xee);
    (f.hasMin ? encodeQ4_1 : encodeQ8_0)(x.data(), rows, k, ours.data());
    for (size_t i = 0; i < ours.size(); ++i, ++bytes)
      wrong += ours[i] != b.bytes[i];

    std::vector<float> theirs(x.size()), w(x.size());
    (f.hasMin ? ggml().dequantizeQ4_1 : ggml().dequantizeQ8_0)(b.bytes.data(), theirs.data(), rows * k);
    dequantize(b.codes.data(), b.d.data(), f.hasMin ? b.min.data() : nullptr, f.zero, rows, k, 32, w.data());
    wrong += accord::golden::test::mismatches(w, theirs);
    values += static_cast<int64_t>(w.size());
  }
  std::printf("ggml blocks: %lld bytes and %lld values compared, %lld mismatches\n",
              static_cast<long long>(bytes), static_cast<long long>(values), static_cast<long long>(wrong));
  CHECK(bytes == count * (20 + 34));
  CHECK(values == 2 * rows * k);
  CHECK(wrong == 0);
}

TEST_CASE("integer parts of dot products equal ggml's exactly", "[golden][ggml]") {
  if (accord::test::skippedOffline("integer dot products"))
    return;
  Random random("ggml integer dots");
  const int64_t k = 576, blocks = k / 32;
  int64_t compared = 0, wrong = 0;
  for (const BlockFormat format : {BlockFormat::Q4_1, BlockFormat::Q8_0})
    for (int round = 0; round < 500; ++round) {
      const WeightFormat f = weightFormat(format, k);
      // With scales 1 and without minima both sides are sums of integers below 2^24: any order gives the same
      // bits.
      const int64_t wBytes = blockInfo(format).bytes;
      const int64_t aBytes = f.hasMin ? blockBytesQ8_1 : blockBytesQ8_0;
      std::vector<uint8_t> w(static_cast<size_t>(blocks * wBytes)), a(static_cast<size_t>(blocks * aBytes));
      for (uint8_t &byte : w)
        byte = static_cast<uint8_t>(random.integer(0, 255));
      for (uint8_t &byte : a) // -127..127, as activations are; at times all at an end
        byte = static_cast<uint8_t>(round % 10 == 0 ? 127 : random.integer(-127, 127));
      std::vector<int8_t> q;
      for (int64_t b = 0; b < blocks; ++b) {
        writeU16(&w[static_cast<size_t>(b * wBytes)], 0x3c00);
        writeU16(&a[static_cast<size_t>(b * aBytes)], 0x3c00);
        if (f.hasMin) {
          writeU16(&w[static_cast<size_t>(b * wBytes + 2)], 0);
          writeU16(&a[static_cast<size_t>(b * aBytes + 2)], 0);
        }
        for (int64_t i = 0; i < 32; ++i)
          q.push_back(static_cast<int8_t>(a[static_cast<size_t>(b * aBytes + (f.hasMin ? 4 : 2) + i)]));
      }
      std::vector<uint8_t> codes(static_cast<size_t>(k));
      std::vector<float> d(static_cast<size_t>(blocks)), min(d.size());
      REQUIRE(decodeBlocks(format, w.data(), 1, k, codes.data(), d.data(), min.data()));
      const std::vector<float> s(static_cast<size_t>(blocks), 1.0f);
      float ours, theirs;
      mpgemm(q.data(), s.data(), codes.data(), d.data(), f.hasMin ? min.data() : nullptr, f, 32, 1, 1, k,
             &ours);
      (f.hasMin ? ggml().dotQ4_1 : ggml().dotQ8_0)(static_cast<int>(k), &theirs, 0, w.data(), 0, a.data(), 0,
                                                   1);
      wrong += ours != theirs;
      ++compared;
    }
  std::printf("ggml integer dots: %lld compared, %lld mismatches\n", static_cast<long long>(compared),
              static_cast<long long>(wrong));
  CHECK(compared == 1000);
  CHECK(wrong == 0);
}

TEST_CASE("dot products stay within the bound of two summation orders of ggml's", "[golden][ggml]") {
  if (accord::test::skippedOffline("dot products"))
    return;
  Random random("ggml dots");
  const int64_t k = 576, blocks = k / 32, n = 300;
  int64_t compared = 0;
  double worst = 0;
  for (const BlockFormat format : {BlockFormat::Q4_1, BlockFormat::Q8_0}) {
    const WeightFormat f = weightFormat(format, 32);
    const Blocks w = blocksOf(format, random.normals(n * k, 0.04f), n, k);
    const int64_t aBytes = f.hasMin ? blockBytesQ8_1 : blockBytesQ8_0;
    const std::vector<float> x = random.normals(k, 3);
    std::vector<uint8_t> a(static_cast<size_t>(blocks * aBytes));
    (f.hasMin ? ggml().quantizeQ8_1 : ggml().quantizeQ8_0)(x.data(), a.data(), k);
    std::vector<int8_t> q;
    std::vector<float> s;
    for (int64_t b = 0; b < blocks; ++b) {
      s.push_back(f16ToF32(readU16(&a[static_cast<size_t>(b * aBytes)])));
      for (int64_t i = 0; i < 32; ++i)
        q.push_back(static_cast<int8_t>(a[static_cast<size_t>(b * aBytes + (f.hasMin ? 4 : 2) + i)]));
    }
    std::vector<float> ours(static_cast<size_t>(n));
    mpgemm(q.data(), s.data(), w.codes.data(), w.d.data(), f.hasMin ? w.min.data() : nullptr, f, 32, 1, n, k,
           ours.data());
    for (int64_t row = 0; row < n; ++row, ++compared) {
      float theirs;
      (f.hasMin ? ggml().dotQ4_1 : ggml().dotQ8_0)(static_cast<int>(k), &theirs, 0,
                                                   w.bytes.data() + row * blocks * blockInfo(format).bytes, 0,
                                                   a.data(), 0, 1);
      double magnitudes = 0, minError = 0;
      for (int64_t b = 0; b < blocks; ++b) {
        const size_t g = static_cast<size_t>(row * blocks + b);
        double absolute = 0, asum = 0;
        for (int64_t i = b * 32; i < b * 32 + 32; ++i) {
          const double term =
              double(w.codes[static_cast<size_t>(row * k + i)] - f.zero) * q[static_cast<size_t>(i)];
          absolute += std::fabs(term); // ggml may round inside a block, where golden is exact
          asum += q[static_cast<size_t>(i)];
        }
        const double scale = s[static_cast<size_t>(b)];
        magnitudes += std::fabs(double(w.d[g]) * scale) * absolute;
        if (f.hasMin) {
          const double m = double(w.min[g]);
          magnitudes += std::fabs(m * scale * asum);
          // ggml keeps scale*asum as f16.
          const double kept = f16ToF32(readU16(&a[static_cast<size_t>(b * aBytes + 2)]));
          minError += std::fabs(m) * std::fabs(kept - scale * asum);
          magnitudes += std::fabs(m) * std::fabs(kept - scale * asum);
        }
      }
      const double terms = static_cast<double>(f.hasMin ? 2 * blocks : blocks);
      const double bound = 2 * (terms + 3) * unit / (1 - (terms + 3) * unit) * magnitudes + minError;
      worst = std::max(worst, std::fabs(static_cast<double>(ours[static_cast<size_t>(row)]) -
                                        static_cast<double>(theirs)) /
                                  bound);
    }
  }
  std::printf("ggml dots: %lld compared, max difference/bound %.4f\n", static_cast<long long>(compared),
              worst);
  CHECK(compared == 2 * n);
  CHECK(worst <= 1);
}
