// Deals the bursts of a copy out to the channels, and joins their times.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_model.h"

#include <algorithm>

namespace accord::sim {
namespace {

DramRefresh refreshOf(const std::string &word) {
  return word == "none"       ? DramRefresh::None
         : word == "all_bank" ? DramRefresh::AllBanks
                              : DramRefresh::PerBank;
}

} // namespace

DramModel::DramModel(const Hardware &h, const DramTiming &timing)
    : t(timing), core(static_cast<uint64_t>(h.clockHz())),
      dram(static_cast<uint64_t>(h.dram.dataRateMtps) * 1000000, static_cast<uint64_t>(t.transfersPerClock)),
      bytesPerBurst(h.dram.busWidthBits / 8 * t.burstTransfers),
      all(static_cast<size_t>(h.dram.channels),
          DramChannel(t, AddressOrder(h.dram.mapping, t), refreshOf(h.dram.refresh),
                      static_cast<size_t>(h.dram.queueDepth))),
      shares(all.size(), noShare) {
  while (uint64_t(1) << channelBits < all.size())
    ++channelBits;
  while (int64_t(1) << burstBits < bytesPerBurst)
    ++burstBits;
}

/// Consecutive bursts go round the channels: each gets consecutive ones of its own.
void DramModel::ask(Copy &copy, uint64_t firstBurst, uint64_t count) {
  const uint64_t mask = all.size() - 1;
  for (uint64_t i = 0; i < std::min<uint64_t>(count, all.size()); ++i) {
    const size_t c = (firstBurst + i) & mask;
    if (shares[c] == noShare) {
      shares[c] = all[c].openShare();
      copy.parts.push_back({c, shares[c]});
    }
    all[c].ask(shares[c], {(firstBurst + i) >> channelBits, ((count - 1 - i) >> channelBits) + 1}, copy.write,
               copy.arrival);
  }
}

DramModel::Ticket DramModel::submit(const std::vector<DramRun> &runs, bool write, uint64_t arrival) {
  if (voidTickets.empty()) {
    voidTickets.push_back(static_cast<Ticket>(copies.size()));
    copies.emplace_back();
  }
  const Ticket ticket = voidTickets.back();
  voidTickets.pop_back();
  Copy &copy = copies[ticket];
  copy.write = write, copy.arrival = clockOf(arrival);
  copy.parts.clear();
  uint64_t last = UINT64_MAX;
  for (const DramRun &run : runs) {
    uint64_t from = static_cast<uint64_t>(run.address) >> burstBits;
    const uint64_t to = static_cast<uint64_t>(run.address + run.bytes - 1) >> burstBits;
    if (from == last)
      ++from;
    last = to;
    if (from <= to)
      ask(copy, from, to - from + 1);
    for (uint64_t burst = from; onBurst && burst <= to; ++burst)
      onBurst(burst * static_cast<uint64_t>(bytesPerBurst), write, copy.arrival);
  }
  for (const Part &part : copy.parts)
    shares[part.channel] = noShare;
  return ticket;
}

void DramModel::advance(int64_t clock) {
  for (DramChannel &channel : all)
    channel.advance(clock);
}

uint64_t DramModel::earliestEnd(Ticket ticket) const {
  const Copy &copy = copies[ticket];
  int64_t last = 0;
  for (const Part &part : copy.parts) {
    const DramChannel &channel = all[part.channel];
    const DramShare &share = channel.share(part.share);
    // Bursts go one a tCCD_S at most, the first of them not before what is decided.
    last = std::max(last, share.remaining == 0
                              ? share.lastColumn
                              : std::max(copy.arrival, channel.decided()) +
                                    static_cast<int64_t>(channel.columnsBefore(part.share) - 1) * t.ccdS);
  }
  return cycleOf(last + foresight(copy.write));
}

std::optional<DramCopy> DramModel::take(Ticket ticket) {
  const Copy &copy = copies[ticket];
  int64_t first = INT64_MAX, last = 0;
  DramCopy result;
  for (const Part &part : copy.parts) {
    const DramShare &share = all[part.channel].share(part.share);
    if (share.remaining)
      return std::nullopt;
    first = std::min(first, share.firstColumn), last = std::max(last, share.lastColumn);
    result.use += share.use;
  }
  for (const Part &part : copy.parts)
    all[part.channel].closeShare(part.share);
  voidTickets.push_back(ticket);
  result.begin = cycleOf(first + (copy.write ? t.cwl : t.cl));
  result.end = cycleOf(last + foresight(copy.write));
  return result;
}

DramCopy DramModel::copy(const std::vector<DramRun> &runs, bool write, uint64_t arrival) {
  const uint64_t before = idleRefreshes();
  const Ticket ticket = submit(runs, write, arrival);
  for (const Part &part : copies[ticket].parts)
    all[part.channel].advanceThrough(part.share);
  DramCopy result = *take(ticket);
  result.idleRefreshes = idleRefreshes() - before;
  result.use.refreshes += result.idleRefreshes;
  return result;
}

uint64_t DramModel::idleRefreshes() const {
  uint64_t sum = 0;
  for (const DramChannel &channel : all)
    sum += channel.idleRefreshes();
  return sum;
}

uint64_t DramModel::refreshesBefore(uint64_t cycle) {
  const uint64_t before = idleRefreshes();
  advance(clockOf(cycle));
  return idleRefreshes() - before;
}

DramUse DramModel::finish(uint64_t cycle) {
  DramUse sum;
  for (DramChannel &channel : all) {
    channel.advance(clockOf(cycle));
    sum += channel.use();
  }
  return sum;
}

} // namespace accord::sim
