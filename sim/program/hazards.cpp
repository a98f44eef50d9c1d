// Vector clocks over the five units and an interval map of last accesses.
//
// A unit runs its commands in order, so "a happens before b" is one comparison: is a's number among its
// unit's commands at most the entry for that unit in b's clock? The clock of b joins those of its tokens, of
// the command before it on its unit, and of the command processor at its issue, which learns at waits and
// barriers. Accesses are kept as runs of bytes with one history, split where a new access cuts them and
// joined again where neighbours became alike, so that a tile that is read as it was written stays a handful
// of runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/hazards.h"
#include "sim/program/footprint.h"

#include <array>
#include <cstdio>
#include <map>

namespace accord::program {
namespace {

using Clock = std::array<uint32_t, isa::numUnits>; ///< per unit, how many of its commands are complete

void join(Clock &into, const Clock &from) {
  for (unsigned u = 0; u < isa::numUnits; ++u)
    into[u] = std::max(into[u], from[u]);
}

constexpr uint32_t none = UINT32_MAX;

/// Who touched a byte last: the writer, and since then the last reader on each unit.
struct History {
  uint32_t writer = none;
  std::array<uint32_t, isa::numUnits> readers;

  History() { readers.fill(none); }
  bool operator==(const History &o) const { return writer == o.writer && readers == o.readers; }
};

/// Histories of one memory: key is the first byte, a run lasts until the next key. Covers all addresses.
class HistoryMap {
public:
  HistoryMap() { runs.emplace(INT64_MIN, History{}); }

  /// Calls visit(begin, end, History&) for the runs of [begin, end), cut to it; visit may change the history.
  template <typename Visit> void update(int64_t begin, int64_t end, Visit visit) {
    const Runs::iterator first = split(begin), behind = std::next(first);
    // Mostly one whole run.
    const Runs::iterator last = behind != runs.end() && behind->first == end ? behind : split(end);
    for (auto it = first; it != last; ++it)
      visit(it->first, std::next(it)->first, it->second);
    for (auto it = first; it != last;)
      it = join(it);
    join(last);
  }

private:
  using Runs = std::map<int64_t, History>;
  Runs runs;

  Runs::iterator split(int64_t at) {
    auto after = runs.upper_bound(at), it = std::prev(after);
    return it->first == at ? it : runs.emplace_hint(after, at, it->second);
  }
  /// Joins a run with the one before it where they are alike; the run after it.
  Runs::iterator join(Runs::iterator run) {
    return std::prev(run)->second == run->second ? runs.erase(run) : std::next(run);
  }
};

class Checker {
public:
  Checker(const Program &p, size_t limit) : p(p), limit(limit) {}

  std::vector<Race> run() {
    number.resize(p.commands.size());
    complete.resize(p.commands.size());
    Clock issued{}, processor{};
    std::array<Clock, isa::numUnits> unitLast{};
    for (uint32_t i = 0; i < p.commands.size() && races.size() < limit; ++i) {
      const Command &c = p.commands[i];
      if (c.op == isa::Opcode::Barrier) {
        processor = issued;
      } else if (c.op == isa::Opcode::Wait) {
        for (uint32_t t : c.after)
          join(processor, complete[t]);
      } else {
        const unsigned unit = static_cast<unsigned>(isa::unitOf(c.op));
        Clock start = unitLast[unit];
        join(start, processor);
        for (uint32_t t : c.after)
          join(start, complete[t]);
        access(i, start);
        number[i] = ++issued[unit];
        start[unit] = number[i];
        complete[i] = unitLast[unit] = start;
      }
    }
    return std::move(races);
  }

private:
  const Program &p;
  const size_t limit;
  std::vector<uint32_t> number; ///< of a command within its unit, from 1
  std::vector<Clock> complete;  ///< what is known to be complete when a command is
  HistoryMap memories[isa::numMemories];
  std::vector<Race> races;

  bool ordered(uint32_t earlier, const Clock &start) const {
    return number[earlier] <= start[static_cast<unsigned>(isa::unitOf(p.commands[earlier].op))];
  }
  void report(RaceKind kind, uint32_t earlier, uint32_t later, isa::Memory memory, int64_t begin,
              int64_t end) {
    if (!races.empty()) { // neighbouring runs of one pair are one race
      Race &r = races.back();
      if (r.kind == kind && r.earlier == earlier && r.later == later && r.memory == memory &&
          r.address + r.bytes == begin) {
        r.bytes += end - begin;
        return;
      }
    }
    if (races.size() < limit)
      races.push_back({kind, earlier, later, memory, begin, end - begin});
  }

