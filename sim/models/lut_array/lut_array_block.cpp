// The three streams of the array, in the order of rtl/lut_array/README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/lut_array/lut_array_block.h"
#include <algorithm>
#include <cstring>

using namespace accord;
using namespace accord::sim;

namespace {

// Of packed tables and planes (sim/golden), whose kDim is 4 and whose tiles have 64 lanes.
constexpr int64_t entriesPerTable = 8, planeBeatBytes = 32;
enum Stream : size_t { table, weight, out };

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

RtlPorts portsOf(const LutArrayConfig &c) {
  return {{"m", "n", "k_tables", "group_tables", "planes_m1"},
          {{"table", wordsOfBits(c.mDim * entriesPerTable * c.tableBits), false},
           {"weight", wordsOfBits(c.nDim * c.kDim), false},
           {"out", wordsOfBits(c.outLanes * c.accBits), true}}};
}

class LutArrayTask final : public RtlTask {
public:
  LutArrayTask(const LutArrayConfig &itsConfig, const LutArrayShape &s, std::vector<int16_t> itsTables,
               std::vector<uint8_t> itsPlanes)
      : RtlTask(portsOf(itsConfig),
                {uint32_t(s.m), uint32_t(s.n), uint32_t(s.kTables), uint32_t(s.groupTables),
                 uint32_t(s.planes - 1)},
                beatsOf(lutArrayBeats(itsConfig, s)), {RtlResult("isum", {s.groups(), s.m, s.n}, 4)}),
        config(itsConfig), shape(s), tables(std::move(itsTables)), planes(std::move(itsPlanes)) {}

  void restart() override {
    RtlTask::restart();
    row0 = lane0 = group = row = chunk = 0;
  }

  void fill(size_t stream, uint64_t beat, uint32_t *words) const override {
    if (stream == weight) {
      // Planes lie in the order of their beats; each tile of rows streams all of them again.
      const uint64_t at = beat * planeBeatBytes % planes.size();
      std::memcpy(words, planes.data() + at, planeBeatBytes);
      return;
    }
    const int64_t tile = int64_t(beat) / shape.kTables, t = int64_t(beat) % shape.kTables;
    const int64_t first = tile / ceilDiv(shape.n, config.nDim) * config.mDim;
    const int64_t rows = std::min(config.mDim, shape.m - first), bits = config.tableBits;
    std::fill_n(words, ports().streams[table].words, 0);
    for (int64_t r = 0; r < rows; ++r) {
      const int16_t *entries = tables.data() + ((first + r) * shape.kTables + t) * entriesPerTable;
      for (int64_t e = 0; e < entriesPerTable; ++e)
        putBits(words, size_t((r * entriesPerTable + e) * bits), unsigned(bits), uint32_t(entries[e]));
    }
  }

  Status take(size_t, uint64_t, const uint32_t *words) override {
    const int64_t lane = lane0 + chunk * config.outLanes;
    const int64_t live = std::min(config.outLanes, shape.n - lane);
    const int64_t at = (group * shape.m + row0 + row) * shape.n + lane;
    advance();
    return takeLanes(results()[0], at, words, live, config.outLanes);
  }

  RtlSchedule schedule(const RtlStalls &stalls) const override {
    LutArrayTrace trace = lutArraySchedule(config, shape, stallsOf(stalls, table), stallsOf(stalls, weight),
                                           stallsOf(stalls, out));
    return {std::move(trace.tables), std::move(trace.weights), std::move(trace.outputs)};
  }

  uint64_t cycles() const override { return lutArrayCycles(config, shape); }

private:
  static std::vector<uint64_t> beatsOf(const LutArrayBeats &b) { return {b.tables, b.weights, b.outputs}; }

  /// To the next output beat: chunk, row, group, lanes, rows; innermost first.
  void advance() {
    if (++chunk * config.outLanes < std::min(config.nDim, shape.n - lane0))
      return;
    chunk = 0;
    if (++row < std::min(config.mDim, shape.m - row0))
      return;
    row = 0;
    if (++group < shape.groups())
      return;
    group = 0;
    if ((lane0 += config.nDim) < shape.n)
      return;
    lane0 = 0;
    row0 += config.mDim;
  }

  const LutArrayConfig config;
  const LutArrayShape shape;
  const std::vector<int16_t> tables;
  const std::vector<uint8_t> planes;
  int64_t row0 = 0, lane0 = 0, group = 0, row = 0, chunk = 0; // of the next output beat
};

} // namespace

RtlSpec sim::lutArraySpec(const LutArrayConfig &config) {
  return {"lut_array",
          {{"MDim", config.mDim},
           {"NDim", config.nDim},
           {"KDim", config.kDim},
           {"ActBits", config.actBits},
           {"TableBits", config.tableBits},
           {"OutLanes", config.outLanes},
           {"AccBits", config.accBits}}};
}

Expected<std::unique_ptr<RtlTask>> sim::lutArrayTask(const LutArrayConfig &config, const LutArrayShape &shape,
                                                     std::vector<int16_t> tables,
                                                     std::vector<uint8_t> planes) {
  if (Status valid = checkLutArray(config, shape); !valid)
    return valid.error();
  if (config.nDim != 64 || config.kDim != 4)
    return Error{"lut array: expected n_dim 64 and k_dim 4, the layout of packed planes, got " +
                 std::to_string(config.nDim) + " and " + std::to_string(config.kDim)};
  const int64_t entries = shape.m * shape.kTables * entriesPerTable;
  const int64_t bytes = ceilDiv(shape.n, config.nDim) * shape.kTables * shape.planes * planeBeatBytes;
  if (int64_t(tables.size()) != entries || int64_t(planes.size()) != bytes)
    return Error{"lut array: expected " + std::to_string(entries) + " table entries and " +
                 std::to_string(bytes) + " bytes of planes, got " + std::to_string(tables.size()) + " and " +
                 std::to_string(planes.size())};
  return std::unique_ptr<RtlTask>(
      std::make_unique<LutArrayTask>(config, shape, std::move(tables), std::move(planes)));
}
