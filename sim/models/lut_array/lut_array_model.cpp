// The array's schedule: a recurrence per beat, and its closed form where nothing stalls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/lut_array/lut_array_model.h"
#include <algorithm>
#include <string>

using namespace accord;
using namespace accord::sim;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

static Status checkRange(const char *name, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high)
    return {};
  return Error{std::string("lut array: expected ") + name + " in " + std::to_string(low) + " to " +
               std::to_string(high) + ", got " + std::to_string(value)};
}

Status sim::checkLutArray(const LutArrayConfig &config, const LutArrayShape &shape) {
  struct {
    const char *name;
    int64_t value, low, high;
  } const ranges[] = {
      {"m_dim", config.mDim, 1, 64},
      {"n_dim", config.nDim, 1, 1024},
      {"k_dim", config.kDim, 2, 6},
      {"act_bits", config.actBits, 2, 16},
      {"table_bits", config.tableBits, 2, 16},
      {"out_lanes", config.outLanes, 1, config.nDim},
      {"acc_bits", config.accBits, 32, 32},
      {"m", shape.m, 1, 65535},
      {"n", shape.n, 1, 65535},
      {"k_tables", shape.kTables, 1, 65535},
      {"group_tables", shape.groupTables, 1, 65535},
      {"planes", shape.planes, 1, 8},
  };
  for (const auto &range : ranges)
    if (Status status = checkRange(range.name, range.value, range.low, range.high); !status)
      return status;
  if (config.nDim % config.outLanes != 0)
    return Error{"lut array: expected out_lanes to divide n_dim = " + std::to_string(config.nDim) + ", got " +
                 std::to_string(config.outLanes)};
  int64_t sumBits = config.actBits + 1;
  while ((int64_t(1) << (sumBits - config.actBits - 1)) < config.kDim)
    ++sumBits;
  if (config.tableBits < sumBits)
    return Error{"lut array: expected table_bits >= " + std::to_string(sumBits) + " for k_dim = " +
                 std::to_string(config.kDim) + " and act_bits = " + std::to_string(config.actBits) +
                 ", got " + std::to_string(config.tableBits)};
  return {};
}

LutArrayBeats sim::lutArrayBeats(const LutArrayConfig &config, const LutArrayShape &shape) {
  int64_t tables = ceilDiv(shape.m, config.mDim) * ceilDiv(shape.n, config.nDim) * shape.kTables;
  // Every tile but the last is whole, and outLanes divides nDim: the tiles' ceilings add up.
  int64_t outputs = shape.groups() * shape.m * ceilDiv(shape.n, config.outLanes);
  return {uint64_t(tables), uint64_t(tables * shape.planes), uint64_t(outputs)};
}

uint64_t sim::lutArrayCycles(const LutArrayConfig &config, const LutArrayShape &shape) {
  // Weight beats of a whole group, of the shorter last one, and of a tile's first one.
  int64_t whole = shape.groupTables * shape.planes;
  int64_t wholeGroups = shape.kTables / shape.groupTables;
  int64_t rest = shape.kTables % shape.groupTables * shape.planes;
  int64_t first = wholeGroups > 0 ? whole : rest;
  // A group takes the longer of its own beats and the drain of the group before.
  auto tileCycles = [&](int64_t drain) {
    int64_t cycles = wholeGroups > 0 ? (wholeGroups - 1) * std::max(whole, drain) : 0;
    return wholeGroups > 0 && rest > 0 ? cycles + std::max(rest, drain) : cycles;
  };
  auto drainBeats = [&](int64_t rows, int64_t lanes) { return rows * ceilDiv(lanes, config.outLanes); };

  int64_t wholeRows = shape.m / config.mDim, restRows = shape.m % config.mDim;
  int64_t wholeLanes = shape.n / config.nDim, restLanes = shape.n % config.nDim;
  struct {
    int64_t count, drain;
  } const kinds[] = {
      {wholeRows * wholeLanes, drainBeats(config.mDim, config.nDim)},
      {restLanes > 0 ? wholeRows : 0, drainBeats(config.mDim, restLanes)},
      {restRows > 0 ? wholeLanes : 0, drainBeats(restRows, config.nDim)},
      {restRows > 0 && restLanes > 0 ? 1 : 0, drainBeats(restRows, restLanes)},
  };
  int64_t cycles = 0;
  for (const auto &kind : kinds)
    cycles += kind.count * (tileCycles(kind.drain) + std::max(first, kind.drain));
  // No group follows the last tile; none precedes the first. Two more cycles: the first table is loaded, the
  // last sums move to the drain.
  int64_t lastDrain =
      drainBeats(restRows > 0 ? restRows : config.mDim, restLanes > 0 ? restLanes : config.nDim);
  return uint64_t(cycles - std::max(first, lastDrain) + first + lastDrain + 2);
}

