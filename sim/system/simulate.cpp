// Elaborates the machine, lets it run until nothing happens any more, and checks the account.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/simulate.h"
#include "sim/core/chrome_trace.h"
#include "sim/models/dram/dram_trace_writer.h"
#include "sim/system/command_processor.h"

#include <cstdlib>

// The shared library's own main refers to it; never called, as every tool has a main function.
int sc_main(int, char **) { return 1; }

namespace accord::sim {
namespace {

Status checkOptions(const SimOptions &options, const MachineModel &machine) {
  const Hardware &hardware = machine.hardware();
  if (!options.twice.empty() && !machine.findResource(options.twice)) {
    std::string known;
    for (const std::string &resource : machine.resources())
      known += (known.empty() ? "" : ", ") + resource;
    return Error{"twice: expected a resource of " + hardware.name + " (" + known + "), got " + options.twice};
  }
  if (!options.twice.empty() && (options.bounds || !options.rtl.empty()))
    return Error{"twice: expected neither bounds nor rtl with it, got both"};
  for (const std::string &unit : options.rtl) {
    if (unit != "lut_array")
      return Error{"rtl: expected lut_array, got " + unit};
    if (!options.values)
      return Error{"rtl: expected values to drive it with, got a run without values"};
    if (!hardware.lutArray || hardware.lutArray->count != 1)
      return Error{"rtl: expected hardware with one lut_array, got " +
                   std::to_string(hardware.lutArray ? hardware.lutArray->count : 0)};
    // The driver offers a beat of weights every cycle.
    if (const int64_t cycles = LutUnitModel(hardware).weightBeatCycles(); cycles != 1)
      return Error{"rtl: expected scratchpad.width_bits that hold a beat of weights, got " +
                   std::to_string(hardware.scratchpad.widthBits)};
  }
  return {};
}

/// Null without RTL.
Expected<std::unique_ptr<LutArrayDriver>> makeDriver(const SimOptions &options, const Hardware &hardware) {
  if (options.rtl.empty())
    return std::unique_ptr<LutArrayDriver>();
  rtl::RtlOptions rtlOptions;
  rtlOptions.cacheDir = options.rtlCacheDir;
  auto array = rtl::LutArrayRtl::load(lutArrayConfig(hardware), rtlOptions);
  if (!array)
    return array.error();
  return std::make_unique<LutArrayDriver>(*array);
}

Expected<SimResult> run(Machine &machine, LutArrayDriver *driver) {
  sc_core::sc_set_time_resolution(1, sc_core::SC_FS);
  std::vector<std::unique_ptr<UnitProcess>> owned;
  std::vector<UnitProcess *> units;
  for (size_t u = 0; u < machine.model.numUnits(); ++u) {
    const bool isArray = MachineModel::computes(u) && machine.model.unit(u).kind().unit == isa::Unit::Lut;
    owned.push_back(std::make_unique<UnitProcess>(machine.model.unitName(u).c_str(), machine, u,
                                                  isArray ? driver : nullptr));
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
                             const SimOptions &options) {
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
  auto driver = makeDriver(options, hardware);
  if (!driver)
    return driver.error();

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
    Expected<SimResult> result = run(machine, driver->get());
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
