// The table unit itself: its beats and their cycles under stalls, the timing twin of rtl/table_unit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/core/stall_source.h"
#include <cstdint>
#include <vector>

namespace accord::sim {

/// The parameters of the unit.
struct TableUnitConfig {
  int64_t tablesPerCycle = 1; ///< half tables of a beat, 1 to 64
  int64_t tableBits = 11;     ///< of an entry; no cycle depends on it
};

/// One command of the unit; each 1 to 65535.
struct TableUnitShape {
  int64_t m = 1;           ///< rows of activations
  int64_t tables = 1;      ///< of a row, ceil(K / 4)
  int64_t groupTables = 8; ///< per scale group; the last one of a row may be shorter

  int64_t groups() const { return (tables + groupTables - 1) / groupTables; }
};

/// Fails, naming the field, where one leaves its range.
Status checkTableUnit(const TableUnitConfig &config, const TableUnitShape &shape);

/// Whether a group ends with table `table` of a row.
bool endsGroup(const TableUnitShape &shape, int64_t table);

/// Cycles in which beats of codes are taken, and as many in which beats of tables leave, when nothing stalls.
uint64_t tableUnitCycles(const TableUnitConfig &config, const TableUnitShape &shape);

/// Of each beat of sums: the beat of codes in which the groups end that it is of.
std::vector<uint64_t> tableUnitSumBeats(const TableUnitConfig &config, const TableUnitShape &shape);

/// The cycle in which each beat is taken. Cycle 0 is the first one after the command is accepted.
struct TableUnitTrace {
  std::vector<uint64_t> codes, tables, sums;
};

/// Exact schedule under stalls, a beat at a time. \pre checkTableUnit succeeds
TableUnitTrace tableUnitSchedule(const TableUnitConfig &config, const TableUnitShape &shape,
                                 const StallSource &codes, const StallSource &tableReady,
                                 const StallSource &sumReady);

} // namespace accord::sim
