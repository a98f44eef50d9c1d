// The three streams of the array, in the loop order of the ISA page.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/lut_array_driver.h"

#include <algorithm>
#include <cstring>

namespace accord::sim {
namespace {
constexpr int64_t tableEntries = 8, weightBeatBytes = 32;
int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
} // namespace

LutArrayDriver::LutArrayDriver(std::shared_ptr<rtl::LutArrayRtl> rtl)
    : array(std::move(rtl)), tableBeat(array->tableWords()), weightBeat(array->weightWords()),
      outBeat(array->outLanes()) {
  in.table = tableBeat.data();
  in.weights = weightBeat.data();
  out.out = outBeat.data();
}

void LutArrayDriver::clock() {
  array->step(in, out);
  ++clockCycles;
}

Status LutArrayDriver::start(const LutArrayShape &command, Bytes tableBytes, Bytes planeBytes) {
  shape = command;
  beats = lutArrayBeats(array->config(), shape);
  tables = std::move(tableBytes), planes = std::move(planeBytes);
  sums.assign(static_cast<size_t>(shape.groups() * shape.m * shape.n) * sizeof(int32_t), 0);
  tablesTaken = weightsTaken = 0;
  row0 = lane0 = group = row = chunk = 0;
  in.tableValid = in.weightValid = in.outReady = false;
  in.cmdValid = true;
  in.m = static_cast<uint16_t>(shape.m), in.n = static_cast<uint16_t>(shape.n);
  in.kTables = static_cast<uint16_t>(shape.kTables);
  in.groupTables = static_cast<uint16_t>(shape.groupTables);
  in.planesMinusOne = static_cast<uint8_t>(shape.planes - 1);
  clock();
  in.cmdValid = false;
  if (!out.cmdReady)
    return Error{"rtl lut_array: expected cmd_ready for a command, got a busy array"};
  loadTable();
  loadWeight();
  return {};
}

void LutArrayDriver::loadTable() {
  if (tablesTaken == beats.tables)
    return;
  const LutArrayConfig &config = array->config();
  const auto beat = static_cast<int64_t>(tablesTaken);
  const int64_t tile = beat / shape.kTables, t = beat % shape.kTables;
  const int64_t first = tile / ceilDiv(shape.n, config.nDim) * config.mDim;
  const int64_t count = std::min(config.mDim, shape.m - first);
  std::vector<const int16_t *> rows(static_cast<size_t>(count));
  for (int64_t r = 0; r < count; ++r)
    rows[static_cast<size_t>(r)] =
        reinterpret_cast<const int16_t *>(tables.data()) + ((first + r) * shape.kTables + t) * tableEntries;
  rtl::packTableBeat(config, rows.data(), count, tableBeat.data());
}

void LutArrayDriver::loadWeight() {
  if (weightsTaken == beats.weights)
    return;
  // Planes lie in the order of their beats; each row tile streams all of them again.
  const uint64_t beat = weightsTaken % (planes.size() / weightBeatBytes);
  std::memcpy(weightBeat.data(), planes.data() + beat * weightBeatBytes, weightBeatBytes);
}

void LutArrayDriver::takeOutput() {
  const LutArrayConfig &config = array->config();
  const int64_t lane = lane0 + chunk * config.outLanes;
  const int64_t live = std::min(config.outLanes, shape.n - lane);
  const int64_t at = (group * shape.m + row0 + row) * shape.n + lane;
  std::memcpy(sums.data() + at * static_cast<int64_t>(sizeof(int32_t)), outBeat.data(),
              static_cast<size_t>(live) * sizeof(int32_t));
  // The next beat: chunk, row, group, lanes, rows; innermost first.
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

Status LutArrayDriver::step(bool feed) {
  in.tableValid = feed && tablesTaken < beats.tables;
  in.weightValid = feed && weightsTaken < beats.weights;
  in.outReady = true;
  clock();
  if (in.tableValid && out.tableReady) {
    ++tablesTaken;
    loadTable();
  }
  if (in.weightValid && out.weightReady) {
    ++weightsTaken;
    loadWeight();
  }
  if (out.outValid) {
    takeOutput();
    if (out.outLast != done())
      return Error{std::string("rtl lut_array: expected out_last ") + (done() ? "1" : "0") + ", got " +
                   (out.outLast ? "1" : "0")};
  }
  return {};
}

} // namespace accord::sim
