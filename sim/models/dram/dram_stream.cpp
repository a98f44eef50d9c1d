// The fast path: consecutive bursts of open rows, moved together.
//
// It is taken when the queue of the direction that has its turn holds nothing but consecutive bursts, all of
// open rows, the other queue is empty, and no row command waits. Then burst by burst comes to: the oldest
// goes, the next of the stream comes in. Each of the first `cycle` bursts, by the state there is, may go at
// its place of the pace or earlier, so it goes there: the one before it holds it back until then. In later
// cycles nothing but these bursts can hold one back, and they do by the pace at most. Bursts go on until one
// would come in whose row is not open, the run ends, something is due, or `until`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_channel.h"

#include <algorithm>

namespace accord::sim {

/// The first burst from `burst` on, but not beyond `limit`, whose row is not open.
uint64_t DramChannel::openFrom(uint64_t burst, uint64_t limit) const {
  const uint64_t cycle = order.cycle(), segment = order.segment();
  while (burst < limit) {
    const uint64_t end = std::min(limit, (burst / segment + 1) * segment);
    for (uint64_t b = burst; b < std::min(end, burst + cycle); ++b) {
      const DramLocation at = order.locate(b);
      if (banks.row(at.bank) != at.row)
        return b;
    }
    burst = end;
  }
  return limit;
}

/// Moves bursts of which the first goes at `column`, and says how many; 0 when the channel is not in the
/// state above.
uint64_t DramChannel::stream(int64_t column, int64_t until) {
  streamPause = 3;
  DramQueue &queue = queues[writing];
  const uint64_t held = queue.size();
  const DramRequest first = queue[queue.oldest()];
  const uint64_t cycle = order.cycle(), segment = order.segment();
  if (cycle > 1 ? !cyclesAtCcdS : first.burst % segment + held > segment)
    return 0;
  std::deque<Run> &runs = lane(writing);
  const Run *more = runs.empty() || runs.front().write != writing || runs.front().share != first.share ||
                            runs.front().range.first != first.burst + held ||
                            runs.front().serial != first.serial + held
                        ? nullptr
                        : &runs.front();
  const int64_t step = cycle > 1 ? t.ccdS : writing ? t.ccdLWrite : t.ccdL;
  int64_t end = std::min(until, duty.due());
  // What else stands in front of the queues comes in when it arrives, which ends the stream.
  bool drains = !stopWhenHungry;
  for (const std::deque<Run> &others : lanes)
    for (size_t i = !others.empty() && &others.front() == more ? 1 : 0; i < others.size(); ++i) {
      if (others[i].arrival > column)
        end = std::min(end, others[i].arrival);
      else if (i == 0)
        return 0;
      else
        drains = false; // it comes in when the run has
      break;
    }
  // Bursts that may come in on the way: those of the run whose rows are open.
  if (more && more->arrival > now)
    return 0;
  const uint64_t tail = first.burst + held, asked = tail + (more ? more->range.count : 0);
  const uint64_t limit = cycle == 1 ? std::min(asked, (first.burst / segment + 1) * segment) : asked;
  if (!drains && limit - tail < leastStream)
    return 0;
  const uint64_t open = openFrom(first.burst, limit);
  if (open < tail)
    return 0;
  const uint64_t entering = open - tail;
  // A refresh that is owed finds no idle set as long as every bank has a request.
  if (duty.pending()) {
    if (duty.earliest() > now)
      end = std::min(end, duty.earliest());
    else if (cycle != static_cast<uint64_t>(t.banks()) || held < cycle)
      return 0;
    else
      drains = false;
  }
  if (end - column <= step * static_cast<int64_t>(leastStream - 1))
    return 0;
  uint64_t count = std::min(drains && open == asked ? held + entering : entering,
                            static_cast<uint64_t>((end - 1 - column) / step) + 1);
  auto clockOf = [&](uint64_t i) { return column + static_cast<int64_t>(i) * step; };
  // The first cycle of each segment finds banks as others left them.
  for (uint64_t from = 0; from < count; from = ((first.burst + from) / segment + 1) * segment - first.burst)
    for (uint64_t i = from; i < std::min(from + cycle, count); ++i) {
      const int64_t place =
          std::max(banks.columnFloor(writing), banks.columnFrom(order.locate(first.burst + i).bank, writing));
      if (place > clockOf(i))
        count = from;
    }
  if (count < leastStream)
    return 0;

  DramShare &share = shares[first.share];
  // Requests that opened a row, or entered before, are told one by one.
  std::vector<DramRequest> &before = heldBefore;
  before.clear();
  for (DramSlot s = queue.oldest(); s != DramQueue::none; s = queue.younger(s))
    before.push_back(queue[s]);
  // Of burst i of the stream, which came in when the one `held` before it had gone.
  auto requestOf = [&](uint64_t i) {
    if (i < held)
      return before[i];
    DramRequest request = first;
    const DramLocation at = order.locate(first.burst + i);
    request.burst = first.burst + i, request.row = at.row, request.bank = at.bank;
    request.serial = first.serial + i, request.age = first.age + i;
    request.entered = clockOf(i - held) + 1;
    request.opened = request.closedOther = false;
    return request;
  };
  uint64_t opened = 0, closedOther = 0;
  for (uint64_t i = 0; i < std::min(held, count); ++i)
    opened += before[i].opened, closedOther += before[i].opened && before[i].closedOther;
  share.use.rowHits += count - opened;
  for (DramUse *use : {&counters, &share.use})
    use->rowConflicts += closedOther, use->rowMisses += opened - closedOther;
  if (trace)
    for (uint64_t i = 0; i < count; ++i) {
      const DramLocation at = order.locate(first.burst + i);
      tell(writing ? DramCommand::Write : DramCommand::Read, at.bank, at.row, clockOf(i));
    }
  if (served) {
    for (uint64_t i = 0; i < std::min(held, count); ++i)
      served->push_back({before[i].serial, 1, before[i].entered, clockOf(i), 0, writing});
    if (count > held)
      served->push_back({first.serial + held, count - held, column + 1, clockOf(held), step, writing});
  }
  noteColumns(share, column, clockOf(count - 1), count);
  // Only the last of each bank leave a mark: of each segment the last cycle.
  for (uint64_t from = 0; from < count;) {
    const uint64_t to = std::min(count, ((first.burst + from) / segment + 1) * segment - first.burst);
    for (uint64_t i = to - std::min(to - from, cycle); i < to; ++i)
      banks.column(order.locate(first.burst + i).bank, writing, clockOf(i));
    from = to;
  }
  usedBank = order.locate(first.burst + count - 1).bank;
  now = clockOf(count - 1);
  // What is left in the queue, and what came in: the place of the last burst is free from the next clock on.
  const uint64_t came = std::min(entering, count - 1);
  queue.clear();
  forgetChoices();
  for (uint64_t i = count; i < held + came; ++i) {
    const DramRequest request = requestOf(i);
    queue.add(request, banks.row(request.bank));
  }
  nextAge += came, waiting -= came;
  if (came) {
    laneEntered[laneOf(writing)] += came;
    Run &run = runs.front();
    run.range.first += came, run.serial += came, run.range.count -= came;
    if (run.range.count == 0)
      runs.pop_front();
  }
  streamedBursts += count, streamPause = 0;
  eventAt = std::min(eventAt, now + 1);
  return count;
}

} // namespace accord::sim
