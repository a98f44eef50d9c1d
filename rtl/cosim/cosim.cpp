// Drives RTL, golden and model with the same stimuli and counts what differs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim.h"
#include "rtl/cosim/verilated_block.h"
#include "sim/files/output_file.h"
#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <unistd.h>

using namespace accord;
using namespace accord::rtl;
using namespace accord::sim;

void Comparison::differ(std::string difference) {
  if (counts.firstDifference.empty())
    counts.firstDifference = std::move(difference);
}

void Comparison::compare(CosimCase &command, const std::vector<uint64_t> &stallSeeds) {
  const std::string place = "cosim " + block.name() + " " + command.place;
  compareRun(command, place, nullptr);
  for (uint64_t seed : stallSeeds)
    compareRun(command, place + " stall seed " + std::to_string(seed), &seed);
}

void Comparison::compareRun(CosimCase &command, const std::string &place, const uint64_t *seed) {
  RtlTask &task = *command.task;
  const RtlPorts &ports = task.ports();
  // Each stream has a pace of its own, from one cycle in five to nine in ten, that the seed and the run
  // choose.
  std::vector<SeededStalls> sources;
  for (size_t s = 0; seed && s < ports.streams.size(); ++s) {
    const uint64_t own = *seed * 3000017 + counts.runs * ports.streams.size() + s;
    sources.emplace_back(own, 20 + unsigned(own * 2654435761u % 71));
  }
  RtlStalls stalls(ports.streams.size());
  for (size_t s = 0; s < sources.size(); ++s)
    stalls[s] = &sources[s];
  const RtlSchedule model = task.schedule(stalls);
  uint64_t end = 0;
  for (const std::vector<uint64_t> &stream : model)
    end = std::max(end, stream.back());

  ++counts.runs;
  counts.stalledRuns += seed != nullptr;
  const auto start = std::chrono::steady_clock::now();
  if (const Status ran = run.run(task, stalls, 2 * end + 64); !ran) {
    ++counts.brokenRuns;
    differ(place + ": " + ran.error().message);
    block.reset();
    return;
  }
  seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  steps += run.cycles();

  compareValues(command, place);
  compareBeats(ports, model, place);
  const uint64_t cycles = rtlCycles(ports, run.taken());
  counts.cyclesRtl += cycles;
  counts.cyclesModel += rtlCycles(ports, model);
  if (seed)
    return;
  ++counts.formsCompared;
  if (const uint64_t form = task.cycles(); form != cycles) {
    ++counts.formMismatches;
    differ(place + ": expected " + std::to_string(form) + " cycles by the closed form, got " +
           std::to_string(cycles));
  }
}

void Comparison::compareValues(CosimCase &command, const std::string &place) {
  for (size_t r = 0; r < command.expected.size(); ++r) {
    const RtlResult &result = command.task->results()[r];
    const std::vector<uint8_t> &expected = command.expected[r];
    const size_t count = expected.size() / result.elementBytes;
    counts.valuesCompared += count;
    if (expected == result.bytes)
      continue;
    for (size_t i = 0; i < count; ++i) {
      const int64_t want = result.value(expected, i), got = result.value(result.bytes, i);
      if (want == got)
        continue;
      ++counts.valueMismatches;
      differ(place + ": " + result.place(i) + ": expected " + std::to_string(want) + ", got " +
             std::to_string(got));
    }
  }
}

void Comparison::compareBeats(const RtlPorts &ports, const RtlSchedule &expected, const std::string &place) {
  for (size_t s = 0; s < expected.size(); ++s) {
    const std::vector<uint64_t> &want = expected[s], &got = run.taken()[s];
    counts.beatsCompared += want.size();
    for (size_t i = 0; i < want.size(); ++i) {
      if (want[i] == got[i])
        continue;
      ++counts.beatMismatches;
      differ(place + ": " + ports.streams[s].name + " beat " + std::to_string(i) + ": expected cycle " +
             std::to_string(want[i]) + ", got " + std::to_string(got[i]));
    }
  }
}

CosimReport Comparison::report() const {
  CosimReport report = counts;
  report.simulatedKhz = seconds > 0 ? double(steps) / seconds / 1e3 : 0;
  return report;
}

