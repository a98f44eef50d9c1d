// Which ops a module of L0 may hold; the README's list is this one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Transforms/Linalg/Raise.h"

using namespace mlir;

namespace accord::raise {
namespace {

bool isScalar(Type type) { return type.isIntOrIndexOrFloat(); }

/// The seed that torch-mlir writes into every file: nothing reads it, so it is dropped.
bool isUnreadGlobal(Operation *op, ModuleOp module) {
  auto global = dyn_cast<ml_program::GlobalOp>(op);
  return global && global.isPrivate() && SymbolTable::symbolKnownUseEmpty(op, module);
}

bool isLegal(Operation *op) {
  Dialect *dialect = op->getDialect();
  if (isa_and_present<nn::NNDialect, lut::LUTDialect>(dialect))
    return true;
  if (isa_and_present<arith::ArithDialect>(dialect))
    return mlir::isa<arith::ConstantOp>(op) ||
           (llvm::all_of(op->getOperandTypes(), isScalar) && llvm::all_of(op->getResultTypes(), isScalar));
  return mlir::isa<ModuleOp, func::FuncOp, func::CallOp, func::ReturnOp, tensor::EmptyOp, tensor::DimOp,
                   tensor::CastOp, tensor::ExtractSliceOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
                   linalg::LinalgOp, linalg::SoftmaxOp>(op);
}

} // namespace

LogicalResult checkLegal(ModuleOp module) {
  WalkResult result = module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isUnreadGlobal(op, module))
      return WalkResult::skip();
    if (!isLegal(op)) {
      op->emitOpError() << "is no op of L0: expected one that mlir/Transforms/Linalg/README.md lists, got '"
                        << op->getName() << "'";
      return WalkResult::interrupt();
    }
    bool hasOwnBody = mlir::isa<linalg::LinalgOp>(op) || isa_and_present<nn::NNDialect>(op->getDialect());
    return hasOwnBody ? WalkResult::skip() : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

void eraseUnreadGlobals(ModuleOp module) {
  for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
    if (isUnreadGlobal(&op, module))
      op.erase();
}

} // namespace accord::raise
