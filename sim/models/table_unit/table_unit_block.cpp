// The three streams of the unit, in the order of rtl/table_unit/README.md ("Beats").
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/table_unit/table_unit_block.h"

#include <algorithm>

namespace accord::sim {
namespace {

constexpr int64_t entries = 8, codeBits = 8, sumBits = 32;
enum Stream : size_t { code, table, sum };

RtlPorts portsOf(const TableUnitConfig &c) {
  return {{"m", "tables", "group_tables"},
          {{"code", wordsOfBits(c.tablesPerCycle * 4 * codeBits), false},
           {"table", wordsOfBits(c.tablesPerCycle * entries * c.tableBits), true},
           {"sum", wordsOfBits(c.tablesPerCycle * sumBits), true}}};
}

class TableUnitTask final : public RtlTask {
public:
  TableUnitTask(const TableUnitConfig &c, const TableUnitShape &s, std::vector<int8_t> itsCodes, int64_t k)
      : RtlTask(portsOf(c), {uint32_t(s.m), uint32_t(s.tables), uint32_t(s.groupTables)},
                {tableUnitCycles(c, s), tableUnitCycles(c, s), tableUnitSumBeats(c, s).size()},
                {RtlResult("tables", {s.m, s.tables, entries}, 2), RtlResult("asum", {s.m, s.groups()}, 4)}),
        config(c), shape(s), k(k), codes(std::move(itsCodes)), sumBeats(tableUnitSumBeats(c, s)) {}

  void fill(size_t, uint64_t beat, uint32_t *words) const override {
    std::fill_n(words, ports().streams[code].words, unusedWord);
    for (int64_t i = 0; i < liveTables(beat); ++i) {
      const int64_t row = tableAt(beat, i) / shape.tables, first = tableAt(beat, i) % shape.tables * 4;
      for (int64_t j = 0; j < 4; ++j) // those beyond k are 0
        putBits(words, size_t((4 * i + j) * codeBits), codeBits,
                first + j < k ? uint8_t(codes[size_t(row * k + first + j)]) : 0);
    }
  }

  Status take(size_t stream, uint64_t beat, const uint32_t *words) override {
    return stream == table ? takeTables(beat, words) : takeSums(sumBeats[beat], words);
  }

  RtlSchedule schedule(const RtlStalls &stalls) const override {
    TableUnitTrace trace = tableUnitSchedule(config, shape, stallsOf(stalls, code), stallsOf(stalls, table),
                                             stallsOf(stalls, sum));
    return {std::move(trace.codes), std::move(trace.tables), std::move(trace.sums)};
  }

  /// The last beat leaves a cycle after its codes were taken.
  uint64_t cycles() const override { return tableUnitCycles(config, shape) + 1; }

private:
  /// Table `i` of a beat among those of all rows, which follow one another over row ends.
  int64_t tableAt(uint64_t beat, int64_t i) const { return int64_t(beat) * config.tablesPerCycle + i; }
  int64_t liveTables(uint64_t beat) const {
    return std::min(config.tablesPerCycle, shape.m * shape.tables - tableAt(beat, 0));
  }

  Status takeTables(uint64_t beat, const uint32_t *words) {
    for (int64_t i = 0; i < config.tablesPerCycle * entries; ++i) {
      const int64_t entry = signedBits(words, size_t(i * config.tableBits), unsigned(config.tableBits));
      if (i < liveTables(beat) * entries)
        results()[0].put(size_t(tableAt(beat, 0) * entries + i), entry);
      else if (entry != 0)
        return Error{"expected 0 in entry " + std::to_string(i % entries) + " of dead table " +
                     std::to_string(i / entries) + ", got " + std::to_string(entry)};
    }
    return {};
  }

  /// Each sum stands in the place of its group's last table; the other places are 0.
  Status takeSums(uint64_t beat, const uint32_t *words) {
    for (int64_t i = 0; i < config.tablesPerCycle; ++i) {
      const int64_t row = tableAt(beat, i) / shape.tables, last = tableAt(beat, i) % shape.tables;
      const bool live = i < liveTables(beat) && endsGroup(shape, last);
      const int64_t at = live ? row * shape.groups() + last / shape.groupTables : 0;
      if (Status s = takeLanes(results()[1], at, words + i, live, 1); !s)
        return s;
    }
    return {};
  }

  const TableUnitConfig config;
  const TableUnitShape shape;
  const int64_t k;
  const std::vector<int8_t> codes;
  const std::vector<uint64_t> sumBeats;
};

} // namespace

RtlSpec tableUnitSpec(const TableUnitConfig &c) {
  return {"table_unit",
          {{"TablesPerCycle", c.tablesPerCycle},
           {"ActBits", codeBits},
           {"TableBits", c.tableBits},
           {"SumBits", sumBits}}};
}

Expected<std::unique_ptr<RtlTask>> tableUnitTask(const TableUnitConfig &config, const TableUnitShape &shape,
                                                 std::vector<int8_t> codes, int64_t k) {
  if (Status valid = checkTableUnit(config, shape); !valid)
    return valid.error();
  if (int64_t(codes.size()) != shape.m * k || (k + 3) / 4 != shape.tables)
    return Error{"table unit: expected codes of " + std::to_string(shape.m) + " rows of " +
                 std::to_string(shape.tables) + " tables, got " + std::to_string(codes.size()) +
                 " of depth " + std::to_string(k)};
  return std::unique_ptr<RtlTask>(std::make_unique<TableUnitTask>(config, shape, std::move(codes), k));
}

} // namespace accord::sim
