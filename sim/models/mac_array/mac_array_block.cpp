// The three streams of the array, in the order of rtl/mac_array/README.md ("Beats").
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/mac_array/mac_array_block.h"
#include "sim/models/mac_array/mac_array_schedule.h"
#include "sim/models/mac_array/mac_array_steps.h"

#include <algorithm>

namespace accord::sim {
namespace {

constexpr int64_t codeBits = 8, sumBits = 32, tableWeights = 4, planeLanes = 64, planeBytes = 32;
enum Stream : size_t { weight, code, out };

RtlPorts portsOf(const MacArrayConfig &c) {
  return {{"m", "n", "tables", "group_tables", "planes_m1", "zero"},
          {{"weight", wordsOfBits(c.weightBits), false},
           {"code", wordsOfBits(c.rows * codeBits), false},
           {"out", wordsOfBits(c.outLanes * sumBits), true}}};
}

/// The last step of which `before` tells no beat behind `beat`.
template <typename Before>
const MacArrayStep &stepOf(const std::vector<MacArrayStep> &steps, uint64_t beat, Before before) {
  return *std::prev(std::partition_point(steps.begin(), steps.end(),
                                         [&](const MacArrayStep &step) { return before(step) <= beat; }));
}

class MacArrayTask final : public RtlTask {
public:
  MacArrayTask(const MacArrayConfig &c, const MacArrayShape &s, int32_t zero, std::vector<int8_t> itsCodes,
               int64_t k, std::vector<uint8_t> itsPlanes)
      : RtlTask(portsOf(c),
                {uint32_t(s.m), uint32_t(s.n), uint32_t(s.tables), uint32_t(s.groupTables),
                 uint32_t(s.planes - 1), uint32_t(zero)},
                beatsOf(c, s), {RtlResult("isum", {s.groups(), s.m, s.n}, 4)}),
        config(c), shape(s), k(k), codes(std::move(itsCodes)), planes(std::move(itsPlanes)),
        steps(macArraySteps(c, s)) {}

  void fill(size_t stream, uint64_t beat, uint32_t *words) const override {
    std::fill_n(words, ports().streams[stream].words, unusedWord);
    if (stream == weight)
      fillWeights(beat, words);
    else
      fillCodes(beat, words);
  }

  Status take(size_t, uint64_t beat, const uint32_t *words) override {
    // Steps without output beats stand before the one that ends their group.
    const MacArrayStep &step = *std::partition_point(steps.begin(), steps.end(), [&](const MacArrayStep &s) {
      return s.outputsBefore + uint64_t(s.outputs) <= beat;
    });
    const int64_t perRow = step.outputs / step.rows, place = int64_t(beat - step.outputsBefore);
    const int64_t lane = place % perRow * config.outLanes;
    const int64_t at = (step.group * shape.m + step.row + place / perRow) * shape.n + step.lane + lane;
    return takeLanes(results()[0], at, words, std::min(config.outLanes, step.lanes - lane), config.outLanes);
  }

  RtlSchedule schedule(const RtlStalls &stalls) const override {
    MacArrayTrace trace = macArraySchedule(config, shape, stallsOf(stalls, weight), stallsOf(stalls, code),
                                           stallsOf(stalls, out));
    return {std::move(trace.weights), std::move(trace.codes), std::move(trace.outputs)};
  }

  uint64_t cycles() const override { return macArrayCycles(config, shape); }

private:
  static std::vector<uint64_t> beatsOf(const MacArrayConfig &config, const MacArrayShape &shape) {
    const MacArrayBeats beats = macArrayBeats(macArraySteps(config, shape));
    return {beats.weights, beats.codes, beats.outputs};
  }

  /// Four bits of a plane: of the weights of a table in a lane.
  uint32_t nibble(int64_t lane, int64_t table, int64_t plane) const {
    const int64_t row = (lane / planeLanes * shape.tables + table) * shape.planes + plane;
    const uint8_t byte = planes[size_t(row * planeBytes + lane % planeLanes / 2)];
    return lane % 2 ? byte >> 4 : byte & 15u;
  }

  /// Planes ascending, in each its live tables, in each the nibbles of its live lanes; a beat may begin
  /// within one.
  void fillWeights(uint64_t beat, uint32_t *words) const {
    const MacArrayStep &step = stepOf(steps, beat, [](const MacArrayStep &s) { return s.weightsBefore; });
    const int64_t begin = int64_t(beat - step.weightsBefore) * config.weightBits;
    const int64_t end = std::min(begin + config.weightBits, macStepBits(step, shape));
    for (int64_t bit = begin; bit < end; ++bit) {
      const int64_t place = bit / tableWeights, tableOfPlane = place / step.lanes;
      const uint32_t value = nibble(step.lane + place % step.lanes, step.table + tableOfPlane % step.tables,
                                    tableOfPlane / step.tables);
      putBits(words, size_t(bit - begin), 1, value >> (bit % tableWeights));
    }
  }

  void fillCodes(uint64_t beat, uint32_t *words) const {
    const MacArrayStep &step = stepOf(steps, beat, [](const MacArrayStep &s) { return s.codesBefore; });
    const int64_t row = step.row + int64_t(beat - step.codesBefore), first = step.table * tableWeights;
    for (int64_t i = 0; i < step.tables * tableWeights; ++i) // those beyond k are 0
      putBits(words, size_t(codeBits * i), codeBits,
              first + i < k ? uint8_t(codes[size_t(row * k + first + i)]) : 0);
  }

  const MacArrayConfig config;
  const MacArrayShape shape;
  const int64_t k;
  const std::vector<int8_t> codes;
  const std::vector<uint8_t> planes;
  const std::vector<MacArrayStep> steps;
};

} // namespace

RtlSpec macArraySpec(const MacArrayConfig &c) {
  return {"mac_array",
          {{"Rows", c.rows},
           {"Cols", c.cols},
           {"AccRows", c.accRows},
           {"CodeBits", codeBits},
           {"AccBits", sumBits},
           {"OutLanes", c.outLanes},
           {"WeightBits", c.weightBits}}};
}

Expected<std::unique_ptr<RtlTask>> macArrayTask(const MacArrayConfig &config, const MacArrayShape &shape,
                                                int32_t zero, std::vector<int8_t> codes, int64_t k,
                                                std::vector<uint8_t> planes) {
  if (Status valid = checkMacArray(config); !valid)
    return valid.error();
  const int64_t bytes = (shape.n + planeLanes - 1) / planeLanes * shape.tables * shape.planes * planeBytes;
  if (int64_t(codes.size()) != shape.m * k || (k + tableWeights - 1) / tableWeights != shape.tables ||
      int64_t(planes.size()) != bytes)
    return Error{"mac array: expected codes of " + std::to_string(shape.m) + " rows of " +
                 std::to_string(shape.tables) + " tables and " + std::to_string(bytes) +
                 " bytes of planes, got " + std::to_string(codes.size()) + " codes of depth " +
                 std::to_string(k) + " and " + std::to_string(planes.size()) + " bytes"};
  return std::unique_ptr<RtlTask>(
      std::make_unique<MacArrayTask>(config, shape, zero, std::move(codes), k, std::move(planes)));
}

} // namespace accord::sim
