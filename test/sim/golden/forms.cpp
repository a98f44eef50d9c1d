// Every form of the product (full, half, inverted tables, accumulated in parts) gives the dense bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "random.h"
#include "sim/golden/formats.h"
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/golden/tables.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>

using namespace accord::golden;
using accord::golden::test::Random;

namespace {

/// A random product and everything that its forms need, laid out per scale group.
struct Problem {
  int64_t M, N, K;
  WeightFormat f;
  int64_t actGroup;
  std::vector<int8_t> q;
  std::vector<float> s;
  std::vector<uint8_t> codes;
  std::vector<uint16_t> d, min;

  int64_t group() const { return std::min(f.group, actGroup); }
  int64_t groups() const { return ceilDiv(K, group()); }

  Problem(Random &random, int64_t M, int64_t N, int64_t K, int bits) : M(M), N(N), K(K) {
    const int64_t groups[] = {16, 32, 64};
    f = {bits, static_cast<int32_t>(random.integer(0, 1 << bits)), random.integer(0, 1) == 1,
         groups[random.integer(0, 2)]};
    actGroup = groups[random.integer(0, 2)];
    q = random.codes(M * K);
    s = random.normals(M * ceilDiv(K, actGroup), 0.02f);
    codes = random.weights(N * K, bits);
    d = random.halves(N * ceilDiv(K, f.group), 0.01f);
    min = random.halves(N * ceilDiv(K, f.group), 0.05f);
  }

  std::vector<float> dense(const std::vector<float> &scales, const std::vector<float> &minima) const {
    std::vector<float> y(static_cast<size_t>(M * N), -77.0f);
    mpgemm(q.data(), s.data(), codes.data(), scales.data(), f.hasMin ? minima.data() : nullptr, f, actGroup,
           M, N, K, y.data());
    return y;
  }
  std::vector<float> dense() const { return dense(widenF16(d), widenF16(min)); }
  /// Values of groups of `from` repeated for each scale group: [rows][ceil(K/from)] -> [rows][groups()].
  template <typename T>
  std::vector<T> perScaleGroup(const std::vector<T> &values, int64_t rows, int64_t from) const {
    std::vector<T> out;
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t g = 0; g < groups(); ++g)
        out.push_back(values[static_cast<size_t>(row * ceilDiv(K, from) + g * group() / from)]);
    return out;
  }
  template <typename T> std::vector<T> packed(const std::vector<T> &values) const {
    const std::vector<T> wide = perScaleGroup(values, N, f.group);
    std::vector<T> out(static_cast<size_t>(scalesCount(N, groups())));
    packScales(wide.data(), N, groups(), out.data());
    return out;
  }
  std::vector<int32_t> asum() const {
    std::vector<int32_t> out(static_cast<size_t>(M * groups()));
    groupSums(q.data(), M, K, group(), out.data());
    return out;
  }
  std::vector<int16_t> half() const {
    std::vector<int16_t> out(static_cast<size_t>(M * ceilDiv(K, 4) * 8));
    halfTables(q.data(), M, K, out.data());
    return out;
  }
  std::vector<uint8_t> planes() const {
    std::vector<uint8_t> out(static_cast<size_t>(planesBytes(N, K, f.bits)));
    packPlanes(codes.data(), N, K, f.bits, out.data());
    return out;
  }
  std::vector<int32_t> symmetricSums(const std::vector<uint8_t> &planes) const {
    std::vector<int32_t> out(static_cast<size_t>(groups() * M * N));
    lutSums(half().data(), planes.data(), M, N, K, group(), f.bits, out.data());
    return out;
  }
  /// With scales of either width.
  template <typename T>
  std::vector<float> epilogue(const std::vector<int32_t> &isum, const std::vector<T> &scales,
                              const std::vector<T> &minima) const {
    std::vector<float> y(static_cast<size_t>(M * N), -77.0f);
    const auto minPacked = packed(minima);
    lutEpilogue(isum.data(), asum().data(), perScaleGroup(s, M, actGroup).data(), packed(scales).data(),
                f.hasMin ? minPacked.data() : nullptr, f.bits, f.zero, groups(), M, N, false, y.data());
    return y;
  }
};

} // namespace

