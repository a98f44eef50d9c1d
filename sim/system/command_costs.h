// Which model tells the cycles of which command, and what a whole program needs at least.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dma/dma_model.h"
#include "sim/models/lut_unit/lut_unit_model.h"
#include "sim/models/mac_array/mac_array_model.h"
#include "sim/models/table_unit/table_unit_model.h"
#include "sim/models/vector_unit/vector_unit_model.h"
#include "sim/program/sequence.h"
#include "sim/system/sim_result.h"

#include <optional>

namespace accord::sim {

/// The models of one machine.
class CommandCosts {
public:
  explicit CommandCosts(const Hardware &hardware);

  /// Cycles from start to completion of a command that is no copy.
  uint64_t cycles(const program::Command &command, const program::Program &program) const;
  const LutUnitModel &lutUnit() const { return *lut; }
  const DmaModel &dmaUnit() const { return dma; }

private:
  DmaModel dma;
  VectorUnitModel vector;
  std::optional<TableUnitModel> table;
  std::optional<LutUnitModel> lut;
  std::optional<MacUnitModel> mac;
};

/// What a command moves and computes.
struct CommandWork {
  std::array<Traffic, isa::numMemories> traffic{};
  Work work; ///< of a copy without what the dram does: it depends on where a call binds its buffers
};
CommandWork workOf(const program::Command &command, const program::Program &program);

/// What copies ask for that no program tells.
struct CopiesAsked {
  uint64_t wireBytes = 0; ///< have to cross the dram's wires: a row read twice in a row crosses once
  std::vector<uint64_t> gatherBursts; ///< by call: where gathers find their rows is a matter of values
};

/// Checks a finished run against the sequence: work done equals work asked, ops and calls add up to the
/// whole, busy + stall + idle of every unit equals the elapsed cycles, and no floor is above them. Fills
/// floors and floorCycles.
Status settle(SimResult &result, const program::Sequence &sequence, const Hardware &hardware,
              const CommandCosts &costs, const CopiesAsked &copies);

} // namespace accord::sim
