// Cycle model of the LUT array: the timing twin of rtl/lut_array, exact to the cycle of every beat.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/core/stall_source.h"
#include <cstdint>
#include <vector>

namespace accord::sim {

/// The parameters of acc_lut_array, with its defaults.
struct LutArrayConfig {
  int64_t mDim = 2;       // rows of a tile
  int64_t nDim = 64;      // lanes of a tile, a multiple of outLanes
  int64_t kDim = 4;       // activations per table
  int64_t actBits = 8;    // bits of an activation
  int64_t tableBits = 11; // bits of a table entry, at least actBits + log2(kDim) + 1
  int64_t outLanes = 16;  // sums per output beat
  int64_t accBits = 32;   // bits of a sum
};

/// One command of the array.
struct LutArrayShape {
  int64_t m = 1;           // rows of activations, 1 to 65535
  int64_t n = 1;           // rows of weights, 1 to 65535
  int64_t kTables = 1;     // tables along k, ceil(K / kDim), 1 to 65535
  int64_t groupTables = 8; // tables per scale group, 1 to 65535; the last group may be shorter
  int planes = 1;          // bit planes of the weights, 1 to 8

  int64_t groups() const { return (kTables + groupTables - 1) / groupTables; }
};

/// Fails, naming the field, where the configuration or the shape leaves the ranges above.
Status checkLutArray(const LutArrayConfig &config, const LutArrayShape &shape);

/// Beats that a command moves.
struct LutArrayBeats {
  uint64_t tables, weights, outputs;
};
LutArrayBeats lutArrayBeats(const LutArrayConfig &config, const LutArrayShape &shape);

/// Cycles of a command when nothing stalls: from the cycle that takes the first table beat to the cycle that
/// takes the last output beat, both counted. Constant time; the formula is derived in README.md.
/// \pre checkLutArray succeeds
uint64_t lutArrayCycles(const LutArrayConfig &config, const LutArrayShape &shape);

/// The cycle in which each beat is taken. Cycle 0 is the first one after the command is accepted.
struct LutArrayTrace {
  std::vector<uint64_t> tables, weights, outputs;

  /// From the first accepted beat to the last output beat, both counted.
  uint64_t cycles() const { return outputs.back() - tables.front() + 1; }
};

/// Exact schedule under stalls, one step per beat.
/// \pre checkLutArray succeeds
LutArrayTrace lutArraySchedule(const LutArrayConfig &config, const LutArrayShape &shape,
                               const StallSource &tables, const StallSource &weights,
                               const StallSource &outReady);

} // namespace accord::sim