TEST_CASE("table forms equal the dense product to the bit", "[golden][gemm]") {
  Random random("table forms");
  int64_t values = 0, sums = 0, wrong = 0, withMin = 0, mixedGroups = 0;
  for (int64_t M = 1; M <= 9; ++M)
    for (int64_t N : {1, 63, 64, 65, 192})
      for (int64_t K : {4, 36, 576})
        for (int bits = 1; bits <= 8; ++bits) {
          const Problem p(random, M, N, K, bits);
          withMin += p.f.hasMin;
          mixedGroups += p.f.group != p.actGroup;
          const std::vector<int32_t> symmetric = p.symmetricSums(p.planes());
          wrong += accord::golden::test::mismatches(p.dense(), p.epilogue(symmetric, p.d, p.min));
          // f32 scales that no f16 holds, as of two-level formats.
          const std::vector<float> d = random.normals(static_cast<int64_t>(p.d.size()), 1e-9f),
                                   min = random.normals(static_cast<int64_t>(p.d.size()), 1e9f);
          wrong += accord::golden::test::mismatches(p.dense(d, min), p.epilogue(symmetric, d, min));

          std::vector<int32_t> raw(symmetric.size());
          lutSumsHalf(p.half().data(), p.codes.data(), M, N, K, p.group(), bits, raw.data());
          wrong += raw != symmetric;

          std::vector<int16_t> full(static_cast<size_t>(M * ceilDiv(K, 4) * 16));
          fullTables(p.q.data(), M, K, full.data());
          std::vector<int32_t> plain(symmetric.size());
          lutSumsFull(full.data(), p.codes.data(), M, N, K, p.group(), bits, plain.data());
          const std::vector<int32_t> asum = p.asum();
          for (int64_t i = 0; i < static_cast<int64_t>(plain.size()); ++i) {
            const int64_t g = i / (M * N), m = i / N % M;
            const int32_t activations = asum[static_cast<size_t>(m * p.groups() + g)];
            wrong += 2 * plain[static_cast<size_t>(i)] - ((1 << bits) - 1) * activations !=
                     symmetric[static_cast<size_t>(i)];
          }
          values += 2 * M * N;
          sums += static_cast<int64_t>(plain.size());
        }
  std::printf("table forms: %lld values and %lld sums compared, %lld mismatches\n",
              static_cast<long long>(values), static_cast<long long>(sums), static_cast<long long>(wrong));
  CHECK(values == 2 * 45 * 385 * 3 * 8);
  CHECK(2 * sums > values);
  CHECK(withMin > 0);
  CHECK(mixedGroups > 0);
  CHECK(wrong == 0);
}

namespace {

/// The integer sums of mpgemm [G][M][N]: its product of one group at a time, with scales of 1.
std::vector<int32_t> denseSums(const Problem &p) {
  std::vector<int32_t> sums;
  for (int64_t begin = 0; begin < p.K; begin += p.group()) {
    const int64_t length = std::min(p.group(), p.K - begin);
    std::vector<int8_t> q;
    std::vector<uint8_t> codes;
    for (int64_t m = 0; m < p.M; ++m)
      q.insert(q.end(), &p.q[size_t(m * p.K + begin)], &p.q[size_t(m * p.K + begin)] + length);
    for (int64_t n = 0; n < p.N; ++n)
      codes.insert(codes.end(), &p.codes[size_t(n * p.K + begin)],
                   &p.codes[size_t(n * p.K + begin)] + length);
    const std::vector<float> ones(static_cast<size_t>(std::max(p.M, p.N)), 1.0f);
    std::vector<float> y(static_cast<size_t>(p.M * p.N));
    mpgemm(q.data(), ones.data(), codes.data(), ones.data(), nullptr, {p.f.bits, p.f.zero, false, length},
           length, p.M, p.N, length, y.data());
    for (float sum : y)
      sums.push_back(static_cast<int32_t>(sum)); // below 2^24: exact
  }
  return sums;
}

} // namespace

