// One SC_METHOD a unit, activated at events of commands; every core cycle only while RTL runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/unit_process.h"
#include "sim/program/hazards.h"
#include "sim/system/compute.h"

#include <algorithm>
#include <cassert>

namespace accord::sim {

UnitProcess::UnitProcess(const sc_core::sc_module_name &name, Machine &machine, isa::Unit unit,
                         LutArrayDriver *driver)
    : sc_module(name), machine(machine), unit(unit), driver(driver),
      depth(static_cast<size_t>(isDma() ? machine.hardware.dma.queueDepth : machine.hardware.queueDepth)),
      most(isDma() ? static_cast<size_t>(machine.hardware.dma.outstanding) : 1) {
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

bool UnitProcess::engineFree() const {
  if (!isDma() || machine.hardware.dma.engines > 1)
    return true;
  return machine.copiesUnderWay[unit == isa::Unit::Load ? 1 : 0] == 0;
}

void UnitProcess::step() {
  if (machine.failure)
    return;
  if (inRtl && !driver->done()) {
    if (Status s = stepRtl(); !s)
      return machine.fail(s.error());
    return next_trigger(machine.until(machine.now() + 1));
  }
  look();
  // Between edges there is nothing but news of a copy.
  if (!machine.atEdge())
    return sleep(hold());
  // Decisions come after all completions of this edge.
  if (commitDue()) {
    if (!machine.failure)
      next_trigger(sc_core::SC_ZERO_TIME);
    return;
  }
  if (machine.now() == setupEnd && !setupSettled && !underWay.empty()) {
    setupSettled = true;
    return next_trigger(sc_core::SC_ZERO_TIME);
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
  machine.dram.advance(machine.dram.clockBy(sc_core::sc_time_stamp().value()));
  const std::optional<DramCopy> copy = machine.dram.take(c.ticket);
  if (!copy)
    return;
  c.copy = *copy;
  // The rows of the on-chip side go beside the data, for a store from the request on.
  const bool write = command(c).op == isa::Opcode::Store;
  c.end = std::max(c.copy.end, (write ? c.asked : c.copy.begin) + c.cost.chipCycles);
}

/// Commits what is due, in order. None: false.
bool UnitProcess::commitDue() {
  bool any = false;
  while (!underWay.empty() && underWay.front().end && *underWay.front().end <= machine.now()) {
    finish(underWay.front());
    underWay.pop_front();
    look();
    any = true;
  }
  return any;
}

UnitProcess::Hold UnitProcess::hold() const {
  if (underWay.size() == most)
    return Hold::Room;
  if (queue.empty())
    return Hold::Empty;
  const program::Command &head = command(queue.front());
  // The addresses of a gather are data, which a load before it may bring.
  if (head.op == isa::Opcode::Gather && !underWay.empty())
    return Hold::Room;
  if (!machine.allComplete(head.after) || !engineFree())
    return Hold::Others;
  return isDma() && machine.now() < setupEnd ? Hold::Setup : Hold::None;
}

/// Until the next commit, or until the head may start.
void UnitProcess::sleep(Hold why) {
  meter.enter(!underWay.empty()    ? Activity::Busy
              : why == Hold::Empty ? Activity::Idle
                                   : Activity::Stall,
              machine.now());
  const sc_core::sc_event *event = why == Hold::Empty    ? &pushed
                                   : why == Hold::Others ? &machine.completed
                                                         : nullptr;
  if (underWay.empty()) {
    assert(event && "set-up and room are waited for by copies under way");
    return next_trigger(*event);
  }
  const CommandUnderWay &first = underWay.front();
  sc_core::sc_time next = inRtl ? machine.until(machine.now() + 1)
                          : first.end
                              ? machine.until(*first.end)
                              : machine.untilTime(machine.dram.timeOf(machine.dram.lookAt(first.ticket)));
  if (why == Hold::Setup)
    next = std::min(next, machine.until(setupEnd));
  if (why == Hold::None) // nothing starts between edges
    next = std::min(next, machine.until(machine.now() + 1));
  if (event)
    next_trigger(next, *event);
  else
    next_trigger(next);
}

void UnitProcess::start() {
  CommandUnderWay &c = underWay.emplace_back();
  c.index = queue.front();
  c.start = machine.now();
  queue.pop_front();
  popped.notify(sc_core::SC_ZERO_TIME);
  c.record = machine.ops.started(command(c), c.start);
  if (isDma()) {
    ++machine.copiesUnderWay[unit == isa::Unit::Load ? 0 : 1];
    setupEnd = c.start + static_cast<uint64_t>(machine.hardware.dma.setupCycles);
    setupSettled = false;
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
  if (usesRtl()) {
    if (Status s = checkTables(operands[0], machine.costs.lutUnit().config().tableBits); !s)
      return s;
    auto bytes = [](const Operand &o) { return Bytes(o.data(), o.data() + o.size()); };
    return driver->start(lutArrayShape(c), bytes(operands[0]), bytes(operands[1]));
  }
  Expected<std::vector<Bytes>> computed = compute(machine.program(), c, operands);
  if (!computed)
    return computed.error();
  u.outputs = std::move(*computed);
  return {};
}

/// The edge at which the command's results are there. A copy asks the dram, which tells in time.
void UnitProcess::reserve(CommandUnderWay &u) {
  const program::Command &c = command(u);
  if (!isDma()) {
    u.end = u.start + machine.costs.cycles(c, machine.program());
    return;
  }
  const std::vector<DramRun> runs = DmaModel::dramRuns(c, machine.program(), rows);
  rows.clear();
  u.cost = machine.costs.dmaUnit().cost(c, machine.program(), runs);
  u.asked = u.start + u.cost.fixedCycles;
  u.ticket = machine.dram.submit(runs, c.op == isa::Opcode::Store, u.asked);
}

/// One core cycle of the array. The scratchpad's latency passes before the first beats are offered.
Status UnitProcess::stepRtl() {
  const uint64_t cycle = machine.now();
  const CommandUnderWay &c = underWay.front();
  const std::string place = describeCommand(machine.program(), c.index);
  if (Status s = driver->step(cycle >= c.start + machine.costs.lutUnit().overheadCycles()); !s)
    return Error{place + ": " + s.error().message};
  // The result of this cycle's last beat is there at the next edge.
  if (driver->done() ? cycle + 1 != *c.end : cycle + 1 >= *c.end)
    return Error{place + ": expected " + std::to_string(*c.end - c.start) +
                 " cycles of the lut_array model, got " +
                 (driver->done() ? std::to_string(cycle + 1 - c.start) : "more") + " of its rtl"};
  return {};
}

void UnitProcess::finish(CommandUnderWay &c) {
  const uint64_t cycle = machine.now();
  if (inRtl) {
    c.outputs = {driver->takeSums()};
    inRtl = false;
    ++machine.result.rtlCommands;
    machine.result.modelCyclesOfRtlCommands += machine.costs.cycles(command(c), machine.program());
    machine.result.rtlCycles = driver->cycles();
  }
  if (c.copiesLate)
    machine.memories->copy(command(c).reads[0], command(c).writes[0]);
  for (size_t i = 0; i < c.outputs.size(); ++i)
    machine.memories->scatter(command(c).writes[i], c.outputs[i]);
  settleAccounts(c, cycle);
  ++commands;
  committed = cycle;
  if (isDma())
    --machine.copiesUnderWay[unit == isa::Unit::Load ? 0 : 1];
  --machine.outstanding;
  machine.complete[c.index] = 1;
  machine.lastCycle = cycle;
  machine.completed.notify(sc_core::SC_ZERO_TIME);
}

/// Of commands that overlap, a cycle is the oldest one's: so the unit's busy cycles are shared out among ops.
void UnitProcess::settleAccounts(const CommandUnderWay &c, uint64_t cycle) {
  CommandWork done = workOf(command(c), machine.program());
  Needs needs = machine.costs.needs(command(c));
  SimResult &result = machine.result;
  if (isDma()) {
    done.work.dramBursts = c.copy.use.bursts;
    done.work.dramActivates = c.copy.use.activates;
    done.work.dramRefreshes = c.copy.use.refreshes;
    result.dramBusCycles += c.cost.busCycles;
    if (command(c).op == isa::Opcode::Gather)
      machine.copies.gatherBursts.back() += c.cost.bursts;
    needs.wireBytes = std::min(done.work.dramReadBytes + done.work.dramWrittenBytes,
                               c.cost.bursts * static_cast<uint64_t>(machine.costs.dmaUnit().burstBytes()));
  }
  for (unsigned m = 0; m < isa::numMemories; ++m) {
    result.memories[m].readBytes += done.traffic[m].readBytes;
    result.memories[m].writtenBytes += done.traffic[m].writtenBytes;
  }
  result.work += done.work;
  machine.ops.finished(c.record, unit, cycle - std::max(c.start, committed), cycle, done.work, needs);
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
