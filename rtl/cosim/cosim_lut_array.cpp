// Drives RTL, golden and model with the same stimuli and counts what differs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim_lut_array.h"
#include "rtl/cosim/lut_array_run.h"
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/golden/tables.h"
#include <algorithm>
#include <chrono>
#include <optional>
#include <random>

using namespace accord;
using namespace accord::rtl;
using namespace accord::sim;

namespace {

constexpr int64_t tableWeights = golden::tableWeights;

/// Operands of one (n, k, planes) and the largest m.
struct Stimulus {
  std::vector<int16_t> tables; // [m][ceil(k/4)][8]
  std::vector<uint8_t> planes;
};

class Cosim {
public:
  Cosim(const CosimOptions &options, LutArrayRtl &rtl) : options(options), rtl(rtl) {
    report.seeds.push_back(options.dataSeed);
    report.seeds.insert(report.seeds.end(), options.stallSeeds.begin(), options.stallSeeds.end());
    report.library = rtl.library();
  }

  Expected<CosimReport> run() {
    uint64_t salt = 0;
    for (int64_t k : options.k)
      for (int64_t n : options.n)
        for (int bits : options.planes) {
          Stimulus stimulus = makeStimulus(n, k, bits, ++salt);
          for (int64_t m : options.m) {
            if (Status compared = compareShape(stimulus, m, n, k, bits); !compared)
              return compared.error();
            if (options.stopAtFirst && !report.firstDifference.empty())
              return finish();
          }
        }
    return finish();
  }

private:
  CosimReport finish() {
    report.simulatedKhz = seconds > 0 ? double(steps) / seconds / 1e3 : 0;
    return report;
  }

  Stimulus makeStimulus(int64_t n, int64_t k, int bits, uint64_t salt) const {
    std::mt19937_64 random(options.dataSeed * 1000003 + salt);
    int64_t m = *std::max_element(options.m.begin(), options.m.end());
    std::vector<int8_t> activations(size_t(m * k));
    // One row in eight is at the ends of the range, where sums and tables are widest.
    for (int64_t i = 0; i < m * k; ++i) {
      uint64_t draw = random();
      activations[size_t(i)] = (i / k) % 8 == 7 ? (draw & 1 ? -128 : 127) : int8_t(draw >> 8);
    }
    std::vector<uint8_t> codes(size_t(n * k));
    for (uint8_t &code : codes)
      code = uint8_t(random() & ((1u << bits) - 1));
    Stimulus stimulus;
    stimulus.tables.resize(size_t(m * tablesOf(k) * 8));
    golden::halfTables(activations.data(), m, k, stimulus.tables.data());
    stimulus.planes.resize(size_t(golden::planesBytes(n, k, bits)));
    golden::packPlanes(codes.data(), n, k, bits, stimulus.planes.data());
    return stimulus;
  }

  static int64_t tablesOf(int64_t k) { return (k + tableWeights - 1) / tableWeights; }

  Status compareShape(const Stimulus &stimulus, int64_t m, int64_t n, int64_t k, int bits) {
    LutArrayShape shape{m, n, tablesOf(k), options.group / tableWeights, bits};
    if (Status valid = checkLutArray(options.config, shape); !valid)
      return valid;
    std::vector<int32_t> expected(size_t(shape.groups() * m * n));
    golden::lutSums(stimulus.tables.data(), stimulus.planes.data(), m, n, k, options.group, bits,
                    expected.data());
    std::string place = "cosim lut_array m " + std::to_string(m) + " n " + std::to_string(n) + " k " +
                        std::to_string(k) + " planes " + std::to_string(bits);
    compareRun(stimulus, shape, expected, place, {});
    for (uint64_t seed : options.stallSeeds)
      compareRun(stimulus, shape, expected, place + " stall seed " + std::to_string(seed), seed);
    return {};
  }