  void read(uint32_t index, const View &v, const Clock &start) {
    const isa::Memory memory = p.buffers[v.buffer].memory;
    const unsigned unit = static_cast<unsigned>(isa::unitOf(p.commands[index].op));
    forEachRun(p, v, [&](int64_t at, int64_t bytes) {
      memories[unsigned(memory)].update(at, at + bytes, [&](int64_t begin, int64_t end, History &h) {
        if (h.writer == none) {
          if (memory != isa::Memory::Dram)
            report(RaceKind::Uninitialized, index, index, memory, begin, end);
        } else if (!ordered(h.writer, start)) {
          report(RaceKind::ReadAfterWrite, h.writer, index, memory, begin, end);
        }
        h.readers[unit] = index;
      });
    });
  }
  void write(uint32_t index, const View &v, const Clock &start) {
    const isa::Memory memory = p.buffers[v.buffer].memory;
    forEachRun(p, v, [&](int64_t at, int64_t bytes) {
      memories[unsigned(memory)].update(at, at + bytes, [&](int64_t begin, int64_t end, History &h) {
        if (h.writer != none && !ordered(h.writer, start))
          report(RaceKind::WriteAfterWrite, h.writer, index, memory, begin, end);
        for (uint32_t reader : h.readers)
          if (reader != none && reader != index && !ordered(reader, start))
            report(RaceKind::WriteAfterRead, reader, index, memory, begin, end);
        h = History{};
        h.writer = index;
      });
    });
  }
  void access(uint32_t index, const Clock &start) {
    const Command &c = p.commands[index];
    for (const View &v : c.reads)
      read(index, v, start);
    if (c.accumulate)
      read(index, c.writes[0], start);
    for (const View &v : c.writes)
      write(index, v, start);
  }
};

/// The buffer of the command's view that holds the byte.
std::string bufferAt(const Program &p, const CompactList<View> &views, isa::Memory memory, int64_t address) {
  for (const View &v : views) {
    const ByteRange r = boundsOf(p, v);
    if (p.buffers[v.buffer].memory == memory && r.begin <= address && address < r.end)
      return p.buffers[v.buffer].name;
  }
  return "bytes";
}

} // namespace

std::vector<Race> findRaces(const Program &program, size_t limit) { return Checker(program, limit).run(); }

std::string describeCommand(const Program &p, uint32_t command) {
  const Command &c = p.commands[command];
  return "command " + std::to_string(command) + " (" + isa::name(c.op) + ", " + p.locations[c.location] + ")";
}

std::string describe(const Program &p, const Race &r) {
  char where[64];
  std::snprintf(where, sizeof where, "%s byte 0x%llx (+%lld): ", isa::name(r.memory),
                static_cast<unsigned long long>(r.address), static_cast<long long>(r.bytes));
  const bool laterReads = r.kind == RaceKind::ReadAfterWrite || r.kind == RaceKind::Uninitialized;
  const bool earlierReads = r.kind == RaceKind::WriteAfterRead;
  const Command &later = p.commands[r.later], &earlier = p.commands[r.earlier];
  CompactList<View> laterReadViews = later.reads;
  if (later.accumulate)
    laterReadViews.push_back(later.writes[0]);
  CompactList<View> earlierReadViews = earlier.reads;
  if (earlier.accumulate)
    earlierReadViews.push_back(earlier.writes[0]);
  const std::string laterText = describeCommand(p, r.later) + (laterReads ? " reads " : " writes ") +
                                bufferAt(p, laterReads ? laterReadViews : later.writes, r.memory, r.address);
  if (r.kind == RaceKind::Uninitialized)
    return std::string("uninitialized ") + where + laterText + ", expected an earlier write, got none";
  return std::string("race on ") + where + laterText + " that " + describeCommand(p, r.earlier) +
         (earlierReads ? " reads as " : " writes as ") +
         bufferAt(p, earlierReads ? earlierReadViews : earlier.writes, r.memory, r.address) +
         ", and neither waits for the other";
}

Status checkRaces(const Program &program) {
  const std::vector<Race> races = findRaces(program, 1);
  return races.empty() ? Status() : Status(Error{describe(program, races.front())});
}

} // namespace accord::program
