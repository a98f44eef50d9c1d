// Buffers are swept by address: one that begins before the furthest end so far overlaps some before it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/race_verdicts.h"
#include "sim/program/sequence.h"

#include <algorithm>

namespace accord::sim {

RaceVerdicts::Key RaceVerdicts::keyOf(uint32_t body, const program::Program &bound) {
  auto [known, isNew] = written.try_emplace(body);
  if (isNew)
    known->second = program::writtenBuffers(bound);
  const std::vector<bool> &writes = known->second;

  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < bound.buffers.size(); ++i)
    if (bound.buffers[i].memory == isa::Memory::Dram)
      order.push_back(i);
  auto begin = [&](uint32_t i) { return bound.buffers[i].address; };
  auto end = [&](uint32_t i) { return bound.buffers[i].address + bound.buffers[i].bytes(); };
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return begin(a) < begin(b); });

  Key key{body, {}};
  std::vector<uint32_t> open; // that reach beyond where the sweep is
  for (uint32_t i : order) {
    open.erase(std::remove_if(open.begin(), open.end(), [&](uint32_t o) { return end(o) <= begin(i); }),
               open.end());
    for (uint32_t o : open)
      if (writes[i] || writes[o])
        key.second.push_back({std::min(i, o), std::max(i, o), begin(std::max(i, o)) - begin(std::min(i, o))});
    open.push_back(i);
  }
  std::sort(key.second.begin(), key.second.end());
  return key;
}

} // namespace accord::sim
