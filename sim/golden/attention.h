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

} // namespace accord::golden
