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
          DramChannel(t, AddressOrder(h.dram.mapping, t), refreshOf(h.dram.refresh))),
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

DramCopy DramModel::copy(const std::vector<DramRun> &runs, bool write, uint64_t arrival) {
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
  }
  const int64_t clock = clockOf(arrival);
  DataClocks data{INT64_MAX, 0};
  DramCopy result;
  for (size_t c = 0; c < all.size(); ++c) {
    if (ranges[c].empty())
      continue;
    const DramUse before = all[c].use();
    result.idleRefreshes += all[c].refreshesBefore(clock);
    const DataClocks clocks = all[c].copy(ranges[c], write, clock);
    data.begin = std::min(data.begin, clocks.begin);
    data.end = std::max(data.end, clocks.end);
    result.use += all[c].use() - before;
  }
  result.begin = cycleOf(data.begin);
  result.end = cycleOf(data.end);
  return result;
}

uint64_t DramModel::refreshesBefore(uint64_t cycle) const {
  uint64_t sum = 0;
  for (const DramChannel &channel : all)
    sum += channel.refreshesBefore(clockOf(cycle));
  return sum;
}

DramUse DramModel::finish(uint64_t cycle) {
  DramUse sum;
  for (DramChannel &channel : all) {
    channel.refreshUntil(clockOf(cycle));
    sum += channel.use();
  }
  return sum;
}

} // namespace accord::sim
