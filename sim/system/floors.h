// The least time that each resource needs for a part of a run: the one implementation of floors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/models/dram/dram_floor.h"
#include "sim/system/sim_result.h"

namespace accord::sim {

class FloorModel {
public:
  /// `twice`: what there is twice as much of than `hardware` says (doubling.h).
  explicit FloorModel(const Hardware &hardware, std::optional<Resource> twice = std::nullopt);
  /// The floors of what commands asked for, and of `issued` commands, waits and barriers.
  Floors of(const Work &work, const Needs &needs, uint64_t issued) const;

private:
  const DramFloor dram;
  uint64_t burstBytes, dramBytesPerSecond, clockHz, issueCycles, lanes;
  uint64_t lookupsPerCycle = 0, macsPerCycle = 0, tablesPerCycle = 0; ///< 0: no such unit
  uint64_t issuesAtOnce = 1;
};

/// Fills the floors of every op, call and of the run. Error: one of them is above the time that was
/// simulated; `commandsOf` are the commands, waits and barriers of each call.
Status settleFloors(SimResult &result, const FloorModel &model, const std::vector<uint64_t> &commandsOf);

} // namespace accord::sim
