// What the commands of a body take and ask for, found once for all of its calls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/system/machine_model.h"
#include "sim/system/sim_result.h"

#include <map>

namespace accord::sim {

/// What a command moves and stands for: of a copy without what the dram does, which depends on where a call
/// binds its buffers.
struct CommandWork {
  std::array<Traffic, isa::numMemories> traffic{};
  Work work;
};
CommandWork workOf(const program::Command &command, const program::Program &program);

/// Of one command. Of a gather, the dma's cost and the bytes on the wires depend on the rows that it finds:
/// they are left out.
struct CommandCost {
  uint64_t unit = 0;                           ///< its index
  uint64_t cycles = 0, shape = 0, actions = 0; ///< of a command that is no copy
  DmaCost dma;                                 ///< of a copy
  CommandWork done;
};

/// Of all commands of a body. Most of them are alike, so each distinct cost is kept once: what a run looks at
/// all the time stays small.
class BodyCosts {
public:
  /// \pre `body` verifies and fits the machine
  BodyCosts(const program::Program &body, const MachineModel &model);
  const CommandCost &of(uint32_t command) const { return kinds[kindOf[command]]; }

private:
  std::vector<CommandCost> kinds;
  std::vector<uint32_t> kindOf; ///< by command
};

/// The costs of a machine's bodies. Where a call binds its buffers matters only within a burst.
class CostsOfBodies {
public:
  explicit CostsOfBodies(const MachineModel &model) : model(model) {}
  /// Of body `index` as it is bound now. What it returns stays.
  const BodyCosts &of(uint32_t index, const program::Program &bound);

private:
  const MachineModel &model;
  std::map<std::pair<uint32_t, std::vector<int64_t>>, BodyCosts> known; ///< by places within a burst
};

} // namespace accord::sim
