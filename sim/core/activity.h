// Where the time of a component goes: busy, stalled, idle. Every cycle belongs to exactly one of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cassert>
#include <cstdint>

namespace accord::sim {

enum class Activity : uint8_t { Busy, Stall, Idle };

/// Sums cycles by state. Starts idle at cycle 0.
class ActivityMeter {
public:
  /// From `cycle` on the component is in `next`. Cycles never go back.
  void enter(Activity next, uint64_t cycle) {
    assert(cycle >= since && "time runs forward");
    sums[static_cast<unsigned>(state)] += cycle - since;
    since = cycle;
    state = next;
  }
  uint64_t cycles(Activity a) const { return sums[static_cast<unsigned>(a)]; }

private:
  uint64_t sums[3] = {0, 0, 0};
  uint64_t since = 0;
  Activity state = Activity::Idle;
};

} // namespace accord::sim
