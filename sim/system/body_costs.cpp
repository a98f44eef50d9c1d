// Costs are compared as bytes: they are numbers of 64 bits without gaps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/body_costs.h"

#include <string_view>
#include <unordered_map>

namespace accord::sim {
namespace {

static_assert(std::is_trivially_copyable_v<CommandCost> && alignof(CommandCost) == sizeof(uint64_t) &&
                  sizeof(CommandCost) ==
                      sizeof(uint64_t) + sizeof(DmaCost) + sizeof(CommandWork) + sizeof(Needs),
              "bytes tell whether two are equal");

CommandCost costOf(const program::Command &c, const program::Program &body, const CommandCosts &costs,
                   std::vector<DramRun> &runs) {
  CommandCost cost;
  cost.done = workOf(c, body);
  cost.needs = costs.needs(c);
  if (!DmaModel::isCopy(c)) {
    cost.cycles = costs.cycles(c, body);
  } else if (c.op != isa::Opcode::Gather) {
    DmaModel::dramRuns(c, body, {}, runs);
    cost.dma = costs.dmaUnit().cost(c, body, runs);
    cost.needs.wireBytes = costs.wireBytes(cost.done.work, cost.dma);
  }
  return cost;
}

} // namespace

BodyCosts::BodyCosts(const program::Program &body, const CommandCosts &costs) : kindOf(body.commands.size()) {
  std::unordered_map<std::string, uint32_t> known;
  std::vector<DramRun> runs;
  for (size_t i = 0; i < kindOf.size(); ++i) {
    const program::Command &c = body.commands[i];
    const CommandCost cost = isa::isCommand(c.op) ? costOf(c, body, costs, runs) : CommandCost();
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
      places.push_back(b.address % costs.dmaUnit().burstBytes());
  const auto key = std::pair(index, std::move(places));
  if (auto at = known.find(key); at != known.end())
    return at->second;
  return known.emplace(key, BodyCosts(bound, costs)).first->second;
}

} // namespace accord::sim
