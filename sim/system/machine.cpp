// From call to call: everything but time and the accounts starts anew.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/machine.h"

#include <fstream>

namespace accord::sim {

void Machine::enterCall() {
  const program::Call &running = sequence.calls[call];
  program::Program &moved = sequence.bodies[running.body];
  const std::vector<int64_t> addresses = program::addressesIn(sequence, running);
  for (size_t i = 0; i < addresses.size(); ++i)
    moved.buffers[i].address = addresses[i];
  body = &moved;
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
