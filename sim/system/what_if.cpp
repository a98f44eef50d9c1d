// Splits the time of copies as they were seen, and scales what replays say to what was simulated.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/what_if.h"
#include "sim/models/dram/dram_floor.h"

#include <algorithm>
#include <tuple>

namespace accord::sim {
namespace {

/// `cycles` as the replay changed: scaled from its base to what was simulated.
uint64_t scaled(uint64_t cycles, uint64_t base, uint64_t changed) {
  if (base == 0)
    return cycles;
  return static_cast<uint64_t>((static_cast<unsigned __int128>(cycles) * changed + base / 2) / base);
}

} // namespace

WhatIf::WhatIf(const Hardware &h)
    : hardware(h), refreshCycles(DramFloor(h).refreshCycles() / double(h.dram.channels)) {
  machines.emplace_back(h);
  for (size_t r = 0, count = machines[0].numResources(); r < count; ++r)
    machines.emplace_back(h, Resource(r));
}

void WhatIf::enter(uint32_t newCall, uint32_t newBody, const program::Program &p) {
  program = bodies.count(newBody) ? nullptr : &p;
  call = newCall, body = newBody;
  if (program)
    commands.assign(p.commands.size(), {});
}

void WhatIf::finished(uint32_t command, uint32_t record, const DmaCost &cost, uint64_t asked,
                      uint64_t dataEnd, uint64_t refreshes) {
  if (program)
    commands[command] = {record, asked, dataEnd, refreshes, cost};
}

std::vector<ReplayCost> WhatIf::costsOf(const MachineModel &used) const {
  const std::optional<Resource> twice = used.twice();
  std::vector<ReplayCost> costs(commands.size());
  for (size_t i = 0; i < commands.size(); ++i) {
    const program::Command &c = program->commands[i];
    if (!isa::isCommand(c.op))
      continue;
    if (!DmaModel::isCopy(c)) {
      costs[i].cycles = used.unit(used.unitOf(c)).cycles(c, *program);
      continue;
    }
    const DmaCost &cost = commands[i].cost;
    ReplayCost &r = costs[i];
    r.setup =
        cost.fixedCycles - static_cast<uint64_t>(hardware.dma.setupCycles - used.hardware().dma.setupCycles);
    r.extra = extras[i];
    // Half the time meets half the refreshes, and passes half of what it passed; rows take as long.
    if (twice == Resource::Dram)
      r.extra -= std::min(extras[i], static_cast<int64_t>(refreshCycles * double(commands[i].refreshes))) / 2;
    r.transfer = twice == Resource::Dram ? (cost.busCycles + 1) / 2 : cost.busCycles;
    r.latency = latency;
    r.chip = twice == Resource::Scratchpad ? (cost.chipCycles + 1) / 2 : cost.chipCycles;
  }
  return costs;
}

void WhatIf::leave(uint64_t cycles) {
  if (!program)
    return;
  // What the wires alone would take of a copy when the one before it is served; the rest is its own.
  extras.assign(commands.size(), 0);
  std::vector<uint32_t> copies;
  for (uint32_t i = 0; i < commands.size(); ++i)
    if (DmaModel::isCopy(program->commands[i]))
      copies.push_back(i);
  auto startOf = [&](uint32_t i) { return commands[i].asked - commands[i].cost.fixedCycles; };
  std::sort(copies.begin(), copies.end(), [&](uint32_t a, uint32_t b) {
    return std::tuple(startOf(a), isa::unitOf(program->commands[a].op), a) <
           std::tuple(startOf(b), isa::unitOf(program->commands[b].op), b);
  });
  // A copy that is alone takes its transfer, and the latency of the first data.
  latency = copies.empty() ? 0 : UINT64_MAX;
  for (uint32_t i : copies)
    latency =
        std::min(latency, commands[i].dataEnd -
                              std::min(commands[i].dataEnd, commands[i].asked + commands[i].cost.busCycles));
  uint64_t free = 0;
  for (uint32_t i : copies) {
    const uint64_t served = commands[i].dataEnd - latency;
    extras[i] = static_cast<int64_t>(served) -
                static_cast<int64_t>(std::max(free, commands[i].asked) + commands[i].cost.busCycles);
    free = std::max(free, served);
  }

  // The records of a call follow one another.
  uint32_t firstRecord = UINT32_MAX, lastRecord = 0;
  for (const Copy &c : commands)
    if (c.record != UINT32_MAX)
      firstRecord = std::min(firstRecord, c.record), lastRecord = std::max(lastRecord, c.record);
  if (firstRecord > lastRecord)
    firstRecord = lastRecord; // no command
  Body &heard = bodies[body];
  auto add = [&](const MachineModel &used) {
    const std::optional<Resource> twice = used.twice();
    const ReplayTimes times = replay(*program, used, costsOf(used));
    struct Span {
      uint64_t start = UINT64_MAX, end = 0;
    };
    std::vector<Span> spans(lastRecord - firstRecord + 1);
    for (size_t i = 0; i < commands.size(); ++i)
      if (commands[i].record != UINT32_MAX) {
        Span &span = spans[commands[i].record - firstRecord];
        span = {std::min(span.start, times.start[i]), std::max(span.end, times.end[i])};
      }
    auto set = [&](Times &t, uint64_t value) {
      t.doubled.resize(used.numResources());
      (twice ? of(t.doubled, *twice) : t.base) = value;
    };
    set(heard.whole, times.cycles);
    for (uint32_t i = 0; i < spans.size(); ++i)
      if (spans[i].end != 0)
        set(heard.ops[firstRecord + i], spans[i].end - spans[i].start);
  };
  for (const MachineModel &machine : machines)
    add(machine);
  heard.replayed = {call, cycles, heard.whole.base};
  program = nullptr;
}

void WhatIf::settle(SimResult &result, const program::Sequence &sequence) const {
  auto scale = [&](uint64_t cycles, const Times &times, ByResource &to) {
    to.clear();
    for (const uint64_t doubled : times.doubled)
      to.push_back(scaled(cycles, times.base, doubled));
  };
  std::map<std::pair<uint32_t, std::string_view>, const Times *> known; // of a body's op
  for (const auto &[index, heard] : bodies) {
    result.replays.push_back(heard.replayed);
    for (const auto &[record, times] : heard.ops)
      known[{index, result.ops[record].op}] = &times;
  }
  result.doubled = {};
  for (size_t c = 0; c < result.calls.size(); ++c) {
    CallRecord &record = result.calls[c];
    scale(record.end - record.start, bodies.at(sequence.calls[c].body).whole, record.doubled);
    add(result.doubled, record.doubled);
  }
  for (OpRecord &op : result.ops)
    scale(op.end - op.start, *known.at({sequence.calls[op.call].body, op.op}), op.doubled);
}

} // namespace accord::sim
