// What the race trap has found free of races in this run, so that it need not look again.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/program.h"

#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace accord::sim {

/// A clean run of a program is clean at every time and with all values; the argument stands in README.md. Of
/// where the dram buffers lie the verdict depends on one thing: which bytes of a written buffer are another's
/// as well. Where such bytes are others than in any clean run before, the program is trapped again.
class RaceVerdicts {
public:
  /// Was this body, with dram buffers that share bytes as these do, found clean before?
  bool isClean(uint32_t body, const program::Program &bound) { return clean.count(keyOf(body, bound)) != 0; }
  void foundClean(uint32_t body, const program::Program &bound) { clean.insert(keyOf(body, bound)); }

private:
  /// Two buffers of a body, one of them written, that overlap, and how far apart they begin.
  struct Shared {
    uint32_t first, second;
    int64_t distance;
    bool operator<(const Shared &o) const {
      return std::tie(first, second, distance) < std::tie(o.first, o.second, o.distance);
    }
  };
  using Key = std::pair<uint32_t, std::vector<Shared>>;

  std::set<Key> clean;
  std::map<uint32_t, std::vector<bool>> written; ///< by body: its buffers

  Key keyOf(uint32_t body, const program::Program &bound);
};

} // namespace accord::sim