TEST_CASE("sums of the MAC array are the dense product's", "[golden][gemm]") {
  Random random("mac sums");
  int64_t compared = 0, wrong = 0, shown = 0, cases = 0, eightBits = 0;
  const auto check = [&](const Problem &p) {
    std::vector<int32_t> isum(static_cast<size_t>(p.groups() * p.M * p.N), -77);
    std::vector<uint8_t> planes = p.planes();
    const auto run = [&] {
      macSums(p.q.data(), planes.data(), p.M, p.N, p.K, p.group(), p.f.bits, p.f.zero, isum.data());
      return isum;
    };
    const std::vector<int32_t> expected = denseSums(p);
    REQUIRE(expected.size() == isum.size());
    run();
    for (size_t i = 0; i < isum.size(); ++i)
      wrong += isum[i] != expected[i];
    compared += static_cast<int64_t>(isum.size());
    planes[0] ^= 0x01; // of lane 0
    shown += run() != expected;
    eightBits += p.f.bits == 8;
    ++cases;
  };
  for (int64_t M : {1, 4, 9})
    for (int64_t N : {1, 65, 128})
      for (int64_t K : {4, 38, 160})
        for (int bits = 1; bits <= 8; ++bits) {
          Problem p(random, M, N, K, bits);
          if (!macCodesFit(bits, p.f.zero))
            p.f.zero = 128;
          REQUIRE(macCodesFit(bits, p.f.zero));
          p.q[0] = 1; // the flipped bit has something to count
          check(p);
        }
  // The largest products of either sign: -128 * -128 and -128 * 127 all along a group.
  for (auto [code, sum] : {std::pair<uint8_t, int32_t>{0, 128 * 128}, {255, -128 * 127}}) {
    Problem p(random, 2, 64, 512, 8);
    p.f = {8, 128, false, 64};
    p.actGroup = 64;
    std::fill(p.q.begin(), p.q.end(), int8_t(-128));
    std::fill(p.codes.begin(), p.codes.end(), code);
    check(p);
    CHECK(denseSums(p)[0] == 64 * sum);
  }
  std::printf("mac sums: %lld sums of %lld products compared, %lld mismatches\n",
              static_cast<long long>(compared), static_cast<long long>(cases), static_cast<long long>(wrong));
  CHECK(cases == 3 * 3 * 3 * 8 + 2);
  CHECK(eightBits == 3 * 3 * 3 + 2);
  CHECK(compared > 200000);
  CHECK(shown == cases);
  CHECK(wrong == 0);
}

TEST_CASE("product codes are int8 or no MAC array takes them", "[golden][gemm]") {
  int64_t checked = 0;
  for (int bits = 1; bits <= 8; ++bits)
    for (int32_t zero = 0; zero < 1 << bits; ++zero, ++checked) {
      bool fits = true;
      for (int32_t u = 0; u < 1 << bits; ++u)
        fits = fits && u - zero >= -128 && u - zero <= 127;
      CHECK(macCodesFit(bits, zero) == fits);
    }
  CHECK(checked == 510);
  CHECK(macCodesFit(8, 128));
  CHECK_FALSE(macCodesFit(8, 0)); // an asymmetric code of 8 bits with a minimum
}

TEST_CASE("the product follows its written order of f32 operations", "[golden][gemm]") {
  // Written out once more, on purpose without golden's helpers: another grouping or order must differ
  // somewhere.
  Random random("product order");
  int64_t compared = 0, wrong = 0, groupingShows = 0, orderShows = 0;
  for (int bits = 1; bits <= 8; ++bits) {
    const Problem p(random, 4, 65, 256, bits);
    const std::vector<float> y = p.dense();
    for (int64_t m = 0; m < p.M; ++m)
      for (int64_t n = 0; n < p.N; ++n, ++compared) {
        std::vector<float> terms, regrouped;
        for (int64_t g = 0; g < p.groups(); ++g) {
          float isum = 0, asum = 0; // integers below 2^24: exact in any order
          for (int64_t k = g * p.group(); k < (g + 1) * p.group(); ++k) {
            const float a = p.q[static_cast<size_t>(m * p.K + k)];
            isum += static_cast<float>(p.codes[static_cast<size_t>(n * p.K + k)] - p.f.zero) * a;
            asum += a;
          }
          const int64_t k = g * p.group();
          const float s = p.s[static_cast<size_t>(m * (p.K / p.actGroup) + k / p.actGroup)];
          const size_t w = static_cast<size_t>(n * (p.K / p.f.group) + k / p.f.group);
          const float ds = f16ToF32(p.d[w]) * s, ms = f16ToF32(p.min[w]) * s;
          terms.push_back(ds * isum);
          regrouped.push_back(f16ToF32(p.d[w]) * (s * isum));
          if (p.f.hasMin) {
            terms.push_back(ms * asum);
            regrouped.push_back(f16ToF32(p.min[w]) * (s * asum));
          }
        }
        const auto sum = [](auto first, auto last) {
          float acc = *first;
          while (++first != last)
            acc = acc + *first;
          return acc;
        };
        const float expected = sum(terms.begin(), terms.end());
        wrong += !accord::golden::test::same(y[static_cast<size_t>(m * p.N + n)], expected);
        groupingShows += sum(regrouped.begin(), regrouped.end()) != expected;
        orderShows += sum(terms.rbegin(), terms.rend()) != expected;
      }
  }
  CHECK(compared == 8 * 4 * 65);
  CHECK(wrong == 0);
  CHECK(groupingShows > 0);
  CHECK(orderShows > 0);
}

