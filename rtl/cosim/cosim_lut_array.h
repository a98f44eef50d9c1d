// Co-simulation of the LUT array: RTL, golden function and cycle model on the same stimuli.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "rtl/cosim/lut_array_rtl.h"
#include <string>
#include <vector>

namespace accord::rtl {

/// What is driven. The cross product of the lists is run once without stalls and once per seed with stalls on
/// all three streams.
struct CosimOptions {
  sim::LutArrayConfig config;
  RtlOptions rtl;
  std::vector<int64_t> m = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  std::vector<int64_t> n = {1, 63, 64, 65, 192};
  std::vector<int64_t> k = {4, 36, 576};
  std::vector<int> planes = {1, 2, 3, 4, 5, 6, 7, 8};
  /// Activations per scale group, a multiple of 4.
  int64_t group = 32;
  /// Seeds of the stall patterns; one also gives the stimuli.
  std::vector<uint64_t> stallSeeds = {1};
  uint64_t dataSeed = 1;
  /// Ends after the first run that differs.
  bool stopAtFirst = false;
};

/// Counts of a co-simulation. Print them all: a comparison is worth what it compared.
struct CosimReport {
  uint64_t runs = 0;            // commands driven, with and without stalls
  uint64_t stalledRuns = 0;     // of these, with stalls
  uint64_t valuesCompared = 0;  // sums against golden
  uint64_t valueMismatches = 0; // sums that differ
  uint64_t beatsCompared = 0;   // cycles of single beats against the model's schedule
  uint64_t beatMismatches = 0;  // beats taken in another cycle
  uint64_t formsCompared = 0;   // commands without stalls against the closed form
  uint64_t formMismatches = 0;  // commands whose cycles are not those of the closed form
  uint64_t brokenRuns = 0;      // commands in which the RTL broke its contract (see runLutArray)
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

/// Runs it. Fails when the RTL cannot be built or the options are impossible; differences are in the report.
Expected<CosimReport> cosimLutArray(const CosimOptions &options);

} // namespace accord::rtl
