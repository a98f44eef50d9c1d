// Where a burst of a channel lies: bank group, bank, row.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_timing.h"

namespace accord::sim {

struct DramLocation {
  uint32_t group = 0;
  uint32_t bank = 0; ///< of the channel: bank of the group x groups + group
  uint64_t row = 0;
};

/// How the bits of a burst's index within its channel are dealt out. The channel itself lies below them:
/// neighbouring bursts go to neighbouring channels.
class AddressOrder {
public:
  /// \pre `mapping` is one of the three that the hardware file knows
  AddressOrder(const std::string &mapping, const DramTiming &t) {
    const unsigned group = log2(t.groups), bank = log2(t.banksPerGroup), column = log2(t.burstsPerRow);
    groupBits = group, groupMask = (1u << group) - 1, bankMask = (1u << bank) - 1;
    rowShift = group + bank + column;
    if (mapping == "row-bank-column-group-channel") {
      groupShift = 0, bankShift = group + column;
      cycleLength = uint64_t(1) << group, segmentLength = uint64_t(1) << (group + column);
    } else if (mapping == "row-column-bank-group-channel") {
      groupShift = 0, bankShift = group;
      cycleLength = uint64_t(1) << (group + bank), segmentLength = uint64_t(1) << rowShift;
    } else { // row-bank-group-column-channel
      groupShift = column, bankShift = column + group;
      cycleLength = 1, segmentLength = uint64_t(1) << column;
    }
  }

  DramLocation locate(uint64_t burst) const {
    const uint32_t group = uint32_t(burst >> groupShift) & groupMask;
    return {group, (uint32_t(burst >> bankShift) & bankMask) << groupBits | group, burst >> rowShift};
  }
  /// Consecutive bursts come back to a bank after `cycle` of them, and stay in the rows of one cycle for an
  /// aligned `segment` of them.
  uint64_t cycle() const { return cycleLength; }
  uint64_t segment() const { return segmentLength; }

private:
  static unsigned log2(int64_t n) {
    unsigned bits = 0;
    while (int64_t(1) << bits < n)
      ++bits;
    return bits;
  }
  unsigned groupBits, groupShift, bankShift, rowShift;
  uint32_t groupMask, bankMask;
  uint64_t cycleLength, segmentLength;
};

} // namespace accord::sim
