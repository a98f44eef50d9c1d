// Cycles of a copy between dram and an on-chip memory, by the bursts its rows touch.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/program/program.h"

namespace accord::sim {

/// What a copy asks of the machine (formulas: sim/README.md). The parts are apart because the data wires of
/// the dram are shared by all engines: a system lets `busCycles` of different commands follow one another.
struct DmaCost {
  uint64_t fixedCycles = 0; ///< before the first data moves: setup and the latency of the source
  uint64_t bursts = 0;      ///< dram bursts, a partly used one is a whole one
  uint64_t busCycles = 0;   ///< that the bursts take of the dram's wires
  uint64_t chipCycles = 0;  ///< that the rows take of the on-chip memory's banks

  /// From start to completion when nobody else uses the wires.
  uint64_t cycles() const { return fixedCycles + (busCycles > chipCycles ? busCycles : chipCycles); }
};

class DmaModel {
public:
  explicit DmaModel(const Hardware &hardware);
  /// \pre `command` is a load or store of a program that verifies
  DmaCost cost(const program::Command &command, const program::Program &program) const;
  uint64_t cycles(const program::Command &command, const program::Program &program) const {
    return cost(command, program).cycles();
  }
  int64_t burstBytes() const { return bytesPerBurst; }
  /// Cycles, rounded up, that `bytes` take at the dram's peak rate.
  uint64_t cyclesOf(uint64_t bytes) const;

private:
  uint64_t setupCycles, dramLatencyCycles;
  int64_t bytesPerBurst;
  uint64_t dramBytesPerSecond, clockHz;
  Memory scratchpad, accumulator;
};

} // namespace accord::sim
