// Attention over a cache: its order to the bit, its values against double, and rows at once against rows in
// turn.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/attention.h"
#include "random.h"
#include <algorithm>
#include <catch2/catch.hpp>

using namespace accord::golden;
using accord::golden::test::mismatches;
using accord::golden::test::Random;
using accord::golden::test::same;

namespace {

/// Bytes of a cache whose every value is a NaN until it is written: reading one shows in the result.
struct Cache {
  CacheShape shape;
  FloatFormat format;
  std::vector<uint32_t> words; // aligned for either format
  Cache(CacheShape s, FloatFormat f)
      : shape(s), format(f), words(static_cast<size_t>(s.size()), 0xffffffff) {}
  Floats floats() const { return {format, words.data()}; }
};

struct Problem {
  int64_t heads, position;
  Cache k, v;
  std::vector<float> keys, values; // rows 0 .. position, before narrowing
  float scale;

  Problem(Random &random, int64_t kvHeads, int64_t ratio, int64_t headDim, int64_t last, FloatFormat format)
      : heads(kvHeads * ratio), position(last), k({2, last + 2, kvHeads, headDim}, format), v(k),
        keys(random.normals((last + 1) * kvHeads * headDim)),
        values(random.normals((last + 1) * kvHeads * headDim)),
        scale(1 / std::sqrt(static_cast<float>(headDim))) {}
  int64_t row() const { return k.shape.heads * k.shape.headDim; }
  /// Rows first .. first + count - 1 into layer 1; layer 0 stays NaN.
  void append(int64_t first, int64_t count) {
    cacheAppend(&keys[static_cast<size_t>(first * row())], count, k.shape, 1, first, k.format,
                k.words.data());
    cacheAppend(&values[static_cast<size_t>(first * row())], count, v.shape, 1, first, v.format,
                v.words.data());
  }
  std::vector<float> run(const float *q, int64_t first, int64_t rows) const {
    std::vector<float> y(static_cast<size_t>(rows * heads * k.shape.headDim));
    attention(q, rows, heads, scale, k.shape, k.floats(), v.floats(), 1, first, y.data());
    return y;
  }
};

/// The formulas once more, over plain operators.
std::vector<float> byHand(const Problem &p, const std::vector<float> &q) {
  const int64_t D = p.k.shape.headDim, n = p.position + 1;
  std::vector<float> y(q.size()), a(static_cast<size_t>(n));
  for (int64_t h = 0; h < p.heads; ++h) {
    const int64_t shared = h / (p.heads / p.k.shape.heads);
    const auto at = [&](const Cache &cache, int64_t j, int64_t d) {
      const int64_t i = (((p.position + 2) + j) * cache.shape.heads + shared) * D + d; // layer 1
      return cache.format == FloatFormat::F32
                 ? floatOf(cache.words[static_cast<size_t>(i)])
                 : f16ToF32(static_cast<uint16_t>(cache.words[static_cast<size_t>(i / 2)] >> (i % 2 * 16)));
    };
    for (int64_t j = 0; j < n; ++j) {
      float s = q[static_cast<size_t>(h * D)] * at(p.k, j, 0);
      for (int64_t d = 1; d < D; ++d)
        s = s + q[static_cast<size_t>(h * D + d)] * at(p.k, j, d);
      a[static_cast<size_t>(j)] = s * p.scale;
    }
    softmax(a.data(), 1, n, a.data());
    for (int64_t d = 0; d < D; ++d) {
      float acc = a[0] * at(p.v, 0, d);
      for (int64_t j = 1; j < n; ++j)
        acc = acc + a[static_cast<size_t>(j)] * at(p.v, j, d);
      y[static_cast<size_t>(h * D + d)] = acc;
    }
  }
  return y;
}

/// Exact attention over the narrowed cache, and a bound of golden's error, per output.
struct Exact {
  std::vector<double> y, bound;
};

/// `group(h)` is the kv head of a query head.
template <typename Group> Exact exactly(const Problem &p, const std::vector<float> &q, Group group) {
  const int64_t D = p.k.shape.headDim, n = p.position + 1;
  const double u = 0x1p-24;
  Exact result{std::vector<double>(q.size()), std::vector<double>(q.size())};
  const Floats k = p.k.floats(), v = p.v.floats();
  for (int64_t h = 0; h < p.heads; ++h) {
    std::vector<double> s(static_cast<size_t>(n));
    double scoreError = 0, largest = -INFINITY, sum = 0;
    for (int64_t j = 0; j < n; ++j) {
      double dot = 0, magnitude = 0;
      for (int64_t d = 0; d < D; ++d) {
        const double term = static_cast<double>(q[static_cast<size_t>(h * D + d)]) *
                            static_cast<double>(k[p.k.shape.index(1, j, group(h)) + d]);
        dot += term;
        magnitude += std::fabs(term);
      }
      s[static_cast<size_t>(j)] = dot * static_cast<double>(p.scale);
      // A product, D - 1 sums and the scale each round once.
      scoreError =
          std::max(scoreError, static_cast<double>(D + 2) * u * magnitude * static_cast<double>(p.scale));
      largest = std::max(largest, s[static_cast<size_t>(j)]);
    }
    for (double score : s)
      sum += std::exp(score - largest);
    for (int64_t d = 0; d < D; ++d) {
      double &y = result.y[static_cast<size_t>(h * D + d)],
             &bound = result.bound[static_cast<size_t>(h * D + d)];
      for (int64_t j = 0; j < n; ++j) {
        const double arg = s[static_cast<size_t>(j)] - largest;
        const double term = std::exp(arg) / sum * static_cast<double>(v[p.v.shape.index(1, j, group(h)) + d]);
        y += term;
        // Scores move a weight by exp(2*error), numerator and sum alike. Of softmax: x - max rounds by
        // u*|arg|; exp 2u and rcp 2.4u, the sum's terms another 2u and |arg|, its n/16 + 4 additions, one
        // product. Of the contraction: the product and n - 1 sums.
        const double relative =
            2.2 * scoreError + (10 + 2 * (std::fabs(arg) + 4 * scoreError) + static_cast<double>(n) / 16 + 4 +
                                static_cast<double>(n)) *
                                   1.01 * u;
        bound += relative * std::fabs(term);
      }
      // A weight below 2^-126 rounds by 2^-150 whatever its size.
      bound += static_cast<double>(n) * 0x1p-140;
    }
  }
  return result;
}

} // namespace

