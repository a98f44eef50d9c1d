// A function of an MLIR file in simulated time: one program, or a sequence of them without values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/AccelProgram/EmitProgram.h"
#include "runtime/backends/sim/sim_worker.h"
#include "tools/driver/executions.h"
#include "tools/driver/sim_source.h"
#include "tools/driver/stopwatch.h"

namespace accord::driver {
namespace {

class ProgramSource : public SimSource {
public:
  ProgramSource(SimProgramOptions options, Listener &listener) : o(std::move(options)), toolchain(listener) {}

  Expected<MachineRun> run(const Machine &machine) override {
    if ((o.check || !o.how.rtl.empty()) && !o.values)
      return Error{o.path + ": expected values where they are checked or go through RTL, got timing alone"};
    Stopwatch compiling;
    toolchain.listener().progress("compile " + o.path + " for " + machine.hardware.name);
    auto module = toolchain.load(o.path);
    if (!module)
      return module.error();
    auto reference = o.reference.empty() ? Expected<mlir::OwningOpRef<mlir::ModuleOp>>((*module)->clone())
                                         : toolchain.load(o.reference);
    if (!reference)
      return reference.error();
    if (Status s = toolchain.raise(**module, Level::L3, machine.hardware, o.path); !s)
      return s.error();

    MachineRun run;
    run.took.compile = compiling.seconds();
    Stopwatch simulating;
    run.machine = machine;
    run.bounds = o.how.bounds;
    Status done = o.values ? withValues(**module, **reference, run) : timeOnly(**module, run);
    if (!done)
      return done.error();
    run.took.simulate = simulating.seconds();
    return run;
  }

  Expected<About> inputs() override {
    About about = {{"model", o.path}, {"model_sha256", toolchain.sha256(o.path)}};
    if (!o.reference.empty())
      about.insert(about.end(),
                   {{"reference", o.reference}, {"reference_sha256", toolchain.sha256(o.reference)}});
    return about;
  }
  About settings() override { return {{"seed", std::to_string(o.seed)}}; }
  std::string reference() override { return "golden's"; }

private:
  Status timeOnly(mlir::ModuleOp module, MachineRun &run) {
    auto function = toolchain.entry(module, o.entry, o.path);
    if (!function)
      return function.error();
    const auto scalars =
        llvm::count_if(function->getArgumentTypes(), [](mlir::Type t) { return t.isIndex(); });
    if (scalars != int64_t(o.scalars.size()))
      return Error{o.path + ": expected " + std::to_string(scalars) + " values by --scalar, got " +
                   std::to_string(o.scalars.size())};
    const Told told(toolchain.diagnostics());
    auto sequence = emitSequence(*function, o.scalars);
    if (failed(sequence))
      return Error{o.path + ": expected an accel program, got " + told.cause()};
    sim::DramImage none;
    auto result = rt::runInWorker(*sequence, run.machine.hardware, none, o.how,
                                  progressOfCalls(run.machine, toolchain.listener()));
    if (!result)
      return Error{o.path + ": " + result.error().message};
    run.result = std::move(*result);
    return {};
  }

  Status withValues(mlir::ModuleOp module, mlir::ModuleOp reference, MachineRun &run) {
    const std::string &place = o.reference.empty() ? o.path : o.reference;
    auto function = toolchain.entry(module, o.entry, o.path);
    if (!function)
      return function.error();
    if ((*function)->hasAttr("accel.sequence"))
      return Error{o.path +
                   ": expected a program to make values for, got a sequence of them; a model's needs "
                   "--parameters FILE"};
    auto program = programOf(toolchain, module, o.entry, o.scalars, run.machine.hardware, o.path);
    if (!program)
      return program.error();
    if (detectLevel(reference) > Level::L1)
      return Error{place + ": expected L0 or L1 to make arguments for, got " + name(detectLevel(reference)) +
                   "; give the model by --reference"};
    auto source = toolchain.entry(reference, o.entry, place);
    if (!source)
      return source.error();
    auto inputs = randomArguments(*source, o.seed, false);
    if (!inputs)
      return inputs.error();
    auto bound = bindArguments(*source, *inputs, program->signature.buffers);
    if (!bound)
      return bound.error();
    toolchain.listener().progress("simulate " + run.machine.hardware.name + " with values");
    auto execution = Executor(o.how).run("sim", *program, *bound);
    if (!execution)
      return Error{o.path + ": " + execution.error().message};
    run.result = std::move(*execution->simulated);
    if (!o.check)
      return {};
    toolchain.listener().progress("compare with golden");
    auto expected = goldenResults(toolchain, *source, *inputs);
    if (!expected)
      return expected.error();
    auto compared = compareResults(*program, *expected, *execution);
    if (!compared)
      return compared.error();
    run.checked =
        ValuesChecked{compared->compared, std::nullopt, compared->different, compared->firstDifference};
    return {};
  }

  const SimProgramOptions o;
  Toolchain toolchain;
};

} // namespace

std::unique_ptr<SimSource> programSource(SimProgramOptions options, Listener &listener) {
  return std::make_unique<ProgramSource>(std::move(options), listener);
}

} // namespace accord::driver
