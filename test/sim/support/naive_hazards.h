// The definition of happens-before and of races, written down as it stands: closures over pairs, sets of
// bytes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/program.h"

#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace accord::test {

/// before[j][i]: command i is complete before command j starts. O(n^2) memory, O(n^3) time.
std::vector<std::vector<bool>> naiveOrder(const program::Program &program);

/// (memory, byte address)
using Byte = std::pair<int, int64_t>;

/// What depends on the commands' operands alone: byte sets and the pairs that conflict. Taking tokens away
/// changes neither.
class NaiveHazards {
public:
  explicit NaiveHazards(const program::Program &program);

  /// Conflicting pairs (earlier, later) that `program`, with these operands, does not order.
  std::set<std::pair<uint32_t, uint32_t>> races(const program::Program &program) const;
  /// The bytes on which a pair races.
  std::set<Byte> racyBytes(const program::Program &program) const;
  /// On-chip bytes that a command reads and no earlier one wrote.
  const std::set<Byte> &uninitialized() const { return undefinedBytes; }
  size_t conflicts() const { return pairs.size(); }

private:
  std::vector<std::set<Byte>> reads, writes;
  std::set<std::pair<uint32_t, uint32_t>> pairs;
  std::set<Byte> undefinedBytes;

  std::set<Byte> common(uint32_t i, uint32_t j) const;
};

/// The bytes of a view, one element after the other.
std::set<Byte> bytesOf(const program::Program &program, const program::View &view);

} // namespace accord::test
