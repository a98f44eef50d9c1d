// Each command, wait or barrier takes the issue cycles once nothing blocks it; then it is in its queue, or
// passed. The next call begins when the last command of the one before is complete.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/command_processor.h"

namespace accord::sim {

CommandProcessor::CommandProcessor(const sc_core::sc_module_name &name, Machine &machine,
                                   const std::vector<UnitProcess *> &units)
    : sc_module(name), machine(machine), units(units), self(machine.waiting.join(wake)) {
  SC_HAS_PROCESS(CommandProcessor);
  SC_METHOD(step);
  sensitive << wake;
}

UnitUse CommandProcessor::use(uint64_t cycles) {
  meter.enter(Activity::Idle, cycles);
  return {issued, meter.cycles(Activity::Busy), meter.cycles(Activity::Stall), meter.cycles(Activity::Idle)};
}

Waiting::What CommandProcessor::blockedBy(const program::Command &c) const {
  if (c.op == isa::Opcode::Wait)
    return machine.firstIncomplete(c.after);
  if (c.op == isa::Opcode::Barrier)
    return machine.outstanding == 0 ? Waiting::nothing : Waiting::everything;
  return unitOf(c).full() ? Waiting::place(machine.model.unitOf(c)) : Waiting::nothing;
}

void CommandProcessor::step() {
  if (machine.failure)
    return;
  if (issuing)
    issue();
  const uint64_t cycle = machine.now();
  machine.lastCycle = std::max(machine.lastCycle, cycle);
  while (!done() && next == machine.program().commands.size()) {
    // The end of a call is a barrier, which nobody has to issue.
    meter.enter(Activity::Idle, cycle);
    if (machine.outstanding)
      return machine.waiting.wait(self, Waiting::everything);
    nextCall();
    if (machine.refusal)
      return;
  }
  if (done())
    return;
  if (const Waiting::What what = blockedBy(machine.program().commands[next]); what != Waiting::nothing) {
    meter.enter(Activity::Stall, cycle);
    return machine.waiting.wait(self, what);
  }
  meter.enter(Activity::Busy, cycle);
  issuing = true;
  wake.notify(machine.until(cycle + issueCycles()));
}

/// Of command `next`; of a processor that is twice as fast, half of them on average.
uint64_t CommandProcessor::issueCycles() const {
  const auto cycles = static_cast<uint64_t>(machine.hardware.issueCycles);
  return machine.model.twice() == Resource::Issue ? (next + 1) * cycles / 2 - next * cycles / 2 : cycles;
}

void CommandProcessor::nextCall() {
  machine.leaveCall();
  if (machine.refusal) // and the trap, if there was one, has seen the whole call
    return sc_core::sc_stop();
  next = 0;
  if (!done())
    machine.enterCall();
}

void CommandProcessor::issue() {
  const program::Command &c = machine.program().commands[next];
  const auto index = static_cast<uint32_t>(next++);
  issuing = false;
  ++issued;
  if (!isa::isCommand(c.op)) {
    if (machine.trap)
      machine.trap->synchronized(index);
    return;
  }
  if (machine.trap)
    machine.trap->issued(index);
  if (machine.options.commandTimes)
    machine.result.commands[machine.firstCommand + index].issued = machine.now();
  ++machine.outstanding;
  unitOf(c).push(index);
}

} // namespace accord::sim
