// The dram of a machine: copies go in with the core cycle of their request, and come out with that of their
// data.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/time_base.h"
#include "sim/models/dram/dram_channel.h"

#include <functional>
#include <optional>

namespace accord::sim {

/// Contiguous bytes of the dram.
struct DramRun {
  int64_t address = 0, bytes = 0;
};

/// When a copy's data crosses the wires, in cycles of the core, and what it took.
struct DramCopy {
  uint64_t begin = 0;         ///< the edge at which the first data begins, or the next
  uint64_t end = 0;           ///< the edge at which the last data is complete, or the next
  DramUse use;                ///< a refresh is that of the request which waits longest
  uint64_t idleRefreshes = 0; ///< of DramModel::copy: among them those while nothing waited
};

/// All channels, each its own queue. Copies that were submitted and are not complete mix.
///
/// Time goes forward by `advance`: what it decided, no later copy changes. A copy's end is known when its
/// last read or write is decided, clocks before its data is there. So whoever advances to `earliestEnd()` of
/// a copy and asks for it, again and again, hears of its end before it has passed.
class DramModel {
public:
  using Ticket = uint32_t;

  explicit DramModel(const Hardware &hardware) : DramModel(hardware, dramTiming(hardware.dram)) {}
  DramModel(const Hardware &hardware, const DramTiming &timing);

  /// Where every burst that is asked for is told, with the clock of its request; empty for nowhere.
  std::function<void(uint64_t address, bool write, int64_t clock)> onBurst;

  /// Asks for `runs`, in this order, from core cycle `arrival` on. A burst that ends one run and begins the
  /// next moves once. \pre runs hold at least one byte; addresses are not negative; nothing after `arrival`
  /// is decided (what is, stays)
  Ticket submit(const std::vector<DramRun> &runs, bool write, uint64_t arrival);
  /// Decides every command of all channels before a clock of the dram.
  void advance(int64_t clock);
  /// The core cycle before which a copy that was not taken cannot end, as far as is decided: where to advance
  /// to for news of it. After everything before that cycle is decided, it says a later one or take() tells.
  uint64_t earliestEnd(Ticket ticket) const;
  /// The copy, when its last burst is planned; the ticket is void then.
  std::optional<DramCopy> take(Ticket ticket);

  /// Moves a copy by itself: after all that was decided, until its end is known.
  DramCopy copy(const std::vector<DramRun> &runs, bool write, uint64_t arrival);

  /// Refreshes of all channels that fall due before core cycle `cycle` and are no copy's.
  uint64_t refreshesBefore(uint64_t cycle);
  /// Everything so far, with what falls due before core cycle `cycle`. \pre every copy is taken
  DramUse finish(uint64_t cycle);
  /// Refreshes that were no copy's: nothing waited for their channel.
  uint64_t idleRefreshes() const;

  int64_t burstBytes() const { return bytesPerBurst; }
  const DramTiming &timing() const { return t; }
  std::vector<DramChannel> &channels() { return all; }

  /// The first clock of the dram that is not before an edge of the core, and the reverse.
  int64_t clockOf(uint64_t cycle) const { return static_cast<int64_t>(notBefore(core.edge(cycle), dram)); }
  uint64_t cycleOf(int64_t clock) const { return notBefore(dram.edge(static_cast<uint64_t>(clock)), core); }

private:
  struct Part {
    size_t channel = 0;
    uint32_t share = 0;
  };
  struct Copy {
    bool write = false;
    int64_t arrival = 0;
    std::vector<Part> parts;
  };

  static uint64_t notBefore(TimeFs time, const ClockDomain &domain) {
    const uint64_t edge = domain.cycleAt(time);
    return edge + (domain.edge(edge) < time ? 1 : 0);
  }
  void ask(Copy &copy, uint64_t firstBurst, uint64_t count);
  int64_t foresight(bool write) const { return (write ? t.cwl : t.cl) + t.burst; }

  const DramTiming t;
  const ClockDomain core, dram;
  const int64_t bytesPerBurst;
  unsigned channelBits = 0, burstBits = 0; ///< channels and the bytes of a burst are powers of two
  std::vector<DramChannel> all;
  std::vector<Copy> copies; ///< by ticket
  std::vector<Ticket> voidTickets;
  static constexpr uint32_t noShare = UINT32_MAX;
  std::vector<uint32_t> shares; ///< of the copy that is asked for, by channel
};

} // namespace accord::sim
