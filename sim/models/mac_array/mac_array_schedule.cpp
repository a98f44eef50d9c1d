// The recurrence of README.md, "Under stalls", a beat at a time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/mac_array/mac_array_schedule.h"
#include "sim/models/mac_array/mac_array_steps.h"
#include <algorithm>

namespace accord::sim {
namespace {

/// State is what a later beat can depend on.
class Scheduler {
public:
  Scheduler(const StallSource &weights, const StallSource &codes, const StallSource &outReady,
            const MacArrayBeats &beats)
      : weights(weights), codes(codes), outReady(outReady) {
    trace.weights.reserve(beats.weights);
    trace.codes.reserve(beats.codes);
    trace.outputs.reserve(beats.outputs);
  }

  void step(const MacArrayStep &step) {
    for (int64_t i = 0; i < step.weights; ++i) // their place is free from the cycle of the swap before on
      trace.weights.push_back(std::max(offered(weights, trace.weights), swapped));
    swapped = trace.weights.back() + 1;
    if (!trace.codes.empty())
      swapped = std::max(swapped, trace.codes.back());
    for (int64_t r = 0; r < step.rows; ++r)
      row(step.first && r == 0);
    if (step.outputs > 0)
      endGroup(step.outputs);
  }

  MacArrayTrace trace;

private:
  /// When the producer of a stream offers its next beat.
  static uint64_t offered(const StallSource &source, const std::vector<uint64_t> &taken) {
    return source.next(taken.size(), taken.empty() ? 0 : taken.back() + 1);
  }

  void row(bool head) {
    // The weights are in use, and the dot product before is added at the latest now.
    uint64_t taken = std::max({offered(codes, trace.codes), swapped + 1, added});
    if (head)
      taken = std::max(taken, near);
    trace.codes.push_back(taken);
    // A group's first sum is written over those of the group before, which have to be in the drain.
    added = std::max(taken + 1, head ? moved : 0);
  }

  void endGroup(int64_t beats) {
    // The drain is free from the cycle of its last beat on.
    moved = std::max(added + 1, trace.outputs.empty() ? 0 : trace.outputs.back());
    near = nearNext;
    uint64_t cycle = moved;
    for (int64_t b = 0; b < beats; ++b) {
      nearNext = cycle; // at last the beat before the last one, or the move
      cycle = outReady.next(trace.outputs.size(), cycle + 1);
      trace.outputs.push_back(cycle);
    }
  }

  const StallSource &weights, &codes, &outReady;
  uint64_t swapped = 0;  // when the weights in use came into use
  uint64_t added = 0;    // when the last row's dot product was added
  uint64_t moved = 0;    // when the group before moved its sums to the drain
  uint64_t nearNext = 0; // from when on no more than one of its output beats is left
  uint64_t near = 0;     // the same of the group before that one
};

} // namespace

MacArrayTrace macArraySchedule(const MacArrayConfig &config, const MacArrayShape &shape,
                               const StallSource &weights, const StallSource &codes,
                               const StallSource &outReady) {
  const std::vector<MacArrayStep> steps = macArraySteps(config, shape);
  Scheduler scheduler(weights, codes, outReady, macArrayBeats(steps));
  for (const MacArrayStep &step : steps)
    scheduler.step(step);
  return std::move(scheduler.trace);
}

} // namespace accord::sim
