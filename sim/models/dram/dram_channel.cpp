// The loop of a channel: what comes in, what is chosen, what goes out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_channel.h"

#include <algorithm>
#include <cassert>

namespace accord::sim {
namespace {

BankMask bankBit(uint32_t bank) { return BankMask(1) << bank; }
/// The lowest bit's index.
uint32_t lowest(BankMask mask) { return static_cast<uint32_t>(__builtin_ctz(mask)); }

} // namespace

DramChannel::DramChannel(const DramTiming &timing, const AddressOrder &order, DramRefresh refresh,
                         size_t depth, DramEntry entry)
    : t(timing), order(order), policy(depth), entry(entry),
      cyclesAtCcdS(t.groups * t.ccdS >= std::max(t.ccdL, t.ccdLWrite)), banks(t),
      queues{DramQueue(depth), DramQueue(depth)}, duty(t, refresh), eventAt(duty.due()) {
  assert(depth >= 1 && depth <= 4096);
  assert(t.banks() <= int64_t(DramBanks::most) && t.groups <= int64_t(DramBanks::mostGroups));
}

uint32_t DramChannel::openShare() {
  if (unusedShares.empty()) {
    shares.emplace_back();
    return static_cast<uint32_t>(shares.size()) - 1;
  }
  const uint32_t share = unusedShares.back();
  unusedShares.pop_back();
  shares[share] = {};
  return share;
}

void DramChannel::closeShare(uint32_t share) {
  assert(shares[share].remaining == 0);
  unusedShares.push_back(share);
}

void DramChannel::ask(uint32_t share, const BurstRange &range, bool write, int64_t arrival) {
  assert(range.count > 0);
  shares[share].remaining += range.count;
  shares[share].write = write;
  shares[share].place = laneAsked[laneOf(write)] += range.count;
  waiting += range.count;
  std::deque<Run> &runs = lane(write);
  const uint64_t serial = nextSerial;
  nextSerial += range.count;
  if (!runs.empty()) {
    Run &last = runs.back();
    if (last.share == share && last.write == write && last.arrival == arrival &&
        last.range.first + last.range.count == range.first && last.serial + last.range.count == serial) {
      last.range.count += range.count;
      return;
    }
  }
  runs.push_back({range, serial, arrival, share, write});
  if (runs.size() == 1)
    eventAt = std::min(eventAt, std::max(now, arrival));
}

uint64_t DramChannel::columnsBefore(uint32_t share) const {
  const DramShare &s = shares[share];
  const size_t lane = laneOf(s.write);
  // Its last burst comes in when those before it have, and each of them needs a place that is free.
  const uint64_t entering = s.place > laneEntered[lane] ? s.place - laneEntered[lane] : 0;
  const DramQueue &queue = queues[s.write];
  const uint64_t room = policy.depth() - queue.size();
  return std::max(s.remaining, entry == DramEntry::ByDirection && entering > room ? entering - room + 1 : 0);
}

void DramChannel::write(DramCommand::Kind kind, uint32_t bank, uint64_t row, int64_t clock) {
  DramCommand c{kind, bank, row, clock, 0, 0};
  if (kind == DramCommand::Read || kind == DramCommand::Write) {
    c.dataBegin = clock + (kind == DramCommand::Read ? t.cl : t.cwl);
    c.dataEnd = c.dataBegin + t.burst;
  }
  trace->push_back(c);
}

/// Decides commands before `until` until `done` holds.
template <typename Done> void DramChannel::run(int64_t until, Done done) {
  while (!done()) {
    if (!burstByBurst && runBetweenRefreshes(until, done)) {
      if (hungry)
        break;
      continue;
    }
    const Choice next = choose();
    // At one clock requests come in before commands go out.
    if (eventAt <= next.clock) {
      if (eventAt >= until)
        break;
      if (next.kind == Choice::Nothing && eventAt == duty.due() && !trace)
        skipIdle(until);
      review(eventAt);
      if (hungry)
        break;
      continue;
    }
    if (next.clock >= until)
      break;
    if (next.kind == Choice::Column && !burstByBurst && isChain() && stream(next.clock, until))
      continue;
    issue(next);
  }
}

/// Does what `run` does until a refresh may come, which is nearly always: without its reviews of what cannot
/// have changed. Says whether anything went.
template <typename Done> bool DramChannel::runBetweenRefreshes(int64_t until, Done done) {
  if (eventAt <= now || duty.chosen() != DramRefreshDuty::noSet || duty.wantsSet(now))
    return false;
  const int64_t quiet = duty.nextEvent(now), end = std::min(until, quiet);
  bool went = false;
  do {
    if (!activateKnown)
      chooseActivate();
    if (!prechargeKnown)
      choosePrecharge();
    const Choice &row = bestPrecharge.clock < bestActivate.clock ? bestPrecharge : bestActivate;
    // Nothing goes before the floor: what comes in until then is awaited before one is chosen.
    int64_t column = bestColumn.clock;
    if (!columnKnown) {
      column = std::max(now, banks.columnFloor(writing));
      if (column < eventAt)
        chooseColumn(), column = bestColumn.clock;
    }
    const int64_t clock = std::min(column, row.clock);
    if (std::min(eventAt, clock) >= end)
      break;
    went = true;
    if (eventAt <= clock) {
      now = eventAt;
      if (!comeIn())
        return true;
      eventAt = std::min(quiet, nextEntry());
    } else if (column > row.clock) {
      issue(Choice(row));
    } else if (streamPause != 0 || !isChain() || !stream(clock, until)) {
      streamPause -= streamPause != 0;
      now = clock;
      issueColumn(bestColumn.bank);
    }
  } while (!done());
  return went;
}

/// Nothing waits: what an idle channel does until the next arrival is refreshes alone.
void DramChannel::skipIdle(int64_t until) {
  if (queues[0].size() + queues[1].size() != 0)
    return;
  for (const std::deque<Run> &runs : lanes)
    if (!runs.empty())
      until = std::min(until, runs.front().arrival);
  const uint64_t skipped = duty.skipRounds(until);
  counters.refreshes += skipped, refreshesIdle += skipped;
  eventAt = nextEvent();
}

void DramChannel::advance(int64_t clock) {
  run(clock, [] { return false; });
  now = std::max(now, clock);
}

void DramChannel::advanceWhileFed() {
  stopWhenHungry = true, hungry = false;
  eventAt = std::min(eventAt, now);
  run(INT64_MAX, [] { return false; });
  stopWhenHungry = hungry = false;
}

void DramChannel::advanceToEnd() {
  run(INT64_MAX, [this] { return waiting == 0 && queues[0].size() == 0 && queues[1].size() == 0; });
}

void DramChannel::advanceThrough(uint32_t share) {
  run(INT64_MAX, [&] { return shares[share].remaining == 0; });
}

/// What happens at a clock before its commands: refreshes fall due, requests come in, the wires turn, a
/// refresh takes a set.
void DramChannel::review(int64_t clock) {
  now = clock;
  if (duty.due() <= now) {
    duty.tick(now);
    if (duty.allBanks())
      refreshAllBanks();
  }
  if (!comeIn())
    return;
  if (duty.wantsSet(now)) {
    duty.choose(queues[0], queues[1], usedBank);
    forgetChoices();
  }
  eventAt = nextEvent();
}

/// Requests come in, and the wires turn; false when those that are asked for next are needed first.
inline bool DramChannel::comeIn() {
  for (std::deque<Run> &runs : lanes)
    if (!runs.empty() && runs.front().arrival <= now)
      enter(runs);
  if (stopWhenHungry && lanes[0].empty() && !(queues[0].full() && queues[1].full())) {
    // What is asked for next might have come in here.
    hungry = true;
    eventAt = now;
    return false;
  }
  if (policy.turns(writing, queues[0].size(), queues[1].size(), turn))
    writing = !writing, turn = 0, forgetChoices();
  return true;
}

/// Requests come into the queues as there is room.
void DramChannel::enter(std::deque<Run> &runs) {
  while (!runs.empty()) {
    Run &run = runs.front();
    DramQueue &queue = queues[run.write];
    if (run.arrival > now || queue.full())
      return;
    const DramLocation at = order.locate(run.range.first);
    DramRequest request;
    request.burst = run.range.first, request.row = at.row, request.bank = at.bank;
    request.serial = run.serial, request.share = run.share;
    request.age = nextAge++, request.entered = now;
    if (request.burst - request.age != chainBurst || request.serial - request.age != chainSerial ||
        request.share != chainShare) {
      chainStart = request.age, chainShare = request.share;
      chainBurst = request.burst - request.age, chainSerial = request.serial - request.age;
    }
    queue.add(request, banks.row(at.bank));
    if (run.write == writing && queue.hits() & ~queues[!writing].pending() & bankBit(at.bank)) {
      // Nothing is to be opened for it, and nothing to be closed.
      considerColumn(at.bank);
      prechargeKnown &= bestPrecharge.bank != at.bank;
    } else {
      considerEntered(at.bank, run.write, queue.waitingFor(at.bank) == 1);
    }
    ++laneEntered[laneOf(run.write)];
    ++run.range.first, ++run.serial, --waiting;
    if (--run.range.count == 0)
      runs.pop_front();
  }
}

int64_t DramChannel::nextEvent() const { return std::min(duty.nextEvent(now), nextEntry()); }

/// When the next requests come in, as far as there is room.
inline int64_t DramChannel::nextEntry() const {
  int64_t event = INT64_MAX;
  for (const std::deque<Run> &runs : lanes)
    if (!runs.empty() && !queues[runs.front().write].full())
      event = std::min(event, runs.front().arrival);
  return event;
}

DramChannel::Choice DramChannel::choose() {
  if (!columnKnown)
    chooseColumn();
  Choice best = bestColumn;
  // Of two kinds at one clock the one that stands first here goes first.
  if (best.clock > now) {
    if (!activateKnown)
      chooseActivate();
    if (bestActivate.clock < best.clock)
      best = bestActivate;
    if (!prechargeKnown)
      choosePrecharge();
    if (bestPrecharge.clock < best.clock)
      best = bestPrecharge;
  }
  if (duty.chosen() != DramRefreshDuty::noSet)
    chooseRefresh(best);
  return best;
}

void DramChannel::considerColumn(uint32_t bank) {
  const DramQueue &queue = queues[writing];
  if (!columnKnown || !(queue.hits() & ~duty.blocked() & bankBit(bank)))
    return;
  const Choice choice = {Choice::Column,
                         std::max({now, banks.columnFloor(writing), banks.columnFrom(bank, writing)}), bank,
                         queue[queue.hitOf(bank)].age};
  if (choice.before(bestColumn))
    bestColumn = choice;
}

void DramChannel::considerActivate(uint32_t bank) {
  if (!activateKnown || !(toOpen() & bankBit(bank)))
    return;
  const DramQueue &queue = queues[directionOf(bank)];
  const Choice choice = {Choice::Activate, std::max({now, banks.activateFloor(), banks.activateFrom(bank)}),
                         bank, queue[queue.oldestOf(bank)].age};
  if (choice.before(bestActivate))
    bestActivate = choice;
}

void DramChannel::considerPrecharge(uint32_t bank) {
  if (!prechargeKnown || !(toClose() & bankBit(bank)))
    return;
  const DramQueue &queue = queues[directionOf(bank)];
  const Choice choice = {Choice::Precharge,
                         std::max({now, banks.prechargeFloor(), banks.prechargeFrom(bank)}), bank,
                         queue[queue.oldestOf(bank)].age};
  if (choice.before(bestPrecharge))
    bestPrecharge = choice;
}

void DramChannel::chooseColumn() {
  bestColumn = {}, columnKnown = true;
  const DramQueue &queue = queues[writing];
  BankMask hits = queue.hits() & ~duty.blocked();
  if (!hits)
    return;
  const int64_t floor = std::max(now, banks.columnFloor(writing));
  // The oldest of all, when nothing can go before it.
  const uint32_t first = queue[queue.oldest()].bank;
  if (hits & bankBit(first) && queue.hitOf(first) == queue.oldest() &&
      banks.columnFrom(first, writing) <= floor) {
    bestColumn = {Choice::Column, floor, first, queue[queue.oldest()].age};
    return;
  }
  for (; hits; hits &= hits - 1) {
    const uint32_t bank = lowest(hits);
    const int64_t clock = std::max(floor, banks.columnFrom(bank, writing));
    if (clock > bestColumn.clock)
      continue;
    const uint64_t age = queue[queue.hitOf(bank)].age;
    if (clock < bestColumn.clock || age < bestColumn.age)
      bestColumn = {Choice::Column, clock, bank, age};
  }
}

void DramChannel::chooseActivate() {
  bestActivate = {}, activateKnown = true;
  const int64_t floor = std::max(now, banks.activateFloor());
  for (BankMask left = toOpen(); left; left &= left - 1) {
    const uint32_t bank = lowest(left);
    const int64_t clock = std::max(floor, banks.activateFrom(bank));
    if (clock > bestActivate.clock)
      continue;
    const DramQueue &queue = queues[directionOf(bank)];
    const uint64_t age = queue[queue.oldestOf(bank)].age;
    if (clock < bestActivate.clock || age < bestActivate.age)
      bestActivate = {Choice::Activate, clock, bank, age};
  }
}

void DramChannel::choosePrecharge() {
  bestPrecharge = {}, prechargeKnown = true;
  const int64_t floor = std::max(now, banks.prechargeFloor());
  for (BankMask left = toClose(); left; left &= left - 1) {
    const uint32_t bank = lowest(left);
    const int64_t clock = std::max(floor, banks.prechargeFrom(bank));
    if (clock > bestPrecharge.clock)
      continue;
    const DramQueue &queue = queues[directionOf(bank)];
    const uint64_t age = queue[queue.oldestOf(bank)].age;
    if (clock < bestPrecharge.clock || age < bestPrecharge.age)
      bestPrecharge = {Choice::Precharge, clock, bank, age};
  }
}

/// A request came in for a bank, the only one of its direction there or not.
void DramChannel::considerEntered(uint32_t bank, bool write, bool alone) {
  if (write == writing && alone && queues[!writing].pending() & bankBit(bank)) {
    // The bank works for the other direction no more.
    activateKnown = prechargeKnown = false;
    considerColumn(bank);
    return;
  }
  if (!(banks.open() & bankBit(bank)))
    return considerActivate(bank);
  if (write == writing)
    considerColumn(bank);
  if (bestPrecharge.kind == Choice::Precharge && bestPrecharge.bank == bank)
    prechargeKnown = false; // its row may be wanted now
  else
    considerPrecharge(bank);
}

/// The set that waits for its refresh is closed bank by bank.
void DramChannel::chooseRefresh(Choice &best) const {
  const BankMask set = duty.blocked();
  if (BankMask open = set & banks.open()) {
    const int64_t floor = std::max(now, banks.prechargeFloor());
    for (; open; open &= open - 1) {
      const int64_t clock = std::max(floor, banks.prechargeFrom(lowest(open)));
      if (clock < best.clock || (clock == best.clock && best.kind == Choice::Precharge))
        best = {Choice::RefreshPrecharge, clock, lowest(open), 0};
    }
    return;
  }
  int64_t clock = std::max({now, duty.earliest(), banks.afterActivate()});
  for (BankMask left = set; left; left &= left - 1)
    clock = std::max(clock, banks.refreshFrom(lowest(left)));
  // Before an activate of that clock: each would put it off by tRRD_S, without end.
  if (clock < best.clock || (clock == best.clock && best.kind != Choice::Column))
    best = {Choice::Refresh, clock, 0, 0};
}

void DramChannel::issue(const Choice &choice) {
  now = choice.clock;
  switch (choice.kind) {
  case Choice::Column:
    return issueColumn(choice.bank);
  case Choice::Activate:
  case Choice::Precharge: {
    DramQueue &queue = queues[directionOf(choice.bank)];
    DramRequest &request = queue[queue.oldestOf(choice.bank)];
    DramUse &use = shares[request.share].use;
    if (choice.kind == Choice::Precharge) {
      request.closedOther = true;
      ++use.precharges;
      return precharge(choice.bank, now, t.rp);
    }
    request.opened = true;
    ++use.activates, ++counters.activates;
    tell(DramCommand::Activate, choice.bank, request.row, now);
    banks.activate(choice.bank, request.row, now);
    for (DramQueue &q : queues)
      q.rowChanged(choice.bank, request.row);
    activateKnown = false;
    considerColumn(choice.bank);
    considerPrecharge(choice.bank);
    return;
  }
  case Choice::RefreshPrecharge:
    if (DramShare *share = oldestShare())
      ++share->use.precharges;
    columnKnown = false; // a row that was wanted may be closed
    return precharge(choice.bank, now, t.rp);
  case Choice::Refresh:
    return issueRefresh(now);
  case Choice::Nothing:
    break;
  }
}

void DramChannel::issueColumn(uint32_t bank) {
  DramQueue &queue = queues[writing];
  const DramRequest &request = queue[queue.hitOf(bank)];
  DramShare &share = shares[request.share];
  if (!request.opened)
    ++share.use.rowHits;
  else
    for (DramUse *use : {&counters, &share.use})
      ++(request.closedOther ? use->rowConflicts : use->rowMisses);
  tell(writing ? DramCommand::Write : DramCommand::Read, bank, request.row, now);
  if (served)
    served->push_back({request.serial, 1, request.entered, now, 0, writing});
  noteColumns(share, now, now, 1);
  queue.removeHit(bank);
  banks.column(bank, writing, now);
  usedBank = bank;
  columnKnown = false;
  if (!(queue.hits() & bankBit(bank)))
    considerPrecharge(bank);
  const bool contested = queues[!writing].size() != 0;
  turn += contested;
  // The place is free from the next clock on: for who waits for it; or the wires turn, or a set is idle.
  if (waiting != 0 || contested || stopWhenHungry || duty.pending() != 0)
    eventAt = std::min(eventAt, now + 1);
}

void DramChannel::noteColumns(DramShare &share, int64_t first, int64_t last, uint64_t count) {
  if (share.use.bursts == 0)
    share.firstColumn = first;
  share.lastColumn = last;
  share.use.bursts += count;
  share.remaining -= count;
}

void DramChannel::precharge(uint32_t bank, int64_t clock, int64_t delay) {
  tell(DramCommand::Precharge, bank, 0, clock);
  banks.precharge(bank, clock, delay);
  for (DramQueue &queue : queues)
    queue.rowChanged(bank, DramBanks::closed);
  ++counters.precharges;
  prechargeKnown = false;
  considerActivate(bank);
}

/// Whose the next refresh is: of the request that waits longest. Null when nothing waits.
DramShare *DramChannel::oldestShare() {
  const DramRequest *oldest = nullptr;
  for (const DramQueue &queue : queues)
    if (queue.size() != 0 && (!oldest || queue[queue.oldest()].age < oldest->age))
      oldest = &queue[queue.oldest()];
  return oldest ? &shares[oldest->share] : nullptr;
}

void DramChannel::issueRefresh(int64_t clock) {
  forgetChoices();
  ++counters.refreshes;
  if (DramShare *share = oldestShare())
    ++share->use.refreshes;
  else
    ++refreshesIdle;
  if (duty.chosen() == DramRefreshDuty::noSet) {
    tell(DramCommand::RefreshAll, 0, 0, clock);
    for (uint32_t bank = 0; bank < t.banks(); ++bank)
      banks.refresh(bank, clock, t.rfc);
  } else {
    tell(DramCommand::RefreshSet, static_cast<uint32_t>(duty.chosen()), 0, clock);
    for (BankMask left = duty.blocked(); left; left &= left - 1)
      banks.refresh(lowest(left), clock, t.rfcSet);
    banks.holdActivates(clock + t.rrefd);
    eventAt = std::min(eventAt, std::max(clock + 1, duty.earliest()));
  }
  duty.issued(clock);
  eventAt = std::min(eventAt, std::max(now, duty.nextEvent(now)));
}

/// Closes all banks as soon as it may be after the refresh fell due, and refreshes; nothing goes in between.
void DramChannel::refreshAllBanks() {
  int64_t clock = now;
  DramShare *share = oldestShare();
  while (duty.pending()) {
    if (BankMask open = banks.open()) {
      int64_t close = std::max(now, banks.prechargeFloor());
      for (BankMask left = open; left; left &= left - 1)
        close = std::max(close, banks.prechargeFrom(lowest(left)));
      tell(DramCommand::PrechargeAll, 0, 0, close);
      for (; open; open &= open - 1) {
        banks.precharge(lowest(open), close, t.rpAll);
        for (DramQueue &queue : queues)
          queue.rowChanged(lowest(open), DramBanks::closed);
        ++counters.precharges;
        if (share)
          ++share->use.precharges;
      }
      clock = close + t.rpAll;
    }
    for (uint32_t bank = 0; bank < t.banks(); ++bank)
      clock = std::max(clock, banks.refreshFrom(bank));
    issueRefresh(clock);
  }
}

} // namespace accord::sim
