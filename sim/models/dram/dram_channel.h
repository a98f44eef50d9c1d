// One channel: bursts go in with the clock of their request, commands and their clocks come out.
//
// Times are clocks of the dram. Nothing is stepped clock by clock: the next command is the earliest that the
// banks allow, as the policy prefers it (dram_policy.h), and everything between two commands is skipped.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_address.h"
#include "sim/models/dram/dram_command.h"
#include "sim/models/dram/dram_refresh.h"

#include <deque>

namespace accord::sim {

/// Consecutive bursts of a channel.
struct BurstRange {
  uint64_t first = 0, count = 0;
};

/// The part of one copy, or of any other asker, that a channel moves.
struct DramShare {
  uint64_t remaining = 0;  ///< bursts that are asked for and not planned
  uint64_t place = 0;      ///< bursts that its lane was asked for, up to its last one
  int64_t firstColumn = 0; ///< clocks of its first and last read or write, once use.bursts > 0
  int64_t lastColumn = 0;
  bool write = false; ///< of its last ask
  DramUse use;
};

/// Who may pass whom in front of the queues.
enum class DramEntry : uint8_t {
  ByDirection, ///< reads come in as the read queue has room, writes as the write queue has
  InOrder      ///< one after another: a write without room holds back the reads behind it
};

class DramChannel {
public:
  /// \pre 1 <= depth <= 4096
  DramChannel(const DramTiming &timing, const AddressOrder &order, DramRefresh refresh, size_t depth,
              DramEntry entry = DramEntry::ByDirection);

  /// A new share, which lives until it is closed.
  uint32_t openShare();
  void closeShare(uint32_t share);
  const DramShare &share(uint32_t share) const { return shares[share]; }

  /// Asks for bursts, which are known from clock `arrival` on, behind those that were asked for before.
  /// \pre a burst at least; every command before `arrival` may be decided, none after it was (or it counts
  /// as arriving then)
  void ask(uint32_t share, const BurstRange &range, bool write, int64_t arrival);
  /// Decides every command before `clock`.
  void advance(int64_t clock);
  /// Decides what cannot depend on bursts that are asked for later on, however early those arrive: goes on
  /// while a burst waits in front of the queues.
  void advanceWhileFed();
  /// Decides until no burst is left.
  void advanceToEnd();
  /// Decides until the share has no burst left.
  void advanceThrough(uint32_t share);
  /// Reads or writes that go before the share's last one is planned, with that one: so many at least.
  uint64_t columnsBefore(uint32_t share) const;
  /// Every command before it is decided.
  int64_t decided() const { return now; }

  DramUse use() const {
    DramUse all = counters;
    all.bursts = nextSerial - waiting - queues[0].size() - queues[1].size();
    all.rowHits = all.bursts - all.rowMisses - all.rowConflicts;
    return all;
  }
  /// Refreshes while nothing waited.
  uint64_t idleRefreshes() const { return refreshesIdle; }
  /// Bursts in front of the queues.
  uint64_t backlog() const { return waiting; }
  /// Bursts that were asked for, by now.
  uint64_t asked() const { return nextSerial; }
  /// Bursts that went by the fast path.
  uint64_t streamed() const { return streamedBursts; }

  /// Plans every burst by itself: what the fast path has to be equal to.
  bool burstByBurst = false;
  /// Gets every command, in the order of planning; null for none.
  std::vector<DramCommand> *trace = nullptr;
  /// Gets every burst; null for none.
  std::vector<DramServed> *served = nullptr;

private:
  struct Run {
    BurstRange range;
    uint64_t serial;
    int64_t arrival;
    uint32_t share;
    bool write;
  };
  struct Choice {
    enum Kind : uint8_t { Nothing, Column, Activate, Precharge, RefreshPrecharge, Refresh } kind = Nothing;
    int64_t clock = INT64_MAX;
    uint32_t bank = 0;
    uint64_t age = UINT64_MAX;

    bool before(const Choice &other) const {
      return clock < other.clock || (clock == other.clock && age < other.age);
    }
  };

  /// Shorter ones are quicker burst by burst.
  static constexpr uint64_t leastStream = 12;

  const DramTiming t;
  const AddressOrder order;
  const DramPolicy policy;
  const DramEntry entry;
  const bool cyclesAtCcdS; ///< groups in turn never wait for one another: tCCD_S paces them

