// Speed of the dram model: simulated bytes a second on streams (target: 2 GB/s), tiles and random bursts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_replay.h"
#include "test/sim/models/dram_machine.h"

#include <benchmark/benchmark.h>

using namespace accord;
using namespace accord::sim;
using namespace accord::test;

namespace {

void report(benchmark::State &state, uint64_t bursts, const DramModel &dram) {
  state.counters["bytes"] = benchmark::Counter(double(bursts) * double(dram.burstBytes()),
                                               benchmark::Counter::kIsRate, benchmark::Counter::kIs1000);
  state.counters["bursts"] = benchmark::Counter(double(bursts), benchmark::Counter::kIsRate);
}

/// range(0): grade; range(1): bytes of a run; range(2): burst by burst.
void stream(benchmark::State &state) {
  DramModel dram(machineOf(grades[state.range(0)]));
  for (DramChannel &channel : dram.channels())
    channel.burstByBurst = state.range(2);
  int64_t at = 0;
  uint64_t cycle = 0, bursts = 0;
  for (auto _ : state) {
    const DramCopy copy = dram.copy({{at, state.range(1)}}, false, cycle);
    cycle = copy.end, bursts += copy.use.bursts;
    at = (at + state.range(1)) % (int64_t(1) << 30);
  }
  state.SetLabel(dramBin(machineOf(grades[state.range(0)]).dram));
  report(state, bursts, dram);
}
BENCHMARK(stream)->ArgsProduct({{1, 2, 3, 5, 6}, {4096, 65536}, {0, 1}});

/// A tile of 64 rows of range(1) bytes, 576 apart.
void tile(benchmark::State &state) {
  DramModel dram(machineOf(grades[state.range(0)]));
  std::vector<DramRun> runs(64);
  int64_t at = 0;
  uint64_t cycle = 0, bursts = 0;
  for (auto _ : state) {
    for (size_t r = 0; r < runs.size(); ++r)
      runs[r] = {at + int64_t(r) * 576, state.range(1)};
    const DramCopy copy = dram.copy(runs, false, cycle);
    cycle = copy.end, bursts += copy.use.bursts;
    at = (at + state.range(1)) % (int64_t(1) << 30);
  }
  report(state, bursts, dram);
}
BENCHMARK(tile)->ArgsProduct({{3}, {64, 288}});

void randomBursts(benchmark::State &state) {
  DramModel dram(machineOf(grades[state.range(0)]));
  Random random(1);
  std::vector<DramRun> runs(64);
  uint64_t cycle = 0, bursts = 0;
  for (auto _ : state) {
    for (DramRun &run : runs)
      run = {int64_t(random.below(uint64_t(1) << 30)), 1};
    const DramCopy copy = dram.copy(runs, random.below(2), cycle);
    cycle = copy.end, bursts += copy.use.bursts;
  }
  report(state, bursts, dram);
}
BENCHMARK(randomBursts)->Arg(1)->Arg(3);

/// A trace of 64-byte requests, as fast as the queue takes them, parsing apart. range(0): grade; range(1):
/// 0 random reads, 1 a stream, 2 random with a third of writes.
void replay(benchmark::State &state) {
  Hardware h = machineOf(grades[state.range(0)]);
  h.dram.channels = 1;
  Random random(1);
  std::vector<DramAccess> accesses(1 << 20);
  for (size_t i = 0; i < accesses.size(); ++i)
    accesses[i] = {state.range(1) == 1 ? i * 64 : random.below(DramReplay::capacityBytes(h.dram)), 0,
                   state.range(1) == 2 && random.below(3) == 0};
  uint64_t requests = 0;
  for (auto _ : state) {
    DramReplay trace(h.dram, 64, false);
    trace.feed(accesses);
    requests += trace.finish().latency[2].count();
  }
  state.SetLabel(dramBin(h.dram));
  state.counters["requests"] = benchmark::Counter(double(requests), benchmark::Counter::kIsRate);
}
BENCHMARK(replay)->ArgsProduct({{1, 2, 3, 4, 6}, {0, 1, 2}});

} // namespace

BENCHMARK_MAIN();
