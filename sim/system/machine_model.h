// The models of one machine: its units, its dma, and what it has a limited amount of.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dma/dma_model.h"
#include "sim/models/units.h"
#include "sim/system/resource.h"

#include <array>
#include <optional>
#include <string_view>

namespace accord::sim {

/// Units have indices: load, store, then those that compute, in the order of reports.
class MachineModel {
public:
  /// `twice`: what there is twice as much of than `hardware` says:
  ///   dram        dram.data_rate_mtps doubled; what the table gives in nanoseconds stays
  ///   dma         dma.setup_cycles halved, dma.outstanding doubled
  ///   scratchpad  scratchpad.banks and accumulator.banks doubled
  ///   issue       no key below one cycle a command: half of issue_cycles each, on average (CommandProcessor)
  ///   a unit      what its model says (UnitModel::doubled)
  explicit MachineModel(const Hardware &hardware, std::optional<Resource> twice = std::nullopt);

  /// With twice as much, as far as keys tell.
  const Hardware &hardware() const { return machine; }
  const DmaModel &dma() const { return copies; }
  std::optional<Resource> twice() const { return doubled; }

  size_t numUnits() const { return numDma + computing.size(); }
  const std::string &unitName(size_t unit) const { return names[unit]; }
  const std::vector<std::string> &unitNames() const { return names; }
  /// The unit that runs a command. \pre fits
  size_t unitOf(const program::Command &command) const {
    return indexOf[static_cast<size_t>(isa::unitOf(command.op))];
  }
  static bool computes(size_t unit) { return unit >= numDma; }
  /// \pre computes(unit)
  const UnitModel &unit(size_t unit) const { return *computing[unit - numDma].model; }

  size_t numResources() const { return numCommonResources + computing.size(); }
  /// By Resource.
  std::vector<std::string> resources() const;
  std::optional<Resource> findResource(std::string_view name) const;
  /// \pre computes(unit)
  static Resource resourceOf(size_t unit) { return resourceOfUnit(unit - numDma); }

  /// Fails when a buffer leaves its memory, or the program uses a memory that the machine has not, a unit
  /// that it has not, or one that cannot run the command.
  /// \pre `program` verifies
  Status check(const program::Program &program) const;

  /// Of a copy, what has to cross the dram's wires: a row that is read twice in a row crosses once.
  uint64_t wireBytes(uint64_t askedBytes, const DmaCost &cost) const {
    return std::min(askedBytes, cost.bursts * static_cast<uint64_t>(copies.burstBytes()));
  }

private:
  static constexpr size_t numDma = 2, none = SIZE_MAX;
  Hardware machine;
  std::optional<Resource> doubled;
  DmaModel copies;
  std::vector<NamedUnit> computing;
  std::vector<std::string> names;
  std::array<size_t, isa::numUnits> indexOf{};

  Status checkBuffer(const program::Buffer &buffer) const;
  Status checkCommand(const program::Command &command) const;
};

/// Bytes of an on-chip memory; 0 when `hardware` has none.
int64_t capacityBytes(const Hardware &hardware, isa::Memory memory);

} // namespace accord::sim
