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
  uint64_t rowHits = 0;      ///< bursts that found their row open
  uint64_t rowMisses = 0;    ///< found their bank closed
  uint64_t rowConflicts = 0; ///< found another row open
  uint64_t activates = 0, precharges = 0;
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

} // namespace accord::sim
