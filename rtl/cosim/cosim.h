// Co-simulation of a block: RTL, golden function and cycle model on the same stimuli.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "rtl/cosim/cosim_blocks.h"
#include "rtl/cosim/rtl_build.h"
#include "sim/core/rtl_run.h"
#include <map>
#include <string>
#include <vector>

namespace accord::rtl {

/// What is driven. The cross product of the sizes is run once without stalls and once per seed with stalls on
/// all streams.
struct CosimOptions {
  /// The machine that the block's parameters are taken from; null: the block's own defaults. Outlives a call.
  const Hardware *hardware = nullptr;
  RtlOptions rtl;
  /// By axis of the block; an axis that is not here has its own sizes.
  std::map<std::string, std::vector<int64_t>> sizes;
  /// Seeds of the stall patterns; one also gives the stimuli.
  std::vector<uint64_t> stallSeeds = {1};
  uint64_t dataSeed = 1;
  /// Ends after the first command that differs.
  bool stopAtFirst = false;
  /// Where a VCD waveform of the first command goes, all its runs one after the other. Empty: nowhere.
  std::string wavesPath;
};

/// Counts of a co-simulation. Print them all: a comparison is worth what it compared.
struct CosimReport {
  uint64_t runs = 0;            // commands driven, with and without stalls
  uint64_t stalledRuns = 0;     // of these, with stalls
  uint64_t valuesCompared = 0;  // integers against golden
  uint64_t valueMismatches = 0; // integers that differ
  uint64_t beatsCompared = 0;   // cycles of single beats against the model's schedule
  uint64_t beatMismatches = 0;  // beats taken in another cycle
  uint64_t formsCompared = 0;   // commands without stalls against the closed form
  uint64_t formMismatches = 0;  // commands whose cycles are not those of the closed form
  uint64_t brokenRuns = 0;      // commands in which the RTL broke its contract (see sim::RtlRun)
  std::string firstDifference;  // its place, expected and got; empty when there is none
  uint64_t cyclesRtl = 0;       // summed over runs that ended
  uint64_t cyclesModel = 0;     // of the same runs
  std::vector<uint64_t> seeds;  // data seed, then stall seeds
  double simulatedKhz = 0;      // clock cycles of the RTL per second of wall time, its bench included
  RtlLibrary library;

  /// Of the model against the RTL, in percent.
  double cycleErrorPercent() const {
    return cyclesRtl ? 100.0 * (double(cyclesModel) - double(cyclesRtl)) / double(cyclesRtl) : 0;
  }
  /// Something was compared in each respect and nothing differed.
  bool passed() const {
    return valuesCompared > 0 && beatsCompared > 0 && formsCompared > 0 && valueMismatches == 0 &&
           beatMismatches == 0 && formMismatches == 0 && brokenRuns == 0;
  }
};

/// Runs commands through one block and counts what differs, whoever made the block.
class Comparison {
public:
  /// `block` is idle and outlives it.
  explicit Comparison(sim::RtlBlock &block) : block(block), run(block) {}

  /// Runs `command` without stalls and once per seed. After a run that broke the contract the block is reset.
  void compare(CosimCase &command, const std::vector<uint64_t> &stallSeeds);
  /// So far; without seeds and library.
  CosimReport report() const;

private:
  sim::RtlBlock &block;
  sim::RtlRun run;
  CosimReport counts;
  uint64_t steps = 0;
  double seconds = 0;

  void compareRun(CosimCase &command, const std::string &place, const uint64_t *seed);
  void compareValues(CosimCase &command, const std::string &place);
  void compareBeats(const sim::RtlPorts &ports, const sim::RtlSchedule &expected, const std::string &place);
  void differ(std::string difference);
};

/// Runs it. Fails when the RTL cannot be built or the options are impossible; differences are in the report.
Expected<CosimReport> cosim(const CosimBlock &block, const CosimOptions &options);

} // namespace accord::rtl
