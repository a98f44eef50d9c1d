// Packing of weight codes into bit planes of inverted indices, and back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/planes.h"
#include "sim/golden/weights.h"
#include <algorithm>

namespace accord::golden {
namespace {

constexpr int64_t bytesPerPlane = planeLanes / 2;

/// Where the nibble of (tile, table, plane, lane) stands: its byte.
int64_t byteOf(int64_t tile, int64_t tables, int64_t table, int bits, int plane, int64_t lane) {
  return ((tile * tables + table) * bits + plane) * bytesPerPlane + lane / 2;
}

/// With bit 3 set the low three bits are complemented; doing it twice gives the nibble back.
uint8_t invertIndex(uint8_t nibble) { return nibble & 8 ? nibble ^ 7 : nibble; }

template <typename T> void packLanes(const T *d, int64_t n, int64_t groups, T *out) {
  std::fill(out, out + scalesCount(n, groups), T(0));
  for (int64_t row = 0; row < n; ++row)
    for (int64_t g = 0; g < groups; ++g)
      out[(row / planeLanes * groups + g) * planeLanes + row % planeLanes] = d[row * groups + g];
}

} // namespace

int64_t planesBytes(int64_t n, int64_t k, int bits) {
  return ceilDiv(n, planeLanes) * ceilDiv(k, tableWeights) * bits * bytesPerPlane;
}

int64_t scalesCount(int64_t n, int64_t groups) { return ceilDiv(n, planeLanes) * groups * planeLanes; }

void packPlanes(const uint8_t *codes, int64_t n, int64_t k, int bits, uint8_t *planes) {
  const int64_t tables = ceilDiv(k, tableWeights);
  std::fill(planes, planes + planesBytes(n, k, bits), uint8_t(0));
  for (int64_t row = 0; row < n; ++row)
    for (int64_t t = 0; t < tables; ++t)
      for (int plane = 0; plane < bits; ++plane) {
        uint8_t nibble = 0;
        for (int64_t j = 0; j < tableWeights && t * tableWeights + j < k; ++j)
          nibble |= static_cast<uint8_t>((codes[row * k + t * tableWeights + j] >> plane & 1) << j);
        const int64_t lane = row % planeLanes;
        planes[byteOf(row / planeLanes, tables, t, bits, plane, lane)] |=
            static_cast<uint8_t>(invertIndex(nibble) << (lane % 2 * 4));
      }
}

void unpackPlanes(const uint8_t *planes, int64_t n, int64_t k, int bits, uint8_t *codes) {
  const int64_t tables = ceilDiv(k, tableWeights);
  std::fill(codes, codes + n * k, uint8_t(0));
  for (int64_t row = 0; row < n; ++row)
    for (int64_t t = 0; t < tables; ++t)
      for (int plane = 0; plane < bits; ++plane) {
        const int64_t lane = row % planeLanes;
        const uint8_t byte = planes[byteOf(row / planeLanes, tables, t, bits, plane, lane)];
        const uint8_t nibble = invertIndex(byte >> (lane % 2 * 4) & 0x0f);
        for (int64_t j = 0; j < tableWeights && t * tableWeights + j < k; ++j)
          codes[row * k + t * tableWeights + j] |= static_cast<uint8_t>((nibble >> j & 1) << plane);
      }
}

void packScales(const uint16_t *d, int64_t n, int64_t groups, uint16_t *out) { packLanes(d, n, groups, out); }
void packScales(const float *d, int64_t n, int64_t groups, float *out) { packLanes(d, n, groups, out); }

} // namespace accord::golden
