// Events in the order of time; the candidate of each unit and of the processor is known or has to wait for
// one of the others.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/replay.h"

#include <algorithm>

namespace accord::sim {
namespace {

constexpr uint64_t unknown = UINT64_MAX;

class Replayer {
public:
  Replayer(const program::Program &program, const MachineModel &machine, const std::vector<ReplayCost> &costs)
      : p(program), machine(machine), hardware(machine.hardware()), costs(costs),
        issued(p.commands.size(), unknown), units(machine.numUnits()),
        candidates(machine.numUnits(), unknown) {
    times.start.assign(p.commands.size(), 0);
    times.end.assign(p.commands.size(), unknown);
  }

  ReplayTimes run() {
    for (;;) {
      const uint64_t passes = processorCandidate();
      uint64_t earliest = passes;
      size_t chosen = units.size(); // the processor
      for (size_t u = 0; u < units.size(); ++u) {
        // One that is known rests on ends that are known: it stays until the unit starts it.
        if (candidates[u] == unknown || sharesEngine(u))
          candidates[u] = candidate(u);
        if (candidates[u] < earliest)
          earliest = candidates[u], chosen = u;
      }
      if (earliest == unknown)
        break;
      if (chosen == units.size())
        pass(earliest);
      else
        start(chosen, earliest);
    }
    times.cycles = std::max(processor, lastEnd);
    for (uint64_t &end : times.end)
      end = end == unknown ? 0 : end;
    return std::move(times);
  }

private:
  struct UnitState {
    std::vector<uint32_t> pushed;
    size_t started = 0;
    uint64_t committed = 0; ///< end of the one that started last: ends are in order
    uint64_t setup = 0;     ///< end of its set-up
  };

  static bool isDma(size_t u) { return !MachineModel::computes(u); }

  /// Does it wait for what the other direction has under way?
  bool sharesEngine(size_t u) const { return isDma(u) && hardware.dma.engines < 2; }

  /// When all of these are complete.
  uint64_t complete(const program::CompactList<uint32_t> &tokens) const {
    uint64_t at = 0;
    for (uint32_t t : tokens)
      at = std::max(at, times.end[t]);
    return at;
  }

  /// When the next command leaves the processor.
  uint64_t processorCandidate() const {
    if (next == p.commands.size())
      return unknown;
    const program::Command &c = p.commands[next];
    uint64_t at = processor;
    if (c.op == isa::Opcode::Wait) {
      at = std::max(at, complete(c.after));
    } else if (c.op == isa::Opcode::Barrier) {
      if (waiting)
        return unknown;
      at = std::max(at, lastEnd);
    } else {
      const size_t u = machine.unitOf(c);
      const UnitState &unit = units[u];
      const auto depth = static_cast<size_t>(isDma(u) ? hardware.dma.queueDepth : hardware.queueDepth);
      if (unit.pushed.size() - unit.started >= depth)
        return unknown; // until one of it starts
      if (unit.pushed.size() >= depth)
        at = std::max(at, times.start[unit.pushed[unit.pushed.size() - depth]]);
    }
    if (at == unknown)
      return unknown;
    const auto issue = static_cast<uint64_t>(hardware.issueCycles);
    return at + (machine.twice() == Resource::Issue ? (next + 1) * issue / 2 - next * issue / 2 : issue);
  }

  uint64_t candidate(size_t u) const {
    const UnitState &unit = units[u];
    if (unit.started == unit.pushed.size())
      return unknown;
    const uint32_t command = unit.pushed[unit.started];
    const uint64_t at = std::max(issued[command], complete(p.commands[command].after));
    if (!isDma(u))
      return std::max(at, unit.committed);
    // Room is there once the copy that is so many before it is complete; a gather waits for all.
    const auto most = static_cast<size_t>(hardware.dma.outstanding);
    uint64_t room = unit.started >= most ? times.end[unit.pushed[unit.started - most]] : 0;
    if (p.commands[command].op == isa::Opcode::Gather)
      room = unit.committed;
    if (sharesEngine(u)) // the other direction has nothing under way
      room = std::max(room, units[1 - u].committed);
    return std::max({at, room, unit.setup});
  }

  void pass(uint64_t at) {
    const program::Command &c = p.commands[next];
    if (isa::isCommand(c.op)) {
      units[machine.unitOf(c)].pushed.push_back(static_cast<uint32_t>(next));
      issued[next] = at;
      ++waiting;
    }
    processor = at;
    ++next;
  }

  void start(size_t u, uint64_t at) {
    UnitState &unit = units[u];
    const uint32_t command = unit.pushed[unit.started++];
    --waiting;
    candidates[u] = unknown;
    const ReplayCost &cost = costs[command];
    uint64_t end = at + cost.cycles;
    if (isDma(u)) {
      const uint64_t asked = at + cost.setup;
      const auto served = static_cast<uint64_t>(
          std::max(static_cast<int64_t>(asked + cost.transfer),
                   static_cast<int64_t>(std::max(asked, dramFree) + cost.transfer) + cost.extra));
      dramFree = std::max(dramFree, served);
      const uint64_t there = served + cost.latency;
      const uint64_t begin = std::max(asked, there - std::min(there, cost.transfer));
      end = std::max({there, (u == 1 ? asked : begin) + cost.chip, unit.committed});
      unit.setup = at + static_cast<uint64_t>(hardware.dma.setupCycles);
    }
    times.start[command] = at;
    times.end[command] = end;
    unit.committed = end;
    lastEnd = std::max(lastEnd, end);
  }

  const program::Program &p;
  const MachineModel &machine;
  const Hardware &hardware;
  const std::vector<ReplayCost> &costs;
  std::vector<uint64_t> issued;
  ReplayTimes times;
  std::vector<UnitState> units;
  std::vector<uint64_t> candidates; ///< by unit
  size_t next = 0;
  uint64_t processor = 0, dramFree = 0, lastEnd = 0;
  uint64_t waiting = 0; ///< in queues
};

} // namespace

ReplayTimes replay(const program::Program &program, const MachineModel &machine,
                   const std::vector<ReplayCost> &costs) {
  return Replayer(program, machine, costs).run();
}

} // namespace accord::sim
