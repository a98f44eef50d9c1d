// Causal attention over a cache, one row and one head after the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/attention.h"
#include "sim/golden/primitives.h"
#include <algorithm>
#include <cassert>
#include <vector>

namespace accord::golden {

void cacheAppend(const float *x, int64_t m, const CacheShape &shape, int64_t layer, int64_t position,
                 FloatFormat format, void *cache) {
  assert(format != FloatFormat::BF16 && "a cache is f16 or f32");
  const int64_t row = shape.heads * shape.headDim, begin = shape.index(layer, position, 0);
  for (int64_t i = 0; i < m * row; ++i)
    if (format == FloatFormat::F16)
      static_cast<uint16_t *>(cache)[begin + i] = f32ToF16(x[i]);
    else
      static_cast<float *>(cache)[begin + i] = x[i];
}

void attention(const float *q, int64_t m, int64_t heads, float scale, const CacheShape &shape, Floats k,
               Floats v, int64_t layer, int64_t position, float *y) {
  const int64_t headDim = shape.headDim;
  assert(headDim >= 1 && "an accumulator starts from its first term");
  std::vector<float> scores(static_cast<size_t>(position + m));
  for (int64_t row = 0; row < m; ++row)
    for (int64_t head = 0; head < heads; ++head, q += headDim, y += headDim) {
      const int64_t shared = head * shape.heads / heads, length = position + row + 1;
      for (int64_t j = 0; j < length; ++j) {
        const int64_t key = shape.index(layer, j, shared);
        float acc = mul(q[0], k[key]);
        for (int64_t d = 1; d < headDim; ++d)
          acc = add(acc, mul(q[d], k[key + d]));
        scores[static_cast<size_t>(j)] = mul(acc, scale);
      }
      softmax(scores.data(), 1, length, scores.data());
      for (int64_t d = 0; d < headDim; ++d) {
        float acc = mul(scores[0], v[shape.index(layer, 0, shared) + d]);
        for (int64_t j = 1; j < length; ++j)
          acc = add(acc, mul(scores[static_cast<size_t>(j)], v[shape.index(layer, j, shared) + d]));
        y[d] = acc;
      }
    }
}

void scores(const float *q, int64_t m, const HeadShape &shape, float scale, Floats k, int64_t positions,
            int64_t live, float *s) {
  const int64_t headDim = shape.headDim;
  for (int64_t row = 0; row < m; ++row)
    for (int64_t head = 0; head < shape.heads; ++head, q += headDim, s += positions) {
      const int64_t shared = head * shape.cacheHeads / shape.heads, length = liveOf(row, live, positions);
      for (int64_t j = 0; j < length; ++j) {
        const int64_t key = (j * shape.cacheHeads + shared) * headDim;
        float acc = mul(q[0], k[key]);
        for (int64_t d = 1; d < headDim; ++d)
          acc = add(acc, mul(q[d], k[key + d]));
        s[j] = mul(acc, scale);
      }
      std::fill(s + length, s + positions, 0.0f);
    }
}

void softmaxLive(const float *x, int64_t rows, int64_t n, int64_t heads, int64_t live, float *y) {
  for (int64_t row = 0; row < rows; ++row, x += n, y += n) {
    const int64_t length = live + row / heads;
    assert(1 <= length && length <= n && "a softmax has a term");
    softmax(x, 1, length, y);
    std::fill(y + length, y + n, 0.0f);
  }
}

void weigh(const float *a, int64_t m, const HeadShape &shape, Floats v, int64_t positions, int64_t live,
           bool accumulate, float *y) {
  for (int64_t row = 0; row < m; ++row)
    for (int64_t head = 0; head < shape.heads; ++head, a += positions)
      for (int64_t d = 0; d < shape.headDim; ++d, ++y) {
        const int64_t column = head * shape.cacheHeads / shape.heads * shape.headDim + d;
        bool started = accumulate;
        float acc = accumulate ? *y : 0;
        for (int64_t j = 0; j < liveOf(row, live, positions); ++j) {
          const float term = mul(a[j], v[j * shape.cacheHeads * shape.headDim + column]);
          acc = started ? add(acc, term) : term;
          started = true;
        }
        *y = acc;
      }
}

} // namespace accord::golden
