// The passes between levels, in order, with the reason of each step. See Pipelines.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Pipelines/Pipelines.h"

#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Conversion/ScheduleToAccel/ScheduleToAccel.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Accel/Passes.h"
#include "mlir/Transforms/LUT/Passes.h"
#include "mlir/Transforms/Linalg/Passes.h"
#include "mlir/Transforms/Model/Passes.h"
#include "mlir/Transforms/Passes.h"
#include "mlir/Transforms/Schedule/Passes.h"
#include "sim/hardware/model_files.h"

using namespace mlir;

namespace accord {

const char *name(Level level) {
  const char *names[] = {"L0", "L1", "L2", "L3"};
  return names[static_cast<int>(level)];
}

std::optional<Level> parseLevel(StringRef text) {
  for (Level level : {Level::L0, Level::L1, Level::L2, Level::L3})
    if (text == name(level))
      return level;
  return std::nullopt;
}

Level detectLevel(ModuleOp module) {
  bool program = false, graph = false;
  bool schedule = findSchedule(module);
  module.walk([&](Operation *op) {
    program |= mlir::isa<func::FuncOp>(op) && op->hasAttr("accel.program");
    graph |= mlir::isa<lut::PrecomputeOp, lut::LookupGemmOp, lut::LMMAOp, lut::GroupSumsOp, lut::MMAOp>(op);
    schedule |= mlir::isa_and_present<lut::LUTDialect, nn::NNDialect>(op->getDialect()) &&
                mlir::isa<scf::ForOp>(op->getParentOp());
  });
  return program ? Level::L3 : schedule ? Level::L2 : graph ? Level::L1 : Level::L0;
}

void addNormalization(OpPassManager &pm) {
  // First of all: what linalg leaves open (the order of a sum, the bits of exp) is settled here, so that
  // golden and every execution start from the same ops; and an op that no level knows is named here, not
  // where it happens to be in the way.
  pm.addPass(createLinalgToNN());
}

LogicalResult buildPipeline(OpPassManager &pm, Level from, Level to, const Hardware &hardware) {
  bool multiplies = !hardware.lutArray && hardware.macArray && hardware.macArray->dtype == "int8";
  if (to < from || (from < Level::L3 && to > Level::L0 && !hardware.lutArray && !multiplies))
    return failure();
  auto passes = [&](Level level) { return from < level && level <= to; };
  if (from == Level::L0)
    addNormalization(pm);
  if ((from == Level::L1 || from == Level::L2) && to > from) {
    // The file's instructions may be another machine's, or edited.
    lut::LutCheckInstrOptions options;
    options.mac = multiplies;
    options.m = multiplies ? hardware.macArray->accRows : hardware.lutArray->m;
    options.n = multiplies ? hardware.macArray->cols : hardware.lutArray->n;
    options.k = multiplies ? hardware.macArray->rows : hardware.lutArray->k;
    pm.addNestedPass<func::FuncOp>(lut::createLutCheckInstr(options));
  }
  if (passes(Level::L1)) {
    pm.addPass(createMatrixArguments());
    if (multiplies) {
      lut::MacGraphOptions options;
      options.m = hardware.macArray->accRows;
      options.n = hardware.macArray->cols;
      options.k = hardware.macArray->rows;
      lut::buildMacGraphPipeline(pm, options);
    } else {
      // A machine with both arrays looks up: that is what it has tables for.
      lut::LutGraphOptions options;
      options.m = hardware.lutArray->m;
      options.n = hardware.lutArray->n;
      options.k = hardware.lutArray->k;
      lut::buildLutGraphPipeline(pm, options);
    }
    // Products that share activations share their tables or sums only when the same codes are one value.
    pm.addPass(createCSEPass());
  }
  if (passes(Level::L2)) {
    // What a machine runs one after the other: a schedule is of one program.
    pm.addPass(createModelToSequence());
    pm.addPass(createScheduleForHardware(hardware));
  }
  if (passes(Level::L3)) {
    // On a clone: a refused schedule leaves the file's module.
    pm.addPass(createApplySchedule());
    pm.addPass(createScheduleToAccel());
    // Folds offsets, and drops the tokens that no command starts after: each buffer's state was carried by
    // each loop.
    pm.addPass(createCanonicalizerPass());
    // The same slot or offset is written down once for each operand.
    pm.addPass(createCSEPass());
    // Sharing makes more iter_args equal.
    pm.addPass(createCanonicalizerPass());
    // After clean-up: a buffer that nothing touches takes no address.
    pm.addPass(createAccelAssignMemory(hardware));
    // Last: it proves the program as it will run, on addresses.
    pm.addPass(createAccelCheckHazards());
  }
  return success();
}

namespace {
struct CompileOptions : PassPipelineOptions<CompileOptions> {
  Option<std::string> hardware{*this, "hardware",
                               llvm::cl::desc("hardware file, or a name out of models/hardware")};
  Option<std::string> from{*this, "from", llvm::cl::desc("level of the input: L0, L1, L2"),
                           llvm::cl::init("L0")};
  Option<std::string> to{*this, "to", llvm::cl::desc("level to reach: L1, L2, L3"), llvm::cl::init("L3")};
};
} // namespace

void registerCompilePipelines() {
  registerPassPipeline(
      "accord-compile", "Bring a module from one level of the ladder to another",
      [](OpPassManager &pm, StringRef text,
         function_ref<LogicalResult(const Twine &)> error) -> LogicalResult {
        CompileOptions options;
        if (failed(options.parseFromString(text)))
          return failure();
        Expected<Hardware> hardware = openHardware(options.hardware);
        if (!hardware)
          return error(hardware.error().message);
        std::optional<Level> from = parseLevel(options.from), to = parseLevel(options.to);
        if (!from || !to)
          return error("accord-compile: expected levels L0 to L3, got " + options.from + " and " +
                       options.to);
        if (failed(buildPipeline(pm, *from, *to, *hardware)))
          return error("accord-compile: expected a level not below " + options.from +
                       " and a machine with a LUT array or an int8 MAC array, got " + options.to + " and " +
                       hardware->name);
        return success();
      },
      [](function_ref<void(const mlir::detail::PassOptions &)> describe) { describe(CompileOptions()); });
}

} // namespace accord
