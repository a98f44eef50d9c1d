// What "twice as much of a resource" is: for what-if replays, and for the runs that they are held against.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/isa/isa.h"
#include "sim/system/resource.h"

#include <optional>

namespace accord::sim {

/// The machine with twice as much of `resource`, by the keys of its file:
///   dram        dram.data_rate_mtps doubled; what the table gives in nanoseconds stays
///   dma         dma.setup_cycles halved, dma.outstanding doubled
///   scratchpad  scratchpad.banks and accumulator.banks doubled
///   table       table_unit.tables_per_cycle doubled
///   vector      vector.lanes doubled
///   lut, mac    no key: which dimension of an array helps depends on the shapes, so the array is taken to be
///               twice as fast; each command takes half its cycles (CommandCosts)
///   issue       no key below one cycle a command: half of issue_cycles each, on average (CommandProcessor)
Hardware doubled(const Hardware &hardware, Resource resource);

/// Has the machine any of it?
inline bool has(const Hardware &h, Resource resource) {
  switch (resource) {
  case Resource::Table:
    return h.tableUnit.has_value();
  case Resource::Lut:
    return h.lutArray.has_value();
  case Resource::Mac:
    return h.macArray.has_value();
  default:
    return true;
  }
}

/// The array that is twice as fast, if `twice` is one.
constexpr bool halves(std::optional<Resource> twice, isa::Unit unit) {
  return (twice == Resource::Lut && unit == isa::Unit::Lut) ||
         (twice == Resource::Mac && unit == isa::Unit::Mac);
}

} // namespace accord::sim
