// The recurrence of README.md, a beat of codes at a time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/table_unit/table_unit_schedule.h"
#include <algorithm>
#include <string>

namespace accord::sim {

Status checkTableUnit(const TableUnitConfig &c, const TableUnitShape &s) {
  struct {
    const char *name;
    int64_t value, high;
  } const ranges[] = {{"tables_per_cycle", c.tablesPerCycle, 64},
                      {"m", s.m, 65535},
                      {"tables", s.tables, 65535},
                      {"group_tables", s.groupTables, 65535}};
  for (const auto &range : ranges)
    if (range.value < 1 || range.value > range.high)
      return Error{std::string("table unit: expected ") + range.name + " in 1 to " +
                   std::to_string(range.high) + ", got " + std::to_string(range.value)};
  return {};
}

bool endsGroup(const TableUnitShape &s, int64_t table) {
  return table == s.tables - 1 || (table + 1) % s.groupTables == 0;
}

uint64_t tableUnitCycles(const TableUnitConfig &c, const TableUnitShape &s) {
  return static_cast<uint64_t>((s.m * s.tables + c.tablesPerCycle - 1) / c.tablesPerCycle);
}

std::vector<uint64_t> tableUnitSumBeats(const TableUnitConfig &c, const TableUnitShape &s) {
  std::vector<uint64_t> beats;
  for (int64_t table = 0; table < s.m * s.tables; ++table) {
    const auto beat = static_cast<uint64_t>(table / c.tablesPerCycle);
    if (endsGroup(s, table % s.tables) && (beats.empty() || beats.back() != beat))
      beats.push_back(beat);
  }
  return beats;
}

TableUnitTrace tableUnitSchedule(const TableUnitConfig &c, const TableUnitShape &s, const StallSource &codes,
                                 const StallSource &tableReady, const StallSource &sumReady) {
  const uint64_t beats = tableUnitCycles(c, s);
  const std::vector<uint64_t> sumBeats = tableUnitSumBeats(c, s);
  TableUnitTrace trace;
  trace.codes.reserve(beats), trace.tables.reserve(beats);
  uint64_t sent = 0; // when the beat before was sent: its register is free
  for (uint64_t beat = 0; beat < beats; ++beat) {
    const uint64_t offered = codes.next(beat, beat > 0 ? trace.codes.back() + 1 : 0);
    const uint64_t taken = std::max(offered, sent);
    trace.codes.push_back(taken);
    trace.tables.push_back(tableReady.next(beat, taken + 1));
    sent = trace.tables.back();
    if (const size_t sum = trace.sums.size(); sum < sumBeats.size() && sumBeats[sum] == beat) {
      trace.sums.push_back(sumReady.next(sum, taken + 1));
      sent = std::max(sent, trace.sums.back());
    }
  }
  return trace;
}

} // namespace accord::sim
