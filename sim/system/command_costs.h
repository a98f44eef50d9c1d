// Which model tells the cycles of which command, and what a whole program needs at least.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dma/dma_model.h"
#include "sim/models/lut_unit/lut_unit_model.h"
#include "sim/models/mac_array/mac_array_model.h"
#include "sim/models/table_unit/table_unit_model.h"
#include "sim/models/vector_unit/vector_unit_model.h"
#include "sim/program/sequence.h"
#include "sim/system/doubling.h"
#include "sim/system/sim_result.h"

#include <algorithm>
#include <optional>

namespace accord::sim {

/// The models of one machine.
class CommandCosts {
public:
  /// `twice`: an array of which there is twice as much (doubling.h).
  explicit CommandCosts(const Hardware &hardware, std::optional<Resource> twice = std::nullopt);

  /// Cycles from start to completion of a command that is no copy.
  uint64_t cycles(const program::Command &command, const program::Program &program) const;
  /// What its unit needs for its shape; of a copy nothing.
  Needs needs(const program::Command &command) const;
  /// Of a copy, what has to cross the dram's wires: a row that is read twice in a row crosses once.
  uint64_t wireBytes(const Work &asked, const DmaCost &cost) const {
    return std::min(asked.dramReadBytes + asked.dramWrittenBytes,
                    cost.bursts * static_cast<uint64_t>(dma.burstBytes()));
  }
  const LutUnitModel &lutUnit() const { return *lut; }
  const DmaModel &dmaUnit() const { return dma; }

private:
  DmaModel dma;
  VectorUnitModel vector;
  std::optional<TableUnitModel> table;
  std::optional<LutUnitModel> lut;
  std::optional<MacUnitModel> mac;
  std::optional<Resource> twice;

  /// Of a unit's command, when the unit may be twice as fast.
  uint64_t paced(isa::Unit unit, uint64_t cycles) const {
    return halves(twice, unit) ? (cycles + 1) / 2 : cycles;
  }
};

/// What a command moves and computes.
struct CommandWork {
  std::array<Traffic, isa::numMemories> traffic{};
  Work work; ///< of a copy without what the dram does: it depends on where a call binds its buffers
};
CommandWork workOf(const program::Command &command, const program::Program &program);

/// What copies ask for that no program tells.
struct CopiesAsked {
  std::vector<uint64_t> gatherBursts; ///< by call: where gathers find their rows is a matter of values
};

/// Checks a finished run against the sequence: work done equals work asked, ops and calls add up to the
/// whole, busy + stall + idle of every unit equals the elapsed cycles, and no floor of an op, a call or the
/// run is above its time. Fills the floors.
Status settle(SimResult &result, const program::Sequence &sequence, const Hardware &hardware,
              const CommandCosts &costs, const CopiesAsked &copies,
              std::optional<Resource> twice = std::nullopt);

} // namespace accord::sim
