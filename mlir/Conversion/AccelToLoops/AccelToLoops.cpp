// Pass accel-to-loops: commands become loops in program order; tokens, waits and barriers, which order
// nothing there, go away together with the loop-carried values that held them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/AccelToLoops/AccelToLoops.h"
#include "mlir/Conversion/AccelToLoops/LoopEmitter.h"

#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace accord;

namespace {

bool isToken(Value v) { return llvm::isa<accel::TokenType>(v.getType()); }

/// The loop without its token iteration arguments, whose uses become `done`. Inner loops have lost theirs
/// already.
void dropLoopTokens(scf::ForOp loop, Value done) {
  if (llvm::none_of(loop.getResults(), isToken))
    return;
  OpBuilder b(loop);
  SmallVector<Value> inits;
  for (Value init : loop.getInitArgs())
    if (!isToken(init))
      inits.push_back(init);
  auto slim =
      b.create<scf::ForOp>(loop.getLoc(), loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), inits);
  slim->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  // Built without a body function, a loop without results has a yield already.
  slim.getBody()->getOperations().clear();
  unsigned kept = 0;
  loop.getInductionVar().replaceAllUsesWith(slim.getInductionVar());
  for (auto [argument, result] : llvm::zip(loop.getRegionIterArgs(), loop.getResults())) {
    argument.replaceAllUsesWith(isToken(argument) ? done : slim.getRegionIterArg(kept));
    result.replaceAllUsesWith(isToken(result) ? done : slim.getResult(kept));
    kept += !isToken(result);
  }
  slim.getBody()->getOperations().splice(slim.getBody()->end(), loop.getBody()->getOperations());
  Operation *yield = slim.getBody()->getTerminator();
  SmallVector<Value> yielded;
  for (Value v : yield->getOperands())
    if (!isToken(v))
      yielded.push_back(v);
  yield->setOperands(yielded);
  loop.erase();
}

struct AccelToLoopsPass : PassWrapper<AccelToLoopsPass, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(AccelToLoopsPass)
  StringRef getArgument() const override { return "accel-to-loops"; }
  StringRef getDescription() const override {
    return "Expand accel commands into scf.parallel loops in program order";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<accel::AccelDialect, arith::ArithDialect, memref::MemRefDialect, scf::SCFDialect>();
  }

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func.isDeclaration())
      return;
    for (Type type : func.getResultTypes())
      if (llvm::isa<accel::TokenType>(type))
        return func.emitOpError("expected no token among the results"), signalPassFailure();

    OpBuilder top = OpBuilder::atBlockBegin(&func.getBody().front());
    Value done = top.create<accel::DoneOp>(func.getLoc(), accel::TokenType::get(&getContext()));
    Scratch scratch(func);
    SmallVector<Operation *> commands;
    func.walk([&](Operation *op) {
      if (llvm::isa<accel::CommandOpInterface>(op))
        commands.push_back(op);
    });
    for (Operation *op : commands) {
      expand(op, scratch);
      op->getResult(0).replaceAllUsesWith(done);
      op->erase();
    }

    SmallVector<scf::ForOp> loops;
    SmallVector<Operation *> orders;
    func.walk<WalkOrder::PostOrder>([&](Operation *op) {
      if (auto loop = dyn_cast<scf::ForOp>(op))
        loops.push_back(loop);
      else if (llvm::isa<accel::WaitOp, accel::BarrierOp>(op))
        orders.push_back(op);
    });
    for (scf::ForOp loop : loops)
      dropLoopTokens(loop, done);
    for (Operation *op : orders)
      op->erase();
    func.walk([&](accel::DoneOp op) {
      if (op.getResult() != done) {
        op.getResult().replaceAllUsesWith(done);
        op.erase();
      }
    });
    for (Operation *user : done.getUsers()) {
      user->emitOpError("expected tokens to be carried by commands and scf.for only");
      return signalPassFailure();
    }
    done.getDefiningOp()->erase();
  }

  void expand(Operation *op, Scratch &scratch) {
    OpBuilder b(op);
    LoopEmitter e(b, op->getLoc(), scratch);
    expandCommand(e, cast<accel::CommandOpInterface>(op));
  }
};

} // namespace

std::unique_ptr<Pass> accord::createAccelToLoopsPass() { return std::make_unique<AccelToLoopsPass>(); }
void accord::registerAccelToLoopsPass() { PassRegistration<AccelToLoopsPass>(); }
