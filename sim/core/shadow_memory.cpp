// An access cuts the runs at its ends, looks at those between, and joins what has become alike.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/core/shadow_memory.h"

#include <iterator>

namespace accord::sim {

/// The run that begins at a byte, made when there is none.
ShadowMemory::Runs::iterator ShadowMemory::cut(uint64_t at) {
  const auto after = runs.upper_bound(at), run = std::prev(after);
  return run->first == at ? run : runs.emplace_hint(after, at, run->second);
}

/// Joins a run with the one before it where they are alike; the run after it.
ShadowMemory::Runs::iterator ShadowMemory::join(Runs::iterator run) {
  return run != runs.begin() && std::prev(run)->second == run->second ? runs.erase(run) : std::next(run);
}

template <typename Visit>
std::optional<Conflict> ShadowMemory::visit(uint64_t address, uint64_t bytes, Visit visitCell) {
  std::optional<Conflict> first;
  checked += bytes;
  const uint64_t end = address + bytes;
  const auto from = cut(address);
  const auto behind = std::next(from);
  // Mostly one whole run.
  const auto to = behind != runs.end() && behind->first == end ? behind : cut(end);
  for (auto run = from; run != to; ++run) {
    const std::optional<Conflict> found = visitCell(run->second);
    if (found && !first) {
      first = found;
      first->address = run->first;
    }
  }
  for (auto run = from; run != to;)
    run = join(run);
  join(to);
  return first;
}

std::optional<Conflict> ShadowMemory::read(uint64_t address, uint64_t bytes, uint32_t agent, uint32_t epoch,
                                           const VectorClock &clock) {
  return visit(address, bytes, [&](Cell &cell) -> std::optional<Conflict> {
    cell.readers[agent] = epoch;
    if (cell.writerEpoch == 0)
      return defined ? std::nullopt : std::optional<Conflict>({ConflictKind::Uninitialized, 0, 0, 0});
    if (cell.writerEpoch > clock[cell.writerAgent])
      return Conflict{ConflictKind::ReadAfterWrite, 0, cell.writerAgent, cell.writerEpoch};
    return std::nullopt;
  });
}

std::optional<Conflict> ShadowMemory::write(uint64_t address, uint64_t bytes, uint32_t agent, uint32_t epoch,
                                            const VectorClock &clock) {
  return visit(address, bytes, [&](Cell &cell) -> std::optional<Conflict> {
    std::optional<Conflict> found;
    if (cell.writerEpoch > clock[cell.writerAgent])
      found = Conflict{ConflictKind::WriteAfterWrite, 0, cell.writerAgent, cell.writerEpoch};
    for (uint32_t a = 0; a < maxAgents && !found; ++a)
      if (cell.readers[a] > clock[a] && !(a == agent && cell.readers[a] == epoch))
        found = Conflict{ConflictKind::WriteAfterRead, 0, a, cell.readers[a]};
    cell = Cell{agent, epoch, {}};
    return found;
  });
}

} // namespace accord::sim