TEST_CASE("one flipped weight bit changes the sums", "[golden][gemm]") {
  Random random("flipped bit");
  for (int bits = 1; bits <= 8; ++bits) {
    Problem p(random, 2, 65, 36, bits);
    std::fill(p.q.begin(), p.q.end(), int8_t(-128));
    std::vector<uint8_t> planes = p.planes();
    const std::vector<int32_t> good = p.symmetricSums(planes);
    planes[static_cast<size_t>(random.integer(0, planesBytes(64, 36, bits) - 1))] ^=
        0x10; // tile 0 has all lanes
    CHECK(p.symmetricSums(planes) != good);
  }
}

TEST_CASE("accumulating group by group equals one epilogue", "[golden][gemm]") {
  Random random("accumulate");
  int64_t values = 0;
  for (int bits = 1; bits <= 8; ++bits) {
    const Problem p(random, 3, 65, 164, bits);
    const auto isum = p.symmetricSums(p.planes());
    const auto asum = p.asum();
    const auto s = p.perScaleGroup(p.s, p.M, p.actGroup);
    const auto d = p.perScaleGroup(p.d, p.N, p.f.group), min = p.perScaleGroup(p.min, p.N, p.f.group);
    const int64_t G = p.groups();
    std::vector<float> y(static_cast<size_t>(p.M * p.N));
    for (int64_t g = 0; g < G; ++g) {
      const auto column = [&](const auto &from, int64_t rows) {
        auto out = from;
        out.clear();
        for (int64_t row = 0; row < rows; ++row)
          out.push_back(from[static_cast<size_t>(row * G + g)]);
        return out;
      };
      const auto pack = [&](const std::vector<uint16_t> &from) {
        std::vector<uint16_t> out(static_cast<size_t>(scalesCount(p.N, 1)));
        packScales(column(from, p.N).data(), p.N, 1, out.data());
        return out;
      };
      const auto minima = pack(min);
      lutEpilogue(&isum[static_cast<size_t>(g * p.M * p.N)], column(asum, p.M).data(), column(s, p.M).data(),
                  pack(d).data(), p.f.hasMin ? minima.data() : nullptr, bits, p.f.zero, 1, p.M, p.N, g > 0,
                  y.data());
    }
    CHECK(accord::golden::test::mismatches(y, p.dense()) == 0);
    values += p.M * p.N;
  }
  CHECK(values == 8 * 195);
}

TEST_CASE("tables of a known row", "[golden][tables]") {
  const std::vector<int8_t> q{1, -2, 3, -128, 5};
  std::vector<int16_t> full(32), half(16);
  fullTables(q.data(), 1, 5, full.data());
  halfTables(q.data(), 1, 5, half.data());
  CHECK(full[0] == 0);
  CHECK(full[0b0101] == 4);
  CHECK(full[0b1111] == -126);
  CHECK(full[16 + 0b1111] == 5); // absent activations count as 0
  CHECK(half[0b000] == 128 - 1 + 2 - 3);
  CHECK(half[0b101] == 128 + 1 + 2 + 3);
  CHECK(half[8 + 0b111] == 5);
  CHECK(half[8 + 0b110] == -5);
  const std::vector<int8_t> extreme(4, -128);
  halfTables(extreme.data(), 1, 4, half.data());
  CHECK(half[0] == 512); // the entry that makes 11 bits necessary
  CHECK(half[7] == -256);
}

TEST_CASE("planes hold inverted nibbles, zero beyond the weight, and unpack again", "[golden][planes]") {
  // One row, codes of 2 bits: plane 0 = 1,1,0,1 (nibble 1011 -> inverted 1100), plane 1 = 0,1,1,0 (0110
  // stays).
  const std::vector<uint8_t> codes{1, 3, 2, 1};
  std::vector<uint8_t> planes(static_cast<size_t>(planesBytes(1, 4, 2)), 0xee);
  REQUIRE(planes.size() == 64);
  packPlanes(codes.data(), 1, 4, 2, planes.data());
  CHECK(planes[0] == 0b1100);
  CHECK(planes[32] == 0b0110);
  CHECK(std::count(planes.begin(), planes.end(), 0) == 62);
  CHECK(planesBytes(65, 5, 3) == 2 * 2 * 3 * 32);
  CHECK(scalesCount(65, 3) == 2 * 64 * 3);

  Random random("planes");
  for (int64_t n : {1, 63, 64, 65, 192})
    for (int64_t k : {1, 4, 36, 38})
      for (int bits = 1; bits <= 8; ++bits) {
        const std::vector<uint8_t> in = random.weights(n * k, bits);
        std::vector<uint8_t> packed(static_cast<size_t>(planesBytes(n, k, bits)), 0xee), out(in.size(), 0xee);
        packPlanes(in.data(), n, k, bits, packed.data());
        unpackPlanes(packed.data(), n, k, bits, out.data());
        CHECK(in == out);
      }

  const std::vector<uint16_t> d{1, 2, 3, 4}; // [2][2]
  std::vector<uint16_t> scales(128, 0xeeee);
  packScales(d.data(), 2, 2, scales.data());
  CHECK(scales[0] == 1);
  CHECK(scales[1] == 3);
  CHECK(scales[64] == 2);
  CHECK(scales[65] == 4);
  CHECK(std::count(scales.begin(), scales.end(), 0) == 124);

  const std::vector<float> wide{1e-20f, 2, 3, 4};
  std::vector<float> wideScales(128, -1);
  packScales(wide.data(), 2, 2, wideScales.data());
  CHECK(wideScales[0] == 1e-20f);
  CHECK(wideScales[65] == 4);
  CHECK(std::count(wideScales.begin(), wideScales.end(), 0.0f) == 124);
}