TEST_CASE("attention agrees with its formula to the bit, and with double", "[golden][attention]") {
  Random random("attention");
  int64_t compared = 0, wrongGroups = 0, grouped = 0;
  double worst = 0;
  for (FloatFormat format : {FloatFormat::F16, FloatFormat::F32})
    for (int64_t ratio : {1, 3, 4})
      for (int64_t headDim : {1, 8, 64})
        for (int64_t position :
             {int64_t(0), int64_t(1), int64_t(15), int64_t(16), int64_t(17), random.integer(18, 100)}) {
          Problem problem(random, 3, ratio, headDim, position, format);
          problem.append(0, position + 1);
          const std::vector<float> q = random.normals(problem.heads * headDim);
          const std::vector<float> y = problem.run(q.data(), position, 1);
          CHECK(mismatches(y, byHand(problem, q)) == 0);
          const Exact exact = exactly(problem, q, [&](int64_t h) { return h / ratio; });
          const Exact wrong = exactly(problem, q, [&](int64_t h) { return h % 3; });
          int64_t beyond = 0;
          for (size_t i = 0; i < y.size(); ++i, ++compared) {
            const double error = std::fabs(static_cast<double>(y[i]) - exact.y[i]);
            CHECK(error <= exact.bound[i]);
            worst = std::max(worst, error / exact.bound[i]);
            beyond += std::fabs(static_cast<double>(y[i]) - wrong.y[i]) > wrong.bound[i];
          }
          grouped += ratio > 1;
          wrongGroups += ratio > 1 && beyond > 0;
        }
  std::printf(
      "attention: %lld values compared, largest error/bound %.3f, heads of another group seen in %lld "
      "of %lld\n",
      static_cast<long long>(compared), worst, static_cast<long long>(wrongGroups),
      static_cast<long long>(grouped));
  CHECK(compared == 2 * (1 + 3 + 4) * 3 * (1 + 8 + 64) * 6);
  CHECK(wrongGroups == grouped);
}

