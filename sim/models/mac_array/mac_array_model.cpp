// The array's schedule, a scale group at a time. The recurrence is derived in README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/mac_array/mac_array_model.h"

#include <algorithm>
#include <string>

namespace accord::sim {
namespace {

constexpr int64_t tableWeights = 4, planeLanes = 64;

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Weight beats of a step with so many tables along k, of the lanes from `lane` on. Columns beyond the last
/// lane, and rows beyond the scale group, which no step crosses, hold no weights.
int64_t loadBeats(const MacArrayConfig &c, const MacArrayShape &s, int64_t lane, int64_t tables) {
  const int64_t lanes = std::min(c.cols, s.n - lane);
  return ceilDiv(std::min(c.rows, tables * tableWeights) * lanes * s.planes, c.weightBits);
}

} // namespace

Status checkMacArray(const MacArrayConfig &c) {
  auto fail = [](const std::string &expected, int64_t got) {
    return Error{"mac array: expected " + expected + ", got " + std::to_string(got)};
  };
  if (c.rows < 1 || c.rows % tableWeights != 0)
    return fail("rows in fours, the weights of a packed table", c.rows);
  if (c.cols < 1 || (planeLanes % c.cols != 0 && c.cols % planeLanes != 0))
    return fail("cols that divide the 64 lanes of a packed tile or are a multiple of them", c.cols);
  if (c.accRows < 1)
    return fail("acc_rows of at least 1", c.accRows);
  if (c.outLanes < 1 || c.cols % c.outLanes != 0)
    return fail("out_lanes that divide cols = " + std::to_string(c.cols), c.outLanes);
  if (c.weightBits < 1)
    return fail("weight bits of at least 1", c.weightBits);
  return {};
}

uint64_t macArrayCycles(const MacArrayConfig &c, const MacArrayShape &s) {
  const int64_t stepTables = c.rows / tableWeights;
  auto groupFrom = [&](int64_t table) { return std::min(s.groupTables, s.tables - table); };
  int64_t swap = loadBeats(c, s, 0, groupFrom(0)); // when the weights of the next step come into use
  int64_t moved = 0, drained = 0; // the group before: its sums to the drain, its last output beat
  for (int64_t row = 0; row < s.m; row += c.accRows) {
    const int64_t rows = std::min(c.accRows, s.m - row);
    for (int64_t lane = 0; lane < s.n; lane += c.cols) {
      const int64_t beats = rows * ceilDiv(std::min(c.cols, s.n - lane), c.outLanes);
      for (int64_t table = 0; table < s.tables; table += s.groupTables) {
        const int64_t tables = groupFrom(table), steps = ceilDiv(tables, stepTables);
        const int64_t load = loadBeats(c, s, lane, stepTables),
                      lastLoad = loadBeats(c, s, lane, tables - (steps - 1) * stepTables);
        const int64_t nextLoad = table + s.groupTables < s.tables
                                     ? loadBeats(c, s, lane, groupFrom(table + s.groupTables))
                                     : loadBeats(c, s, lane + c.cols < s.n ? lane + c.cols : 0, groupFrom(0));
        // The first sums are written one cycle after their codes are taken, when the accumulators are free.
        int64_t last = std::max(swap + 1, moved - 1) + rows - 1; // row of the first step
        if (steps == 1) {
          swap = std::max(last, swap + nextLoad);
        } else { // nothing but rows and loads paces the steps after the second
          int64_t lastStep = std::max(last, swap + (steps == 2 ? lastLoad : load));
          if (steps > 2)
            lastStep += (steps - 3) * std::max(rows, load) + std::max(rows, lastLoad);
          last = lastStep + rows;
          swap = lastStep + std::max(rows, nextLoad);
        }
        moved = std::max(last + 2, drained); // two registers lie between codes and sums
        drained = moved + beats;
      }
    }
  }
  return static_cast<uint64_t>(drained + 1);
}

uint64_t macShapeCycles(const MacArrayConfig &c, const MacArrayShape &s) {
  const int64_t stepTables = c.rows / tableWeights;
  // What the steps of a group take that has so many tables, of so many rows and the lanes from `lane` on.
  auto group = [&](int64_t tables, int64_t rows, int64_t lane) {
    const int64_t rest = tables % stepTables;
    return tables / stepTables * std::max(rows, loadBeats(c, s, lane, stepTables)) +
           (rest ? std::max(rows, loadBeats(c, s, lane, rest)) : 0);
  };
  auto block = [&](int64_t rows, int64_t lane) {
    return rows ? s.tables / s.groupTables * group(s.groupTables, rows, lane) +
                      group(s.tables % s.groupTables, rows, lane)
                : 0;
  };
  int64_t cycles = 0;
  for (int64_t lane = 0; lane < s.n; lane += c.cols)
    cycles += s.m / c.accRows * block(c.accRows, lane) + block(s.m % c.accRows, lane);
  // Every tile of lanes but the last is whole, and outLanes divides cols: the tiles' ceilings add up.
  const int64_t beats = s.groups() * s.m * ceilDiv(s.n, c.outLanes);
  return static_cast<uint64_t>(std::max(cycles, beats));
}

MacArrayConfig macArrayConfig(const Hardware &h) {
  MacArrayConfig c;
  c.rows = h.macArray->rows, c.cols = h.macArray->cols, c.accRows = h.macArray->accRows;
  c.weightBits = h.scratchpad.widthBits;
  // A beat of sums is at most what the accumulator's port takes a cycle.
  c.outLanes = std::min(h.macArray->outLanes, std::max<int64_t>(1, h.accumulator.widthBits / 32));
  return c;
}

MacArrayShape macArrayShape(const program::Command &c) {
  MacArrayShape s;
  s.m = c.reads[0].sizes[0], s.n = c.writes[0].sizes[2];
  s.tables = c.reads[1].sizes[1], s.planes = static_cast<int>(c.reads[1].sizes[2]);
  s.groupTables = std::min(c.group / tableWeights, s.tables);
  return s;
}

} // namespace accord::sim
