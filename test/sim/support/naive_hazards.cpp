// As slow and as plain as can be.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/support/naive_hazards.h"

#include <algorithm>
#include <iterator>

namespace accord::test {

std::vector<std::vector<bool>> naiveOrder(const program::Program &p) {
  const size_t n = p.commands.size();
  std::vector<std::vector<bool>> before(n, std::vector<bool>(n, false));
  for (size_t j = 0; j < n; ++j) {
    const program::Command &later = p.commands[j];
    if (!isa::isCommand(later.op))
      continue;
    auto edge = [&](size_t i) {
      before[j][i] = true;
      for (size_t k = 0; k < i; ++k)
        if (before[i][k])
          before[j][k] = true;
    };
    for (uint32_t t : later.after)
      edge(t);
    for (size_t i = 0; i < j; ++i) {
      const program::Command &c = p.commands[i];
      if (isa::isCommand(c.op) && isa::unitOf(c.op) == isa::unitOf(later.op))
        edge(i);
      if (c.op == isa::Opcode::Wait)
        for (uint32_t t : c.after)
          edge(t);
      if (c.op == isa::Opcode::Barrier)
        for (size_t k = 0; k < i; ++k)
          if (isa::isCommand(p.commands[k].op))
            edge(k);
    }
  }
  return before;
}

std::set<Byte> bytesOf(const program::Program &p, const program::View &v) {
  const program::Buffer &b = p.buffers[v.buffer];
  const int64_t width = isa::elementBytes(b.type);
  std::set<Byte> bytes;
  for (int64_t linear = 0; linear < v.elements(); ++linear) {
    int64_t rest = linear, element = v.offset;
    for (size_t d = v.sizes.size(); d-- > 0;) {
      element += rest % v.sizes[d] * v.strides[d];
      rest /= v.sizes[d];
    }
    for (int64_t i = 0; i < width; ++i)
      bytes.insert({static_cast<int>(b.memory), b.address + element * width + i});
  }
  return bytes;
}

NaiveHazards::NaiveHazards(const program::Program &p) {
  std::set<Byte> written;
  for (uint32_t j = 0; j < p.commands.size(); ++j) {
    const program::Command &c = p.commands[j];
    std::set<Byte> r, w;
    for (const program::View &v : c.reads)
      r.merge(bytesOf(p, v));
    for (const program::View &v : c.writes)
      w.merge(bytesOf(p, v));
    if (c.accumulate)
      r.insert(w.begin(), w.end());
    for (const Byte &b : r)
      if (b.first != static_cast<int>(isa::Memory::Dram) && !written.count(b))
        undefinedBytes.insert(b);
    reads.push_back(r);
    writes.push_back(w);
    for (uint32_t i = 0; i < j; ++i)
      if (!common(i, j).empty())
        pairs.insert({i, j});
    written.insert(w.begin(), w.end());
  }
}

std::set<Byte> NaiveHazards::common(uint32_t i, uint32_t j) const {
  std::set<Byte> bytes;
  auto intersect = [&](const std::set<Byte> &a, const std::set<Byte> &b) {
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(bytes, bytes.end()));
  };
  intersect(writes[i], writes[j]);
  intersect(writes[i], reads[j]);
  intersect(reads[i], writes[j]);
  return bytes;
}

std::set<std::pair<uint32_t, uint32_t>> NaiveHazards::races(const program::Program &p) const {
  const auto before = naiveOrder(p);
  std::set<std::pair<uint32_t, uint32_t>> found;
  for (auto [i, j] : pairs)
    if (!before[j][i])
      found.insert({i, j});
  return found;
}

std::set<Byte> NaiveHazards::racyBytes(const program::Program &p) const {
  std::set<Byte> bytes;
  for (auto [i, j] : races(p))
    bytes.merge(common(i, j));
  return bytes;
}

} // namespace accord::test
