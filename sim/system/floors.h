// The least time that each resource needs for a part of a run: the one implementation of floors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_floor.h"
#include "sim/system/machine_model.h"
#include "sim/system/sim_result.h"

namespace accord::sim {

class FloorModel {
public:
  /// \pre `machine` stays
  explicit FloorModel(const MachineModel &machine);
  /// The floors of what commands asked for, and of `issued` commands, waits and barriers.
  Floors of(const Work &work, const UnitShares &units, uint64_t issued) const;

private:
  const MachineModel &machine;
  const DramFloor dram;
  uint64_t dramBytesPerSecond, clockHz, issueCycles, issuesAtOnce;
};

/// Fills the floors of every op, call and of the run. Error: one of them is above the time that was
/// simulated; `commandsOf` are the commands, waits and barriers of each call.
Status settleFloors(SimResult &result, const FloorModel &model, const std::vector<uint64_t> &commandsOf);

} // namespace accord::sim
