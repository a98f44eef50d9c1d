// Lookup tables and group sums of activation codes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/tables.h"
#include "sim/golden/planes.h"
#include "sim/golden/weights.h"
#include <algorithm>

namespace accord::golden {
namespace {

/// The activation at `index` of a row of k, 0 beyond its end.
int32_t activation(const int8_t *row, int64_t k, int64_t index) { return index < k ? row[index] : 0; }

} // namespace

void fullTables(const int8_t *codes, int64_t m, int64_t k, int16_t *tables) {
  for (int64_t row = 0; row < m; ++row)
    for (int64_t t = 0; t < ceilDiv(k, tableWeights); ++t)
      for (int i = 0; i < 16; ++i) {
        int32_t sum = 0;
        for (int j = 0; j < 4; ++j)
          if (i >> j & 1)
            sum += activation(codes + row * k, k, t * tableWeights + j);
        *tables++ = static_cast<int16_t>(sum);
      }
}

void halfTables(const int8_t *codes, int64_t m, int64_t k, int16_t *tables) {
  for (int64_t row = 0; row < m; ++row)
    for (int64_t t = 0; t < ceilDiv(k, tableWeights); ++t)
      for (int i = 0; i < 8; ++i) {
        int32_t sum = -activation(codes + row * k, k, t * tableWeights + 3);
        for (int j = 0; j < 3; ++j) {
          const int32_t a = activation(codes + row * k, k, t * tableWeights + j);
          sum += i >> j & 1 ? a : -a;
        }
        *tables++ = static_cast<int16_t>(sum);
      }
}

void groupSums(const int8_t *codes, int64_t m, int64_t k, int64_t group, int32_t *asum) {
  for (int64_t row = 0; row < m; ++row)
    for (int64_t begin = 0; begin < k; begin += group) {
      int32_t sum = 0;
      for (int64_t i = begin; i < std::min(begin + group, k); ++i)
        sum += codes[row * k + i];
      *asum++ = sum;
    }
}

} // namespace accord::golden
