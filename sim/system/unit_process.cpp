// One SC_METHOD a unit, woken by its alarm or by what it waits for; every core cycle only while RTL runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/unit_process.h"
#include "sim/program/hazards.h"

#include <algorithm>
#include <cassert>

namespace accord::sim {

UnitProcess::UnitProcess(const sc_core::sc_module_name &name, Machine &machine, size_t unit, RtlUnit *driver)
    : sc_module(name), machine(machine), unit(unit), driver(driver),
      queue(static_cast<size_t>(isDma() ? machine.hardware.dma.queueDepth : machine.hardware.queueDepth)),
      underWay(isDma() ? static_cast<size_t>(machine.hardware.dma.outstanding) : 1),
      self(machine.waiting.join(wake)) {
  SC_HAS_PROCESS(UnitProcess);
  SC_METHOD(step);
  sensitive << wake;
}

void UnitProcess::push(uint32_t command) {
  queue.push() = command;
  if (held == Hold::Empty)
    wake.notify(sc_core::SC_ZERO_TIME);
}

UnitUse UnitProcess::use(uint64_t cycles) {
  meter.enter(Activity::Idle, cycles);
  return {commands, meter.cycles(Activity::Busy), meter.cycles(Activity::Stall),
          meter.cycles(Activity::Idle)};
}

bool UnitProcess::engineFree() const {
  return !isDma() || machine.hardware.dma.engines > 1 || machine.copiesUnderWay[1 - direction()] == 0;
}

/// The alarm comes in the first delta cycle of its edge: what completes then completes, and whether something
/// starts is decided one delta cycle later, after all completions of this edge.
void UnitProcess::step() {
  if (machine.failure)
    return;
  if (inRtl && !driver->done()) {
    if (Status s = stepRtl(); !s)
      return machine.fail(s.error());
    return wakeAt(machine.now() + 1);
  }
  if (alarm == machine.now()) {
    alarm = never;
    look();
    commitDue();
    if (machine.failure)
      return;
    const Hold why = hold();
    return why == Hold::None ? wake.notify(sc_core::SC_ZERO_TIME) : sleep(why);
  }
  Hold why = hold();
  for (; why == Hold::None; why = hold()) {
    start();
    if (machine.failure)
      return;
  }
  sleep(why);
}

/// Asks the dram for the oldest copy: when it ends, if that is decided by now. Those behind it commit after
/// it, so theirs may wait.
void UnitProcess::look() {
  if (!isDma() || underWay.empty() || underWay.front().end)
    return;
  CommandUnderWay &c = underWay.front();
  if (c.notBefore > machine.now())
    return;
  machine.dram.advance(machine.decidable());
  if (const std::optional<DramCopy> copy = machine.dram.take(c.ticket)) {
    c.copy = *copy;
    // The rows of the on-chip side go beside the data, for a store from the request on.
    c.end = std::max(c.copy.end, (isStore() ? c.asked : c.copy.begin) + c.cost.chipCycles);
  } else {
    c.notBefore = machine.dram.earliestEnd(c.ticket);
  }
}

/// Commits what is due, in order.
void UnitProcess::commitDue() {
  while (!underWay.empty() && underWay.front().end && *underWay.front().end <= machine.now()) {
    finish(underWay.front());
    underWay.pop();
    look();
  }
}

UnitProcess::Hold UnitProcess::hold() {
  if (underWay.full())
    return Hold::Room;
  if (queue.empty())
    return Hold::Empty;
  const program::Command &head = command(queue.front());
  // The addresses of a gather are data, which a load before it may bring.
  if (head.op == isa::Opcode::Gather && !underWay.empty())
    return Hold::Room;
  awaited = machine.firstIncomplete(head.after);
  if (awaited == Waiting::nothing && !engineFree())
    awaited = Waiting::engine;
  if (awaited != Waiting::nothing)
    return Hold::Others;
  return isDma() && machine.now() < setupEnd ? Hold::Setup : Hold::None;
}

/// Until the next commit, or until the head may start.
void UnitProcess::sleep(Hold why) {
  meter.enter(!underWay.empty()    ? Activity::Busy
              : why == Hold::Empty ? Activity::Idle
                                   : Activity::Stall,
              machine.now());
  held = why;
  machine.waiting.wait(self, why == Hold::Others ? awaited : Waiting::nothing);
  uint64_t next = why == Hold::Setup ? setupEnd : never;
  if (!underWay.empty()) {
    CommandUnderWay &first = underWay.front();
    if (!first.end && first.notBefore == 0)
      first.notBefore = machine.dram.earliestEnd(first.ticket);
    next = std::min(next, inRtl ? machine.now() + 1 : first.end.value_or(first.notBefore));
  }
  if (next != never)
    wakeAt(next);
}

/// An event before that may wake it earlier: then it sets the alarm again.
void UnitProcess::wakeAt(uint64_t cycle) {
  alarm = cycle;
  wake.notify(machine.until(cycle));
}

void UnitProcess::start() {
  CommandUnderWay &c = underWay.push();
  c.restart();
  c.index = queue.front();
  c.start = machine.now();
  queue.pop();
  machine.waiting.come(Waiting::place(unit));
  c.record = machine.ops.started(command(c), c.start);
  if (isDma()) {
    ++machine.copiesUnderWay[direction()];
    --machine.copiesToStart;
    setupEnd = c.start + static_cast<uint64_t>(machine.hardware.dma.setupCycles);
  }
  if (machine.trap)
    if (Status s = machine.trap->started(c.index); !s)
      return machine.fail(s.error());
  inRtl = usesRtl();
  if (machine.memories)
    if (Status s = takeOperands(c); !s) {
      inRtl = false; // It was given nothing to run.
      machine.refuse(Error{describeCommand(machine.program(), c.index) + ": " + s.error().message});
      if (machine.failure)
        return;
    }
  reserve(c);
}

/// Reads all operands now. Results are computed from them at once and kept until the command completes.
/// None after a failure.
Status UnitProcess::takeOperands(CommandUnderWay &u) {
  const program::Command &c = command(u);
  if (c.op == isa::Opcode::Load || c.op == isa::Opcode::Store) {
    u.copiesLate = machine.memories->isConstant(c.reads[0]);
    if (!u.copiesLate)
      u.outputs.push_back(machine.memories->gather(c.reads[0]));
    return {};
  }
  if (c.op == isa::Opcode::Gather) {
    Expected<std::vector<int64_t>> named =
        rowsNamed(machine.memories->gather(c.reads[1]), c.reads[0].sizes[0]);
    if (!named)
      return named.error();
    rows = std::move(*named);
    u.outputs.push_back(machine.memories->gatherRows(c.reads[0], rows));
    return {};
  }
  operands.clear();
  for (size_t i = 0; i < c.reads.size(); ++i)
    operands.push_back(machine.memories->read(c.reads[i], rooms[i]));
  if (c.accumulate)
    operands.push_back(machine.memories->read(c.writes[0], rooms.back()));
  if (usesRtl())
    return driver->start(c, operands);
  Expected<std::vector<Bytes>> computed =
      machine.model.unit(unit).kind().compute(machine.program(), c, operands);
  if (!computed)
    return computed.error();
  u.outputs = std::move(*computed);
  return {};
}

/// The edge at which the command's results are there. A copy asks the dram, which tells in time.
void UnitProcess::reserve(CommandUnderWay &u) {
  const program::Command &c = command(u);
  const CommandCost &cost = machine.cost(u.index);
  if (!isDma()) {
    u.end = u.start + cost.cycles;
    return;
  }
  DmaModel::dramRuns(c, machine.program(), rows, runs);
  rows.clear();
  u.cost = c.op == isa::Opcode::Gather ? machine.model.dma().cost(c, machine.program(), runs) : cost.dma;
  u.asked = u.start + u.cost.fixedCycles;
  u.ticket = machine.dram.submit(runs, isStore(), u.asked);
}

/// One core cycle of the block.
Status UnitProcess::stepRtl() {
  const uint64_t cycle = machine.now();
  const CommandUnderWay &c = underWay.front();
  const std::string place = describeCommand(machine.program(), c.index);
  if (Status s = driver->step(); !s)
    return Error{place + ": " + s.error().message};
  // The result of this cycle's last beat is there at the next edge.
  if (driver->done() ? cycle + 1 != *c.end : cycle + 1 >= *c.end)
    return Error{place + ": expected " + std::to_string(*c.end - c.start) + " cycles of the " +
                 driver->block() + " model, got " +
                 (driver->done() ? std::to_string(cycle + 1 - c.start) : "more") + " of its rtl"};
  return {};
}

void UnitProcess::finish(CommandUnderWay &c) {
  const uint64_t cycle = machine.now();
  if (inRtl) {
    c.outputs = driver->takeResults();
    inRtl = false;
    ++machine.result.rtlCommands;
    machine.result.modelCyclesOfRtlCommands += machine.cost(c.index).cycles;
    machine.result.rtlCycles += driver->cycles();
  }
  if (c.copiesLate)
    machine.memories->copy(command(c).reads[0], command(c).writes[0]);
  for (size_t i = 0; i < c.outputs.size(); ++i)
    machine.memories->scatter(command(c).writes[i], c.outputs[i]);
  settleAccounts(c, cycle);
  ++commands;
  committed = cycle;
  machine.complete[c.index] = 1;
  machine.lastCycle = cycle;
  machine.waiting.come(c.index);
  if (isDma() && --machine.copiesUnderWay[direction()] == 0)
    machine.waiting.come(Waiting::engine);
  if (--machine.outstanding == 0)
    machine.waiting.come(Waiting::everything);
}

/// Of commands that overlap, a cycle is the oldest one's: so the unit's busy cycles are shared out among ops.
void UnitProcess::settleAccounts(const CommandUnderWay &c, uint64_t cycle) {
  const CommandCost &cost = machine.cost(c.index);
  Work work = cost.done.work;
  SimResult &result = machine.result;
  if (isDma()) {
    work.dramBursts = c.copy.use.bursts;
    (isStore() ? work.dramWrittenMovedBytes : work.dramReadMovedBytes) =
        work.dramBursts * static_cast<uint64_t>(machine.model.dma().burstBytes());
    work.dramActivates = c.copy.use.activates;
    work.dramRefreshes = c.copy.use.refreshes;
    result.dramBusCycles += c.cost.busCycles;
    if (command(c).op == isa::Opcode::Gather) {
      machine.copies.gatherBursts.back() += c.cost.bursts;
      work.wireBytes = machine.model.wireBytes(work.dramReadBytes + work.dramWrittenBytes, c.cost);
    }
  }
  for (unsigned m = 0; m < isa::numMemories; ++m) {
    result.memories[m].readBytes += cost.done.traffic[m].readBytes;
    result.memories[m].writtenBytes += cost.done.traffic[m].writtenBytes;
  }
  result.work += work;
  result.units[unit].actions += cost.actions;
  machine.ops.finished(c.record, unit, {1, cycle - std::max(c.start, committed), cost.actions, cost.shape},
                       cycle, work);
  if (machine.whatIf)
    machine.whatIf->finished(c.index, c.record, c.cost, c.start + c.cost.fixedCycles, c.copy.end,
                             c.copy.use.refreshes);
  if (machine.options.commandTimes) {
    CommandTime &time = result.commands[machine.firstCommand + c.index];
    time.start = c.start, time.end = cycle;
  }
  if (machine.trace)
    machine.trace->command(unit, c.record, machine.ops.name(c.record), isa::name(command(c).op), c.index,
                           c.start, cycle);
}

} // namespace accord::sim
