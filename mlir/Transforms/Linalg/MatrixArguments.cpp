// matrix-arguments: views of arguments and results go into the signature.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/Linalg/Passes.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_MATRIXARGUMENTS
#include "mlir/Transforms/Linalg/Passes.h.inc"

namespace {

bool isStaticView(Operation *op) {
  return mlir::isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op) &&
         cast<RankedTensorType>(op->getOperand(0).getType()).hasStaticShape() &&
         cast<RankedTensorType>(op->getResult(0).getType()).hasStaticShape();
}

/// The one type in which an argument is seen; null where there are several, or none.
Type seenAs(BlockArgument argument) {
  Type type;
  for (Operation *user : argument.getUsers()) {
    if (!isStaticView(user) || (type && user->getResult(0).getType() != type))
      return {};
    type = user->getResult(0).getType();
  }
  return type;
}

void takeMatrices(func::FuncOp function) {
  Block &block = function.getBody().front();
  for (BlockArgument argument : block.getArguments()) {
    Type type = seenAs(argument);
    if (!type)
      continue;
    SmallVector<Operation *> views(argument.getUsers());
    argument.setType(type);
    for (Operation *view : views) {
      view->getResult(0).replaceAllUsesWith(argument);
      view->erase();
    }
  }
}

void giveMatrices(func::FuncOp function) {
  auto ret = cast<func::ReturnOp>(function.getBody().front().getTerminator());
  for (OpOperand &operand : ret->getOpOperands()) {
    Operation *view = operand.get().getDefiningOp();
    if (!view || !isStaticView(view))
      continue;
    operand.set(view->getOperand(0));
    if (view->use_empty())
      view->erase();
  }
  function.setType(FunctionType::get(function.getContext(), function.getBody().front().getArgumentTypes(),
                                     ret.getOperandTypes()));
}

struct MatrixArguments : impl::MatrixArgumentsBase<MatrixArguments> {
  void runOnOperation() override {
    llvm::StringSet<> called;
    getOperation().walk([&](func::CallOp call) { called.insert(call.getCallee()); });
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isDeclaration() || called.contains(function.getName()) ||
          !mlir::isa<func::ReturnOp>(function.getBody().front().getTerminator()))
        continue;
      takeMatrices(function);
      giveMatrices(function);
    }
  }
};

} // namespace
} // namespace accord
