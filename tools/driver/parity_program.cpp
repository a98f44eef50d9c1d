// Golden and each device in turn, on the same arguments.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/parity_program.h"

namespace accord::driver {

std::vector<std::string> programColumns() {
  return {"file",       "execution", "device",           "compared",
          "mismatches", "cycles",    "first_difference", "file_sha256"};
}

Status compareProgram(const ProgramParity &c, Executor &executor, Table &table, bool &agree,
                      Listener &listener) {
  if (c.devices.empty() || c.runs == 0)
    return Error{c.path + ": expected executions and runs to compare, got none"};
  Toolchain toolchain(listener);
  auto module = toolchain.load(c.path);
  if (!module)
    return module.error();
  // The reference keeps the level it was brought at; the program is raised from a copy.
  auto reference = c.reference.empty() ? Expected<mlir::OwningOpRef<mlir::ModuleOp>>((*module)->clone())
                                       : toolchain.load(c.reference);
  if (!reference)
    return reference.error();
  const std::string &referencePath = c.reference.empty() ? c.path : c.reference;
  if (detectLevel(**reference) > Level::L1)
    return Error{referencePath + ": expected L0 or L1 as golden's input, got " +
                 name(detectLevel(**reference)) + "; give the model by --reference"};
  auto source = toolchain.entry(**reference, c.entry, referencePath);
  if (!source)
    return source.error();
  if (Status s = toolchain.raise(**module, Level::L3, c.hardware, c.path); !s)
    return s;
  auto program = programOf(toolchain, **module, c.entry, c.scalars, c.hardware, c.path);
  if (!program)
    return program.error();

  for (const std::string &device : c.devices) {
    Comparison all;
    std::string deviceName;
    Cell cycles;
    for (uint64_t run = 0; run < c.runs; ++run) {
      auto arguments = randomArguments(*source, c.seed + run, run % 2 == 1);
      if (!arguments)
        return arguments.error();
      auto expected = goldenResults(toolchain, *source, *arguments);
      if (!expected)
        return expected.error();
      auto bound = bindArguments(*source, *arguments, program->signature.buffers);
      if (!bound)
        return bound.error();
      auto execution = executor.run(device, *program, *bound);
      if (!execution)
        return Error{c.path + ": " + device + ": " + execution.error().message};
      auto compared = compareResults(*program, *expected, *execution);
      if (!compared)
        return compared.error();
      all.merge(*compared);
      deviceName = execution->device;
      if (execution->simulated)
        cycles = int64_t(execution->simulated->cycles);
    }
    agree &= all.different == 0;
    table.rows.push_back({c.path, device, deviceName, int64_t(all.compared), int64_t(all.different), cycles,
                          all.firstDifference, toolchain.sha256(c.path)});
  }
  return {};
}

} // namespace accord::driver
