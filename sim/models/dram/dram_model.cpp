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
      ranges(all.size()) {
  while (uint64_t(1) << channelBits < all.size())
    ++channelBits;
}

/// Consecutive bursts go round the channels: each gets consecutive ones of its own.
void DramModel::append(uint64_t firstBurst, uint64_t count) {
  const uint64_t mask = all.size() - 1;
  for (uint64_t i = 0; i < std::min<uint64_t>(count, all.size()); ++i) {
    std::vector<BurstRange> &list = ranges[(firstBurst + i) & mask];
    const BurstRange range{(firstBurst + i) >> channelBits, ((count - 1 - i) >> channelBits) + 1};
    if (!list.empty() && list.back().first + list.back().count == range.first)
      list.back().count += range.count;
    else
      list.push_back(range);
  }
}

DramModel::Ticket DramModel::submit(const std::vector<DramRun> &runs, bool write, uint64_t arrival) {
  for (std::vector<BurstRange> &list : ranges)
    list.clear();
  uint64_t last = UINT64_MAX;
  for (const DramRun &run : runs) {
    uint64_t from = static_cast<uint64_t>(run.address / bytesPerBurst);
    const uint64_t to = static_cast<uint64_t>((run.address + run.bytes - 1) / bytesPerBurst);
    if (from == last)
      ++from;
    last = to;
    if (from <= to)
      append(from, to - from + 1);
    for (uint64_t burst = from; onBurst && burst <= to; ++burst)
      onBurst(burst * static_cast<uint64_t>(bytesPerBurst), write, clockOf(arrival));
  }
  if (voidTickets.empty()) {
    voidTickets.push_back(static_cast<Ticket>(copies.size()));
    copies.emplace_back();
  }
  const Ticket ticket = voidTickets.back();
  voidTickets.pop_back();
  Copy &copy = copies[ticket];
  copy.write = write, copy.arrival = clockOf(arrival);
  copy.parts.clear();
  for (size_t c = 0; c < all.size(); ++c) {
    if (ranges[c].empty())
      continue;
    const uint32_t share = all[c].openShare();
    for (const BurstRange &range : ranges[c])
      all[c].ask(share, range, write, copy.arrival);
    copy.parts.push_back({c, share});
  }
  return ticket;
}

void DramModel::advance(int64_t clock) {
  for (DramChannel &channel : all)
    channel.advance(clock);
}

int64_t DramModel::lookAt(Ticket ticket) const {
  const Copy &copy = copies[ticket];
  int64_t latest = 0;
  for (const Part &part : copy.parts) {
    const DramChannel &channel = all[part.channel];
    // Bursts go one a tCCD_S at most, the first of them not before what is decided.
    if (channel.share(part.share).remaining)
      latest = std::max(latest, std::max(copy.arrival, channel.decided()) +
                                    static_cast<int64_t>(channel.columnsBefore(part.share) - 1) * t.ccdS +
                                    foresight(copy.write) - 1);
  }
  return latest;
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
