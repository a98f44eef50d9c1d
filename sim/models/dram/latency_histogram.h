// Mean and percentiles of many latencies, in little memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace accord::sim {

/// Whole clocks below 65536 are kept as they are, longer ones by their highest 12 bits: percentiles of those
/// are low by 0.05 % at most. Mean and maximum are exact.
class LatencyHistogram {
public:
  void add(int64_t clocks, uint64_t times = 1) {
    const size_t index = indexOf(static_cast<uint64_t>(clocks));
    if (index >= counts.size())
      counts.resize(index + 1);
    counts[index] += times;
    total += times, sum += static_cast<double>(clocks) * static_cast<double>(times);
    longest = std::max(longest, clocks);
  }
  void merge(const LatencyHistogram &other) {
    if (other.counts.size() > counts.size())
      counts.resize(other.counts.size());
    for (size_t i = 0; i < other.counts.size(); ++i)
      counts[i] += other.counts[i];
    total += other.total, sum += other.sum, longest = std::max(longest, other.longest);
  }
  uint64_t count() const { return total; }
  double mean() const { return total ? sum / static_cast<double>(total) : 0; }
  int64_t max() const { return longest; }
  /// The least latency that `percent` of all do not exceed.
  int64_t percentile(double percent) const {
    const double wanted = percent / 100 * static_cast<double>(total);
    uint64_t seen = 0;
    for (size_t i = 0; i < counts.size(); ++i)
      if (seen += counts[i]; counts[i] && static_cast<double>(seen) >= wanted)
        return valueOf(i);
    return longest;
  }

private:
  static constexpr unsigned exactBits = 16, keptBits = 12;
  static size_t indexOf(uint64_t value) {
    if (value < uint64_t(1) << exactBits)
      return static_cast<size_t>(value);
    unsigned bits = exactBits + 1;
    while (value >> bits)
      ++bits;
    const uint64_t kept = (value >> (bits - keptBits)) & ((uint64_t(1) << (keptBits - 1)) - 1);
    return (size_t(1) << exactBits) + ((bits - exactBits - 1) << (keptBits - 1)) + static_cast<size_t>(kept);
  }
  static int64_t valueOf(size_t index) {
    if (index < size_t(1) << exactBits)
      return static_cast<int64_t>(index);
    index -= size_t(1) << exactBits;
    const size_t bits = (index >> (keptBits - 1)) + exactBits + 1;
    const size_t kept = (index & ((size_t(1) << (keptBits - 1)) - 1)) | size_t(1) << (keptBits - 1);
    return static_cast<int64_t>(kept << (bits - keptBits));
  }

  std::vector<uint64_t> counts;
  uint64_t total = 0;
  double sum = 0;
  int64_t longest = 0;
};

} // namespace accord::sim
