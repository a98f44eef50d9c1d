// The bench of the LUT array: three streams around one command.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/lut_array_run.h"
#include <algorithm>
#include <cstring>

using namespace accord;
using namespace accord::rtl;
using namespace accord::sim;

namespace {

constexpr int64_t entriesPerTable = 8;
constexpr int64_t bytesPerBeat = 32;

/// A producer: offers beat after beat, each held until it is taken. It goes on behind the command's last
/// beat, as a queue that holds the next command's would, so that an array that takes too many is found out.
class Producer {
public:
  Producer(const StallSource &source, uint64_t beats, std::vector<uint64_t> &taken)
      : source(source), beats(beats), taken(taken), offered(source.next(0, 0)) {
    taken.reserve(beats);
  }
  bool valid(uint64_t cycle) const { return cycle >= offered; }
  uint64_t beat() const { return taken.size(); }
  bool exhausted() const { return taken.size() >= beats; }
  void take(uint64_t cycle) {
    taken.push_back(cycle);
    offered = source.next(taken.size(), cycle + 1);
  }

private:
  const StallSource &source;
  uint64_t beats;
  std::vector<uint64_t> &taken;
  uint64_t offered; // the cycle from which the next beat is offered
};

/// Where the beats of the output stream belong, in the order of the command.
class OutputOrder {
public:
  OutputOrder(const LutArrayConfig &config, const LutArrayShape &shape) : config(config), shape(shape) {}
  bool done() const { return row0 >= shape.m; }
  bool last() const { return OutputOrder(*this).advance(); }
  int64_t liveLanes() const { return std::min(config.outLanes, shape.n - lane0 - chunk * config.outLanes); }
  int64_t index() const { return (group * shape.m + row0 + row) * shape.n + lane0 + chunk * config.outLanes; }
  /// Goes on to the next beat; true when there is none.
  bool advance() {
    if (++chunk * config.outLanes < std::min(config.nDim, shape.n - lane0))
      return false;
    chunk = 0;
    if (++row < std::min(config.mDim, shape.m - row0))
      return false;
    row = 0;
    if (++group < shape.groups())
      return false;
    group = 0;
    if ((lane0 += config.nDim) < shape.n)
      return false;
    lane0 = 0;
    return (row0 += config.mDim) >= shape.m;
  }

private:
  const LutArrayConfig &config;
  const LutArrayShape &shape;
  int64_t row0 = 0, lane0 = 0, group = 0, row = 0, chunk = 0;
};

class Bench {
public:
  Bench(LutArrayRtl &rtl, const LutArrayShape &shape, const int16_t *tables, const uint8_t *planes,
        const LutArrayStalls &stalls)
      : rtl(rtl), config(rtl.config()), shape(shape), tables(tables), planes(planes), stalls(stalls),
        order(config, shape), beats(lutArrayBeats(config, shape)),
        tableStream(stalls.tables, beats.tables, result.trace.tables),
        weightStream(stalls.weights, beats.weights, result.trace.weights), tableBeat(rtl.tableWords()),
        weightBeat(rtl.weightWords()), outBeat(rtl.outLanes()) {
    result.isum.assign(size_t(shape.groups() * shape.m * shape.n), 0);
    in.table = tableBeat.data();
    in.weights = weightBeat.data();
    out.out = outBeat.data();
  }

  Expected<LutArrayRun> run(uint64_t cycleLimit) {
    if (Status started = start(); !started)
      return started.error();
    loadTable();
    loadWeight();
    for (cycle = 0; !order.done(); ++cycle) {
      if (cycle >= cycleLimit)
        return fail("the last output beat within " + std::to_string(cycleLimit) + " cycles",
                    std::to_string(result.trace.outputs.size()) + " of " + std::to_string(beats.outputs) +
                        " output beats");
      if (Status stepped = step(); !stepped)
        return stepped.error();
    }
    if (Status finished = finish(); !finished)
      return finished.error();
    result.cycles = result.trace.cycles();
    return std::move(result);
  }

private:
  Error fail(const std::string &expected, const std::string &got) const {
    return Error{"rtl lut_array cycle " + std::to_string(cycle) + ": expected " + expected + ", got " + got};
  }

  void clock() {
    rtl.step(in, out);
    ++result.steps;
  }

  /// Gives the command in the cycle before cycle 0.
  Status start() {
    in.cmdValid = true;
    in.m = uint16_t(shape.m);
    in.n = uint16_t(shape.n);
    in.kTables = uint16_t(shape.kTables);
    in.groupTables = uint16_t(shape.groupTables);
    in.planesMinusOne = uint8_t(shape.planes - 1);
    clock();
    in.cmdValid = false;
    if (!out.cmdReady)
      return fail("cmd_ready before the command", "a busy array");
    return {};
  }

