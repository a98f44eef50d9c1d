// One channel: its banks, its wires, its refresh, and the controller that orders bursts.
//
// Times are clocks of the dram. A burst is planned when its turn comes: the command times follow from what
// was planned before it, so nothing is stepped clock by clock.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/burst_window.h"
#include "sim/models/dram/dram_address.h"
#include "sim/models/dram/dram_command.h"

namespace accord::sim {

enum class DramRefresh : uint8_t { None, AllBanks, PerBank };

/// When the data of a copy crosses a channel's wires.
struct DataClocks {
  int64_t begin = 0, end = 0; ///< half open
};

class DramChannel {
public:
  DramChannel(const DramTiming &timing, const AddressOrder &order, DramRefresh refresh);

  /// Moves the bursts, which are known from clock `arrival` on, after everything that was asked before.
  /// \pre at least one burst
  DataClocks copy(const std::vector<BurstRange> &ranges, bool write, int64_t arrival);
  /// Refreshes that fall due before `clock`.
  void refreshUntil(int64_t clock);
  /// Refreshes that are pending and fall due before `clock`.
  uint64_t refreshesBefore(int64_t clock) const {
    return due < clock ? static_cast<uint64_t>((clock - 1 - due) / refreshInterval) + 1 : 0;
  }
  const DramUse &use() const { return counters; }
  /// Bursts that went by the fast path.
  uint64_t streamed() const { return streamedBursts; }

  /// Plans every burst by itself: what the fast path has to be equal to.
  bool burstByBurst = false;
  /// Gets every command, in the order of planning; null for none.
  std::vector<DramCommand> *trace = nullptr;

private:
  static constexpr uint64_t closed = UINT64_MAX;
  static constexpr unsigned patience = 256;             ///< bursts that may pass the oldest one
  static constexpr int64_t never = -(int64_t(1) << 60); ///< long before clock 0

  struct Bank {
    uint64_t row = closed;
    int64_t activateFrom = never;  ///< by its own activate, precharge, refresh
    int64_t prechargeFrom = never; ///< by its activate, reads, writes
    int64_t activated = never;
  };
  struct Group {
    int64_t activated = never, read = never, written = never;
  };
  struct Plan {
    int64_t precharge = never, activate = never, column = never;
  };

  const DramTiming t;
  const AddressOrder order;
  const DramRefresh refreshMode;
  const int64_t refreshInterval;
  const bool cyclesAtCcdS; ///< groups in turn never wait for one another: tCCD_S paces them

  std::vector<Bank> banks;
  std::vector<Group> groups;
  int64_t read = never, written = never; ///< last of the channel
  int64_t activated[4];                  ///< the last four, oldest at `activates % 4`
  int64_t precharged = never, refreshed = never;
  int64_t activateFrom = never;        ///< by refreshes of sets
  int64_t due = 0;                     ///< of the next refresh
  size_t refreshedSet = 0;             ///< the set that the last one covered
  int64_t columns[BurstWindow::depth]; ///< clocks of the last reads and writes, at `bursts % depth`
  DramUse counters;
  uint64_t streamedBursts = 0;

  /// From burst to burst of a stream.
  int64_t pace(bool write) const { return order.cycle() > 1 ? t.ccdS : write ? t.ccdLWrite : t.ccdL; }
  int64_t lastColumn() const { return read > written ? read : written; }
  BurstWindow::Entry choose(const BurstWindow &window, bool write, int64_t arrival, unsigned overtaken) const;
  /// When the burst at a position of the window came into it: when the one that went a window before it made
  /// room. For those that nobody passed.
  auto entry() const {
    return [this](unsigned position) { return columns[(counters.bursts + position) % BurstWindow::depth]; };
  }
  int64_t columnFrom(const DramLocation &at, bool write, int64_t arrival) const;
  Plan plan(const DramLocation &at, bool write, int64_t arrival, int64_t entered) const;
  void issue(uint64_t burst, bool write, int64_t arrival, int64_t entered);
  uint64_t stream(uint64_t first, uint64_t run, bool write, int64_t arrival);
  void column(const DramLocation &at, bool write, int64_t clock);
  void refresh();
  void precharge(Bank &bank, int64_t clock, int64_t activateDelay);
  void tell(DramCommand::Kind kind, uint32_t bank, uint64_t row, int64_t clock);
};

} // namespace accord::sim
