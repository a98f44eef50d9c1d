// Clocks of a run, and shadow memories for its accesses.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/race_trap.h"
#include "sim/program/footprint.h"
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

RaceTrap::RaceTrap(const program::Program &p) {
  for (unsigned m = 0; m < isa::numMemories; ++m)
    shadows.emplace_back(isa::Memory(m) == isa::Memory::Dram);
  restart(p);
}

void RaceTrap::restart(const program::Program &p) {
  program = &p;
  known.assign(p.commands.size(), {});
  byEpoch.assign(isa::numUnits, {});
  unitClock.assign(isa::numUnits, {});
  processor = issuedCounts = {};
  for (ShadowMemory &shadow : shadows)
    shadow.clear();
}

void RaceTrap::synchronized(uint32_t command) {
  const program::Command &c = program->commands[command];
  if (c.op == isa::Opcode::Barrier)
    processor = issuedCounts;
  for (uint32_t t : c.after)
    merge(processor, known[t].complete);
}

void RaceTrap::issued(uint32_t command) {
  known[command].atIssue = processor;
  const unsigned unit = unitOf(*program, command);
  ++issuedCounts[unit];
  byEpoch[unit].push_back(command);
}

Status RaceTrap::started(uint32_t command) {
  const program::Command &c = program->commands[command];
  const unsigned unit = unitOf(*program, command);
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
  const program::Buffer &b = program->buffers[v.buffer];
  if (b.role == program::Role::Argument && !writes)
    return {}; // nobody ever writes it (program::verify of sequences): there is no one to race with
  const unsigned unit = unitOf(*program, command);
  const int64_t width = isa::elementBytes(b.type);
  ShadowMemory &shadow = shadows[static_cast<unsigned>(b.memory)];
  std::optional<Conflict> found;
  // An odometer of its own over the view: inner dimensions without gaps are one run.
  size_t outer = v.sizes.size();
  int64_t run = 1;
  while (outer > 0 && (v.strides[outer - 1] == run || v.sizes[outer - 1] == 1))
    run *= v.sizes[--outer];
  std::vector<int64_t> index(outer, 0);
  for (bool more = true; more && !found;) {
    int64_t element = v.offset;
    for (size_t d = 0; d < outer; ++d)
      element += index[d] * v.strides[d];
    const auto at = static_cast<uint64_t>(b.address + element * width),
               bytes = static_cast<uint64_t>(run * width);
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
  const std::string what = describeCommand(*program, command) + (writes ? " writes " : " reads ") + b.name +
                           " at " + isa::name(b.memory) + where;
  uint32_t other = command;
  if (found->kind == ConflictKind::Uninitialized)
    other = writerInProgram(command, b.memory, static_cast<int64_t>(found->address));
  else
    other = byEpoch[found->agent][found->epoch - 1];
  if (other == command)
    return Error{"uninitialized: " + what + ", expected an earlier write, got none"};
  return Error{"race: " + what + ", which " + describeCommand(*program, other) +
               (found->kind == ConflictKind::WriteAfterRead ? " reads" : " writes") +
               ", and neither waits for the other"};
}

/// Only for messages: a reader that came before the first writer of its byte races with the last one that
/// precedes it in the program. The reader itself when there is none.
uint32_t RaceTrap::writerInProgram(uint32_t reader, isa::Memory memory, int64_t address) const {
  for (uint32_t i = reader; i-- > 0;)
    for (const program::View &v : program->commands[i].writes) {
      bool writes = false;
      if (program->buffers[v.buffer].memory == memory)
        program::forEachRun(*program, v, [&](int64_t at, int64_t bytes) {
          writes = writes || (at <= address && address < at + bytes);
        });
      if (writes)
        return i;
    }
  return reader;
}

uint64_t RaceTrap::bytesChecked() const {
  uint64_t sum = 0;
  for (const ShadowMemory &s : shadows)
    sum += s.bytesChecked();
  return sum;
}

} // namespace accord::sim
