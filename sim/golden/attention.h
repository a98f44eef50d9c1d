// Causal attention over a cache of keys and values, and how rows get into that cache.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/golden/nn.h"
#include <cstdint>

namespace accord::golden {

/// Keys or values of all layers: [layers][positions][heads][headDim].
struct CacheShape {
  int64_t layers, positions, heads, headDim;
  /// Where the values of one head start.
  int64_t index(int64_t layer, int64_t position, int64_t head) const {
    return ((layer * positions + position) * heads + head) * headDim;
  }
  int64_t size() const { return layers * positions * heads * headDim; }
};

/// x [m][heads][headDim] into positions `position` .. `position + m - 1` of a layer: as it is (F32), or
/// narrowed by f32ToF16 (F16). layer < layers and position + m <= positions (callers check).
void cacheAppend(const float *x, int64_t m, const CacheShape &shape, int64_t layer, int64_t position,
                 FloatFormat format, void *cache);

/// q [m][heads][headDim] -> y the same. Row i stands at p = position + i and attends to the cache's positions
/// 0 .. p, which hold its own key and value already. `heads` is a multiple of the cache's; query head h reads
/// head h * shape.heads / heads. In one head:
///   s[j] = (sum over d of q[d]*f32(k[j][d])) * scale    one accumulator from its first term, d ascending
///   a    = softmax(s[0 .. p])
///   y[d] = sum over j of a[j]*f32(v[j][d])              one accumulator from its first term, j ascending
/// Later positions are not read, so the bits of a row depend on nothing but its q and what stands before it.
void attention(const float *q, int64_t m, int64_t heads, float scale, const CacheShape &shape, Floats k,
               Floats v, int64_t layer, int64_t position, float *y);

/// The three steps of attention apart, over one tile of positions: what an accelerator does a command at a
/// time. Row m of a tile sees its first live + m positions, clamped to what there are; live may be 0 or less.
/// Scores and weights stand in rows m*heads + h. Tile by tile, with live less by what stood before, and a
/// softmax over the scores of all tiles, the three give `attention`'s bits.
struct HeadShape {
  int64_t heads, cacheHeads, headDim; ///< cacheHeads divides heads; head h reads h * cacheHeads / heads
};
inline int64_t liveOf(int64_t row, int64_t live, int64_t positions) {
  const int64_t n = live + row;
  return n < 0 ? 0 : n > positions ? positions : n;
}
/// q [m][heads][headDim], k [positions][cacheHeads][headDim] -> s [m*heads][positions]: as `attention`'s s,
/// and 0 past the live positions.
void scores(const float *q, int64_t m, const HeadShape &shape, float scale, Floats k, int64_t positions,
            int64_t live, float *s);
/// x [rows][n] -> y the same: row r is the softmax of its first live + r/heads elements (1 to n of them,
/// asserted), then 0.
void softmaxLive(const float *x, int64_t rows, int64_t n, int64_t heads, int64_t live, float *y);
/// a [m*heads][positions], v [positions][cacheHeads][headDim] -> y [m][heads][headDim]: as `attention`'s y.
/// `accumulate`: each sum continues from y instead of from its first term. A row without a live position
/// gives 0, or its y.
void weigh(const float *a, int64_t m, const HeadShape &shape, Floats v, int64_t positions, int64_t live,
           bool accumulate, float *y);

} // namespace accord::golden
