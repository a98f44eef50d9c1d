// What a packed weight means, apart from how its bytes are stored.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::golden {

/// w = d*(code - zero), plus a float minimum m when hasMin. One d (and m), f32, per row and `group`
/// consecutive k; a last shorter group is allowed. The formats of files: formats.h.
struct WeightFormat {
  int bits;      ///< code width, 1..8
  int32_t zero;  ///< integer zero point in code units; Q8_0 is stored as u = q + 128 with zero 128
  bool hasMin;   ///< a float minimum per group is added
  int64_t group; ///< weights of one row that share a scale; a multiple of 4, as tables take 4
};

inline int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

} // namespace accord::golden