namespace {
using Sizes = std::vector<int64_t>;

/// The sizes of each axis, or what is wrong with the options.
Expected<std::vector<Sizes>> gridOf(const CosimBlock &block, const CosimOptions &options) {
  const std::string place = std::string("cosim ") + block.name + ": ";
  std::vector<Sizes> grid;
  std::string names;
  for (const CosimAxis &axis : block.axes) {
    auto given = options.sizes.find(axis.name);
    grid.push_back(given != options.sizes.end() ? given->second : axis.sizes);
    if (grid.back().empty())
      return Error{place + "expected at least one " + axis.name + ", got an empty list"};
    names += (names.empty() ? "" : ", ") + std::string(axis.name);
  }
  for (const auto &given : options.sizes)
    if (std::none_of(block.axes.begin(), block.axes.end(),
                     [&](const CosimAxis &axis) { return given.first == axis.name; }))
      return Error{place + "expected sizes of " + names + ", got " + given.first};
  return grid;
}

/// All combinations, the first axis fastest, until a visit fails or says that it is enough.
Status forEach(const std::vector<Sizes> &grid, const std::function<Expected<bool>(const Sizes &)> &visit) {
  std::vector<size_t> at(grid.size());
  for (size_t axis = 0; axis < grid.size();) {
    Sizes sizes;
    for (size_t a = 0; a < grid.size(); ++a)
      sizes.push_back(grid[a][at[a]]);
    Expected<bool> goOn = visit(sizes);
    if (!goOn)
      return goOn.error();
    if (!*goOn)
      return {};
    for (axis = 0; axis < grid.size() && ++at[axis] == grid[axis].size(); ++axis)
      at[axis] = 0;
  }
  return {};
}

/// A library of its own, as one that can write waveforms is slower. Verilator writes beside the target, which
/// is there whole or not at all.
Status writeWaves(const CosimBlock &block, const CosimOptions &options, const Sizes &first, uint64_t seed) {
  RtlOptions traced = options.rtl;
  traced.trace = true;
  Expected<std::shared_ptr<VerilatedBlock>> rtl = VerilatedBlock::load(block.spec(options.hardware), traced);
  if (!rtl)
    return rtl.error();
  Expected<CosimCase> command = block.make(options.hardware, first, seed);
  if (!command)
    return command.error();
  const Scratch partial(options.wavesPath + ".tmp-" + std::to_string(getpid()));
  if (Status opened = (*rtl)->openTrace(partial.path); !opened)
    return opened;
  Comparison(**rtl).compare(*command, options.stallSeeds);
  rtl->reset(); // closes the file
  Expected<OutputFile> out = OutputFile::open(options.wavesPath);
  if (!out)
    return out.error();
  std::ifstream in(partial.path, std::ios::binary);
  for (char piece[1 << 16]; in.read(piece, sizeof piece), in.gcount() > 0;)
    if (Status written = out->write({piece, size_t(in.gcount())}); !written)
      return written;
  return out->commit();
}

} // namespace

Expected<CosimReport> rtl::cosim(const CosimBlock &block, const CosimOptions &options) {
  Expected<std::vector<Sizes>> grid = gridOf(block, options);
  if (!grid)
    return grid.error();
  // Before anything is built.
  Sizes first;
  if (Status valid = forEach(*grid,
                             [&](const Sizes &sizes) -> Expected<bool> {
                               if (first.empty())
                                 first = sizes;
                               if (Status fits = block.check(options.hardware, sizes); !fits)
                                 return fits.error();
                               return true;
                             });
      !valid)
    return valid.error();
  uint64_t seed = options.dataSeed * 1000003;
  if (!options.wavesPath.empty())
    if (Status written = writeWaves(block, options, first, seed + 1); !written)
      return written.error();

  Expected<std::shared_ptr<VerilatedBlock>> rtl =
      VerilatedBlock::load(block.spec(options.hardware), options.rtl);
  if (!rtl)
    return rtl.error();
  Comparison comparison(**rtl);
  Status compared = forEach(*grid, [&](const Sizes &sizes) -> Expected<bool> {
    Expected<CosimCase> command = block.make(options.hardware, sizes, ++seed);
    if (!command)
      return command.error();
    comparison.compare(*command, options.stallSeeds);
    return !options.stopAtFirst || comparison.report().firstDifference.empty();
  });
  if (!compared)
    return compared.error();
  CosimReport report = comparison.report();
  report.seeds.push_back(options.dataSeed);
  report.seeds.insert(report.seeds.end(), options.stallSeeds.begin(), options.stallSeeds.end());
  report.library = (*rtl)->library();
  return report;
}
