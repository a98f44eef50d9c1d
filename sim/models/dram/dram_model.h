// The dram of a machine: copies go in with the core cycle of their request, and come out with that of their
// data.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/time_base.h"
#include "sim/models/dram/dram_channel.h"

namespace accord::sim {

/// Contiguous bytes of the dram.
struct DramRun {
  int64_t address = 0, bytes = 0;
};

/// When a copy's data crosses the wires, in cycles of the core, and what it took.
struct DramCopy {
  uint64_t begin = 0;         ///< the edge at which the first data begins, or the next
  uint64_t end = 0;           ///< the edge at which the last data is complete, or the next
  DramUse use;                ///< with all refreshes since the copy before on the same channels
  uint64_t idleRefreshes = 0; ///< among them those that fell due before this copy asked
};

/// All channels, with the state that one copy leaves to the next. Copies are served in the order of calls.
class DramModel {
public:
  explicit DramModel(const Hardware &hardware) : DramModel(hardware, dramTiming(hardware.dram)) {}
  DramModel(const Hardware &hardware, const DramTiming &timing);

  /// Moves `runs`, in this order, from core cycle `arrival` on. A burst that ends one run and begins the next
  /// moves once. \pre runs hold at least one byte; addresses are not negative
  DramCopy copy(const std::vector<DramRun> &runs, bool write, uint64_t arrival);
  /// Refreshes of all channels that are pending and fall due before core cycle `cycle`.
  uint64_t refreshesBefore(uint64_t cycle) const;
  /// Everything so far, with those.
  DramUse finish(uint64_t cycle);

  int64_t burstBytes() const { return bytesPerBurst; }
  const DramTiming &timing() const { return t; }
  std::vector<DramChannel> &channels() { return all; }

  /// The first clock of the dram that is not before an edge of the core, and the reverse.
  int64_t clockOf(uint64_t cycle) const { return static_cast<int64_t>(notBefore(core.edge(cycle), dram)); }
  uint64_t cycleOf(int64_t clock) const { return notBefore(dram.edge(static_cast<uint64_t>(clock)), core); }

private:
  static uint64_t notBefore(TimeFs time, const ClockDomain &domain) {
    const uint64_t edge = domain.cycleAt(time);
    return edge + (domain.edge(edge) < time ? 1 : 0);
  }
  void append(uint64_t firstBurst, uint64_t count);

  const DramTiming t;
  const ClockDomain core, dram;
  const int64_t bytesPerBurst;
  unsigned channelBits = 0;
  std::vector<DramChannel> all;
  std::vector<std::vector<BurstRange>> ranges; ///< of the copy at hand, by channel
};

} // namespace accord::sim
