// What a copy between dram and an on-chip memory asks of both sides: bytes of the dram, rows of the memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_model.h"
#include "sim/program/program.h"

namespace accord::sim {

/// The parts of a copy (formulas: sim/README.md). When its data crosses the dram's wires depends on what the
/// dram did before: the DramModel of the machine tells.
struct DmaCost {
  uint64_t fixedCycles = 0; ///< before the dram is asked: setup, and for a store the latency of its source
  uint64_t bursts = 0;      ///< dram bursts, a partly used one is a whole one
  uint64_t busCycles = 0;   ///< that the bursts take at the dram's peak rate
  uint64_t chipCycles = 0;  ///< that the rows take of the on-chip memory's banks
};

class DmaModel {
public:
  explicit DmaModel(const Hardware &hardware);
  /// Is it a copy: a load, gather or store?
  static bool isCopy(const program::Command &command) {
    return isa::isCommand(command.op) &&
           (isa::unitOf(command.op) == isa::Unit::Load || isa::unitOf(command.op) == isa::Unit::Store);
  }
  /// The bytes of the command's dram side, in order. `rows` are those that a gather reads; without them they
  /// are taken to be spread evenly over the table: row i of M is i * N / M of N.
  /// \pre `command` is a load, gather or store of a program that verifies, rows are of the table
  static std::vector<DramRun> dramRuns(const program::Command &command, const program::Program &program,
                                       const std::vector<int64_t> &rows = {}) {
    std::vector<DramRun> runs;
    dramRuns(command, program, rows, runs);
    return runs;
  }
  /// The same in the place of what `runs` held.
  static void dramRuns(const program::Command &command, const program::Program &program,
                       const std::vector<int64_t> &rows, std::vector<DramRun> &runs);
  /// \pre `runs` are the command's dramRuns
  DmaCost cost(const program::Command &command, const program::Program &program,
               const std::vector<DramRun> &runs) const;
  /// Bursts of a load or store whose dram buffer lies at `address` instead of its own, from the views alone.
  uint64_t bursts(const program::Command &command, const program::Program &program, int64_t address) const;
  /// The dram side of a copy.
  static const program::View &dramView(const program::Command &command) {
    return command.op == isa::Opcode::Store ? command.writes[0] : command.reads[0];
  }
  int64_t burstBytes() const { return bytesPerBurst; }
  /// Cycles, rounded up, that `bytes` take at the dram's peak rate.
  uint64_t cyclesOf(uint64_t bytes) const;

private:
  uint64_t setupCycles;
  int64_t bytesPerBurst;
  uint64_t dramBytesPerSecond, clockHz;
  OnChipMemory scratchpad, accumulator;
};

} // namespace accord::sim
