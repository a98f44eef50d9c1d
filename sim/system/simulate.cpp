// Elaborates the machine, lets it run until nothing happens any more, and checks the account.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/simulate.h"
#include "sim/core/chrome_trace.h"
#include "sim/models/dram/dram_trace_writer.h"
#include "sim/system/command_processor.h"

#include <algorithm>
#include <cstdlib>

// The shared library's own main refers to it; never called, as every tool has a main function.
int sc_main(int, char **) { return 1; }

namespace accord::sim {
namespace {

std::string listed(const std::vector<std::string> &names) {
  std::string all;
  for (const std::string &name : names)
    all += (all.empty() ? "" : ", ") + name;
  return all;
}

Status checkOptions(const SimOptions &options, const MachineModel &machine) {
  if (!options.twice.empty() && !machine.findResource(options.twice))
    return Error{"twice: expected a resource of " + machine.hardware().name + " (" +
                 listed(machine.resources()) + "), got " + options.twice};
  if (!options.twice.empty() && (options.bounds || !options.rtl.empty()))
    return Error{"twice: expected neither bounds nor rtl with it, got both"};
  if (!options.rtl.empty() && !options.values)
    return Error{"rtl: expected values to drive it with, got a run without values"};
  return {};
}

/// What stands for a unit's model, by index of the unit.
using RtlUnits = std::vector<std::unique_ptr<RtlUnit>>;

Expected<RtlUnits> loadUnits(const SimOptions &options, const MachineModel &machine,
                             const RtlLoader &loader) {
  RtlUnits units(machine.numUnits());
  const std::vector<std::string> blocks = rtlBlocks();
  for (const std::string &block : options.rtl) {
    if (std::find(blocks.begin(), blocks.end(), block) == blocks.end())
      return Error{"rtl: expected " + listed(blocks) + ", got " + block};
    bool has = false;
    for (size_t u = 0; u < units.size(); ++u) {
      if (!MachineModel::computes(u) || !machine.unit(u).kind().block ||
          machine.unit(u).kind().block != block)
        continue;
      auto unit = RtlUnit::load(machine.unit(u), loader);
      if (!unit)
        return Error{"rtl: " + unit.error().message};
      units[u] = std::move(*unit);
      has = true;
    }
    if (!has)
      return Error{"rtl: expected hardware with a " + block + ", got " + machine.hardware().name +
                   " without one"};
  }
  return units;
}

Expected<SimResult> run(Machine &machine, const RtlUnits &rtl) {
  sc_core::sc_set_time_resolution(1, sc_core::SC_FS);
  std::vector<std::unique_ptr<UnitProcess>> owned;
  std::vector<UnitProcess *> units;
  for (size_t u = 0; u < machine.model.numUnits(); ++u) {
    owned.push_back(
        std::make_unique<UnitProcess>(machine.model.unitName(u).c_str(), machine, u, rtl[u].get()));
    units.push_back(owned.back().get());
  }
  CommandProcessor processor("processor", machine, units);
  if (!processor.done())
    machine.enterCall();
  sc_core::sc_start();

  if (machine.failure)
    return *machine.failure;
  if (machine.refusal)
    return *machine.refusal;
  if (!processor.done())
    return Error{"cycle " + std::to_string(machine.lastCycle) + ": expected all commands to complete, got " +
                 std::to_string(machine.outstanding) + " that never do"};
  for (const std::unique_ptr<RtlUnit> &unit : rtl)
    if (unit)
      if (Status s = unit->rest(); !s)
        return s.error();
  SimResult &result = machine.result;
  result.cycles = machine.lastCycle;
  result.clockHz = static_cast<uint64_t>(machine.hardware.clockHz());
  for (size_t u = 0; u < units.size(); ++u)
    result.units[u].use = units[u]->use(result.cycles);
  result.processor = processor.use(result.cycles);
  result.bytesChecked = machine.bytesTrapped();
  result.ops = machine.ops.take();
  result.dram = machine.dram.finish(result.cycles);
  result.idle.dramRefreshes += machine.dram.idleRefreshes();
  result.work += result.idle;
  if (Status s = settle(result, machine.sequence, machine.model, machine.copies); !s)
    return s.error();
  if (machine.whatIf)
    machine.whatIf->settle(result, machine.sequence);
  return std::move(result);
}

/// The machine must be able to run every body, wherever a call binds it.
Status checkBodies(const program::Sequence &sequence, const MachineModel &machine) {
  for (size_t i = 0; i < sequence.bodies.size(); ++i)
    if (Status s = machine.check(sequence.bodies[i]); !s)
      return sequence.bodies.size() == 1 ? s
                                         : Status(Error{"body " + std::to_string(i) + " (" +
                                                        sequence.bodies[i].name + "): " + s.error().message});
  return {};
}

} // namespace

Expected<SimResult> simulate(program::Sequence sequence, const Hardware &hardware, DramImage &image,
                             const SimOptions &options, const RtlLoader &loadRtl) {
  if (sc_core::sc_get_status() != sc_core::SC_ELABORATION)
    return Error{"simulate: expected one simulation a process, got a second one"};
  if (Status s = program::verify(sequence); !s)
    return s.error();
  const MachineModel given(hardware);
  if (Status s = checkBodies(sequence, given); !s)
    return s.error();
  if (Status s = checkOptions(options, given); !s)
    return s.error();
  if (options.values)
    if (Status s = checkImage(sequence, image); !s)
      return s.error();
  auto rtl = loadUnits(options, given, loadRtl);
  if (!rtl)
    return rtl.error();

  // Before the kernel's first word: results go to the standard output, where its banner would stand.
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_DO_NOTHING);
  Machine machine(sequence, hardware, given.findResource(options.twice), options);
  if (options.bounds)
    machine.whatIf = std::make_unique<WhatIf>(hardware);
  std::unique_ptr<ChromeTrace> file;
  if (!options.tracePath.empty()) {
    auto opened = ChromeTrace::open(options.tracePath, hardware.name, machine.clock);
    if (!opened)
      return opened.error();
    file = std::move(*opened);
    machine.trace = std::make_unique<RunTrace>(*file, machine.model.unitNames());
  }
  std::unique_ptr<DramTraceWriter> bursts;
  if (!options.dramTracePath.empty()) {
    auto opened = DramTraceWriter::open(options.dramTracePath);
    if (!opened)
      return opened.error();
    bursts = std::move(*opened);
    machine.dram.onBurst = [&](uint64_t address, bool write, int64_t clock) {
      bursts->add(address, write, clock);
      bursts->writeBelow(machine.dram.channels()[0].decided());
    };
  }
  try {
    if (options.commandTimes) {
      size_t commands = 0;
      for (const program::Call &call : sequence.calls)
        commands += sequence.bodies[call.body].commands.size();
      machine.result.commands.resize(commands);
    }
    if (options.values)
      machine.memories = std::make_unique<Memories>(sequence, hardware, std::move(image));
    Expected<SimResult> result = run(machine, *rtl);
    if (machine.memories)
      image = machine.memories->takeDram();
    if (result && file)
      if (Status s = file->finish(); !s)
        return s.error();
    if (result && bursts)
      if (Status s = bursts->finish(); !s)
        return s.error();
    return result;
  } catch (const sc_core::sc_report &report) {
    return Error{std::string("simulate: systemc: ") + report.what()};
  }
}

} // namespace accord::sim
