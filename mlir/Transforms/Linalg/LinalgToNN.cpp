// linalg-to-nn: the pass. On a clone, so that a refusal leaves the module as it was.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/Linalg/Passes.h"
#include "mlir/Transforms/Linalg/Raise.h"

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_LINALGTONN
#include "mlir/Transforms/Linalg/Passes.h.inc"

namespace {

LogicalResult raiseOp(Operation *op) {
  if (auto softmax = dyn_cast<linalg::SoftmaxOp>(op))
    return raise::raiseSoftmax(softmax);
  auto structured = cast<linalg::LinalgOp>(op);
  if (structured.getNumReductionLoops() > 0)
    return raise::raiseContraction(structured);
  return raise::raiseElementwise(structured);
}

void eraseDead(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

/// Views of views, and views of constants.
LogicalResult foldViews(func::FuncOp function) {
  RewritePatternSet patterns(function.getContext());
  tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, function.getContext());
  tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, function.getContext());
  SmallVector<Operation *> views;
  function.walk([&](Operation *op) {
    if (mlir::isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
      views.push_back(op);
  });
  GreedyRewriteConfig config;
  config.strictMode = GreedyRewriteStrictness::ExistingAndNewOps;
  return applyOpPatternsAndFold(views, std::move(patterns), config);
}

LogicalResult raiseFunction(func::FuncOp function) {
  if (function.isDeclaration())
    return success();
  if (!function.getBody().hasOneBlock())
    return function.emitOpError() << "expected a function of one block at L0, got "
                                  << function.getBody().getBlocks().size();
  Block &block = function.getBody().front();
  SmallVector<Operation *> found, movers;
  for (Operation &op : block)
    if (isa_and_present<linalg::LinalgDialect>(op.getDialect()))
      (raise::movesData(&op) ? movers : found).push_back(&op);
  for (Operation *op : found)
    if (failed(raiseOp(op)))
      return failure();
  for (Operation *op : found)
    op->erase();
  // Readers have looked through those that only move data; what is left is read by ops that are none of
  // linalg's.
  for (Operation *op : movers)
    if (!op->use_empty() && failed(raiseOp(op)))
      return failure();
  for (Operation *op : llvm::reverse(movers))
    op->erase();
  if (found.empty() && movers.empty())
    return success();
  if (failed(foldViews(function)))
    return function.emitOpError("internal: views do not fold");
  // With nothing left but what is read, a value's readers can be counted.
  eraseDead(block);
  for (nn::MapOp map : llvm::to_vector(block.getOps<nn::MapOp>()))
    raise::recognize(map);
  eraseDead(block);
  return success();
}

struct LinalgToNN : impl::LinalgToNNBase<LinalgToNN> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    OwningOpRef<ModuleOp> clone(cast<ModuleOp>(module->clone()));
    if (failed(raise::checkLegal(*clone)))
      return signalPassFailure();
    raise::eraseUnreadGlobals(*clone);
    WalkResult walked = clone->walk([&](func::FuncOp function) {
      return failed(raiseFunction(function)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walked.wasInterrupted() || failed(verify(*clone)))
      return signalPassFailure();
    module.getBodyRegion().takeBody(clone->getBodyRegion());
  }
};

} // namespace
} // namespace accord
