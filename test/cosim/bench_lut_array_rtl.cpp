// Speed of the Verilated LUT array with its handshakes (target: 250 kHz), and of its cycle model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/verilated_block.h"
#include "sim/core/rtl_run.h"
#include "sim/models/lut_array/lut_array_block.h"
#include <benchmark/benchmark.h>
#include <random>

using namespace accord;
using namespace accord::rtl;
using namespace accord::sim;

namespace {

/// A decode step's and a prefill's command: 4-bit and 8-bit weights, groups of 32.
const LutArrayShape shapes[] = {{1, 192, 144, 8, 4}, {8, 192, 144, 8, 4}, {8, 192, 144, 8, 8}};

struct Operands {
  std::vector<int16_t> tables;
  std::vector<uint8_t> planes;

  explicit Operands(const LutArrayShape &shape)
      : tables(size_t(shape.m * shape.kTables * 8)),
        planes(size_t((shape.n + 63) / 64 * shape.kTables * shape.planes * 32)) {
    std::mt19937 random(1);
    for (int16_t &entry : tables)
      entry = int16_t(random() % 1017) - 508;
    for (uint8_t &byte : planes)
      byte = uint8_t(random());
  }
};

} // namespace

/// range(0): shape; range(1): whether the streams stall.
static void lutArrayRtl(benchmark::State &state) {
  Expected<std::shared_ptr<VerilatedBlock>> rtl = VerilatedBlock::load(lutArraySpec({}), {});
  if (!rtl)
    return state.SkipWithError(rtl.error().message.c_str());
  LutArrayShape shape = shapes[state.range(0)];
  Operands operands(shape);
  auto task = lutArrayTask({}, shape, std::move(operands.tables), std::move(operands.planes));
  if (!task)
    return state.SkipWithError(task.error().message.c_str());
  SeededStalls tables(1, 60), weights(2, 60), outReady(3, 60);
  const RtlStalls stalls = state.range(1) ? RtlStalls{&tables, &weights, &outReady} : RtlStalls();
  RtlRun run(**rtl);
  double cycles = 0;
  for (auto _ : state) {
    if (Status ran = run.run(**task, stalls, UINT64_MAX); !ran)
      return state.SkipWithError(ran.error().message.c_str());
    cycles += double(run.cycles());
  }
  state.counters["kHz"] = benchmark::Counter(cycles / 1e3, benchmark::Counter::kIsRate);
}
BENCHMARK(lutArrayRtl)->ArgsProduct({{0, 1, 2}, {0, 1}})->Unit(benchmark::kMillisecond);

static void lutArrayClosedForm(benchmark::State &state) {
  LutArrayShape shape = shapes[state.range(0)];
  for (auto _ : state) {
    benchmark::DoNotOptimize(shape);
    benchmark::DoNotOptimize(lutArrayCycles({}, shape));
  }
}
BENCHMARK(lutArrayClosedForm)->DenseRange(0, 2);

static void lutArrayScheduleUnderStalls(benchmark::State &state) {
  LutArrayShape shape = shapes[state.range(0)];
  SeededStalls tables(1, 60), weights(2, 60), outReady(3, 60);
  for (auto _ : state)
    benchmark::DoNotOptimize(lutArraySchedule({}, shape, tables, weights, outReady));
}
BENCHMARK(lutArrayScheduleUnderStalls)->DenseRange(0, 2)->Unit(benchmark::kMicrosecond);

BENCHMARK_MAIN();
