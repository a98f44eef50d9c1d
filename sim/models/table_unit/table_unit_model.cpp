// A pipeline of one stage group: fixed latency, fixed rate.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/table_unit/table_unit_model.h"

namespace accord::sim {

TableUnitModel::TableUnitModel(const Hardware &h)
    : latencyCycles(static_cast<uint64_t>(h.scratchpad.latencyCycles)),
      tablesPerCycle(static_cast<uint64_t>(h.tableUnit->tablesPerCycle)) {}

uint64_t TableUnitModel::tables(const program::Command &c) {
  return static_cast<uint64_t>(c.writes[0].sizes[0] * c.writes[0].sizes[1]);
}

uint64_t TableUnitModel::cycles(const program::Command &c, const program::Program &) const {
  return latencyCycles + shapeCycles(c);
}

uint64_t TableUnitModel::shapeCycles(const program::Command &c) const {
  return (tables(c) + tablesPerCycle - 1) / tablesPerCycle;
}

} // namespace accord::sim