TEST_CASE("rows at once are rows in turn, to the bit", "[golden][attention]") {
  Random random("attention rows");
  int64_t compared = 0, differ = 0;
  for (FloatFormat format : {FloatFormat::F16, FloatFormat::F32})
    for (int64_t ratio : {1, 3, 4})
      for (int64_t begin : {int64_t(0), int64_t(15), random.integer(1, 40)}) {
        const int64_t headDim = 16, rows = random.integer(2, 19);
        Problem atOnce(random, 2, ratio, headDim, begin + rows - 1, format);
        Problem inTurn = atOnce;
        const int64_t width = atOnce.heads * headDim;
        const std::vector<float> q = random.normals(rows * width);
        atOnce.append(0, begin + rows);
        const std::vector<float> all = atOnce.run(q.data(), begin, rows);
        if (begin > 0)
          inTurn.append(0, begin);
        std::vector<float> steps;
        for (int64_t i = 0; i < rows; ++i) {
          inTurn.append(begin + i, 1);
          const std::vector<float> y = inTurn.run(&q[static_cast<size_t>(i * width)], begin + i, 1);
          steps.insert(steps.end(), y.begin(), y.end());
        }
        CHECK(mismatches(all, steps) == 0);
        CHECK(atOnce.k.words == inTurn.k.words);
        CHECK(atOnce.v.words == inTurn.v.words);
        compared += static_cast<int64_t>(all.size());
        // The position is seen: one row off, and a value is missed or a NaN is met.
        const std::vector<float> late = inTurn.run(q.data(), begin + 1, 1);
        differ += mismatches({all.begin(), all.begin() + width}, late) > 0;
      }
  std::printf("attention: %lld values of rows at once compared with rows in turn\n",
              static_cast<long long>(compared));
  CHECK(compared > 1000);
  CHECK(differ == 18);
}

TEST_CASE("rows are narrowed into their place of the cache and nowhere else", "[golden][attention]") {
  const CacheShape shape{3, 5, 2, 2};
  const std::vector<float> x{1, -0.0f, 65519, 65520, 0x1p-24f, 0x1p-26f, NAN, -2}; // two rows
  Cache half(shape, FloatFormat::F16), whole(shape, FloatFormat::F32);
  cacheAppend(x.data(), 2, shape, 1, 3, half.format, half.words.data());
  cacheAppend(x.data(), 2, shape, 1, 3, whole.format, whole.words.data());
  const auto *halves = reinterpret_cast<const uint16_t *>(half.words.data());
  const std::vector<uint16_t> expected{0x3c00, 0x8000, 0x7bff, 0x7c00, 0x0001, 0x0000, 0x7e00, 0xc000};
  int64_t compared = 0;
  for (int64_t i = 0; i < shape.size(); ++i, ++compared) {
    const int64_t at = i - (1 * 5 + 3) * 4;
    const bool written = at >= 0 && at < 8;
    CHECK(halves[i] == (written ? expected[static_cast<size_t>(at)] : 0xffff));
    if (!written || at != 6)
      CHECK(whole.words[static_cast<size_t>(i)] ==
            (written ? bitsOf(x[static_cast<size_t>(at)]) : 0xffffffff));
  }
  CHECK(compared == 60);
  CHECK(shape.index(1, 3, 1) == 34);
}

TEST_CASE("a position alone returns its value, and -0 stays", "[golden][attention]") {
  // softmax of one score is 1, and nothing is added to 1 * v.
  const CacheShape shape{1, 1, 1, 2};
  const std::vector<float> k{3, -5}, v{-0.0f, 7}, q{2, 2};
  std::vector<float> y(2);
  attention(q.data(), 1, 1, 0.5f, shape, {FloatFormat::F32, k.data()}, {FloatFormat::F32, v.data()}, 0, 0,
            y.data());
  CHECK(same(y[0], -0.0f));
  CHECK(y[1] == 7);
}

namespace {

/// Attention by its three commands: `tile` positions at a time, the rest of the last tile and all that comes
/// after the last position NaN.
std::vector<float> byTiles(const Problem &p, const std::vector<float> &q, int64_t first, int64_t rows,
                           int64_t tile) {
  const CacheShape &cache = p.k.shape;
  const HeadShape shape{p.heads, cache.heads, cache.headDim};
  const int64_t columns = (first + rows + tile - 1) / tile * tile, width = cache.heads * cache.headDim;
  // Layer 1 of a cache alone, continued with NaN.
  auto rest = [&](const Cache &c) {
    std::vector<float> values(static_cast<size_t>(columns * width), NAN);
    for (int64_t i = 0; i < (first + rows) * width; ++i)
      values[static_cast<size_t>(i)] = c.floats()[cache.index(1, 0, 0) + i];
    return values;
  };
  const std::vector<float> k = rest(p.k), v = rest(p.v);
  const auto floatsAt = [&](const std::vector<float> &values, int64_t position) {
    return Floats{FloatFormat::F32, &values[static_cast<size_t>(position * width)]};
  };
  // Copies between a tile's scores and those of all tiles.
  std::vector<float> all(static_cast<size_t>(rows * p.heads * columns)), part(all.size() / columns * tile);
  const auto eachRow = [&](int64_t begin, auto copy) {
    for (int64_t r = 0; r < rows * p.heads; ++r)
      copy(&all[static_cast<size_t>(r * columns + begin)], &part[static_cast<size_t>(r * tile)]);
  };
  for (int64_t begin = 0; begin < columns; begin += tile) {
    scores(q.data(), rows, shape, p.scale, floatsAt(k, begin), tile, first + 1 - begin, part.data());
    eachRow(begin, [&](float *to, float *from) { std::copy_n(from, tile, to); });
  }
  std::vector<float> weights(all.size()), y(q.size());
  softmaxLive(all.data(), rows * p.heads, columns, p.heads, first + 1, weights.data());
  all = weights;
  for (int64_t begin = 0; begin < columns; begin += tile) {
    eachRow(begin, [&](float *from, float *to) { std::copy_n(from, tile, to); });
    weigh(part.data(), rows, shape, floatsAt(v, begin), tile, first + 1 - begin, begin > 0, y.data());
  }
  return y;
}

} // namespace

