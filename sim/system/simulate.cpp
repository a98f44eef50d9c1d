// Elaborates the machine, lets it run until nothing happens any more, and checks the account.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/simulate.h"
#include "sim/program/verify.h"
#include "sim/system/command_processor.h"
#include "sim/system/machine_check.h"

#include <cstdlib>

// The shared library's own main refers to it; never called, as every tool has a main function.
int sc_main(int, char **) { return 1; }

namespace accord::sim {
namespace {

Status checkOptions(const SimOptions &options, const Hardware &hardware) {
  for (const std::string &unit : options.rtl) {
    if (unit != "lut_array")
      return Error{"rtl: expected lut_array, got " + unit};
    if (!options.values)
      return Error{"rtl: expected values to drive it with, got a run without values"};
    if (!hardware.lutArray || hardware.lutArray->count != 1)
      return Error{"rtl: expected hardware with one lut_array, got " +
                   std::to_string(hardware.lutArray ? hardware.lutArray->count : 0)};
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
  for (unsigned u = 0; u < isa::numUnits; ++u) {
    const isa::Unit unit{static_cast<uint8_t>(u)};
    owned.push_back(std::make_unique<UnitProcess>(isa::name(unit), machine, unit,
                                                  unit == isa::Unit::Lut ? driver : nullptr));
    units.push_back(owned.back().get());
  }
  CommandProcessor processor("processor", machine, units);
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
  for (unsigned u = 0; u < isa::numUnits; ++u)
    result.units[u] = units[u]->use(result.cycles);
  result.processor = processor.use(result.cycles);
  if (machine.trap)
    result.bytesChecked = machine.trap->bytesChecked();
  if (Status s = settle(result, machine.program, machine.hardware, machine.costs); !s)
    return s.error();
  return std::move(result);
}

} // namespace

Expected<SimResult> simulate(const program::Program &program, const Hardware &hardware, DramImage &image,
                             const SimOptions &options, TraceSink *trace) {
  static bool elaborated = false;
  if (elaborated)
    return Error{"simulate: expected one simulation a process, got a second one"};
  if (Status s = program::verify(program); !s)
    return s.error();
  if (Status s = checkMachine(program, hardware); !s)
    return s.error();
  if (Status s = checkOptions(options, hardware); !s)
    return s.error();
  if (options.values)
    if (Status s = checkImage(program, image); !s)
      return s.error();
  auto driver = makeDriver(options, hardware);
  if (!driver)
    return driver.error();

  elaborated = true;
  // Before the kernel's first word: results go to the standard output, where its banner would stand.
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_DO_NOTHING);
  try {
    Machine machine(program, hardware, options, trace);
    if (options.commandTimes)
      machine.result.commands.resize(program.commands.size());
    if (options.values)
      machine.memories = std::make_unique<Memories>(program, hardware, std::move(image));
    if (options.trapRaces)
      machine.trap = std::make_unique<RaceTrap>(program);
    Expected<SimResult> result = run(machine, driver->get());
    if (machine.memories)
      image = machine.memories->takeDram();
    return result;
  } catch (const sc_core::sc_report &report) {
    return Error{std::string("simulate: systemc: ") + report.what()};
  }
}

} // namespace accord::sim