namespace {
/// The recurrence. State is what a later beat can depend on; see README.md for each term.
class Scheduler {
public:
  Scheduler(const LutArrayConfig &config, const LutArrayShape &shape, const StallSource &tables,
            const StallSource &weights, const StallSource &outReady)
      : shape(shape), tables(tables), weights(weights), outReady(outReady) {
    LutArrayBeats beats = lutArrayBeats(config, shape);
    trace.tables.reserve(beats.tables);
    trace.weights.reserve(beats.weights);
    trace.outputs.reserve(beats.outputs);
  }

  void group(int64_t groupTables, int64_t drainBeats) {
    for (int64_t t = 0; t < groupTables; ++t) {
      takeTable();
      for (int p = 0; p < shape.planes; ++p)
        takeWeight();
    }
    // The sums move to the drain, which is free from the cycle of its last beat on.
    moved = trace.weights.back() + 1;
    if (!trace.outputs.empty())
      moved = std::max(moved, trace.outputs.back());
    uint64_t cycle = moved;
    for (int64_t b = 0; b < drainBeats; ++b) {
      cycle = outReady.next(trace.outputs.size(), cycle + 1);
      trace.outputs.push_back(cycle);
    }
  }

  LutArrayTrace trace;

private:
  void takeTable() {
    size_t beat = trace.tables.size();
    uint64_t cycle = tables.next(beat, beat > 0 ? trace.tables.back() + 1 : 0);
    // Two tables are held: there is room in the cycle after the last plane of the table before the previous
    // one.
    if (beat >= 2)
      cycle = std::max(cycle, trace.weights[(beat - 1) * size_t(shape.planes) - 1] + 1);
    trace.tables.push_back(cycle);
  }

  void takeWeight() {
    size_t beat = trace.weights.size();
    uint64_t cycle = weights.next(beat, beat > 0 ? trace.weights.back() + 1 : 0);
    // The table is held, and the accumulators are given up by the group before at the end of this cycle.
    cycle = std::max({cycle, trace.tables.back() + 1, moved});
    trace.weights.push_back(cycle);
  }

  const LutArrayShape &shape;
  const StallSource &tables, &weights, &outReady;
  uint64_t moved = 0; // when the sums of the group before went to the drain
};
} // namespace

LutArrayTrace sim::lutArraySchedule(const LutArrayConfig &config, const LutArrayShape &shape,
                                    const StallSource &tables, const StallSource &weights,
                                    const StallSource &outReady) {
  Scheduler scheduler(config, shape, tables, weights, outReady);
  for (int64_t row = 0; row < shape.m; row += config.mDim) {
    int64_t rows = std::min(config.mDim, shape.m - row);
    for (int64_t lane = 0; lane < shape.n; lane += config.nDim) {
      int64_t beatsPerRow = ceilDiv(std::min(config.nDim, shape.n - lane), config.outLanes);
      for (int64_t table = 0; table < shape.kTables; table += shape.groupTables)
        scheduler.group(std::min(shape.groupTables, shape.kTables - table), rows * beatsPerRow);
    }
  }
  return std::move(scheduler.trace);
}