TEST_CASE("tiles of positions chain to attention's bits", "[golden][attention]") {
  Random random("attention tiles");
  int64_t compared = 0, specials = 0, shifted = 0, problems = 0;
  for (FloatFormat format : {FloatFormat::F16, FloatFormat::F32})
    for (int64_t ratio : {1, 3})
      for (int64_t first : {int64_t(0), int64_t(1), int64_t(15), int64_t(16), random.integer(17, 80)})
        for (int64_t tile : {1, 7, 16, 64})
          for (bool special : {false, true}) {
            const int64_t headDim = random.integer(1, 20), rows = random.integer(1, 18);
            Problem p(random, 2, ratio, headDim, first + rows - 1, format);
            std::vector<float> q = random.normals(rows * p.heads * headDim);
            if (special) { // one of each now and then, so that most rows stay numbers
              const float values[] = {INFINITY, -INFINITY, NAN, -0.0f, 3e38f, 1e-40f};
              for (std::vector<float> *x : {&q, &p.keys, &p.values}) {
                const float value = values[random.integer(0, 5)];
                (*x)[static_cast<size_t>(random.integer(0, static_cast<int64_t>(x->size()) - 1))] = value;
                ++specials;
              }
            }
            p.append(0, first + rows);
            const std::vector<float> want = p.run(q.data(), first, rows);
            CHECK(mismatches(byTiles(p, q, first, rows, tile), want) == 0);
            compared += static_cast<int64_t>(want.size());
            // A position more or less shows.
            if (!special) {
              ++problems;
              shifted += first > 0 && mismatches(byTiles(p, q, first - 1, rows, tile), want) > 0;
            }
          }
  std::printf("attention: %lld values of tiles compared, %lld special values among the inputs, a position "
              "less seen in %lld of %lld\n",
              static_cast<long long>(compared), static_cast<long long>(specials),
              static_cast<long long>(shifted), static_cast<long long>(problems));
  CHECK(compared > 10000);
  CHECK(shifted == problems * 4 / 5);
}

TEST_CASE("rows that see nothing of a tile", "[golden][attention]") {
  const HeadShape shape{2, 1, 1};
  const std::vector<float> q{1, 2, 3, 4}, k{5, NAN}, a{1, 2, 3, 4, 5, 6, 7, 8};
  std::vector<float> s(8, 9), y{-0.0f, 7, 1, 1};
  // Row 0 sees none, row 1 the first: rows of s are (row, head).
  scores(q.data(), 2, shape, 1, {FloatFormat::F32, k.data()}, 2, 0, s.data());
  CHECK(s == std::vector<float>{0, 0, 0, 0, 15, 0, 20, 0});
  weigh(a.data(), 2, shape, {FloatFormat::F32, k.data()}, 2, 0, true, y.data());
  CHECK(same(y[0], -0.0f));
  CHECK((y[1] == 7 && y[2] == 1 + 5 * 5 && y[3] == 1 + 7 * 5));
  weigh(a.data(), 2, shape, {FloatFormat::F32, k.data()}, 2, 0, false, y.data());
  CHECK(y == std::vector<float>{0, 0, 25, 35});
  const std::vector<float> x{1, 1, NAN, 1, 1, 1};
  std::vector<float> z(6, 9);
  softmaxLive(x.data(), 2, 3, 1, 2, z.data());
  CHECK((z[0] == 0.5f && z[1] == 0.5f && z[2] == 0));
  CHECK((z[3] == z[4] && z[4] == z[5] && std::fabs(z[5] - 1.0f / 3) < 1e-6f));
}
