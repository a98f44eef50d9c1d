// Exact time: clock domains as rationals over one base of femtoseconds. No edge is ever found by
// accumulation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cassert>
#include <cstdint>

namespace accord::sim {

/// Femtoseconds since the start; 2^64 of them are five hours of simulated time.
using TimeFs = uint64_t;
constexpr uint64_t femtosecondsPerSecond = 1000000000000000;

/// A clock of `numerator / denominator` hertz. Edge c lies at floor(c * 10^15 * denominator / numerator) fs:
/// one rational floor from the integer c, so that clocks never drift against each other however long they
/// run.
class ClockDomain {
public:
  /// \pre 0 < numerator < 2^44, 0 < denominator < 2^20
  explicit ClockDomain(uint64_t numerator, uint64_t denominator = 1)
      : hertz(numerator), period(Wide(femtosecondsPerSecond) * denominator),
        wholePeriod(period % hertz == 0 && period / hertz <= UINT64_MAX ? static_cast<TimeFs>(period / hertz)
                                                                        : 0) {
    assert(numerator > 0 && numerator < (uint64_t(1) << 44) && "clock numerator");
    assert(denominator > 0 && denominator < (uint64_t(1) << 20) && "clock denominator");
  }

  /// Time of edge `cycle`; edge 0 is time 0.
  TimeFs edge(uint64_t cycle) const {
    if (wholePeriod && cycle <= UINT32_MAX && wholePeriod <= UINT32_MAX)
      return cycle * wholePeriod;
    // Whole seconds apart: the product of the rest fits in 128 bits.
    const Wide whole = Wide(cycle / hertz) * period, rest = Wide(cycle % hertz) * period / hertz;
    assert(whole + rest <= UINT64_MAX && "simulated time beyond the base");
    return static_cast<TimeFs>(whole + rest);
  }
  /// The last edge that is not after `time`: cycleAt(edge(c)) == c, cycleAt(edge(c) - 1) == c - 1.
  uint64_t cycleAt(TimeFs time) const {
    if (wholePeriod)
      return time / wholePeriod;
    return static_cast<uint64_t>(((Wide(time) + 1) * hertz - 1) / period);
  }

private:
  using Wide = unsigned __int128;
  uint64_t hertz;
  Wide period;        ///< of `hertz` cycles, in fs
  TimeFs wholePeriod; ///< of one cycle, where it is a whole number of fs; else 0
};

} // namespace accord::sim
