// Cells are visited line by line; only a line that an access covers in part is taken apart.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/core/shadow_memory.h"

#include <algorithm>

namespace accord::sim {

ShadowMemory::Page &ShadowMemory::pageOf(uint64_t address) {
  const uint64_t number = address / (lineBytes * pageLines);
  if (number != lastNumber || !lastPage) {
    std::unique_ptr<Page> &page = pages[number];
    if (!page)
      page = std::make_unique<Page>();
    lastNumber = number, lastPage = page.get();
  }
  if (lastPage->generation != generation) {
    lastPage->lines = {};
    lastPage->generation = generation;
  }
  return *lastPage;
}

template <typename Visit>
std::optional<Conflict> ShadowMemory::visit(uint64_t address, uint64_t bytes, Visit visitCell) {
  std::optional<Conflict> first;
  checked += bytes;
  const uint64_t end = address + bytes;
  auto note = [&](uint64_t at, std::optional<Conflict> c) {
    if (c && !first) {
      first = c;
      first->address = at;
    }
  };
  Line *line = nullptr, *pageEnd = nullptr;
  while (address < end) {
    if (line == pageEnd) {
      Page &page = pageOf(address);
      line = &page.lines[address / lineBytes % pageLines];
      pageEnd = page.lines.data() + pageLines;
    }
    const uint64_t from = address % lineBytes, to = std::min(lineBytes, from + (end - address));
    const bool whole = from == 0 && to == lineBytes;
    if (!whole && !line->each) {
      line->each = std::make_unique<std::array<Cell, lineBytes>>();
      line->each->fill(line->shared);
    }
    if (!line->each) {
      note(address, visitCell(line->shared));
    } else {
      for (uint64_t i = from; i < to; ++i)
        note(address - from + i, visitCell((*line->each)[i]));
      // Rows that fill a line one after the other leave one history; looked for where a row ends it.
      const auto &cells = *line->each;
      if (to == lineBytes &&
          std::all_of(cells.begin(), cells.end(), [&](const Cell &c) { return c == cells[0]; })) {
        line->shared = cells[0];
        line->each.reset();
      }
    }
    address += to - from;
    ++line; // only the access's last line is not used up
  }
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
