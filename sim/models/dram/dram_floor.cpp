// The fixed point of "data, and what falls due until it is through".
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_floor.h"

#include <algorithm>

namespace accord::sim {

namespace {

/// Between the reads or writes on both sides of a refresh: the row is closed, all are refreshed, one is
/// opened. (From the last read to its precharge tRTP passes, which is less than a burst on some.)
int64_t refreshStop(const DramTiming &t) {
  return t.rp + t.rfc + std::min(t.rcdRead, t.rcdWrite) + std::min<int64_t>(0, t.rtp - t.burst);
}

} // namespace

int64_t dramFloorClocks(const DramTiming &t, bool allBanks, uint64_t bursts) {
  if (bursts == 0)
    return 0;
  // Until the last burst's command: it is followed by its own data.
  const int64_t before = (static_cast<int64_t>(bursts) - 1) * t.burst;
  const int64_t stop = refreshStop(t);
  // A clock so slow that refreshes would leave no time between them has them late (dram_channel.cpp).
  if (!allBanks || t.refi <= 2 * stop)
    return before + t.burst;
  // However a stretch of time lies, a refresh falls due in each whole tREFI of it; the least stretch that has
  // room for them and the data is found from below.
  int64_t clocks = before;
  for (int64_t longer; (longer = before + clocks / t.refi * stop) != clocks;)
    clocks = longer;
  return clocks + t.burst;
}

DramFloor::DramFloor(const Hardware &h)
    : timing(dramTiming(h.dram)), allBanks(h.dram.refresh == "all_bank"),
      channels(static_cast<uint64_t>(h.dram.channels)), coreHz(static_cast<uint64_t>(h.clockHz())),
      dramHz(static_cast<uint64_t>(h.dram.dataRateMtps) * 1000000) {}

uint64_t DramFloor::cycles(uint64_t bursts) const {
  using Wide = unsigned __int128;
  const auto clocks =
      static_cast<Wide>(dramFloorClocks(timing, allBanks, (bursts + channels - 1) / channels));
  return static_cast<uint64_t>((clocks * static_cast<Wide>(timing.transfersPerClock) * coreHz + dramHz - 1) /
                               dramHz);
}

double DramFloor::refreshCycles() const {
  return allBanks ? double(refreshStop(timing) * timing.transfersPerClock) * double(coreHz) / double(dramHz)
                  : 0;
}

} // namespace accord::sim