  DramBanks banks;
  DramQueue queues[2];      ///< of reads, of writes
  std::deque<Run> lanes[2]; ///< in front of them; with InOrder the first only
  DramRefreshDuty duty;
  uint64_t laneAsked[2] = {0, 0}, laneEntered[2] = {0, 0}; ///< bursts
  bool writing = false;                                    ///< the direction that has its turn
  uint64_t turn = 0;     ///< bursts of this turn that went while the other direction waited
  int64_t now = 0;       ///< no command goes before
  int64_t eventAt;       ///< the clock of the next review
  uint32_t usedBank = 0; ///< of the last read or write
  uint64_t nextAge = 0, nextSerial = 0, waiting = 0;
  // Requests that came in last are consecutive bursts of a share, from an age on: how far their burst and
  // serial are from their age.
  uint64_t chainStart = 0, chainBurst = 0, chainSerial = 0;
  uint32_t chainShare = 0;
  unsigned streamPause = 0; ///< reads or writes until the fast path is tried again
  bool stopWhenHungry = false, hungry = false;

  // The best of each kind, kept until something changes that it rests on. Time alone changes none: what could
  // have gone earlier went.
  Choice bestColumn, bestActivate, bestPrecharge;
  bool columnKnown = false, activateKnown = false, prechargeKnown = false;

  std::vector<DramShare> shares;
  std::vector<uint32_t> unusedShares;
  std::vector<DramRequest> heldBefore; ///< the fast path's: what the queue held
  DramUse counters;                    ///< but for bursts and hits, which follow from what is left
  uint64_t refreshesIdle = 0, streamedBursts = 0;

  size_t laneOf(bool write) const { return entry == DramEntry::InOrder ? 0 : write; }
  std::deque<Run> &lane(bool write) { return lanes[laneOf(write)]; }
  template <typename Done> void run(int64_t until, Done done);
  template <typename Done> bool runBetweenRefreshes(int64_t until, Done done);
  void review(int64_t clock);
  bool comeIn();
  void skipIdle(int64_t until);
  void enter(std::deque<Run> &lane);
  int64_t nextEvent() const;
  int64_t nextEntry() const;
  Choice choose();
  void chooseColumn();
  void chooseActivate();
  void choosePrecharge();
  void considerColumn(uint32_t bank);
  void considerActivate(uint32_t bank);
  void considerPrecharge(uint32_t bank);
  void considerEntered(uint32_t bank, bool write, bool alone);
  void chooseRefresh(Choice &best) const;
  /// Of all banks, which the direction that has its turn, or only the other one, waits for.
  BankMask ahead() const { return queues[!writing].pending() & ~queues[writing].pending(); }
  BankMask toOpen() const {
    return (queues[0].pending() | queues[1].pending()) & ~banks.open() & ~duty.blocked();
  }
  BankMask toClose() const {
    const DramQueue &mine = queues[writing], &other = queues[!writing];
    return ((mine.pending() & ~mine.hits()) | (ahead() & ~other.hits())) & banks.open() & ~duty.blocked();
  }
  void forgetChoices() { columnKnown = activateKnown = prechargeKnown = false; }
  void issue(const Choice &choice);
  void issueColumn(uint32_t bank);
  void issueRefresh(int64_t clock);
  void refreshAllBanks();
  void precharge(uint32_t bank, int64_t clock, int64_t delay);
  void noteColumns(DramShare &share, int64_t first, int64_t last, uint64_t count);
  /// The direction that a bank works for.
  bool directionOf(uint32_t bank) const { return queues[writing].pending() >> bank & 1 ? writing : !writing; }
  DramShare *oldestShare();
  /// The queue of the direction that has its turn is one chain of consecutive bursts of open rows, and
  /// nothing else waits: what the fast path asks for first.
  bool isChain() const {
    const DramQueue &queue = queues[writing];
    const size_t held = queue.size();
    return held >= leastStream && nextAge - chainStart >= held && queue.hits() == queue.pending() &&
           queues[!writing].size() == 0 && nextAge - queue[queue.oldest()].age == held &&
           duty.chosen() == DramRefreshDuty::noSet;
  }
  uint64_t stream(int64_t column, int64_t until);
  uint64_t openFrom(uint64_t burst, uint64_t limit) const;
  void tell(DramCommand::Kind kind, uint32_t bank, uint64_t row, int64_t clock) {
    if (trace)
      write(kind, bank, row, clock);
  }
  void write(DramCommand::Kind kind, uint32_t bank, uint64_t row, int64_t clock);
};

} // namespace accord::sim
