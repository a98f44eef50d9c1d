// One SC_METHOD a unit, activated at events of commands; every core cycle only while RTL runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/unit_process.h"
#include "sim/program/hazards.h"
#include "sim/system/compute.h"

#include <algorithm>

namespace accord::sim {

UnitProcess::UnitProcess(const sc_core::sc_module_name &name, Machine &machine, isa::Unit unit,
                         LutArrayDriver *driver)
    : sc_module(name), machine(machine), unit(unit), driver(driver),
      depth(static_cast<size_t>(isDma() ? machine.hardware.dma.queueDepth : machine.hardware.queueDepth)) {
  SC_HAS_PROCESS(UnitProcess);
  SC_METHOD(step);
}

void UnitProcess::push(uint32_t command) {
  queue.push_back(command);
  pushed.notify(sc_core::SC_ZERO_TIME);
}

UnitUse UnitProcess::use(uint64_t cycles) {
  meter.enter(Activity::Idle, cycles);
  return {commands, meter.cycles(Activity::Busy), meter.cycles(Activity::Stall),
          meter.cycles(Activity::Idle)};
}

void UnitProcess::step() {
  if (machine.failure)
    return;
  if (running) {
    if (inRtl && !driver->done()) {
      if (Status s = stepRtl(); !s)
        return machine.fail(s.error());
      return next_trigger(machine.until(machine.now() + 1));
    }
    finish();
    if (machine.failure)
      return;
    // Decisions come after all completions of this edge.
    return next_trigger(sc_core::SC_ZERO_TIME);
  }
  if (queue.empty()) {
    meter.enter(Activity::Idle, machine.now());
    return next_trigger(pushed);
  }
  if (!machine.allComplete(machine.program.commands[queue.front()].after) || !engineFree()) {
    meter.enter(Activity::Stall, machine.now());
    return next_trigger(machine.completed);
  }
  start();
}

void UnitProcess::start() {
  current = queue.front();
  queue.pop_front();
  popped.notify(sc_core::SC_ZERO_TIME);
  startCycle = machine.now();
  meter.enter(Activity::Busy, startCycle);
  running = true;
  if (isDma())
    ++machine.enginesBusy;
  if (machine.trap)
    if (Status s = machine.trap->started(current); !s)
      return machine.fail(s.error());
  inRtl = usesRtl();
  if (machine.memories)
    if (Status s = takeOperands(); !s) {
      inRtl = false; // It was given nothing to run.
      machine.refuse(Error{describeCommand(machine.program, current) + ": " + s.error().message});
      if (machine.failure)
        return;
    }
  endCycle = reserve();
  next_trigger(machine.until(inRtl ? startCycle + 1 : endCycle));
}

/// Reads all operands now. Results are computed from them at once and kept until the command completes.
/// None after a failure.
Status UnitProcess::takeOperands() {
  std::vector<Bytes> inputs;
  for (const program::View &v : command().reads)
    inputs.push_back(machine.memories->gather(v));
  if (command().accumulate)
    inputs.push_back(machine.memories->gather(command().writes[0]));
  if (usesRtl()) {
    if (Status s = checkTables(inputs[0], machine.costs.lutUnit().config().tableBits); !s)
      return s;
    return driver->start(lutArrayShape(command()), std::move(inputs[0]), std::move(inputs[1]));
  }
  Expected<std::vector<Bytes>> computed = compute(machine.program, command(), inputs);
  if (!computed)
    return computed.error();
  outputs = std::move(*computed);
  return {};
}

/// The edge at which the command completes. A copy takes the dram's wires after whoever took them before.
uint64_t UnitProcess::reserve() {
  if (!isDma())
    return startCycle + machine.costs.cycles(command(), machine.program);
  const DmaCost cost = machine.costs.copyCost(command(), machine.program);
  const uint64_t granted = std::max(startCycle + cost.fixedCycles, machine.wiresFreeAt);
  machine.wiresFreeAt = granted + cost.busCycles;
  return granted + std::max(cost.busCycles, cost.chipCycles);
}

/// One core cycle of the array. The scratchpad's latency passes before the first beats are offered.
Status UnitProcess::stepRtl() {
  const uint64_t cycle = machine.now();
  if (Status s = driver->step(cycle >= startCycle + machine.costs.lutUnit().overheadCycles()); !s)
    return Error{describeCommand(machine.program, current) + ": " + s.error().message};
  // The result of this cycle's last beat is there at the next edge.
  if (driver->done() ? cycle + 1 != endCycle : cycle + 1 >= endCycle)
    return Error{describeCommand(machine.program, current) + ": expected " +
                 std::to_string(endCycle - startCycle) + " cycles of the lut_array model, got " +
                 (driver->done() ? std::to_string(cycle + 1 - startCycle) : "more") + " of its rtl"};
  return {};
}

void UnitProcess::finish() {
  const uint64_t cycle = machine.now();
  if (inRtl) {
    outputs = {driver->takeSums()};
    ++machine.result.rtlCommands;
    machine.result.modelCyclesOfRtlCommands += machine.costs.cycles(command(), machine.program);
    machine.result.rtlCycles = driver->cycles();
  }
  if (machine.memories)
    for (size_t i = 0; i < outputs.size(); ++i)
      machine.memories->scatter(command().writes[i], outputs[i]);
  outputs.clear();
  addWork(machine.result, command(), machine.program, machine.costs);
  if (machine.options.commandTimes)
    machine.result.commands[current].start = startCycle, machine.result.commands[current].end = cycle;
  if (machine.trace)
    machine.trace->span(isa::name(unit), current, startCycle, cycle);
  ++commands;
  running = false;
  if (isDma())
    --machine.enginesBusy;
  --machine.outstanding;
  machine.complete[current] = 1;
  machine.lastCycle = cycle;
  machine.completed.notify(sc_core::SC_ZERO_TIME);
}

} // namespace accord::sim