  void loadTable() {
    if (tableStream.exhausted())
      return;
    uint64_t beat = tableStream.beat();
    int64_t tile = int64_t(beat) / shape.kTables, t = int64_t(beat) % shape.kTables;
    int64_t row0 = tile / ((shape.n + config.nDim - 1) / config.nDim) * config.mDim;
    int64_t count = std::min(config.mDim, shape.m - row0);
    const int16_t *rows[64];
    for (int64_t r = 0; r < count; ++r)
      rows[r] = tables + ((row0 + r) * shape.kTables + t) * entriesPerTable;
    packTableBeat(config, rows, count, tableBeat.data());
  }

  void loadWeight() {
    // The planes lie in the order of the beats; each row tile reads them anew.
    uint64_t perRowTile = beats.weights / uint64_t((shape.m + config.mDim - 1) / config.mDim);
    if (!weightStream.exhausted())
      std::memcpy(weightBeat.data(), planes + weightStream.beat() % perRowTile * bytesPerBeat, bytesPerBeat);
  }

  Status step() {
    in.tableValid = tableStream.valid(cycle);
    in.weightValid = weightStream.valid(cycle);
    if (nextReady < cycle || nextReadyBeat != result.trace.outputs.size()) {
      nextReadyBeat = result.trace.outputs.size();
      nextReady = stalls.outReady.next(nextReadyBeat, cycle);
    }
    in.outReady = nextReady == cycle;
    clock();
    if (in.tableValid && out.tableReady) {
      if (tableStream.exhausted())
        return fail("no more than " + std::to_string(beats.tables) + " table beats taken", "one more");
      tableStream.take(cycle);
      loadTable();
    }
    if (in.weightValid && out.weightReady) {
      if (weightStream.exhausted())
        return fail("no more than " + std::to_string(beats.weights) + " weight beats taken", "one more");
      weightStream.take(cycle);
      loadWeight();
    }
    return out.outValid && in.outReady ? takeOutput() : Status();
  }

  Status takeOutput() {
    if (out.outLast != order.last())
      return fail(std::string("out_last ") + (out.outLast ? "0" : "1") + " in output beat " +
                      std::to_string(result.trace.outputs.size()),
                  out.outLast ? "1" : "0");
    int64_t live = order.liveLanes();
    std::copy_n(outBeat.begin(), std::min<int64_t>(live, rtl.outLanes()),
                result.isum.begin() + order.index());
    for (int64_t lane = live; lane < config.outLanes; ++lane)
      if (outBeat[size_t(lane)] != 0)
        return fail("0 in dead lane " + std::to_string(lane) + " of output beat " +
                        std::to_string(result.trace.outputs.size()),
                    std::to_string(outBeat[size_t(lane)]));
    result.trace.outputs.push_back(cycle);
    order.advance();
    return {};
  }

  /// After the last beat nothing more comes and the array waits for a command.
  Status finish() {
    in = {};
    in.outReady = true;
    clock();
    if (!out.cmdReady || out.outValid || out.tableReady || out.weightReady)
      return fail("an idle array after the last output beat",
                  out.outValid ? "one more output beat" : "a busy one");
    if (result.trace.tables.size() != beats.tables || result.trace.weights.size() != beats.weights)
      return fail(
          std::to_string(beats.tables) + " table and " + std::to_string(beats.weights) + " weight beats",
          std::to_string(result.trace.tables.size()) + " and " + std::to_string(result.trace.weights.size()));
    if (std::string failure = rtl.failure(); !failure.empty())
      return fail("no failed assertion", failure);
    return {};
  }

  LutArrayRtl &rtl;
  const LutArrayConfig &config;
  const LutArrayShape &shape;
  const int16_t *tables;
  const uint8_t *planes;
  const LutArrayStalls &stalls;
  LutArrayRun result;
  OutputOrder order;
  LutArrayBeats beats;
  Producer tableStream, weightStream;
  std::vector<uint32_t> tableBeat, weightBeat;
  std::vector<int32_t> outBeat;
  LutArrayIn in;
  LutArrayOut out;
  uint64_t cycle = 0, nextReady = 0, nextReadyBeat = UINT64_MAX;
};

} // namespace

Expected<LutArrayRun> rtl::runLutArray(LutArrayRtl &rtl, const LutArrayShape &shape, const int16_t *tables,
                                       const uint8_t *planes, const LutArrayStalls &stalls,
                                       uint64_t cycleLimit) {
  if (Status valid = checkLutArray(rtl.config(), shape); !valid)
    return valid.error();
  if (rtl.config().nDim != 64 || rtl.config().kDim != 4)
    return Error{"rtl lut_array: expected n_dim 64 and k_dim 4, the layout of packed planes, got " +
                 std::to_string(rtl.config().nDim) + " and " + std::to_string(rtl.config().kDim)};
  return Bench(rtl, shape, tables, planes, stalls).run(cycleLimit);
}
