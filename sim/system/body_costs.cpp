// Costs are compared as bytes: they are numbers of 64 bits without gaps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/body_costs.h"

#include <string_view>
#include <unordered_map>

namespace accord::sim {
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
  if (const UnitKind *kind = kindOf(c); kind && kind->macs)
    w.work.macs = kind->macs(p, c);
  return w;
}

namespace {

static_assert(std::is_trivially_copyable_v<CommandCost> && alignof(CommandCost) == sizeof(uint64_t) &&
                  sizeof(CommandCost) == 4 * sizeof(uint64_t) + sizeof(DmaCost) + sizeof(CommandWork),
              "bytes tell whether two are equal");

CommandCost costOf(const program::Command &c, const program::Program &body, const MachineModel &model,
                   std::vector<DramRun> &runs) {
  CommandCost cost;
  cost.unit = model.unitOf(c);
  cost.done = workOf(c, body);
  if (!DmaModel::isCopy(c)) {
    const UnitModel &unit = model.unit(cost.unit);
    cost.cycles = unit.cycles(c, body);
    cost.shape = unit.shapeCycles(c, body);
    cost.actions = unit.kind().actions(body, c);
  } else if (c.op != isa::Opcode::Gather) {
    DmaModel::dramRuns(c, body, {}, runs);
    cost.dma = model.dma().cost(c, body, runs);
    cost.done.work.wireBytes =
        model.wireBytes(cost.done.work.dramReadBytes + cost.done.work.dramWrittenBytes, cost.dma);
  }
  return cost;
}

} // namespace

BodyCosts::BodyCosts(const program::Program &body, const MachineModel &model) : kindOf(body.commands.size()) {
  std::unordered_map<std::string, uint32_t> known;
  std::vector<DramRun> runs;
  for (size_t i = 0; i < kindOf.size(); ++i) {
    const program::Command &c = body.commands[i];
    const CommandCost cost = isa::isCommand(c.op) ? costOf(c, body, model, runs) : CommandCost();
    const std::string bytes(reinterpret_cast<const char *>(&cost), sizeof cost);
    const auto [kind, isNew] = known.try_emplace(bytes, static_cast<uint32_t>(kinds.size()));
    if (isNew)
      kinds.push_back(cost);
    kindOf[i] = kind->second;
  }
}

const BodyCosts &CostsOfBodies::of(uint32_t index, const program::Program &bound) {
  std::vector<int64_t> places;
  for (const program::Buffer &b : bound.buffers)
    if (b.memory == isa::Memory::Dram)
      places.push_back(b.address % model.dma().burstBytes());
  const auto key = std::pair(index, std::move(places));
  if (auto at = known.find(key); at != known.end())
    return at->second;
  return known.emplace(key, BodyCosts(bound, model)).first->second;
}

} // namespace accord::sim
