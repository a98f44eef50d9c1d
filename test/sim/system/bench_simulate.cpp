// How many commands a second the simulator makes, with and without values, and what its checks cost.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/hazards.h"
#include "sim/program/serialize.h"
#include "sim/program/verify.h"
#include "test/sim/support/decode.h"
#include "test/sim/support/fork_run.h"

#include <benchmark/benchmark.h>
#include <sys/resource.h>

using namespace accord;
using namespace accord::test;

namespace {

constexpr int64_t calls = 10, tiles = 1000;

int64_t commandsOf(const program::Sequence &s) {
  return static_cast<int64_t>(s.calls.size() * s.bodies[0].commands.size());
}

/// Processor time of the children so far, in seconds: other processes of a busy machine do not count.
double childSeconds() {
  rusage use;
  getrusage(RUSAGE_CHILDREN, &use);
  auto seconds = [](const timeval &t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

/// Each run is a process of its own, its start and the way back of its result included.
void run(benchmark::State &state, bool values, bool trap, int64_t tilesOfCall) {
  const program::Sequence sequence = decodeSequence(calls, tilesOfCall);
  const Hardware hardware = lutEdge();
  sim::SimOptions options;
  options.values = values;
  options.trapRaces = trap;
  const sim::DramImage arguments = values ? decodeArguments(sequence, 1) : sim::DramImage();
  for (auto _ : state) {
    sim::DramImage image;
    for (const auto &[index, content] : arguments.buffers)
      image.buffers[index] = sim::Content::view(content.data(), content.size());
    const double before = childSeconds();
    const auto result = simulateForked(sequence, hardware, image, options);
    if (!result) {
      state.SkipWithError(result.error().message.c_str());
      return;
    }
    state.SetIterationTime(childSeconds() - before);
    benchmark::DoNotOptimize(result->cycles);
  }
  state.SetItemsProcessed(state.iterations() * commandsOf(sequence));
}

void timing(benchmark::State &state) { run(state, false, false, tiles); }
void timingWithTrap(benchmark::State &state) { run(state, false, true, tiles); }
void values(benchmark::State &state) { run(state, true, false, tiles / 10); }
void valuesWithTrap(benchmark::State &state) { run(state, true, true, tiles / 10); }

void check(benchmark::State &state) {
  const program::Sequence sequence = decodeSequence(1, tiles);
  for (auto _ : state)
    if (!program::verify(sequence))
      state.SkipWithError("refused");
  state.SetItemsProcessed(state.iterations() * commandsOf(sequence));
}

void hazards(benchmark::State &state) {
  const program::Sequence sequence = decodeSequence(1, tiles);
  for (auto _ : state)
    if (!program::findRaces(sequence.bodies[0]).empty())
      state.SkipWithError("a race");
  state.SetItemsProcessed(state.iterations() * commandsOf(sequence));
}

void fileForm(benchmark::State &state) {
  const program::Sequence sequence = decodeSequence(1, tiles);
  for (auto _ : state)
    if (!program::parseSequence(program::serialize(sequence), "bench"))
      state.SkipWithError("refused");
  state.SetItemsProcessed(state.iterations() * commandsOf(sequence));
}

BENCHMARK(timing)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(timingWithTrap)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(values)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(valuesWithTrap)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(check)->Unit(benchmark::kMillisecond);
BENCHMARK(hazards)->Unit(benchmark::kMillisecond);
BENCHMARK(fileForm)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
