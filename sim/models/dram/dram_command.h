// What a channel was told, for whoever checks it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::sim {

struct DramCommand {
  enum Kind : uint8_t { Activate, Precharge, PrechargeAll, Read, Write, RefreshAll, RefreshSet };
  Kind kind = Activate;
  uint32_t bank = 0; ///< bank of its group x groups + group; of RefreshSet the set
  uint64_t row = 0;  ///< of Activate, Read, Write
  int64_t clock = 0;
  int64_t dataBegin = 0, dataEnd = 0; ///< of Read, Write: clocks on the wires, half open
};

/// What a channel or a copy did.
struct DramUse {
  uint64_t bursts = 0;
  uint64_t rowHits = 0;      ///< bursts whose row was open, or was opened for another one
  uint64_t rowMisses = 0;    ///< whose row was opened for them in a closed bank
  uint64_t rowConflicts = 0; ///< whose row was opened for them after another one was closed for it
  uint64_t activates = 0;    ///< at least misses and conflicts: a refresh may close a row before its burst
  uint64_t precharges = 0;
  uint64_t refreshes = 0; ///< of all banks or of a set, as configured

  DramUse &operator+=(const DramUse &o) {
    bursts += o.bursts, rowHits += o.rowHits, rowMisses += o.rowMisses, rowConflicts += o.rowConflicts;
    activates += o.activates, precharges += o.precharges, refreshes += o.refreshes;
    return *this;
  }
  DramUse operator-(const DramUse &o) const {
    return {bursts - o.bursts,       rowHits - o.rowHits,
            rowMisses - o.rowMisses, rowConflicts - o.rowConflicts,
            activates - o.activates, precharges - o.precharges,
            refreshes - o.refreshes};
  }
  bool operator==(const DramUse &o) const {
    return bursts == o.bursts && rowHits == o.rowHits && rowMisses == o.rowMisses &&
           rowConflicts == o.rowConflicts && activates == o.activates && precharges == o.precharges &&
           refreshes == o.refreshes;
  }
};

/// Bursts that went at one pace, with consecutive numbers.
struct DramServed {
  uint64_t serial = 0; ///< of the first, among all bursts that the channel was asked for
  uint64_t count = 0;
  int64_t entered = 0; ///< the clock at which the first came into the queue; the others by the pace after it
  int64_t clock = 0;   ///< of the first read or write
  int64_t step = 0;    ///< to the next
  bool write = false;
};

} // namespace accord::sim
