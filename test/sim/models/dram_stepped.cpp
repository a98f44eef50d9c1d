// At each clock: refreshes fall due, requests come in, the wires may turn, a refresh may take a set; then at
// most one command of each kind.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/models/dram_stepped.h"

#include <algorithm>
#include <deque>
#include <optional>

namespace accord::test {
namespace {

using sim::DramCommand;
constexpr int64_t longAgo = -1000000000;

/// When each kind of command went last in one place.
struct Last {
  int64_t activate = longAgo, precharge = longAgo, read = longAgo, write = longAgo, refresh = longAgo;
};
struct Bank : Last {
  std::optional<uint64_t> row;
  int passed = 0; ///< bursts of the open row that went before the oldest one of the bank
};
struct Waiting {
  size_t index;
  uint64_t bank, row, age;
  bool opened = false;
};

class Stepped {
public:
  Stepped(const SteppedSetup &s, const std::vector<SteppedRequest> &requests)
      : setup(s), t(s.timing), requests(requests), banks(size_t(t.groups * t.banksPerGroup)),
        groups(size_t(t.groups)) {
    for (size_t i = 0; i < requests.size(); ++i)
      front[s.inOrder ? 0 : requests[i].write].push_back(i);
    result.entered.resize(requests.size());
    result.column.resize(requests.size());
  }

  SteppedResult run() {
    size_t served = 0;
    for (clock = 0; served < requests.size(); ++clock) {
      fallDue();
      comeIn();
      turnAround();
      takeSet();
      if (refreshAll()) // nothing else goes until it has gone
        continue;
      served += column();
      refreshSet();
      activate();
      precharge();
    }
    return result;
  }

private:
  const SteppedSetup setup;
  const sim::DramTiming t;
  const std::vector<SteppedRequest> &requests;
  std::vector<Bank> banks;
  std::vector<Last> groups;
  Last channel;
  std::deque<int64_t> fourActivates;
  std::deque<size_t> front[2];   // requests that have no place yet
  std::vector<Waiting> queue[2]; // reads, writes; oldest first
  bool writing = false;
  uint64_t turn = 0, nextAge = 0;
  uint64_t lastBank = 0;
  int64_t owed = 0;
  std::vector<bool> doneInRound = std::vector<bool>(64);
  int64_t set = -1; // that is about to be refreshed
  int64_t clock = 0;
  SteppedResult result;

  // ---- addresses: fields of a burst's index, lowest first
  void locate(uint64_t burst, uint64_t &bank, uint64_t &row) const {
    const auto g = uint64_t(t.groups), b = uint64_t(t.banksPerGroup), c = uint64_t(t.burstsPerRow);
    uint64_t group, ofGroup;
    if (setup.mapping == "row-bank-column-group-channel")
      group = burst % g, ofGroup = burst / g / c % b;
    else if (setup.mapping == "row-column-bank-group-channel")
      group = burst % g, ofGroup = burst / g % b;
    else
      group = burst / c % g, ofGroup = burst / c / g % b;
    bank = ofGroup * g + group, row = burst / (g * b * c);
  }
  Last &groupOf(uint64_t bank) { return groups[bank % uint64_t(t.groups)]; }
  bool perBank() const { return setup.refresh == "per_bank"; }
  int64_t banksOfSet() const { return int64_t(banks.size()) / t.refreshSets; }
  bool inSet(uint64_t bank, int64_t which) const {
    return which >= 0 && int64_t(bank) / banksOfSet() == which;
  }
  bool blocked(uint64_t bank) const { return set >= 0 && inSet(bank, set); }

  void tell(DramCommand::Kind kind, uint64_t bank, uint64_t row) {
    DramCommand c{kind, uint32_t(bank), row, clock, 0, 0};
    if (kind == DramCommand::Read || kind == DramCommand::Write) {
      c.dataBegin = clock + (kind == DramCommand::Read ? t.cl : t.cwl);
      c.dataEnd = c.dataBegin + t.burst;
      result.end = std::max(result.end, c.dataEnd);
    }
    result.commands.push_back(c);
  }

