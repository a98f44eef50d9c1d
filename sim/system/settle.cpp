// What was done against what was asked, and sums against their parts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/settle.h"
#include "sim/system/body_costs.h"
#include "sim/system/floors.h"
#include "sim/system/op_account.h"

#include <map>

namespace accord::sim {
namespace {

Error broken(const std::string &what, uint64_t expected, uint64_t got) {
  return Error{"simulation: " + what + ": expected " + std::to_string(expected) + ", got " +
               std::to_string(got)};
}

/// What the sequence asks for, from its bodies alone: each is walked once and counted for each of its calls.
struct Asked {
  std::array<Traffic, isa::numMemories> memories{};
  uint64_t macs = 0;
  UnitShares units; ///< commands and actions
};

Asked askedBy(const program::Sequence &s, const MachineModel &machine) {
  std::vector<uint64_t> calls(s.bodies.size());
  for (const program::Call &call : s.calls)
    ++calls[call.body];
  Asked all;
  all.units.resize(machine.numUnits());
  for (size_t b = 0; b < s.bodies.size(); ++b) {
    for (const program::Command &c : s.bodies[b].commands) {
      if (!isa::isCommand(c.op) || calls[b] == 0)
        continue;
      const CommandWork w = workOf(c, s.bodies[b]);
      UnitShare &unit = all.units[machine.unitOf(c)];
      unit.commands += calls[b];
      if (const UnitKind *kind = kindOf(c))
        unit.actions += calls[b] * kind->actions(s.bodies[b], c);
      all.macs += calls[b] * w.work.macs;
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

Status settle(SimResult &r, const program::Sequence &s, const MachineModel &machine,
              const CopiesAsked &copies) {
  const Asked asked = askedBy(s, machine);
  for (unsigned m = 0; m < isa::numMemories; ++m) {
    const std::string memory = isa::name(isa::Memory(m));
    if (r.memories[m].readBytes != asked.memories[m].readBytes)
      return broken("bytes read from " + memory, asked.memories[m].readBytes, r.memories[m].readBytes);
    if (r.memories[m].writtenBytes != asked.memories[m].writtenBytes)
      return broken("bytes written to " + memory, asked.memories[m].writtenBytes, r.memories[m].writtenBytes);
  }
  if (r.work.macs != asked.macs)
    return broken("macs", asked.macs, r.work.macs);
  for (size_t u = 0; u < r.units.size(); ++u) {
    const auto &[name, action, use, actions] = r.units[u];
    if (use.commands != asked.units[u].commands)
      return broken("commands of unit " + name, asked.units[u].commands, use.commands);
    if (actions != asked.units[u].actions)
      return broken(action + " of unit " + name, asked.units[u].actions, actions);
    if (use.busy + use.stall + use.idle != r.cycles)
      return broken("busy + stall + idle of unit " + name, r.cycles, use.busy + use.stall + use.idle);
  }
  const UnitUse &cp = r.processor;
  if (cp.busy + cp.stall + cp.idle != r.cycles)
    return broken("busy + stall + idle of the command processor", r.cycles, cp.busy + cp.stall + cp.idle);
  if (Status status = checkCalls(r, s); !status)
    return status;
  if (Status status = checkOps(r); !status)
    return status;
  if (Status status = checkDram(r, s, machine.dma(), copies); !status)
    return status;

  std::vector<uint64_t> commandsOf;
  for (const program::Call &call : s.calls)
    commandsOf.push_back(s.bodies[call.body].commands.size());
  return settleFloors(r, FloorModel(machine), commandsOf);
}

} // namespace accord::sim
