// A trace of requests through all channels of a dram, and what came of it. No machine, no core clock.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_channel.h"
#include "sim/models/dram/dram_trace.h"
#include "sim/models/dram/latency_histogram.h"

namespace accord::sim {

/// Times are clocks of the dram.
struct DramReplayReport {
  uint64_t requests[2] = {0, 0}; ///< reads, writes
  LatencyHistogram latency[3];   ///< of reads, of writes, of both
  DramUse use;                   ///< of all channels, from `begin` to `end`
  uint64_t bursts[2] = {0, 0};   ///< read, written
  int64_t begin = 0, end = 0;    ///< first request, last data
};

class DramReplay {
public:
  /// \pre `dram` is as the reader of hardware files leaves it; `requestBytes` is a power of two. `timed`:
  /// requests have cycles
  DramReplay(const Dram &dram, int64_t requestBytes, bool timed);

  /// Bytes of all channels: no address is beyond.
  static uint64_t capacityBytes(const Dram &dram);

  /// The next requests, in order. A request is the aligned block of `requestBytes` around its address, all
  /// bursts of it. With cycles it is there at its own, and its latency counts from then to its last data.
  /// Without, each channel takes its requests in order, each as soon as its queue has room, and latencies
  /// count from then.
  void feed(const std::vector<DramAccess> &accesses);
  /// Runs to the end.
  DramReplayReport finish();

  std::vector<DramChannel> &channels() { return all; }

private:
  /// A request that is under way.
  struct Pending {
    int64_t from = 0, end = 0;
    uint32_t left = 0; ///< bursts
    bool write = false;
  };

  const DramTiming t;
  const bool timed;
  const uint64_t requestBytes, burstBytes;
  unsigned channelBits = 0;
  std::vector<DramChannel> all;
  std::vector<std::vector<DramServed>> served; ///< by channel
  /// By channel: whose bursts are under way, those of serial `firstSerial` first.
  struct Owners {
    std::vector<uint32_t> ring;
    uint64_t first = 0, next = 0;
    uint32_t &operator[](uint64_t serial) { return ring[serial & (ring.size() - 1)]; }
  };
  std::vector<Owners> owners;
  std::vector<Pending> pending;
  std::vector<uint32_t> unusedPending;
  bool begun = false;
  DramUse before; ///< refreshes of the time before the first request
  DramReplayReport report;

  // Consecutive bursts of one direction and cycle that are not asked for yet.
  uint64_t chainBegin = 0, chainEnd = 0;
  bool chainWrite = false;
  int64_t chainCycle = 0;

  void beginAt(int64_t cycle);
  void askChain();
  void own(size_t channel, uint32_t request);
  void settle();
  void settle(size_t channel, const DramServed &served);
};

/// Replays the trace at `path`. Errors are the reader's.
Expected<DramReplayReport> replayTrace(const std::string &path, const Dram &dram, int64_t requestBytes);

} // namespace accord::sim
