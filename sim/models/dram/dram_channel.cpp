// The controller: what is ready first, then the oldest; rows are opened ahead within the window.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_channel.h"

#include <algorithm>

namespace accord::sim {

DramChannel::DramChannel(const DramTiming &timing, const AddressOrder &order, DramRefresh refresh)
    : t(timing), order(order), refreshMode(refresh),
      refreshInterval(refresh == DramRefresh::PerBank ? t.refiSet : t.refi),
      cyclesAtCcdS(t.groups * t.ccdS >= std::max(t.ccdL, t.ccdLWrite)), banks(static_cast<size_t>(t.banks())),
      groups(static_cast<size_t>(t.groups)), due(refresh == DramRefresh::None ? INT64_MAX : refreshInterval) {
  std::fill(std::begin(activated), std::end(activated), never);
  std::fill(std::begin(columns), std::end(columns), never);
}

void DramChannel::tell(DramCommand::Kind kind, uint32_t bank, uint64_t row, int64_t clock) {
  if (!trace)
    return;
  DramCommand c{kind, bank, row, clock, 0, 0};
  if (kind == DramCommand::Read || kind == DramCommand::Write) {
    c.dataBegin = clock + (kind == DramCommand::Read ? t.cl : t.cwl);
    c.dataEnd = c.dataBegin + t.burst;
  }
  trace->push_back(c);
}

DataClocks DramChannel::copy(const std::vector<BurstRange> &ranges, bool write, int64_t arrival) {
  BurstWindow window(ranges);
  const uint64_t before = counters.bursts;
  int64_t first = 0;
  unsigned overtaken = 0; // bursts that passed the oldest one
  while (!window.empty()) {
    if (window.inOrder() && !burstByBurst) {
      const int64_t next = lastColumn() + pace(write);
      if (const uint64_t moved = stream(window.front(), window.run(), write, arrival)) {
        if (counters.bursts == before + moved)
          first = next;
        window.advance(moved);
        continue;
      }
    }
    const BurstWindow::Entry next = choose(window, write, arrival, overtaken);
    overtaken = next.position == 0 ? 0 : overtaken + 1;
    // A burst comes into the window when the one that goes a window before it makes room.
    const int64_t entered = window.take(next.position, entry());
    issue(next.burst, write, arrival, std::max(entered, arrival));
    if (counters.bursts == before + 1)
      first = lastColumn();
  }
  const int64_t latency = write ? t.cwl : t.cl;
  return {first + latency, lastColumn() + latency + t.burst};
}

/// The oldest burst, or the oldest whose row is open when that can go before it.
BurstWindow::Entry DramChannel::choose(const BurstWindow &window, bool write, int64_t arrival,
                                       unsigned overtaken) const {
  const BurstWindow::Entry oldest{window.front(), 0};
  if (overtaken == patience)
    return oldest;
  const BurstWindow::Entry ready = window.find([&](uint64_t burst) {
    const DramLocation at = order.locate(burst);
    return banks[at.bank].row == at.row;
  });
  if (ready.position == 0)
    return oldest;
  const int64_t entered = std::max(arrival, window.entered(entry()));
  const int64_t wait = plan(order.locate(oldest.burst), write, arrival, entered).column;
  return columnFrom(order.locate(ready.burst), write, arrival) < wait ? ready : oldest;
}

/// The first clock at which the channel's and the group's earlier reads and writes, and the bank's activate,
/// allow this one.
int64_t DramChannel::columnFrom(const DramLocation &at, bool write, int64_t arrival) const {
  const Group &group = groups[at.group];
  int64_t from = std::max(arrival, banks[at.bank].activated + (write ? t.rcdWrite : t.rcdRead));
  if (write)
    return std::max({from, written + t.ccdS, group.written + t.ccdLWrite, read + t.rtw});
  const int64_t turn = t.cwl + t.burst;
  return std::max(
      {from, read + t.ccdS, group.read + t.ccdL, written + turn + t.wtrS, group.written + turn + t.wtrL});
}

DramChannel::Plan DramChannel::plan(const DramLocation &at, bool write, int64_t arrival,
                                    int64_t entered) const {
  const Bank &bank = banks[at.bank];
  Plan p;
  if (bank.row == at.row) {
    p.column = columnFrom(at, write, arrival);
    return p;
  }
  p.activate =
      std::max({entered, bank.activateFrom, activateFrom, activated[counters.activates % 4] + t.faw,
                activated[(counters.activates + 3) % 4] + t.rrdS, groups[at.group].activated + t.rrdL});
  if (bank.row != closed) {
    p.precharge = std::max({entered, bank.prechargeFrom, precharged + t.ppd});
    p.activate = std::max(p.activate, p.precharge + t.rp);
  }
  p.column = std::max(columnFrom(at, write, arrival), p.activate + (write ? t.rcdWrite : t.rcdRead));
  return p;
}

void DramChannel::issue(uint64_t burst, bool write, int64_t arrival, int64_t entered) {
  const DramLocation at = order.locate(burst);
  Plan p = plan(at, write, arrival, entered);
  // A refresh that falls due before the data command goes first, and the row is opened after it. A clock so
  // slow that this would never end gives the burst its turn, and the refresh is late.
  const int64_t now = std::max(arrival, lastColumn());
  for (unsigned waited = 0; p.column >= due && (due <= now || waited < 2); ++waited) {
    refresh();
    p = plan(at, write, arrival, entered);
  }
  Bank &bank = banks[at.bank];
  if (bank.row == at.row) {
    ++counters.rowHits;
  } else {
    ++(bank.row == closed ? counters.rowMisses : counters.rowConflicts);
    if (bank.row != closed) {
      tell(DramCommand::Precharge, at.bank, 0, p.precharge);
      precharge(bank, p.precharge, t.rp);
    }
    tell(DramCommand::Activate, at.bank, at.row, p.activate);
    bank.row = at.row;
    bank.activated = groups[at.group].activated = activated[counters.activates++ % 4] = p.activate;
    bank.activateFrom = p.activate + t.rc;
    bank.prechargeFrom = p.activate + t.ras;
  }
  columns[counters.bursts++ % BurstWindow::depth] = p.column;
  tell(write ? DramCommand::Write : DramCommand::Read, at.bank, at.row, p.column);
  column(at, write, p.column);
}

void DramChannel::column(const DramLocation &at, bool write, int64_t clock) {
  Bank &bank = banks[at.bank];
  bank.prechargeFrom = std::max(bank.prechargeFrom, clock + (write ? t.cwl + t.burst + t.wr : t.rtp));
  (write ? groups[at.group].written : groups[at.group].read) = clock;
  (write ? written : read) = clock;
}

/// Moves bursts of `run` from `first` on at one pace: as many as find their rows open and come before the
/// next refresh. 0 when the channel is not in that state; then a burst is planned by itself.
///
/// Each of the next `cycle` bursts, by the state there is, may go at its place of the pace or earlier, so it
/// goes there: the one before it holds it back until then. In later cycles nothing but these bursts can hold
/// one back, and they do by the pace at most.
uint64_t DramChannel::stream(uint64_t first, uint64_t run, bool write, int64_t arrival) {
  const uint64_t cycle = order.cycle(), segment = order.segment();
  uint64_t count = std::min(run, segment - first % segment);
  if (count < 2 || (cycle > 1 && !cyclesAtCcdS))
    return 0;
  const int64_t last = lastColumn(), step = pace(write);
  for (uint64_t i = 0; i < std::min(cycle, count); ++i) {
    const DramLocation at = order.locate(first + i);
    if (banks[at.bank].row != at.row)
      return 0;
    const int64_t from = columnFrom(at, write, arrival), place = last + static_cast<int64_t>(i + 1) * step;
    if (i == 0 ? from != place : from > place)
      return 0;
  }
  if (due != INT64_MAX)
    count = std::min(count, static_cast<uint64_t>(std::max<int64_t>(0, (due - 1 - last) / step)));
  auto clockOf = [&](uint64_t i) { return last + static_cast<int64_t>(i + 1) * step; };
  if (trace)
    for (uint64_t i = 0; i < count; ++i) {
      const DramLocation at = order.locate(first + i);
      tell(write ? DramCommand::Write : DramCommand::Read, at.bank, at.row, clockOf(i));
    }
  // Only the last of each bank, and the last that the window knows, leave a mark.
  for (uint64_t i = count - std::min(count, cycle); i < count; ++i)
    column(order.locate(first + i), write, clockOf(i));
  for (uint64_t i = count - std::min<uint64_t>(count, BurstWindow::depth); i < count; ++i)
    columns[(counters.bursts + i) % BurstWindow::depth] = clockOf(i);
  counters.bursts += count;
  counters.rowHits += count;
  streamedBursts += count;
  return count;
}

void DramChannel::precharge(Bank &bank, int64_t clock, int64_t activateDelay) {
  bank.row = closed;
  bank.activateFrom = std::max(bank.activateFrom, clock + activateDelay);
  precharged = clock;
  ++counters.precharges;
}

/// Closes what the refresh covers as soon as it may be after the refresh fell due, and refreshes.
void DramChannel::refresh() {
  ++counters.refreshes;
  int64_t clock = due;
  due += refreshInterval;
  if (refreshMode == DramRefresh::AllBanks) {
    int64_t close = std::max(clock, precharged + t.ppd);
    bool any = false;
    for (const Bank &bank : banks)
      if (bank.row != closed) {
        any = true;
        close = std::max(close, bank.prechargeFrom);
      }
    if (any)
      tell(DramCommand::PrechargeAll, 0, 0, close);
    for (Bank &bank : banks) {
      if (any && bank.row != closed)
        precharge(bank, close, t.rpAll);
      clock = std::max(clock, any ? std::max(bank.activateFrom, close + t.rpAll) : bank.activateFrom);
    }
    tell(DramCommand::RefreshAll, 0, 0, clock);
    for (Bank &bank : banks)
      bank.activateFrom = clock + t.rfc;
    return;
  }
  const size_t banksOfSet = banks.size() / static_cast<size_t>(t.refreshSets);
  // Down through the sets: a stream, which goes up through the banks, meets them and is not chased by them.
  const size_t chosen = refreshedSet = (refreshedSet ? refreshedSet : static_cast<size_t>(t.refreshSets)) - 1;
  clock = std::max({clock, activated[(counters.activates + 3) % 4] + t.rrdS, refreshed + t.rfcSet});
  for (size_t b = chosen * banksOfSet; b < (chosen + 1) * banksOfSet; ++b) {
    Bank &bank = banks[b];
    if (bank.row != closed) {
      const int64_t close = std::max({due - refreshInterval, bank.prechargeFrom, precharged + t.ppd});
      tell(DramCommand::Precharge, static_cast<uint32_t>(b), 0, close);
      precharge(bank, close, t.rp);
    }
    clock = std::max(clock, bank.activateFrom);
  }
  tell(DramCommand::RefreshSet, static_cast<uint32_t>(chosen), 0, clock);
  refreshed = clock;
  activateFrom = clock + t.rrefd;
  for (size_t b = chosen * banksOfSet; b < (chosen + 1) * banksOfSet; ++b)
    banks[b].activateFrom = clock + t.rfcSet;
}

void DramChannel::refreshUntil(int64_t clock) {
  while (due < clock)
    refresh();
}

} // namespace accord::sim