  // ---- what happens before commands
  void fallDue() {
    const int64_t every = perBank() ? t.refiSet : t.refi;
    if (setup.refresh != "none" && clock > 0 && clock % every == 0)
      ++owed;
  }
  void comeIn() {
    for (auto &line : front)
      while (!line.empty()) {
        const SteppedRequest &r = requests[line.front()];
        if (r.arrival > clock || queue[r.write].size() == setup.depth)
          break;
        Waiting w{line.front(), 0, 0, nextAge++};
        locate(r.burst, w.bank, w.row);
        result.entered[line.front()] = clock;
        queue[r.write].push_back(w);
        line.pop_front();
      }
  }
  void turnAround() {
    const size_t depth = setup.depth, reads = queue[0].size(), writes = queue[1].size();
    const size_t high = depth - depth / 4, low = depth / 4,
                 least = std::max<size_t>(1, depth < 8 ? 1 : depth / 4);
    bool other;
    if (writing)
      other = reads && (!writes || (writes <= low && turn >= least) || turn >= 2 * depth);
    else
      other = writes && (!reads || (writes >= high && turn >= 2 * depth) || turn >= 4 * depth);
    if (other)
      writing = !writing, turn = 0;
  }
  void takeSet() {
    if (!perBank() || owed == 0 || set >= 0 || clock < channel.refresh + t.rfcSet)
      return;
    // Sets in the order of preference: of the bank index below that of the last burst, downwards.
    std::vector<int64_t> order;
    const int64_t indices = t.banksPerGroup, index = int64_t(lastBank) / t.groups;
    for (int64_t down = 1; down <= indices; ++down)
      for (int64_t s = 0; s < t.refreshSets; ++s)
        if (s * banksOfSet() / t.groups == (index - down + indices) % indices)
          order.push_back(s);
    std::optional<std::pair<size_t, int64_t>> best;
    for (int64_t s : order) {
      if (doneInRound[size_t(s)])
        continue;
      size_t waiting = 0;
      for (const auto &q : queue)
        for (const Waiting &w : q)
          waiting += inSet(w.bank, s);
      if (waiting != 0 && owed < t.refreshSets)
        continue;
      if (!best || waiting < best->first)
        best = {waiting, s};
    }
    if (best)
      set = best->second;
  }

  // ---- commands
  bool rowLegal(const Bank &bank, uint64_t index) {
    return clock >= bank.activate + t.rc && clock >= bank.precharge + t.rp &&
           clock >= channel.activate + t.rrdS && clock >= groupOf(index).activate + t.rrdL &&
           (fourActivates.size() < 4 || clock >= fourActivates.front() + t.faw) &&
           (setup.refresh != "all_bank" || clock >= channel.refresh + t.rfc) &&
           (!perBank() || (clock >= bank.refresh + t.rfcSet && clock >= channel.refresh + t.rrefd)) &&
           clock >= allClosed + t.rpAll;
  }
  int64_t allClosed = longAgo; // the last precharge of all banks
  bool closeLegal(const Bank &bank) const {
    return clock >= bank.activate + t.ras && clock >= bank.read + t.rtp &&
           clock >= bank.write + t.cwl + t.burst + t.wr && clock >= channel.precharge + t.ppd;
  }
  bool columnLegal(const Bank &bank, uint64_t index, bool write) {
    const Last &group = groupOf(index);
    const int64_t data = t.cwl + t.burst;
    if (write)
      return clock >= bank.activate + t.rcdWrite && clock >= channel.write + t.ccdS &&
             clock >= group.write + t.ccdLWrite && clock >= channel.read + t.rtw;
    return clock >= bank.activate + t.rcdRead && clock >= channel.read + t.ccdS &&
           clock >= group.read + t.ccdL && clock >= channel.write + data + t.wtrS &&
           clock >= group.write + data + t.wtrL;
  }

