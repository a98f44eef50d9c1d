// 64 lanes side by side instead of lane after lane, so that a byte of a plane serves its two lanes and a
// shuffle looks up sixteen. Planes are added up apart and weighted once a group.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/lut_unit/fast_lut.h"
#include "sim/golden/planes.h"
#include "sim/golden/weights.h"

#include <algorithm>
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace accord::sim {
namespace {

constexpr int64_t lanes = golden::planeLanes, planeBytes = lanes / 2, halfEntries = 8, entries = 16;
constexpr int maxPlanes = 8;

/// A table with its negated half, so that a nibble is an index. In bytes: the low ones, then the high ones,
/// which is what a byte shuffle looks up.
struct SignedTable {
  alignas(16) uint8_t low[entries], high[entries];
};

std::vector<SignedTable> signTables(const int16_t *tables, int64_t count) {
  std::vector<SignedTable> out(static_cast<size_t>(count));
  for (SignedTable &table : out) {
    for (int64_t i = 0; i < entries; ++i) {
      const auto value = static_cast<uint16_t>(i < halfEntries ? tables[i] : -tables[i - halfEntries]);
      table.low[i] = static_cast<uint8_t>(value), table.high[i] = static_cast<uint8_t>(value >> 8);
    }
    tables += halfEntries;
  }
  return out;
}

/// Adds to `sums` what `count` tables give for one plane; the planes of a table lie `stride` bytes apart.
using SumPlane = void (*)(const SignedTable *tables, const uint8_t *plane, int64_t stride, int64_t count,
                          int32_t *sums);

void sumPlanePortable(const SignedTable *tables, const uint8_t *plane, int64_t stride, int64_t count,
                      int32_t *sums) {
  for (int64_t t = 0; t < count; ++t, plane += stride) {
    int32_t values[entries];
    for (int64_t i = 0; i < entries; ++i)
      values[i] = static_cast<int16_t>(tables[t].low[i] | tables[t].high[i] << 8);
    for (int64_t i = 0; i < planeBytes; ++i) {
      sums[2 * i] += values[plane[i] & 0x0f];
      sums[2 * i + 1] += values[plane[i] >> 4];
    }
  }
}

#if defined(__x86_64__)
/// Sums of 63 tables fit into 16 bits: 63 * 512 < 2^15.
constexpr int64_t tablesPerBlock = 63;

__attribute__((target("ssse3"))) void sumPlaneSsse3(const SignedTable *tables, const uint8_t *plane,
                                                    int64_t stride, int64_t count, int32_t *sums) {
  const __m128i nibble = _mm_set1_epi8(0x0f);
  for (int64_t t0 = 0; t0 < count; t0 += tablesPerBlock) {
    // By 16 bytes of the plane: even lanes, odd lanes; eight lanes a register.
    __m128i sum[2][2][2] = {};
    for (int64_t t = t0; t < std::min(t0 + tablesPerBlock, count); ++t) {
      const __m128i low = _mm_load_si128(reinterpret_cast<const __m128i *>(tables[t].low));
      const __m128i high = _mm_load_si128(reinterpret_cast<const __m128i *>(tables[t].high));
      for (int part = 0; part < 2; ++part) {
        const __m128i bytes =
            _mm_loadu_si128(reinterpret_cast<const __m128i *>(plane + t * stride + part * 16));
        const __m128i index[2] = {_mm_and_si128(bytes, nibble),
                                  _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble)};
        for (int odd = 0; odd < 2; ++odd) {
          const __m128i l = _mm_shuffle_epi8(low, index[odd]), h = _mm_shuffle_epi8(high, index[odd]);
          sum[part][odd][0] = _mm_add_epi16(sum[part][odd][0], _mm_unpacklo_epi8(l, h));
          sum[part][odd][1] = _mm_add_epi16(sum[part][odd][1], _mm_unpackhi_epi8(l, h));
        }
      }
    }
    alignas(16) int16_t block[lanes];
    for (int part = 0; part < 2; ++part)
      for (int half = 0; half < 2; ++half) {
        auto *to = reinterpret_cast<__m128i *>(block + part * 32 + half * 16);
        _mm_store_si128(to, _mm_unpacklo_epi16(sum[part][0][half], sum[part][1][half]));
        _mm_store_si128(to + 1, _mm_unpackhi_epi16(sum[part][0][half], sum[part][1][half]));
      }
    for (int64_t n = 0; n < lanes; ++n)
      sums[n] += block[n];
  }
}
#endif

SumPlane bestSumPlane() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("ssse3"))
    return sumPlaneSsse3;
#endif
  return sumPlanePortable;
}

void lutSums(SumPlane sumPlane, const int16_t *tables, const uint8_t *planes, int64_t M, int64_t N, int64_t K,
             int64_t group, int bits, int32_t *isum) {
  const int64_t perRow = golden::ceilDiv(K, golden::tableWeights), perGroup = group / golden::tableWeights;
  const std::vector<SignedTable> signedTables = signTables(tables, M * perRow);
  const int64_t stride = bits * planeBytes; // from table to table
  for (int64_t n0 = 0; n0 < N; n0 += lanes)
    for (int64_t t0 = 0, g = 0; t0 < perRow; t0 += perGroup, ++g)
      for (int64_t m = 0; m < M; ++m) {
        alignas(64) int32_t sums[maxPlanes][lanes] = {};
        const uint8_t *first = planes + (n0 / lanes * perRow + t0) * stride;
        for (int p = 0; p < bits; ++p)
          sumPlane(&signedTables[static_cast<size_t>(m * perRow + t0)], first + p * planeBytes, stride,
                   std::min(perGroup, perRow - t0), sums[p]);
        int32_t *out = isum + (g * M + m) * N + n0;
        for (int64_t n = 0; n < std::min(lanes, N - n0); ++n) {
          out[n] = sums[0][n];
          for (int p = 1; p < bits; ++p)
            out[n] += sums[p][n] * (1 << p);
        }
      }
}

} // namespace

void fastLutSums(const int16_t *tables, const uint8_t *planes, int64_t M, int64_t N, int64_t K, int64_t group,
                 int bits, int32_t *isum) {
  static const SumPlane best = bestSumPlane();
  lutSums(best, tables, planes, M, N, K, group, bits, isum);
}

void portableLutSums(const int16_t *tables, const uint8_t *planes, int64_t M, int64_t N, int64_t K,
                     int64_t group, int bits, int32_t *isum) {
  lutSums(sumPlanePortable, tables, planes, M, N, K, group, bits, isum);
}

} // namespace accord::sim
