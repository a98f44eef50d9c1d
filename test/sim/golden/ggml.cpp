// Golden against an outsider: ggml's blocks, dot products and f16, from what tools/dev/fetch_ggml.sh unpacks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "random.h"
#include "sim/golden/formats.h"
#include "sim/golden/gemm.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

using namespace accord::golden;
using accord::golden::test::Random;
using accord::golden::test::same;

namespace {

/// Bytes of a Q8_1 block, the activations of a Q4_1 dot product: f16 d, f16 d*sum(q), 32 x i8.
constexpr int64_t blockBytesQ8_1 = 36;
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

std::string directory() {
  if (const char *given = std::getenv("ACCORD_GGML_DIR"))
    return given;
  const char *build = std::getenv("ACCORD_BUILD_DIR");
  return std::string(build ? build : ".") + "/ggml";
}

void *openLibrary(const std::string &name) {
  void *library = dlopen((directory() + "/" + name).c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (!library)
    FAIL("ggml: expected " << name << ", got: " << dlerror() << "; run tools/dev/fetch_ggml.sh "
                           << directory() << " or set ACCORD_GGML_DIR (ACCORD_OFFLINE=1 skips)");
  return library;
}

template <typename F> void lookUp(void *library, const char *name, F &function) {
  function = reinterpret_cast<F>(dlsym(library, name));
  if (!function)
    FAIL("ggml: expected function " << name << ", got none");
}

const Ggml &ggml() {
  static const Ggml loaded = [] {
    Ggml g{};
    void *base = openLibrary("libggml-base.so");
    void *cpu = openLibrary("libggml-cpu-x64.so"); // the portable build; the others differ in speed
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

/// True, with a line saying so, when the environment says there is no network to fetch ggml from.
bool skipped(const char *test) {
  const char *offline = std::getenv("ACCORD_OFFLINE");
  if (!offline || std::strcmp(offline, "1") != 0)
    return false;
  std::printf("skipped: %s (ACCORD_OFFLINE=1)\n", test);
  return true;
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
  std::vector<uint16_t> d, min;
};
/// n x k weights as blocks of ggml and taken apart by golden.
Blocks blocksOf(const WeightFormat &f, const std::vector<float> &w, int64_t n, int64_t k) {
  const int64_t count = n * k / 32;
  Blocks b;
  b.bytes.resize(static_cast<size_t>(count * (f.hasMin ? blockBytesQ4_1 : blockBytesQ8_0)));
  b.codes.resize(static_cast<size_t>(n * k));
  b.d.resize(static_cast<size_t>(count));
  b.min.resize(static_cast<size_t>(count));
  (f.hasMin ? ggml().quantizeQ4_1 : ggml().quantizeQ8_0)(w.data(), b.bytes.data(), n * k);
  if (f.hasMin)
    decodeQ4_1(b.bytes.data(), n, k, b.codes.data(), b.d.data(), b.min.data());
  else
    decodeQ8_0(b.bytes.data(), n, k, b.codes.data(), b.d.data());
  return b;
}

uint16_t readU16(const uint8_t *p) { return static_cast<uint16_t>(p[0] | p[1] << 8); }
void writeU16(uint8_t *p, uint16_t v) {
  p[0] = static_cast<uint8_t>(v);
  p[1] = static_cast<uint8_t>(v >> 8);
}

} // namespace

TEST_CASE("f16 conversions equal ggml's", "[golden][ggml]") {
  if (skipped("f16 conversions"))
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
  if (skipped("block formats"))
    return;
  Random random("ggml blocks");
  const int64_t rows = 800, k = 96;
  const std::vector<float> x = hardRows(random, rows, k);
  const int64_t count = rows * k / 32;
  int64_t bytes = 0, values = 0, wrong = 0;
  for (const WeightFormat &f : {formatQ4_1, formatQ8_0}) {
    const Blocks b = blocksOf(f, x, rows, k);
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
  CHECK(bytes == count * (blockBytesQ4_1 + blockBytesQ8_0));
  CHECK(values == 2 * rows * k);
  CHECK(wrong == 0);
}

TEST_CASE("random bytes decode as ggml decodes them", "[golden][ggml]") {
  if (skipped("random bytes"))
    return;
  Random random("ggml random bytes");
  const int64_t n = 500, k = 64;
  std::vector<uint8_t> bytes(static_cast<size_t>(n * k / 32 * blockBytesQ8_0));
  for (uint8_t &b : bytes)
    b = static_cast<uint8_t>(random.integer(0, 255));
  std::vector<uint8_t> codes(static_cast<size_t>(n * k));
  std::vector<uint16_t> d(static_cast<size_t>(n * k / 32)), min(d.size());
  std::vector<float> ours(codes.size()), theirs(codes.size());
  decodeQ4_1(bytes.data(), n, k, codes.data(), d.data(), min.data());
  dequantize(codes.data(), d.data(), min.data(), 0, n, k, 32, ours.data());
  ggml().dequantizeQ4_1(bytes.data(), theirs.data(), n * k);
  CHECK(accord::golden::test::mismatches(ours, theirs) == 0);
  decodeQ8_0(bytes.data(), n, k, codes.data(), d.data());
  dequantize(codes.data(), d.data(), nullptr, 128, n, k, 32, ours.data());
  ggml().dequantizeQ8_0(bytes.data(), theirs.data(), n * k);
  CHECK(accord::golden::test::mismatches(ours, theirs) == 0);
  std::printf("ggml random bytes: %lld values compared\n", static_cast<long long>(2 * n * k));
}

TEST_CASE("integer parts of dot products equal ggml's exactly", "[golden][ggml]") {
  if (skipped("integer dot products"))
    return;
  Random random("ggml integer dots");
  const int64_t k = 576, blocks = k / 32;
  int64_t compared = 0, wrong = 0;
  for (const WeightFormat &f : {formatQ4_1, formatQ8_0})
    for (int round = 0; round < 500; ++round) {
      // With scales 1 and without minima both sides are sums of integers below 2^24: any order gives the same
      // bits.
      const int64_t wBytes = f.hasMin ? blockBytesQ4_1 : blockBytesQ8_0;
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
      std::vector<uint16_t> d(static_cast<size_t>(blocks)), min(d.size());
      if (f.hasMin)
        decodeQ4_1(w.data(), 1, k, codes.data(), d.data(), min.data());
      else
        decodeQ8_0(w.data(), 1, k, codes.data(), d.data());
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
  if (skipped("dot products"))
    return;
  Random random("ggml dots");
  const int64_t k = 576, blocks = k / 32, n = 300;
  int64_t compared = 0;
  double worst = 0;
  for (const WeightFormat &f : {formatQ4_1, formatQ8_0}) {
    const Blocks w = blocksOf(f, random.normals(n * k, 0.04f), n, k);
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
      (f.hasMin ? ggml().dotQ4_1 : ggml().dotQ8_0)(
          static_cast<int>(k), &theirs, 0,
          w.bytes.data() + row * blocks * (f.hasMin ? blockBytesQ4_1 : blockBytesQ8_0), 0, a.data(), 0, 1);
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
        magnitudes += std::fabs(f16ToF32(w.d[g]) * scale) * absolute;
        if (f.hasMin) {
          const double m = f16ToF32(w.min[g]);
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
