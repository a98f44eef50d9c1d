// The bursts of a copy that a channel's controller looks at: the oldest that are not done.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace accord::sim {

/// Consecutive bursts of a channel.
struct BurstRange {
  uint64_t first = 0, count = 0;
};

/// A window of `depth` bursts that slides over ranges. Bursts leave it in any order; those that were passed
/// over stand first.
class BurstWindow {
public:
  static constexpr unsigned depth = 32;
  struct Entry {
    uint64_t burst = 0;
    unsigned position = 0; ///< in the window, 0 is the oldest
  };
  /// A burst that others passed.
  struct Waiting {
    uint64_t burst = 0;
    int64_t entered = 0; ///< the clock at which it came into the window
  };

  explicit BurstWindow(const std::vector<BurstRange> &ranges) : ranges(ranges) {}

  bool empty() const { return skippedCount == 0 && range == ranges.size(); }
  /// Nothing was passed over: the window starts with run().
  bool inOrder() const { return skippedCount == 0; }
  uint64_t front() const { return skippedCount ? skipped[0].burst : ranges[range].first + offset; }
  /// Consecutive bursts from front() on. \pre inOrder() and not empty()
  uint64_t run() const { return ranges[range].count - offset; }

  /// The oldest burst of the window that `wanted` accepts; the oldest of all when there is none.
  template <typename Wanted> Entry find(Wanted wanted) const {
    for (unsigned i = 0; i < skippedCount; ++i)
      if (wanted(skipped[i].burst))
        return {skipped[i].burst, i};
    unsigned position = skippedCount;
    uint64_t at = offset;
    for (std::size_t r = range; r < ranges.size(); ++r, at = 0)
      for (; at < ranges[r].count; ++at, ++position) {
        if (position == depth)
          return {front(), 0};
        if (wanted(ranges[r].first + at))
          return {ranges[r].first + at, position};
      }
    return {front(), 0};
  }
  /// When the oldest came in; `enteredAt` as in take().
  template <typename EnteredAt> int64_t entered(EnteredAt enteredAt) const {
    return skippedCount ? skipped[0].entered : enteredAt(0);
  }
  /// Takes the burst at `position` out and says when it came in. `enteredAt(position)` tells that of bursts
  /// that nobody passed so far.
  template <typename EnteredAt> int64_t take(unsigned position, EnteredAt enteredAt) {
    if (position < skippedCount) {
      const int64_t entered = skipped[position].entered;
      for (unsigned i = position + 1; i < skippedCount; ++i)
        skipped[i - 1] = skipped[i];
      --skippedCount;
      return entered;
    }
    for (; skippedCount < position; ++skippedCount) {
      skipped[skippedCount] = {ranges[range].first + offset, enteredAt(skippedCount)};
      advance(1);
    }
    advance(1);
    return enteredAt(position);
  }
  /// Takes the first `count` bursts of run().
  void advance(uint64_t count) {
    offset += count;
    if (offset == ranges[range].count)
      ++range, offset = 0;
  }

private:
  const std::vector<BurstRange> &ranges;
  std::size_t range = 0; ///< the next burst that was never in the window's skipped part
  uint64_t offset = 0;   ///< within it
  std::array<Waiting, depth> skipped;
  unsigned skippedCount = 0;
};

} // namespace accord::sim
