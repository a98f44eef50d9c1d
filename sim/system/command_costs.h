// Which model tells the cycles of which command, and what a whole program needs at least.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dma/dma_model.h"
#include "sim/models/lut_unit/lut_unit_model.h"
#include "sim/models/table_unit/table_unit_model.h"
#include "sim/models/vector_unit/vector_unit_model.h"
#include "sim/system/sim_result.h"

#include <optional>

namespace accord::sim {

/// The models of one machine.
class CommandCosts {
public:
  explicit CommandCosts(const Hardware &hardware);

  /// Cycles from start to completion of a command that is no copy.
  uint64_t cycles(const program::Command &command, const program::Program &program) const;
  /// A copy's parts; the system adds the wait for the dram's wires.
  DmaCost copyCost(const program::Command &command, const program::Program &program) const {
    return dma.cost(command, program);
  }
  const LutUnitModel &lutUnit() const { return *lut; }
  const DmaModel &dmaUnit() const { return dma; }

private:
  DmaModel dma;
  VectorUnitModel vector;
  std::optional<TableUnitModel> table;
  std::optional<LutUnitModel> lut;
};

/// Adds what `command` moves and computes to the counters of `result` (traffic, bursts, macs, lookups, steps,
/// tables).
void addWork(SimResult &result, const program::Command &command, const program::Program &program,
             const CommandCosts &costs);

/// Checks a finished run against the program: work done equals work asked, busy + stall + idle of every unit
/// equals the elapsed cycles, and no floor is above them. Fills floors and floorCycles.
Status settle(SimResult &result, const program::Program &program, const Hardware &hardware,
              const CommandCosts &costs);

} // namespace accord::sim
