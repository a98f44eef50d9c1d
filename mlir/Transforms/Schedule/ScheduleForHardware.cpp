// schedule-for-hardware: the default schedule of every op, sized for a machine. The formula is in Passes.td.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/Passes.h"
#include "mlir/Transforms/Schedule/ScheduleText.h"

#include "dialects/Cust/Cust.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/TransformOps/DialectExtension.h"
#include "mlir/Dialect/Transform/IR/TransformOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/CommandLowering.h"
#include "mlir/Parser/Parser.h"
#include "sim/hardware/model_files.h"

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_SCHEDULEFORHARDWARE
#include "mlir/Transforms/Schedule/Passes.h.inc"

namespace {

/// Each nest by the op that has its loops.
LogicalResult writeNest(ScheduleText &text, const Placement &placement, const Nest &nest, int64_t room) {
  if (Placement::isProduct(nest))
    return writeProduct(text, placement, nest, room);
  if (nestRole(nest.root) == NestRole::Attention)
    return writeAttention(text, placement, nest, room);
  return writeRows(text, placement, nest, room);
}

/// What nobody reads would be computed, and has no reader to stand before.
void eraseUnread(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

struct ScheduleForHardware : impl::ScheduleForHardwareBase<ScheduleForHardware> {
  using impl::ScheduleForHardwareBase<ScheduleForHardware>::ScheduleForHardwareBase;
  explicit ScheduleForHardware(Hardware given) : machine(std::move(given)) {
    hardware = machine->file; // for who prints the pipeline
  }

  void getDependentDialects(DialectRegistry &registry) const override {
    impl::ScheduleForHardwareBase<ScheduleForHardware>::getDependentDialects(registry);
    linalg::registerTransformDialectExtension(registry); // transform.structured.match
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (!machine) {
      Expected<Hardware> read = openHardware(hardware);
      if (!read) {
        module.emitError() << read.error().message;
        return signalPassFailure();
      }
      machine = *read;
    }
    if (Operation *schedule = findSchedule(module)) {
      schedule->emitOpError() << "is a schedule already; expected a module without one";
      return signalPassFailure();
    }
    // A schedule is known by its name: one of another name would be passed over without a word.
    for (auto sequence : module.getOps<transform::NamedSequenceOp>()) {
      sequence.emitOpError() << "expected the schedule's name @"
                             << transform::TransformDialect::kTransformEntryPointSymbolName << ", got @"
                             << sequence.getName();
      return signalPassFailure();
    }
    ScheduleText text(*machine);
    for (auto function : module.getOps<func::FuncOp>()) {
      if (function.isDeclaration() || function->hasAttr("accel.program") ||
          function->hasAttr("accel.sequence"))
        continue;
      // What has no command is refused where it stands, before anything is tiled.
      WalkResult walked = function.walk<WalkOrder::PreOrder>([](Operation *op) {
        if (mlir::isa<CommandLoweringInterface>(op)) // with the body that it may have
          return WalkResult::skip();
        if (!isa_and_present<nn::NNDialect>(op->getDialect()))
          return WalkResult::advance();
        op->emitOpError() << "has no command of an accelerator: it stays at L0 and L1";
        return WalkResult::interrupt();
      });
      if (walked.wasInterrupted())
        return signalPassFailure();
      eraseUnread(function.getBody().front());
      Placement placement(function, *machine);
      for (auto [i, nest] : llvm::enumerate(placement.nests()))
        if (failed(writeNest(text, placement, nest, placement.room(i))))
          return signalPassFailure();
    }
    // Written as text and parsed: the text is what a person edits, so it is also what is tested.
    module->setAttr(transform::TransformDialect::kWithNamedSequenceAttrName, UnitAttr::get(&getContext()));
    std::string wrapped = "module attributes {transform.with_named_sequence} {\n" + text.finish() + "}\n";
    OwningOpRef<ModuleOp> holder = parseSourceString<ModuleOp>(wrapped, &getContext(), "schedule");
    if (!holder) {
      module.emitError() << "internal: the schedule written does not parse";
      return signalPassFailure();
    }
    Operation *sequence = findSchedule(*holder);
    sequence->moveBefore(module.getBody(), module.getBody()->end());
  }

  std::optional<Hardware> machine;
};

} // namespace

std::unique_ptr<Pass> createScheduleForHardware(Hardware hardware) {
  return std::make_unique<ScheduleForHardware>(std::move(hardware));
}

} // namespace accord
