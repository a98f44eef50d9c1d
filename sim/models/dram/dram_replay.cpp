// Requests become bursts of channels, and bursts that went become requests that are done.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_replay.h"

#include <algorithm>

namespace accord::sim {
namespace {

constexpr size_t requestsAtOnce = 1 << 11;

DramRefresh refreshOf(const std::string &word) {
  return word == "none"       ? DramRefresh::None
         : word == "all_bank" ? DramRefresh::AllBanks
                              : DramRefresh::PerBank;
}

} // namespace

DramReplay::DramReplay(const Dram &dram, int64_t bytes, bool hasCycles)
    : t(dramTiming(dram)), timed(hasCycles), requestBytes(static_cast<uint64_t>(bytes)),
      burstBytes(static_cast<uint64_t>(dram.busWidthBits / 8 * t.burstTransfers)),
      all(static_cast<size_t>(dram.channels),
          DramChannel(t, AddressOrder(dram.mapping, t), refreshOf(dram.refresh),
                      static_cast<size_t>(dram.queueDepth),
                      timed ? DramEntry::ByDirection : DramEntry::InOrder)),
      served(all.size()), owners(all.size()) {
  while (uint64_t(1) << channelBits < all.size())
    ++channelBits;
  for (size_t c = 0; c < all.size(); ++c) {
    all[c].served = &served[c];
    all[c].openShare();
    owners[c].ring.resize(64);
  }
}

uint64_t DramReplay::capacityBytes(const Dram &dram) {
  const DramTiming timing = dramTiming(dram);
  return static_cast<uint64_t>(dram.channels * timing.burstsOfChannel() *
                               (dram.busWidthBits / 8 * timing.burstTransfers));
}

void DramReplay::own(size_t channel, uint32_t request) {
  Owners &o = owners[channel];
  if (o.next - o.first == o.ring.size()) {
    std::vector<uint32_t> larger(o.ring.size() * 2);
    for (uint64_t s = o.first; s < o.next; ++s)
      larger[s & (larger.size() - 1)] = o[s];
    o.ring = std::move(larger);
  }
  o[o.next++] = request;
}

/// Asks for the consecutive bursts that were put together, each channel for its own.
void DramReplay::askChain() {
  const uint64_t count = chainEnd - chainBegin;
  for (uint64_t i = 0; i < std::min<uint64_t>(count, all.size()); ++i) {
    const uint64_t burst = chainBegin + i;
    all[static_cast<size_t>(burst & (all.size() - 1))].ask(
        0, {burst >> channelBits, ((count - 1 - i) >> channelBits) + 1}, chainWrite, chainCycle);
  }
  chainBegin = chainEnd;
}

/// The account begins with the first request: what the channels did until then is nobody's.
void DramReplay::beginAt(int64_t cycle) {
  begun = true, report.begin = cycle;
  for (DramChannel &channel : all) {
    channel.advance(cycle);
    before += channel.use();
  }
}

void DramReplay::feed(const std::vector<DramAccess> &accesses) {
  const uint64_t mask = all.size() - 1;
  for (size_t i = 0; i < accesses.size(); ++i) {
    const DramAccess &access = accesses[i];
    if (!begun)
      beginAt(access.cycle);
    const uint64_t address = access.address & ~(requestBytes - 1);
    const uint64_t first = address / burstBytes, last = (address + requestBytes - 1) / burstBytes;
    if (unusedPending.empty()) {
      unusedPending.push_back(static_cast<uint32_t>(pending.size()));
      pending.emplace_back();
    }
    const uint32_t slot = unusedPending.back();
    unusedPending.pop_back();
    pending[slot] = {timed ? access.cycle : INT64_MAX, 0, static_cast<uint32_t>(last - first + 1),
                     access.write};
    ++report.requests[access.write];
    report.bursts[access.write] += last - first + 1;
    if (first != chainEnd || access.write != chainWrite || access.cycle != chainCycle) {
      askChain();
      chainBegin = first, chainWrite = access.write, chainCycle = access.cycle;
    }
    chainEnd = last + 1;
    for (uint64_t burst = first; burst <= last; ++burst)
      own(static_cast<size_t>(burst & mask), slot);
    if ((i + 1) % requestsAtOnce == 0 || i + 1 == accesses.size()) {
      askChain();
      for (DramChannel &channel : all)
        if (timed)
          channel.advance(access.cycle);
        else
          channel.advanceWhileFed();
      settle();
    }
  }
}

void DramReplay::settle() {
  for (size_t c = 0; c < all.size(); ++c) {
    for (const DramServed &s : served[c])
      settle(c, s);
    served[c].clear();
  }
}

void DramReplay::settle(size_t c, const DramServed &s) {
  Owners &o = owners[c];
  const int64_t after = (s.write ? t.cwl : t.cl) + t.burst;
  for (uint64_t i = 0; i < s.count; ++i) {
    const uint64_t serial = s.serial + i;
    const uint32_t slot = o[serial];
    const int64_t shift = static_cast<int64_t>(i) * s.step;
    Pending &p = pending[slot];
    p.end = std::max(p.end, s.clock + shift + after);
    if (!timed)
      p.from = std::min(p.from, s.entered + shift);
    o[serial] = UINT32_MAX;
    if (--p.left == 0) {
      report.latency[p.write].add(p.end - p.from);
      report.end = std::max(report.end, p.end);
      unusedPending.push_back(slot);
    }
  }
  // Serials that are done give their places back in order.
  while (o.first != o.next && o[o.first] == UINT32_MAX)
    ++o.first;
}

DramReplayReport DramReplay::finish() {
  for (DramChannel &channel : all)
    channel.advanceToEnd();
  settle();
  for (DramChannel &channel : all) {
    channel.advance(report.end);
    report.use += channel.use();
  }
  report.use = report.use - before;
  report.latency[2] = report.latency[0];
  report.latency[2].merge(report.latency[1]);
  return report;
}

Expected<DramReplayReport> replayTrace(const std::string &path, const Dram &dram, int64_t requestBytes) {
  Expected<DramTraceReader> reader = DramTraceReader::open(path, DramReplay::capacityBytes(dram));
  if (!reader)
    return reader.error();
  std::vector<DramAccess> accesses;
  std::unique_ptr<DramReplay> replay;
  while (!reader->atEnd()) {
    accesses.clear();
    if (Status s = reader->read(accesses, requestsAtOnce); !s)
      return s.error();
    if (!replay)
      replay = std::make_unique<DramReplay>(dram, requestBytes, reader->timed());
    replay->feed(accesses);
  }
  return replay->finish();
}

} // namespace accord::sim
