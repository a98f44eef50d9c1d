// A call as a list of commands with known durations, run again: the command processor in order, each unit in
// order, tokens, the dram's wires one copy after the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/system/machine_model.h"

#include <cstdint>
#include <vector>

namespace accord::sim {

/// The parts of a command's time, in cycles. Of a copy: the dram is asked after `setup` and serves one copy
/// after the other, in the order of starts; each takes it `transfer` of the wires and `extra` (rows,
/// turnarounds, refreshes; less than nothing when it passed others). Its last data is there `latency` later,
/// while the next is served; the on-chip rows go beside it.
struct ReplayCost {
  uint64_t cycles = 0; ///< of a command that is no copy
  uint64_t setup = 0, transfer = 0, latency = 0, chip = 0;
  int64_t extra = 0;
};

struct ReplayTimes {
  std::vector<uint64_t> start, end; ///< by command; zeros for waits and barriers
  uint64_t cycles = 0;              ///< of the whole call
};

/// `costs` are by command. Of a machine with twice as much of issue, each command takes half of the issue
/// cycles, on average.
ReplayTimes replay(const program::Program &program, const MachineModel &machine,
                   const std::vector<ReplayCost> &costs);

} // namespace accord::sim