TEST_CASE("blocks of 8 bits round ties away from zero", "[golden][formats]") {
  // d is 1: a weight is its code.
  std::vector<float> x(32);
  std::vector<int> expected(32);
  x[0] = 127, expected[0] = 127;
  for (int i = 1; i < 32; ++i) {
    const int whole = i % 16, sign = i < 16 ? 1 : -1;
    x[size_t(i)] = float(sign) * (float(whole) + 0.5f);
    expected[size_t(i)] = sign * (whole + 1);
  }
  std::vector<uint8_t> block(34);
  encodeQ8_0(x.data(), 1, 32, block.data());
  CHECK((block[0] | block[1] << 8) == 0x3c00);
  for (size_t i = 0; i < 32; ++i)
    CHECK(int(int8_t(block[2 + i])) == expected[i]);
}

TEST_CASE("scales that span scale groups, f32 scales and whole sums give the dense bits", "[golden][gemm]") {
  Random random("scaleSums");
  int64_t values = 0;
  for (int bits = 1; bits <= 8; ++bits) {
    const Problem p(random, 3, 65, 164, bits);
    const int64_t G = p.groups(), weightGroups = ceilDiv(p.K, p.f.group);
    std::vector<int32_t> sums = p.symmetricSums(p.planes());
    const auto asum = p.asum();
    const auto pack = [&](const std::vector<uint16_t> &from) {
      std::vector<uint16_t> out(static_cast<size_t>(scalesCount(p.N, weightGroups)));
      packScales(from.data(), p.N, weightGroups, out.data());
      return out;
    };
    const auto d = pack(p.d), min = p.f.hasMin ? pack(p.min) : std::vector<uint16_t>();
    std::vector<float> wideD(d.size()), wideMin(min.size()), y(static_cast<size_t>(p.M * p.N));
    widen(d.data(), static_cast<int64_t>(d.size()), wideD.data());
    widen(min.data(), static_cast<int64_t>(min.size()), wideMin.data());
    SumShape shape{G, p.M, p.N, bits, p.f.zero, p.actGroup / p.group(), p.f.group / p.group()};
    const auto check = [&](Floats scales, Floats minima) {
      scaleSums(sums.data(), asum.data(), p.s.data(), scales, minima, shape, false, y.data());
      CHECK(accord::golden::test::mismatches(y, p.dense()) == 0);
      values += p.M * p.N;
    };
    const auto dataOf = [&](const auto &v) { return p.f.hasMin ? v.data() : nullptr; };
    check({FloatFormat::F16, d.data()}, {FloatFormat::F16, dataOf(min)});
    check({FloatFormat::F32, wideD.data()}, {FloatFormat::F32, dataOf(wideMin)});
    for (int64_t g = 0; g < G; ++g)
      for (int64_t m = 0; m < p.M; ++m)
        for (int64_t n = 0; n < p.N; ++n) {
          int32_t &sum = sums[static_cast<size_t>((g * p.M + m) * p.N + n)];
          sum = (sum + ((1 << bits) - 1 - 2 * p.f.zero) * asum[static_cast<size_t>(m * G + g)]) / 2;
        }
    shape.bits = shape.zero = 0;
    check({FloatFormat::F16, d.data()}, {FloatFormat::F16, dataOf(min)});
  }
  std::printf("scaleSums: %lld values compared\n", static_cast<long long>(values));
  CHECK(values == 3 * 8 * 195);
}
