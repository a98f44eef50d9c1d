// Cycles of building lookup tables.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/program/program.h"

namespace accord::sim {

class TableUnitModel {
public:
  /// \pre hardware.tableUnit
  explicit TableUnitModel(const Hardware &hardware);
  /// Scratchpad latency, then `tables_per_cycle` tables a cycle; sums leave beside them.
  /// \pre `command` is a table command of a program that verifies
  uint64_t cycles(const program::Command &command, const program::Program &program) const;
  /// Of these, those without the latency.
  uint64_t shapeCycles(const program::Command &command) const;
  /// Tables that the command builds: rows times tables a row.
  static uint64_t tables(const program::Command &command);

private:
  uint64_t latencyCycles, tablesPerCycle;
};

} // namespace accord::sim
