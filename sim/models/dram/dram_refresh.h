// When a channel owes a refresh, and which banks it takes for it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_queue.h"

namespace accord::sim {

enum class DramRefresh : uint8_t { None, AllBanks, PerBank };

/// A refresh of all banks goes when it falls due. One of a set is put off until a set has no request, by one
/// round of all sets at most (the standards allow eight); then the set with the fewest requests is taken. In
/// a round every set has its turn once, in any order.
class DramRefreshDuty {
public:
  static constexpr size_t noSet = SIZE_MAX;

  DramRefreshDuty(const DramTiming &timing, DramRefresh mode)
      : mode(mode), interval(mode == DramRefresh::PerBank ? timing.refiSet : timing.refi),
        setDistance(timing.rfcSet), sets(static_cast<size_t>(timing.refreshSets)),
        banksOfSet(sets ? static_cast<uint32_t>(timing.banks()) / static_cast<uint32_t>(sets) : 0),
        groups(static_cast<uint32_t>(timing.groups)), banks(static_cast<uint32_t>(timing.banks())),
        nextDue(mode == DramRefresh::None ? INT64_MAX : interval) {}

  bool allBanks() const { return mode == DramRefresh::AllBanks; }
  int64_t due() const { return nextDue; }
  /// Those that fell due by `clock` are owed from now on.
  void tick(int64_t clock) {
    for (; nextDue <= clock; nextDue += interval)
      ++owed;
  }
  uint64_t pending() const { return owed; }
  /// The next clock after `clock` at which something changes by itself.
  int64_t nextEvent(int64_t clock) const {
    return owed && chosenSet == noSet && earliest() > clock ? std::min(earliest(), nextDue) : nextDue;
  }
  /// The set that is being closed and refreshed: no request opens it.
  size_t chosen() const { return chosenSet; }
  /// No set is refreshed before.
  int64_t earliest() const { return last + setDistance; }
  BankMask banksOf(size_t set) const {
    return ((BankMask(1) << (banksOfSet - 1) << 1) - 1) << (set * banksOfSet);
  }
  BankMask blocked() const { return chosenSet == noSet ? 0 : banksOf(chosenSet); }
  /// Whether a set would be taken at `clock` if one were idle.
  bool wantsSet(int64_t clock) const {
    return mode == DramRefresh::PerBank && owed != 0 && chosenSet == noSet && clock >= earliest();
  }

  /// Takes a set if there is one to take. `used`: the bank of the last read or write.
  void choose(const DramQueue &reads, const DramQueue &writes, uint32_t used) {
    const BankMask busy = reads.pending() | writes.pending();
    const bool forced = owed >= sets;
    size_t best = noSet, bestWaiting = SIZE_MAX;
    for (size_t i = 0; i < sets; ++i) {
      // Streams go up through the banks: the banks below the last one are needed last.
      const size_t set = fromAbove(used, i);
      if (done >> set & 1)
        continue;
      const bool idle = !(busy & banksOf(set));
      if (!idle && !forced)
        continue;
      const size_t waiting = idle ? 0 : waitingFor(set, reads, writes);
      if (waiting < bestWaiting)
        best = set, bestWaiting = waiting;
      if (idle)
        break;
    }
    chosenSet = best;
  }
  /// Refreshes of whole rounds that come before `clock` on an idle channel, but for the last two, which leave
  /// every bank as all rounds would. They count as done.
  uint64_t skipRounds(int64_t clock) {
    const int64_t round = interval * static_cast<int64_t>(allBanks() ? 1 : sets);
    const int64_t rounds =
        owed || chosenSet != noSet || mode == DramRefresh::None ? 0 : (clock - nextDue) / round - 2;
    if (rounds <= 0)
      return 0;
    nextDue += rounds * round;
    return static_cast<uint64_t>(rounds * (round / interval));
  }
  /// The refresh went out.
  void issued(int64_t clock) {
    --owed;
    if (chosenSet == noSet)
      return;
    done |= uint64_t(1) << chosenSet;
    if (done == (uint64_t(1) << sets) - 1)
      done = 0;
    last = clock, chosenSet = noSet;
  }

private:
  const DramRefresh mode;
  const int64_t interval, setDistance;
  const size_t sets;
  const uint32_t banksOfSet, groups, banks;
  int64_t nextDue;
  uint64_t owed = 0;
  uint64_t done = 0; ///< sets of this round
  int64_t last = DramBanks::never;
  size_t chosenSet = noSet;

  /// The i-th set in the order of preference: of the banks of all groups below the one of bank `used`, then
  /// further down and round; that one last.
  size_t fromAbove(uint32_t used, size_t i) const {
    const uint32_t setsOfIndex = std::max<uint32_t>(1, groups / banksOfSet);
    const uint32_t indices = banks / groups, index = used / groups;
    const auto down = static_cast<uint32_t>(i) / setsOfIndex + 1,
               within = static_cast<uint32_t>(i) % setsOfIndex;
    return ((index + indices - down % indices) % indices) * setsOfIndex + within;
  }
  size_t waitingFor(size_t set, const DramQueue &reads, const DramQueue &writes) const {
    size_t sum = 0;
    for (uint32_t b = 0; b < banksOfSet; ++b) {
      const uint32_t bank = static_cast<uint32_t>(set) * banksOfSet + b;
      sum += reads.waitingFor(bank) + writes.waitingFor(bank);
    }
    return sum;
  }
};

} // namespace accord::sim
