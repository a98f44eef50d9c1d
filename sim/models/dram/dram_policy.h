// Which request a channel serves next: everything a controller may decide, in one place.
//
// At every clock, of the commands that the timing allows, at most one of each kind goes out:
//  1. a read or write of the direction that has its turn: the oldest whose row is open;
//  2. the refresh of a set that is closed (dram_refresh.h);
//  3. an activate, then 4. a precharge, of the bank whose oldest request is the oldest. A bank works for the
//     direction that has its turn; one that only the other direction waits for is opened for that ahead.
// A row stays open while a request of the bank's direction waits for it, but not for more than `rowPatience`
// of them while an older one waits for another row of the bank.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstddef>
#include <cstdint>

namespace accord::sim {

class DramPolicy {
public:
  /// Bursts of an open row that may pass an older burst of another row of the bank.
  static constexpr unsigned rowPatience = 128;

  /// `depth`: places of the read queue, and of the write queue.
  explicit DramPolicy(size_t depth)
      : places(depth), high(depth - depth / 4), low(depth / 4), least(depth < 8 ? 1 : depth / 4) {}

  size_t depth() const { return places; }

  /// Whether the wires turn around. `turn` counts the bursts of this turn that went while the other direction
  /// waited.
  ///
  /// Writes wait until their queue is three quarters full or no read is left, and then go until a quarter is
  /// left: the wires turn seldom. Neither direction starves: a turn of writes ends after 2 `depth` of them,
  /// one of reads after 4 `depth`, and writes that never cease leave 2 `depth` reads between two of their
  /// turns.
  bool turns(bool writing, size_t reads, size_t writes, uint64_t turn) const {
    if (writing)
      return reads != 0 && (writes == 0 || (writes <= low && turn >= least) || turn >= 2 * places);
    return writes != 0 && (reads == 0 || (writes >= high && turn >= 2 * places) || turn >= 4 * places);
  }

private:
  const size_t places, high, low, least;
};

} // namespace accord::sim
