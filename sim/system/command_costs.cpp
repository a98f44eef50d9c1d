// Costs, work and the checks of a finished run.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/command_costs.h"

#include <algorithm>

namespace accord::sim {
namespace {

uint64_t ceilDiv(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

Error broken(const std::string &what, uint64_t expected, uint64_t got) {
  return Error{"simulation: " + what + ": expected " + std::to_string(expected) + ", got " +
               std::to_string(got)};
}

} // namespace

CommandCosts::CommandCosts(const Hardware &h) : dma(h), vector(h) {
  if (h.tableUnit)
    table.emplace(h);
  if (h.lutArray)
    lut.emplace(h);
}

uint64_t CommandCosts::cycles(const program::Command &c, const program::Program &p) const {
  switch (isa::unitOf(c.op)) {
  case isa::Unit::Table:
    return table->cycles(c, p);
  case isa::Unit::Lut:
    return lut->cycles(c, p);
  case isa::Unit::Vector:
    return vector.cycles(c, p);
  default:
    return dma.cycles(c, p);
  }
}

void addWork(SimResult &r, const program::Command &c, const program::Program &p, const CommandCosts &costs) {
  auto bytes = [&](const program::View &v) {
    return static_cast<uint64_t>(v.elements() * isa::elementBytes(p.buffers[v.buffer].type));
  };
  auto traffic = [&](const program::View &v) -> Traffic & {
    return r.memories[static_cast<unsigned>(p.buffers[v.buffer].memory)];
  };
  for (const program::View &v : c.reads)
    traffic(v).readBytes += bytes(v);
  if (c.accumulate)
    traffic(c.writes[0]).readBytes += bytes(c.writes[0]);
  for (const program::View &v : c.writes)
    traffic(v).writtenBytes += bytes(v);
  switch (isa::unitOf(c.op)) {
  case isa::Unit::Table:
    r.tables += TableUnitModel::tables(c);
    break;
  case isa::Unit::Lut:
    r.macs += LutUnitModel::macs(c);
    r.lookups += LutUnitModel::lookups(c);
    break;
  case isa::Unit::Vector:
    r.vectorSteps += VectorUnitModel::steps(c);
    break;
  default: {
    const DmaCost cost = costs.copyCost(c, p);
    r.dramBursts += cost.bursts;
    r.dramBusCycles += cost.busCycles;
  }
  }
}

Status settle(SimResult &r, const program::Program &p, const Hardware &h, const CommandCosts &costs) {
  // The program walked once more, apart from the run: what was asked for.
  SimResult asked;
  std::array<uint64_t, isa::numUnits> commands{};
  uint64_t wireBytes = 0; // that have to cross the dram's wires: a row read twice in a row crosses once
  for (const program::Command &c : p.commands) {
    if (!isa::isCommand(c.op))
      continue;
    const uint64_t bursts = asked.dramBursts;
    addWork(asked, c, p, costs);
    ++commands[static_cast<unsigned>(isa::unitOf(c.op))];
    if (c.op == isa::Opcode::Load || c.op == isa::Opcode::Store) {
      const auto payload =
          static_cast<uint64_t>(c.reads[0].elements() * isa::elementBytes(p.buffers[c.reads[0].buffer].type));
      const auto burstBytes = static_cast<uint64_t>(costs.dmaUnit().burstBytes());
      wireBytes += std::min(payload, (asked.dramBursts - bursts) * burstBytes);
    }
  }
  for (unsigned m = 0; m < isa::numMemories; ++m) {
    const std::string memory = isa::name(isa::Memory(m));
    if (r.memories[m].readBytes != asked.memories[m].readBytes)
      return broken("bytes read from " + memory, asked.memories[m].readBytes, r.memories[m].readBytes);
    if (r.memories[m].writtenBytes != asked.memories[m].writtenBytes)
      return broken("bytes written to " + memory, asked.memories[m].writtenBytes, r.memories[m].writtenBytes);
  }
  if (r.macs != asked.macs)
    return broken("macs", asked.macs, r.macs);
  for (unsigned u = 0; u < isa::numUnits; ++u) {
    const UnitUse &use = r.units[u];
    const std::string unit = isa::name(isa::Unit(u));
    if (use.commands != commands[u])
      return broken("commands of unit " + unit, commands[u], use.commands);
    if (use.busy + use.stall + use.idle != r.cycles)
      return broken("busy + stall + idle of unit " + unit, r.cycles, use.busy + use.stall + use.idle);
  }
  const UnitUse &cp = r.processor;
  if (cp.busy + cp.stall + cp.idle != r.cycles)
    return broken("busy + stall + idle of the command processor", r.cycles, cp.busy + cp.stall + cp.idle);

  r.floors = {{"dram bandwidth", costs.dmaUnit().cyclesOf(wireBytes)},
              {"vector peak", ceilDiv(r.vectorSteps, static_cast<uint64_t>(h.vector.lanes))},
              {"issue", p.commands.size() * static_cast<uint64_t>(h.issueCycles)}};
  if (h.lutArray)
    r.floors.push_back({"lut peak", ceilDiv(r.lookups, static_cast<uint64_t>(h.lutArray->m * h.lutArray->n *
                                                                             h.lutArray->count))});
  if (h.tableUnit)
    r.floors.push_back({"table peak", ceilDiv(r.tables, static_cast<uint64_t>(h.tableUnit->tablesPerCycle))});
  for (const Floor &f : r.floors) {
    if (f.cycles > r.cycles)
      return Error{"simulation: expected at least " + std::to_string(f.cycles) + " cycles, the floor of " +
                   f.resource + ", got " + std::to_string(r.cycles)};
    r.floorCycles = std::max(r.floorCycles, f.cycles);
  }
  return {};
}

} // namespace accord::sim