  void compareRun(const Stimulus &stimulus, const LutArrayShape &shape, const std::vector<int32_t> &expected,
                  const std::string &place, std::optional<uint64_t> seed) {
    NoStalls none;
    // Each stream has a pace of its own, from one cycle in five to nine in ten, that the seed and the run
    // choose.
    auto source = [&](uint64_t stream) {
      uint64_t own = seed.value_or(0) * 3000017 + report.runs * 3 + stream;
      return SeededStalls(own, 20 + unsigned(own * 2654435761u % 71));
    };
    SeededStalls tables = source(0), weights = source(1), outReady = source(2);
    LutArrayStalls stalls =
        seed ? LutArrayStalls{tables, weights, outReady} : LutArrayStalls{none, none, none};
    LutArrayTrace model =
        lutArraySchedule(options.config, shape, stalls.tables, stalls.weights, stalls.outReady);

    ++report.runs;
    report.stalledRuns += seed.has_value();
    auto start = std::chrono::steady_clock::now();
    Expected<LutArrayRun> run = runLutArray(rtl, shape, stimulus.tables.data(), stimulus.planes.data(),
                                            stalls, 2 * model.outputs.back() + 64);
    if (!run) {
      ++report.brokenRuns;
      differ(place + ": " + run.error().message);
      rtl.reset();
      return;
    }
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    steps += run->steps;

    compareValues(expected, run->isum, shape, place);
    compareBeats("table", model.tables, run->trace.tables, place);
    compareBeats("weight", model.weights, run->trace.weights, place);
    compareBeats("output", model.outputs, run->trace.outputs, place);
    report.cyclesRtl += run->cycles;
    report.cyclesModel += model.cycles();
    if (seed)
      return;
    ++report.formsCompared;
    if (uint64_t form = lutArrayCycles(options.config, shape); form != run->cycles) {
      ++report.formMismatches;
      differ(place + ": expected " + std::to_string(form) + " cycles by the closed form, got " +
             std::to_string(run->cycles));
    }
  }

  void compareValues(const std::vector<int32_t> &expected, const std::vector<int32_t> &got,
                     const LutArrayShape &shape, const std::string &place) {
    for (size_t i = 0; i < expected.size(); ++i) {
      ++report.valuesCompared;
      if (expected[i] == got[i])
        continue;
      ++report.valueMismatches;
      int64_t column = int64_t(i) % shape.n, row = int64_t(i) / shape.n % shape.m;
      int64_t group = int64_t(i) / shape.n / shape.m;
      differ(place + ": isum[" + std::to_string(group) + "][" + std::to_string(row) + "][" +
             std::to_string(column) + "]: expected " + std::to_string(expected[i]) + ", got " +
             std::to_string(got[i]));
    }
  }

  void compareBeats(const char *stream, const std::vector<uint64_t> &expected,
                    const std::vector<uint64_t> &got, const std::string &place) {
    for (size_t i = 0; i < expected.size(); ++i) {
      ++report.beatsCompared;
      if (expected[i] == got[i])
        continue;
      ++report.beatMismatches;
      differ(place + ": " + stream + " beat " + std::to_string(i) + ": expected cycle " +
             std::to_string(expected[i]) + ", got " + std::to_string(got[i]));
    }
  }

  void differ(std::string difference) {
    if (report.firstDifference.empty())
      report.firstDifference = std::move(difference);
  }

  const CosimOptions &options;
  LutArrayRtl &rtl;
  CosimReport report;
  uint64_t steps = 0;
  double seconds = 0;
};

} // namespace

Expected<CosimReport> rtl::cosimLutArray(const CosimOptions &options) {
  if (options.m.empty() || options.n.empty() || options.k.empty() || options.planes.empty())
    return Error{"cosim lut_array: expected at least one m, n, k and plane count, got an empty list"};
  if (options.group < tableWeights || options.group % tableWeights != 0)
    return Error{"cosim lut_array: expected a group that is a multiple of 4, got " +
                 std::to_string(options.group)};
  for (int64_t m : options.m)
    for (int64_t n : options.n)
      for (int64_t k : options.k)
        for (int bits : options.planes)
          if (Status valid = checkLutArray(options.config, {m, n, (k + tableWeights - 1) / tableWeights,
                                                            options.group / tableWeights, bits});
              !valid)
            return valid.error();
  Expected<std::shared_ptr<LutArrayRtl>> rtl = LutArrayRtl::load(options.config, options.rtl);
  if (!rtl)
    return rtl.error();
  return Cosim(options, **rtl).run();
}
