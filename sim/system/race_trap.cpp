// Clocks of a run, and shadow memories for its accesses.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/race_trap.h"
#include "sim/program/hazards.h"

#include <algorithm>
#include <cstdio>

namespace accord::sim {
namespace {

void merge(VectorClock &into, const VectorClock &from) {
  for (size_t a = 0; a < maxAgents; ++a)
    into[a] = std::max(into[a], from[a]);
}

unsigned unitOf(const program::Program &p, uint32_t command) {
  return static_cast<unsigned>(isa::unitOf(p.commands[command].op));
}

static_assert(isa::numUnits <= maxAgents, "every unit is an agent");

} // namespace

RaceTrap::RaceTrap(const program::Program &p)
    : program(p), known(p.commands.size()), byEpoch(isa::numUnits), unitClock(isa::numUnits) {
  for (unsigned m = 0; m < isa::numMemories; ++m)
    shadows.emplace_back(isa::Memory(m) == isa::Memory::Dram);
}

void RaceTrap::synchronized(uint32_t command) {
  const program::Command &c = program.commands[command];
  if (c.op == isa::Opcode::Barrier)
    processor = issuedCounts;
  for (uint32_t t : c.after)
    merge(processor, known[t].complete);
}

void RaceTrap::issued(uint32_t command) {
  known[command].atIssue = processor;
  const unsigned unit = unitOf(program, command);
  ++issuedCounts[unit];
  byEpoch[unit].push_back(command);
}

Status RaceTrap::started(uint32_t command) {
  const program::Command &c = program.commands[command];
  const unsigned unit = unitOf(program, command);
  VectorClock clock = known[command].atIssue;
  merge(clock, unitClock[unit]);
  for (uint32_t t : c.after)
    merge(clock, known[t].complete);
  const uint32_t epoch = unitClock[unit][unit] + 1;

  for (const program::View &v : c.reads)
    if (Status s = access(command, v, false, epoch, clock); !s)
      return s;
  if (c.accumulate)
    if (Status s = access(command, c.writes[0], false, epoch, clock); !s)
      return s;
  for (const program::View &v : c.writes)
    if (Status s = access(command, v, true, epoch, clock); !s)
      return s;

  clock[unit] = epoch;
  known[command].complete = unitClock[unit] = clock;
  return {};
}

Status RaceTrap::access(uint32_t command, const program::View &v, bool writes, uint32_t epoch,
                        const VectorClock &clock) {
  const program::Buffer &b = program.buffers[v.buffer];
  const unsigned unit = unitOf(program, command);
  const int64_t width = isa::elementBytes(b.type);
  ShadowMemory &shadow = shadows[static_cast<unsigned>(b.memory)];
  std::optional<Conflict> found;
  // An odometer of its own over the view: rows where the innermost stride is 1, else elements.
  const size_t rank = v.sizes.size();
  const bool rows = rank > 0 && v.strides[rank - 1] == 1;
  const int64_t run = rows ? v.sizes[rank - 1] : 1;
  const size_t outer = rows ? rank - 1 : rank;
  std::vector<int64_t> index(outer, 0);
  for (bool more = true; more && !found;) {
    int64_t element = v.offset;
    for (size_t d = 0; d < outer; ++d)
      element += index[d] * v.strides[d];
    const auto at = static_cast<uint64_t>(b.address + element * width), bytes = static_cast<uint64_t>(run * width);
    found = writes ? shadow.write(at, bytes, unit, epoch, clock) : shadow.read(at, bytes, unit, epoch, clock);
    more = false;
    for (size_t d = outer; d-- > 0 && !more;) {
      more = ++index[d] < v.sizes[d];
      if (!more)
        index[d] = 0;
    }
  }
  if (!found)
    return {};
  char where[48];
  std::snprintf(where, sizeof where, " byte 0x%llx", static_cast<unsigned long long>(found->address));
  const std::string what = describeCommand(program, command) + (writes ? " writes " : " reads ") + b.name + " at " +
                           isa::name(b.memory) + where;
  if (found->kind == ConflictKind::Uninitialized)
    return Error{"uninitialized: " + what + ", expected an earlier write, got none"};
  const uint32_t other = byEpoch[found->agent][found->epoch - 1];
  return Error{"race: " + what + ", which " + describeCommand(program, other) +
               (found->kind == ConflictKind::WriteAfterRead ? " reads" : " writes") + ", and neither waits for the other"};
}

uint64_t RaceTrap::bytesChecked() const {
  uint64_t sum = 0;
  for (const ShadowMemory &s : shadows)
    sum += s.bytesChecked();
  return sum;
}

} // namespace accord::sim
