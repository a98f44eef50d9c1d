// Costs, work and the checks of a finished run.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/command_costs.h"
#include "sim/system/floors.h"
#include "sim/system/op_account.h"

#include <algorithm>
#include <map>

namespace accord::sim {
namespace {

Error broken(const std::string &what, uint64_t expected, uint64_t got) {
  return Error{"simulation: " + what + ": expected " + std::to_string(expected) + ", got " +
               std::to_string(got)};
}

} // namespace

CommandCosts::CommandCosts(const Hardware &h, std::optional<Resource> twice)
    : dma(h), vector(h), twice(twice) {
  if (h.tableUnit)
    table.emplace(h);
  if (h.lutArray)
    lut.emplace(h);
  if (h.macArray)
    mac.emplace(h);
}

uint64_t CommandCosts::cycles(const program::Command &c, const program::Program &p) const {
  switch (isa::unitOf(c.op)) {
  case isa::Unit::Table:
    return table->cycles(c, p);
  case isa::Unit::Lut:
    return paced(isa::Unit::Lut, lut->cycles(c, p));
  case isa::Unit::Mac:
    return paced(isa::Unit::Mac, mac->cycles(c, p));
  case isa::Unit::Vector:
    return vector.cycles(c, p);
  case isa::Unit::Load:
  case isa::Unit::Store:
    break; // the dram's, not a number of theirs
  }
  return 0;
}

Needs CommandCosts::needs(const program::Command &c) const {
  Needs n;
  switch (isa::unitOf(c.op)) {
  case isa::Unit::Table:
    n.tableCycles = table->shapeCycles(c);
    break;
  case isa::Unit::Lut:
    n.lutCycles = paced(isa::Unit::Lut, lut->shapeCycles(c));
    break;
  case isa::Unit::Mac:
    n.macCycles = paced(isa::Unit::Mac, mac->shapeCycles(c));
    n.multiplied = MacUnitModel::macs(c);
    break;
  case isa::Unit::Vector:
    n.vectorCycles = vector.shapeCycles(c);
    break;
  case isa::Unit::Load:
  case isa::Unit::Store:
    break;
  }
  return n;
}

CommandWork workOf(const program::Command &c, const program::Program &p) {
  CommandWork w;
  auto bytes = [&](const program::View &v) {
    return static_cast<uint64_t>(v.elements() * isa::elementBytes(p.buffers[v.buffer].type));
  };
  auto traffic = [&](const program::View &v) -> Traffic & {
    return w.traffic[static_cast<unsigned>(p.buffers[v.buffer].memory)];
  };
  for (const program::View &v : c.reads)
    traffic(v).readBytes += bytes(&v == c.reads.data() && c.op == isa::Opcode::Gather ? c.writes[0] : v);
  if (c.accumulate)
    traffic(c.writes[0]).readBytes += bytes(c.writes[0]);
  for (const program::View &v : c.writes)
    traffic(v).writtenBytes += bytes(v);
  auto memory = [&](isa::Memory m) { return w.traffic[static_cast<unsigned>(m)]; };
  w.work.dramReadBytes = memory(isa::Memory::Dram).readBytes;
  w.work.dramWrittenBytes = memory(isa::Memory::Dram).writtenBytes;
  w.work.spmReadBytes = memory(isa::Memory::Spm).readBytes;
  w.work.spmWrittenBytes = memory(isa::Memory::Spm).writtenBytes;
  w.work.accReadBytes = memory(isa::Memory::Acc).readBytes;
  w.work.accWrittenBytes = memory(isa::Memory::Acc).writtenBytes;
  switch (isa::unitOf(c.op)) {
  case isa::Unit::Table:
    w.work.tables = TableUnitModel::tables(c);
    break;
  case isa::Unit::Lut:
    w.work.macs = LutUnitModel::macs(c);
    w.work.lookups = LutUnitModel::lookups(c);
    break;
  case isa::Unit::Mac:
    w.work.macs = MacUnitModel::macs(c);
    break;
  case isa::Unit::Vector:
    w.work.vectorSteps = VectorUnitModel::steps(c);
    break;
  case isa::Unit::Load:
  case isa::Unit::Store:
    break;
  }
  return w;
}

namespace {

/// What the sequence asks for, from its bodies alone: each is walked once and counted for each of its calls.
struct Asked {
  std::array<Traffic, isa::numMemories> memories{};
  std::array<uint64_t, isa::numUnits> commands{};
  Work work;
};

Asked askedBy(const program::Sequence &s) {
  std::vector<uint64_t> calls(s.bodies.size());
  for (const program::Call &call : s.calls)
    ++calls[call.body];
  Asked all;
  for (size_t b = 0; b < s.bodies.size(); ++b) {
    for (const program::Command &c : s.bodies[b].commands) {
      if (!isa::isCommand(c.op) || calls[b] == 0)
        continue;
      const CommandWork w = workOf(c, s.bodies[b]);
      all.commands[static_cast<unsigned>(isa::unitOf(c.op))] += calls[b];
      all.work.macs += calls[b] * w.work.macs;
      for (unsigned m = 0; m < isa::numMemories; ++m) {
        all.memories[m].readBytes += calls[b] * w.traffic[m].readBytes;
        all.memories[m].writtenBytes += calls[b] * w.traffic[m].writtenBytes;
      }
    }
  }
  return all;
}

/// Bursts of each call's loads and stores. They follow from where the dram buffers lie within a burst, so a
/// body is walked once for each set of such places, not for each call.
std::vector<uint64_t> burstsOfCalls(const program::Sequence &s, const DmaModel &dma) {
  std::map<std::pair<uint32_t, std::vector<int64_t>>, uint64_t> known;
  std::vector<uint64_t> bursts;
  for (const program::Call &call : s.calls) {
    const program::Program &body = s.bodies[call.body];
    const std::vector<int64_t> addresses = program::addressesIn(s, call);
    std::vector<int64_t> places;
    for (size_t i = 0; i < addresses.size(); ++i)
      if (body.buffers[i].memory == isa::Memory::Dram)
        places.push_back(addresses[i] % dma.burstBytes());
    auto [entry, isNew] = known.try_emplace({call.body, std::move(places)}, 0);
    if (isNew)
      for (const program::Command &c : body.commands)
        if (c.op == isa::Opcode::Load || c.op == isa::Opcode::Store)
          entry->second += dma.bursts(c, body, addresses[DmaModel::dramView(c).buffer]);
    bursts.push_back(entry->second);
  }
  return bursts;
}

/// Each call moves the bursts that it asks for, and what the dram did is what ops and idle time had it do.
Status checkDram(const SimResult &r, const program::Sequence &s, const DmaModel &dma,
                 const CopiesAsked &copies) {
  std::vector<uint64_t> moved(s.calls.size());
  for (const OpRecord &op : r.ops)
    if (op.call < moved.size())
      moved[op.call] += op.work.dramBursts;
  const std::vector<uint64_t> asked = burstsOfCalls(s, dma);
  for (size_t c = 0; c < s.calls.size(); ++c)
    if (moved[c] != asked[c] + copies.gatherBursts[c])
      return broken("bursts that the dram moved in call " + s.calls[c].name,
                    asked[c] + copies.gatherBursts[c], moved[c]);
  if (r.dram.bursts != r.work.dramBursts)
    return broken("bursts of all channels", r.work.dramBursts, r.dram.bursts);
  if (const uint64_t bytes = r.dram.bursts * static_cast<uint64_t>(dma.burstBytes());
      r.work.dramReadMovedBytes + r.work.dramWrittenMovedBytes != bytes)
    return broken("bytes of all bursts", bytes, r.work.dramReadMovedBytes + r.work.dramWrittenMovedBytes);
  if (r.dram.activates != r.work.dramActivates)
    return broken("activates of all channels", r.work.dramActivates, r.dram.activates);
  if (r.dram.refreshes != r.work.dramRefreshes)
    return broken("refreshes of all channels", r.work.dramRefreshes, r.dram.refreshes);
  if (const uint64_t opened = r.dram.rowMisses + r.dram.rowConflicts;
      r.dram.rowHits + opened != r.dram.bursts)
    return broken("bursts of open and opened rows", r.dram.bursts, r.dram.rowHits + opened);
  // A refresh may close a row before its burst has gone: it is opened again.
  if (r.dram.activates < r.dram.rowMisses + r.dram.rowConflicts)
    return broken("activates at least", r.dram.rowMisses + r.dram.rowConflicts, r.dram.activates);
  return {};
}

Status checkCalls(const SimResult &r, const program::Sequence &s) {
  if (r.calls.size() != s.calls.size())
    return broken("calls", s.calls.size(), r.calls.size());
  uint64_t at = 0;
  for (const CallRecord &c : r.calls) {
    if (c.start != at)
      return broken("start of call " + c.name, at, c.start);
    at = c.end;
  }
  return at == r.cycles ? Status() : Status(broken("end of the last call", r.cycles, at));
}

} // namespace

Status settle(SimResult &r, const program::Sequence &s, const Hardware &h, const CommandCosts &costs,
              const CopiesAsked &copies, std::optional<Resource> twice) {
  const Asked asked = askedBy(s);
  for (unsigned m = 0; m < isa::numMemories; ++m) {
    const std::string memory = isa::name(isa::Memory(m));
    if (r.memories[m].readBytes != asked.memories[m].readBytes)
      return broken("bytes read from " + memory, asked.memories[m].readBytes, r.memories[m].readBytes);
    if (r.memories[m].writtenBytes != asked.memories[m].writtenBytes)
      return broken("bytes written to " + memory, asked.memories[m].writtenBytes, r.memories[m].writtenBytes);
  }
  if (r.work.macs != asked.work.macs)
    return broken("macs", asked.work.macs, r.work.macs);
  for (unsigned u = 0; u < isa::numUnits; ++u) {
    const UnitUse &use = r.units[u];
    const std::string unit = isa::name(isa::Unit(u));
    if (use.commands != asked.commands[u])
      return broken("commands of unit " + unit, asked.commands[u], use.commands);
    if (use.busy + use.stall + use.idle != r.cycles)
      return broken("busy + stall + idle of unit " + unit, r.cycles, use.busy + use.stall + use.idle);
  }
  const UnitUse &cp = r.processor;
  if (cp.busy + cp.stall + cp.idle != r.cycles)
    return broken("busy + stall + idle of the command processor", r.cycles, cp.busy + cp.stall + cp.idle);
  if (Status status = checkCalls(r, s); !status)
    return status;
  if (Status status = checkOps(r); !status)
    return status;
  if (Status status = checkDram(r, s, costs.dmaUnit(), copies); !status)
    return status;

  std::vector<uint64_t> commandsOf;
  for (const program::Call &call : s.calls)
    commandsOf.push_back(s.bodies[call.body].commands.size());
  return settleFloors(r, FloorModel(h, twice), commandsOf);
}

} // namespace accord::sim
