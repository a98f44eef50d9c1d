// Runs one command through the Verilated LUT array with streams that stall.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "rtl/cosim/lut_array_rtl.h"
#include <cstdint>
#include <vector>

namespace accord::rtl {

/// Who stalls, and when. The sources outlive the run.
struct LutArrayStalls {
  const sim::StallSource &tables, &weights, &outReady;
};

/// What a command gave.
struct LutArrayRun {
  /// Symmetric sums [groups][m][n].
  std::vector<int32_t> isum;
  /// The cycle in which each beat was taken; cycle 0 is the first one after the command was accepted.
  sim::LutArrayTrace trace;
  /// From the first accepted beat to the last output beat, both counted.
  uint64_t cycles = 0;
  /// Clock cycles the RTL was stepped through, the idle ones around the command included.
  uint64_t steps = 0;
};

/// Feeds tables [m][kTables][8] and packed planes [ceil(n/64)][kTables][planes][32] bytes (sim/golden) to
/// `rtl`, which is idle, and collects its sums. Needs nDim = 64 and kDim = 4, the layout of the planes.
/// Fails, saying where, when the array breaks its contract: it does not answer within `cycleLimit` cycles,
/// sends another number of beats, sets out_last elsewhere than in the last one, fills a dead lane, is not
/// ready for a command in the cycle after, or fails an assertion. The array is then to be reset.
Expected<LutArrayRun> runLutArray(LutArrayRtl &rtl, const sim::LutArrayShape &shape, const int16_t *tables,
                                  const uint8_t *planes, const LutArrayStalls &stalls, uint64_t cycleLimit);

} // namespace accord::rtl
