// schedule-to-accel: hoists slices, then lowers one function after the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/ScheduleToAccel.h"
#include "mlir/Conversion/ScheduleToAccel/Families.h"
#include "mlir/Conversion/ScheduleToAccel/Lowering.h"

#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_SCHEDULETOACCEL
#include "mlir/Conversion/ScheduleToAccel/ScheduleToAccel.h.inc"

namespace {

/// A slice is loaded where it stands, so it goes as far out as its indices let it. Ops that compute stay
/// where the schedule has put them.
void hoistSlices(func::FuncOp function) {
  function.walk([](scf::ForOp loop) {
    moveLoopInvariantCode(
        loop.getLoopRegions(), [&](Value value, Region *) { return loop.isDefinedOutsideOfLoop(value); },
        [](Operation *op, Region *) {
          return mlir::isa<tensor::ExtractSliceOp, tensor::EmptyOp, affine::AffineApplyOp,
                           affine::AffineMinOp, affine::AffineMaxOp, arith::ConstantOp, tensor::DimOp>(op);
        },
        [&](Operation *op, Region *) { loop.moveOutOfLoop(op); });
  });
}

/// An op that no command computes is refused where it stands, before the function is rebuilt.
LogicalResult checkCommands(func::FuncOp function) {
  WalkResult walked = function.walk<WalkOrder::PreOrder>([](Operation *op) {
    if (mlir::isa<CommandLoweringInterface>(op)) // with the body that it may have
      return WalkResult::skip();
    bool isLut = mlir::isa_and_present<lut::LUTDialect>(op->getDialect());
    if (!isLut && !mlir::isa_and_present<nn::NNDialect>(op->getDialect()))
      return WalkResult::advance();
    op->emitOpError() << (isLut ? "has no command: run the lut passes first (lut-to-lmma or lut-to-mma)"
                                : "has no command of an accelerator: it stays at L0 and L1");
    return WalkResult::interrupt();
  });
  return failure(walked.wasInterrupted());
}

struct ScheduleToAccel : impl::ScheduleToAccelBase<ScheduleToAccel> {
  void runOnOperation() override {
    SmallVector<func::FuncOp> functions, sequences;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isDeclaration() || function->hasAttr("accel.program") ||
          !function.getOps<accel::RunOp>().empty())
        continue;
      (function->hasAttr("accel.sequence") ? sequences : functions).push_back(function);
    }
    Programs programs;
    for (func::FuncOp function : functions) {
      if (!function.getBody().hasOneBlock()) {
        function.emitOpError() << "expected one block";
        return signalPassFailure();
      }
      if (failed(checkCommands(function)))
        return signalPassFailure();
      hoistSlices(function);
      FailureOr<Program> program = Lowering(function).run();
      if (failed(program))
        return signalPassFailure();
      programs[function.getName()] = *program;
    }
    // Now that it is known what programs take.
    for (func::FuncOp sequence : sequences)
      if (!lowerSequence(sequence, programs))
        return signalPassFailure();
    for (func::FuncOp function : llvm::concat<func::FuncOp>(functions, sequences))
      function.erase();
  }
};

} // namespace

void registerCommandLowerings(DialectRegistry &registry) {
  registerAttentionLowerings(registry);
  registerElementwiseLowerings(registry);
  registerEmbedLowerings(registry);
  registerProductLowerings(registry);
  registerRowLowerings(registry);
}

} // namespace accord
