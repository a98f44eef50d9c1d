// apply-schedule: a schedule runs on a clone; only a complete success is seen.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/Passes.h"

#include "dialects/Cust/Cust.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Transform/IR/TransformOps.h"
#include "mlir/Dialect/Transform/Transforms/TransformInterpreterUtils.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_APPLYSCHEDULE
#include "mlir/Transforms/Schedule/Passes.h.inc"

Operation *findSchedule(ModuleOp module) {
  return module.lookupSymbol(transform::TransformDialect::kTransformEntryPointSymbolName);
}

LogicalResult applySchedule(ModuleOp module) {
  Operation *schedule = findSchedule(module);
  if (!schedule)
    return success();
  if (!mlir::isa<transform::NamedSequenceOp>(schedule))
    return schedule->emitOpError() << "expected a transform.named_sequence to be the schedule";
  // The standard output is for results.
  if (module
          .walk([](transform::PrintOp print) {
            print.emitOpError()
                << "prints to the standard output, among results; expected a schedule without it";
            return WalkResult::interrupt();
          })
          .wasInterrupted())
    return failure();
  OwningOpRef<ModuleOp> clone(cast<ModuleOp>(module->clone()));
  Operation *entry = findSchedule(*clone);
  if (failed(
          transform::applyTransformNamedSequence(*clone, entry, ModuleOp(), transform::TransformOptions())))
    return failure();
  if (failed(verify(*clone)))
    return failure();
  // The payload is scheduled; a schedule that stayed would be applied twice.
  for (Operation &op : llvm::make_early_inc_range(*clone->getBody()))
    if (mlir::isa<transform::NamedSequenceOp>(op))
      op.erase();
  (*clone)->removeAttr(transform::TransformDialect::kWithNamedSequenceAttrName);
  module->setAttrs((*clone)->getAttrDictionary());
  module.getBodyRegion().takeBody(clone->getBodyRegion());
  return success();
}

namespace {
struct ApplySchedule : impl::ApplyScheduleBase<ApplySchedule> {
  void runOnOperation() override {
    if (failed(applySchedule(getOperation())))
      signalPassFailure();
  }
};
} // namespace

} // namespace accord