  /// The oldest of the direction whose row is open, unless it passed an older one of its bank too often.
  size_t column() {
    std::vector<Waiting> &q = queue[writing];
    for (size_t i = 0; i < q.size(); ++i) {
      const Waiting w = q[i];
      Bank &bank = banks[w.bank];
      if (bank.row != w.row || blocked(w.bank) || bank.passed >= 128 || !columnLegal(bank, w.bank, writing))
        continue;
      bool oldest = true;
      for (size_t j = 0; j < i; ++j)
        oldest &= q[j].bank != w.bank;
      bank.passed = oldest ? 0 : bank.passed + 1;
      tell(writing ? DramCommand::Write : DramCommand::Read, w.bank, w.row);
      result.rowHits += !w.opened;
      result.column[w.index] = clock;
      for (Last *l : {static_cast<Last *>(&bank), &groupOf(w.bank), &channel})
        (writing ? l->write : l->read) = clock;
      lastBank = w.bank;
      q.erase(q.begin() + std::ptrdiff_t(i));
      turn += !queue[!writing].empty();
      return 1;
    }
    return 0;
  }
  /// The oldest request of each bank, of the direction that has its turn before the other.
  std::vector<Waiting *> targets() {
    std::vector<Waiting *> ofBank(banks.size());
    for (bool direction : {writing, !writing})
      for (Waiting &w : queue[direction])
        if (!ofBank[w.bank])
          ofBank[w.bank] = &w;
    std::vector<Waiting *> list;
    for (Waiting *w : ofBank)
      if (w && !blocked(w->bank))
        list.push_back(w);
    std::sort(list.begin(), list.end(), [](Waiting *a, Waiting *b) { return a->age < b->age; });
    return list;
  }
  bool rowIsWanted(const Waiting &target) const {
    const Bank &bank = banks[target.bank];
    if (bank.passed >= 128)
      return false;
    for (const Waiting &w : queue[requests[target.index].write])
      if (w.bank == target.bank && bank.row == w.row)
        return true;
    return false;
  }
  void activate() {
    for (Waiting *w : targets()) {
      Bank &bank = banks[w->bank];
      if (bank.row || !rowLegal(bank, w->bank))
        continue;
      tell(DramCommand::Activate, w->bank, w->row);
      w->opened = true;
      bank.row = w->row, bank.passed = 0;
      bank.activate = groupOf(w->bank).activate = channel.activate = clock;
      fourActivates.push_back(clock);
      if (fourActivates.size() > 4)
        fourActivates.pop_front();
      return;
    }
  }
  void close(uint64_t index) {
    tell(DramCommand::Precharge, index, 0);
    banks[index].row.reset(), banks[index].passed = 0;
    banks[index].precharge = channel.precharge = clock;
  }
  void precharge() {
    for (uint64_t b = 0; set >= 0 && b < banks.size(); ++b)
      if (blocked(b) && banks[b].row && closeLegal(banks[b]))
        return close(b);
    for (const Waiting *w : targets()) {
      const Bank &bank = banks[w->bank];
      if (bank.row && !rowIsWanted(*w) && closeLegal(bank))
        return close(w->bank);
    }
  }
  /// True while a refresh of all banks is owed.
  bool refreshAll() {
    if (setup.refresh != "all_bank" || owed == 0)
      return false;
    bool open = false, closable = true,
         ready = clock >= allClosed + t.rpAll && clock >= channel.refresh + t.rfc;
    for (const Bank &bank : banks) {
      open |= bank.row.has_value();
      closable &= !bank.row || closeLegal(bank);
      ready &= clock >= bank.activate + t.rc && clock >= bank.precharge + t.rp;
    }
    if (open && closable && clock >= channel.precharge + t.ppd) {
      tell(DramCommand::PrechargeAll, 0, 0);
      for (Bank &bank : banks)
        bank.row.reset(), bank.passed = 0;
      allClosed = channel.precharge = clock;
    } else if (!open && ready) {
      tell(DramCommand::RefreshAll, 0, 0);
      channel.refresh = clock;
      --owed;
    }
    return true;
  }
  void refreshSet() {
    if (set < 0)
      return;
    if (clock < channel.activate + t.rrdS || clock < channel.refresh + t.rfcSet)
      return;
    for (uint64_t b = 0; b < banks.size(); ++b)
      if (inSet(b, set) && (banks[b].row || clock < banks[b].activate + t.rc ||
                            clock < banks[b].precharge + t.rp || clock < banks[b].refresh + t.rfcSet))
        return;
    tell(DramCommand::RefreshSet, uint64_t(set), 0);
    for (uint64_t b = 0; b < banks.size(); ++b)
      if (inSet(b, set))
        banks[b].refresh = clock;
    channel.refresh = clock;
    doneInRound[size_t(set)] = true;
    if (std::count(doneInRound.begin(), doneInRound.end(), true) == t.refreshSets)
      std::fill(doneInRound.begin(), doneInRound.end(), false);
    --owed, set = -1;
  }
};

} // namespace

SteppedResult runStepped(const SteppedSetup &setup, const std::vector<SteppedRequest> &requests) {
  return Stepped(setup, requests).run();
}

} // namespace accord::test
