// From call to call: everything but time and the accounts starts anew.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/machine.h"

#include <algorithm>
#include <fstream>

namespace accord::sim {

Machine::Machine(program::Sequence &sequence, const Hardware &given, std::optional<Resource> twice,
                 const SimOptions &options)
    : sequence(sequence), options(options), model(given, twice), hardware(model.hardware()),
      clock(static_cast<uint64_t>(hardware.clockHz())), dram(hardware), ops(model.numUnits()),
      costsOfBodies(model), time(sc_core::sc_get_curr_simcontext()->time_stamp()) {
  std::vector<uint64_t> copies;
  for (const program::Program &p : sequence.bodies)
    copies.push_back(
        static_cast<uint64_t>(std::count_if(p.commands.begin(), p.commands.end(), DmaModel::isCopy)));
  for (const program::Call &c : sequence.calls)
    copiesToStart += copies[c.body];
  result.resources = model.resources();
  for (size_t u = 0; u < model.numUnits(); ++u) {
    UnitRecord &unit = result.units.emplace_back();
    unit.name = model.unitName(u);
    if (MachineModel::computes(u)) {
      const ActionKind &action = model.unit(u).kind().action;
      unit.action = std::string(action.component) + "." + action.action;
    }
  }
}

void Machine::enterCall() {
  const program::Call &running = sequence.calls[call];
  program::Program &moved = sequence.bodies[running.body];
  const std::vector<int64_t> addresses = program::addressesIn(sequence, running);
  for (size_t i = 0; i < addresses.size(); ++i)
    moved.buffers[i].address = addresses[i];
  body = &moved;
  bodyCosts = &costsOfBodies.of(running.body, moved);
  complete.assign(moved.commands.size(), 0);
  if (memories)
    memories->enter(running);
  trap = nullptr;
  if (options.trapRaces && !verdicts.isClean(running.body, moved)) {
    if (ownTrap)
      ownTrap->restart(moved);
    else
      ownTrap = std::make_unique<RaceTrap>(moved);
    trap = ownTrap.get();
  }
  const auto index = static_cast<uint32_t>(call);
  ops.enter(index, moved);
  if (whatIf)
    whatIf->enter(index, running.body, moved);
  copies.gatherBursts.push_back(0);
  result.calls.push_back({running.name, now(), now(), {}, {}});
  if (trace)
    trace->enterCall(index, running.name, now());
}

void Machine::leaveCall() {
  if (trap && !failure)
    verdicts.foundClean(sequence.calls[call].body, *body);
  result.calls.back().end = now();
  if (whatIf)
    whatIf->leave(now() - result.calls.back().start);
  if (trace)
    trace->leaveCall(now());
  firstCommand += body->commands.size();
  ++call;
  if (!options.progressPath.empty())
    std::ofstream(options.progressPath) << call;
}

std::string Machine::place() const {
  if (sequence.calls.size() < 2)
    return "";
  return "call " + std::to_string(call) + " (" + sequence.calls[call].name + "): ";
}

} // namespace accord::sim
