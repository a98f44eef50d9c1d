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
  if (!machine.allComplete(machine.program().commands[queue.front()].after) || !engineFree()) {
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
  record = machine.ops.started(command(), startCycle);
  if (isDma())
    ++machine.enginesBusy;
  if (machine.trap)
    if (Status s = machine.trap->started(current); !s)
      return machine.fail(s.error());
  inRtl = usesRtl();
  if (machine.memories)
    if (Status s = takeOperands(); !s) {
      inRtl = false; // It was given nothing to run.
      machine.refuse(Error{describeCommand(machine.program(), current) + ": " + s.error().message});
      if (machine.failure)
        return;
    }
  endCycle = reserve();
  next_trigger(machine.until(inRtl ? startCycle + 1 : endCycle));
}

/// Reads all operands now. Results are computed from them at once and kept until the command completes.
/// None after a failure.
Status UnitProcess::takeOperands() {
  const program::Command &c = command();
  if (c.op == isa::Opcode::Load || c.op == isa::Opcode::Store) {
    copiesLate = machine.memories->isConstant(c.reads[0]);
    if (!copiesLate)
      outputs.push_back(machine.memories->gather(c.reads[0]));
    return {};
  }
  if (c.op == isa::Opcode::Gather) {
    Expected<std::vector<int64_t>> named =
        rowsNamed(machine.memories->gather(c.reads[1]), c.reads[0].sizes[0]);
    if (!named)
      return named.error();
    rows = std::move(*named);
    outputs.push_back(machine.memories->gatherRows(c.reads[0], rows));
    return {};
  }
  operands.clear();
  for (size_t i = 0; i < c.reads.size(); ++i)
    operands.push_back(machine.memories->read(c.reads[i], rooms[i]));
  if (c.accumulate)
    operands.push_back(machine.memories->read(c.writes[0], rooms.back()));
  if (usesRtl()) {
    if (Status s = checkTables(operands[0], machine.costs.lutUnit().config().tableBits); !s)
      return s;
    auto bytes = [](const Operand &o) { return Bytes(o.data(), o.data() + o.size()); };
    return driver->start(lutArrayShape(c), bytes(operands[0]), bytes(operands[1]));
  }
  Expected<std::vector<Bytes>> computed = compute(machine.program(), c, operands);
  if (!computed)
    return computed.error();
  outputs = std::move(*computed);
  return {};
}

/// The edge at which the command completes. A copy's data crosses the dram's wires after that of the copies
/// that started before it; the rows of the on-chip side go beside it, for a store from the request on.
uint64_t UnitProcess::reserve() {
  if (!isDma())
    return startCycle + machine.costs.cycles(command(), machine.program());
  const std::vector<DramRun> runs = DmaModel::dramRuns(command(), machine.program(), rows);
  rows.clear();
  copyCost = machine.costs.dmaUnit().cost(command(), machine.program(), runs);
  const bool write = command().op == isa::Opcode::Store;
  const uint64_t asked = startCycle + copyCost.fixedCycles;
  copy = machine.dram.copy(runs, write, asked);
  machine.result.idle.dramRefreshes += copy.idleRefreshes;
  return std::max(copy.end, (write ? asked : copy.begin) + copyCost.chipCycles);
}

/// One core cycle of the array. The scratchpad's latency passes before the first beats are offered.
Status UnitProcess::stepRtl() {
  const uint64_t cycle = machine.now();
  if (Status s = driver->step(cycle >= startCycle + machine.costs.lutUnit().overheadCycles()); !s)
    return Error{describeCommand(machine.program(), current) + ": " + s.error().message};
  // The result of this cycle's last beat is there at the next edge.
  if (driver->done() ? cycle + 1 != endCycle : cycle + 1 >= endCycle)
    return Error{describeCommand(machine.program(), current) + ": expected " +
                 std::to_string(endCycle - startCycle) + " cycles of the lut_array model, got " +
                 (driver->done() ? std::to_string(cycle + 1 - startCycle) : "more") + " of its rtl"};
  return {};
}

void UnitProcess::finish() {
  const uint64_t cycle = machine.now();
  if (inRtl) {
    outputs = {driver->takeSums()};
    ++machine.result.rtlCommands;
    machine.result.modelCyclesOfRtlCommands += machine.costs.cycles(command(), machine.program());
    machine.result.rtlCycles = driver->cycles();
  }
  if (copiesLate)
    machine.memories->copy(command().reads[0], command().writes[0]);
  copiesLate = false;
  for (size_t i = 0; i < outputs.size(); ++i)
    machine.memories->scatter(command().writes[i], outputs[i]);
  outputs.clear();
  settleAccounts(cycle);
  ++commands;
  running = false;
  if (isDma())
    --machine.enginesBusy;
  --machine.outstanding;
  machine.complete[current] = 1;
  machine.lastCycle = cycle;
  machine.completed.notify(sc_core::SC_ZERO_TIME);
}

void UnitProcess::settleAccounts(uint64_t cycle) {
  CommandWork done = workOf(command(), machine.program());
  Needs needs = machine.costs.needs(command());
  SimResult &result = machine.result;
  if (isDma()) {
    done.work.dramBursts = copy.use.bursts;
    done.work.dramActivates = copy.use.activates;
    done.work.dramRefreshes = copy.use.refreshes - copy.idleRefreshes;
    result.dramBusCycles += copyCost.busCycles;
    if (command().op == isa::Opcode::Gather)
      machine.copies.gatherBursts.back() += copyCost.bursts;
    needs.wireBytes = std::min(done.work.dramReadBytes + done.work.dramWrittenBytes,
                               copyCost.bursts * static_cast<uint64_t>(machine.costs.dmaUnit().burstBytes()));
  }
  for (unsigned m = 0; m < isa::numMemories; ++m) {
    result.memories[m].readBytes += done.traffic[m].readBytes;
    result.memories[m].writtenBytes += done.traffic[m].writtenBytes;
  }
  result.work += done.work;
  machine.ops.finished(record, unit, startCycle, cycle, done.work, needs);
  if (machine.whatIf)
    machine.whatIf->finished(current, record, copyCost, startCycle + copyCost.fixedCycles, copy.end);
  if (machine.options.commandTimes) {
    CommandTime &time = result.commands[machine.firstCommand + current];
    time.start = startCycle, time.end = cycle;
  }
  if (machine.trace)
    machine.trace->command(unit, record, machine.ops.name(record), isa::name(command().op), current,
                           startCycle, cycle);
}

} // namespace accord::sim
