// Cycles of the vector unit's commands: passes over elements.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/program/program.h"

#include <vector>

namespace accord::sim {

class VectorUnitModel {
public:
  explicit VectorUnitModel(const Hardware &hardware);
  /// The sum over passes of latency + ceil(elements / lanes). What reads sums out of the accumulators waits
  /// for their latency first, and takes at most a row of each bank a cycle. The passes of each kind:
  /// sim/README.md.
  /// \pre `command` is a vector command of a program that verifies
  uint64_t cycles(const program::Command &command, const program::Program &program) const;
  /// Of these, those without the latencies: a pass whose last step fills few lanes takes it whole.
  uint64_t shapeCycles(const program::Command &command) const;
  /// Elements of each pass, in order: a pass needs all of the one before.
  static std::vector<uint64_t> passes(const program::Command &command);
  /// Lane steps of the command: the sum of its passes. The unit's peak is `lanes` a cycle.
  static uint64_t steps(const program::Command &command);

private:
  uint64_t lanes, latencyCycles;
  uint64_t sumsPerCycle, sumsLatency; ///< of the accumulators
};

} // namespace accord::sim
