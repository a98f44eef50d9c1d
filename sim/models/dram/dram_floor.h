// The least time in which a dram moves so many bursts, whatever their order and their banks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_timing.h"

namespace accord::sim {

/// Clocks that `bursts` of one channel take at least, from the first command for them to their last data: the
/// data itself and, with `allBanks`, the refreshes of all banks that fall due meanwhile. One that falls due
/// before the last burst comes before it and stops the channel for tRP + tRFC + tRCD. Refreshes of single
/// banks or sets cost nothing here: the other banks may go on.
int64_t dramFloorClocks(const DramTiming &timing, bool allBanks, uint64_t bursts);

/// The same for all channels in cycles of the core, the bursts spread evenly over them.
class DramFloor {
public:
  explicit DramFloor(const Hardware &hardware);
  uint64_t cycles(uint64_t bursts) const;
  /// For which a refresh stops its channel; 0 of single banks or sets.
  double refreshCycles() const;

private:
  DramTiming timing;
  bool allBanks;
  uint64_t channels, coreHz, dramHz; ///< dramHz: of the transfers of a clock
};

} // namespace accord::sim
