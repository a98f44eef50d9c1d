// Mixed-precision matrix multiplication, dense and by tables. All forms share one epilogue order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/golden/primitives.h"
#include <algorithm>
#include <cassert>
#include <vector>

namespace accord::golden {
namespace {

/// An accumulator that starts from its first term: no literal zero is ever added.
struct Accumulator {
  float value = 0;
  bool started = false;
  void take(float term) {
    value = started ? add(value, term) : term;
    started = true;
  }
};

float widen(uint16_t scale) { return f16ToF32(scale); }
float widen(float scale) { return scale; }

/// acc = acc + (d*s)*f(isum), then with a minimum acc = acc + (m*s)*f(asum). min is null without a minimum.
template <typename T>
void takeGroup(Accumulator &acc, T d, const T *min, float s, int32_t isum, int32_t asum) {
  acc.take(mul(mul(widen(d), s), fromInt(isum)));
  if (min)
    acc.take(mul(mul(widen(*min), s), fromInt(asum)));
}

/// Calls visit(g, m, n, firstTable, endTable) for every group and output; the order does not matter to
/// integers.
template <typename Visit> void forEachSum(int64_t M, int64_t N, int64_t K, int64_t group, Visit visit) {
  assert(group % tableWeights == 0 && "a table lies in one group");
  const int64_t tables = ceilDiv(K, tableWeights);
  const int64_t perGroup = group / tableWeights;
  for (int64_t g = 0; g < ceilDiv(K, group); ++g)
    for (int64_t m = 0; m < M; ++m)
      for (int64_t n = 0; n < N; ++n)
        visit(g, m, n, g * perGroup, std::min((g + 1) * perGroup, tables));
}

/// The four bits of one plane for table t of a row of codes, bit j for weight 4t + j, 0 beyond K.
int nibbleOf(const uint8_t *row, int64_t K, int64_t t, int plane) {
  int nibble = 0;
  for (int64_t j = 0; j < tableWeights && t * tableWeights + j < K; ++j)
    nibble |= (row[t * tableWeights + j] >> plane & 1) << j;
  return nibble;
}

template <typename T>
void epilogue(const int32_t *isum, const int32_t *asum, const float *s, const T *dPacked, const T *minPacked,
              const SumShape &shape, bool accumulate, float *y) {
  const int64_t actGroups = ceilDiv(shape.G, shape.actSpan),
                weightGroups = ceilDiv(shape.G, shape.weightSpan);
  const int32_t offset = (1 << shape.bits) - 1 - 2 * shape.zero;
  for (int64_t m = 0; m < shape.M; ++m)
    for (int64_t n = 0; n < shape.N; ++n) {
      Accumulator acc;
      if (accumulate)
        acc.take(y[m * shape.N + n]);
      for (int64_t g = 0; g < shape.G; ++g) {
        const int32_t activations = asum[m * shape.G + g];
        int32_t sum = isum[(g * shape.M + m) * shape.N + n];
        if (shape.bits > 0) {
          const int32_t twice = sum + offset * activations;
          assert(twice % 2 == 0 && "symmetric sums and activation sums do not belong together");
          sum = twice / 2;
        }
        const int64_t lane =
            (n / planeLanes * weightGroups + g / shape.weightSpan) * planeLanes + n % planeLanes;
        takeGroup(acc, dPacked[lane], minPacked ? &minPacked[lane] : nullptr,
                  s[m * actGroups + g / shape.actSpan], sum, activations);
      }
      y[m * shape.N + n] = acc.value;
    }
}

} // namespace

void mpgemm(const int8_t *q, const float *s, const uint8_t *codes, const float *d, const float *min,
            WeightFormat f, int64_t actGroup, int64_t M, int64_t N, int64_t K, float *y) {
  assert(f.hasMin == (min != nullptr));
  assert((f.group % actGroup == 0 || actGroup % f.group == 0) && "one group divides the other");
  const int64_t group = std::min(f.group, actGroup);
  const int64_t weightGroups = ceilDiv(K, f.group), actGroups = ceilDiv(K, actGroup);
  for (int64_t m = 0; m < M; ++m)
    for (int64_t n = 0; n < N; ++n) {
      Accumulator acc;
      for (int64_t begin = 0; begin < K; begin += group) {
        int32_t isum = 0, asum = 0;
        for (int64_t k = begin; k < std::min(begin + group, K); ++k) {
          isum += (codes[n * K + k] - f.zero) * q[m * K + k];
          asum += q[m * K + k];
        }
        const int64_t w = n * weightGroups + begin / f.group;
        takeGroup(acc, d[w], min ? &min[w] : nullptr, s[m * actGroups + begin / actGroup], isum, asum);
      }
      y[m * N + n] = acc.value;
    }
}

void lutSums(const int16_t *tables, const uint8_t *planes, int64_t M, int64_t N, int64_t K, int64_t group,
             int bits, int32_t *isum) {
  const int64_t tablesPerRow = ceilDiv(K, tableWeights);
  forEachSum(M, N, K, group, [&](int64_t g, int64_t m, int64_t n, int64_t first, int64_t end) {
    const int64_t tile = n / planeLanes, lane = n % planeLanes;
    int32_t sum = 0;
    for (int64_t t = first; t < end; ++t)
      for (int plane = 0; plane < bits; ++plane) {
        const uint8_t byte = planes[((tile * tablesPerRow + t) * bits + plane) * (planeLanes / 2) + lane / 2];
        const int nibble = byte >> (lane % 2 * 4) & 0x0f;
        const int32_t entry = tables[(m * tablesPerRow + t) * 8 + (nibble & 7)];
        sum += (nibble & 8 ? -entry : entry) * (1 << plane);
      }
    isum[(g * M + m) * N + n] = sum;
  });
}

void lutSumsHalf(const int16_t *tables, const uint8_t *codes, int64_t M, int64_t N, int64_t K, int64_t group,
                 int bits, int32_t *isum) {
  const int64_t tablesPerRow = ceilDiv(K, tableWeights);
  forEachSum(M, N, K, group, [&](int64_t g, int64_t m, int64_t n, int64_t first, int64_t end) {
    int32_t sum = 0;
    for (int64_t t = first; t < end; ++t)
      for (int plane = 0; plane < bits; ++plane) {
        const int nibble = nibbleOf(codes + n * K, K, t, plane);
        const int index = nibble & 8 ? ~nibble & 7 : nibble;
        const int32_t entry = tables[(m * tablesPerRow + t) * 8 + index];
        sum += (nibble & 8 ? -entry : entry) * (1 << plane);
      }
    isum[(g * M + m) * N + n] = sum;
  });
}

void lutSumsFull(const int16_t *tables, const uint8_t *codes, int64_t M, int64_t N, int64_t K, int64_t group,
                 int bits, int32_t *isum) {
  const int64_t tablesPerRow = ceilDiv(K, tableWeights);
  forEachSum(M, N, K, group, [&](int64_t g, int64_t m, int64_t n, int64_t first, int64_t end) {
    int32_t sum = 0;
    for (int64_t t = first; t < end; ++t)
      for (int plane = 0; plane < bits; ++plane)
        sum += tables[(m * tablesPerRow + t) * 16 + nibbleOf(codes + n * K, K, t, plane)] * (1 << plane);
    isum[(g * M + m) * N + n] = sum;
  });
}

bool macCodesFit(int bits, int32_t zero) {
  const int32_t lowest = -zero, highest = (1 << bits) - 1 - zero;
  return lowest >= INT8_MIN && highest <= INT8_MAX;
}

void macSums(const int8_t *q, const uint8_t *planes, int64_t M, int64_t N, int64_t K, int64_t group, int bits,
             int32_t zero, int32_t *isum) {
  assert(macCodesFit(bits, zero) && "a cell multiplies int8");
  std::vector<uint8_t> codes(static_cast<size_t>(N * K));
  unpackPlanes(planes, N, K, bits, codes.data());
  for (int64_t g = 0; g < ceilDiv(K, group); ++g)
    for (int64_t m = 0; m < M; ++m)
      for (int64_t n = 0; n < N; ++n) {
        int32_t sum = 0;
        for (int64_t k = g * group; k < std::min((g + 1) * group, K); ++k)
          sum += (codes[n * K + k] - zero) * q[m * K + k];
        isum[(g * M + m) * N + n] = sum;
      }
}

void lutEpilogue(const int32_t *isum, const int32_t *asum, const float *s, const uint16_t *dPacked,
                 const uint16_t *minPacked, int bits, int32_t zero, int64_t G, int64_t M, int64_t N,
                 bool accumulate, float *y) {
  epilogue(isum, asum, s, dPacked, minPacked, {G, M, N, bits, zero}, accumulate, y);
}

void lutEpilogue(const int32_t *isum, const int32_t *asum, const float *s, const float *dPacked,
                 const float *minPacked, int bits, int32_t zero, int64_t G, int64_t M, int64_t N,
                 bool accumulate, float *y) {
  epilogue(isum, asum, s, dPacked, minPacked, {G, M, N, bits, zero}, accumulate, y);
}

void scaleSums(const int32_t *isum, const int32_t *asum, const float *s, Floats d, Floats min,
               const SumShape &shape, bool accumulate, float *y) {
  assert((!min.data || min.format == d.format) && d.format != FloatFormat::BF16 && "one format of scales");
  if (d.format == FloatFormat::F16)
    epilogue(isum, asum, s, static_cast<const uint16_t *>(d.data), static_cast<const uint16_t *>(min.data),
             shape, accumulate, y);
  else
    epilogue(isum, asum, s, static_cast<const float *>(d.data), static_cast<const float *>(min.data), shape,
             accumulate, y);
}

} // namespace accord::golden
