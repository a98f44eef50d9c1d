// The parts of linalg-to-nn: each raises one kind of op or has said, at the op, why it cannot.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace accord::raise {

//===- Legality.cpp
//------------------------------------------------------------------------------------------===//

/// Refuses an op that is neither L0's nor linalg that is looked at further; bodies of linalg ops are not
/// entered.
llvm::LogicalResult checkLegal(mlir::ModuleOp module);
/// Drops the globals that checkLegal let pass.
void eraseUnreadGlobals(mlir::ModuleOp module);

//===- Matrix.cpp
//--------------------------------------------------------------------------------------------===//

/// `tensor` as a matrix whose rows are its first `rows` axes and whose columns are the others; without
/// axes, 1. A view: no element moves. Fails, with an error at `op`, where a shape that is not static cannot
/// be viewed so.
mlir::FailureOr<mlir::Value> toMatrix(mlir::OpBuilder &b, mlir::Operation *op, mlir::Value tensor,
                                      unsigned rows);
/// The inverse: `matrix` as a tensor of the type (and the dynamic sizes) of `like`.
mlir::FailureOr<mlir::Value> fromMatrix(mlir::OpBuilder &b, mlir::Operation *op, mlir::Value matrix,
                                        mlir::Value like, unsigned rows);
/// A destination of the shape that toMatrix(like, rows) has.
mlir::FailureOr<mlir::Value> emptyMatrix(mlir::OpBuilder &b, mlir::Operation *op, mlir::Value like,
                                         unsigned rows);
/// The matrix [n, m] of `matrix` [m, n].
mlir::Value transpose(mlir::OpBuilder &b, mlir::Location loc, mlir::Value matrix);

/// A tensor as an op reads it: element (map of the op's loops) of `value`. Each result of `map` is a loop or
/// 0.
struct Access {
  mlir::Value value;
  mlir::AffineMap map;
};

/// What an op reads through its operand, past the ops that only move data.
Access accessOf(mlir::linalg::LinalgOp op, mlir::OpOperand &operand);
/// True for an op whose body yields one of its inputs.
bool movesData(mlir::Operation *op);
/// Every result of the map is a loop, each at most once, or 0.
bool isProjection(mlir::AffineMap map);

/// A number known here, as f32: a constant, a widened or narrowed one, a tensor filled with one; null for
/// anything else.
mlir::FloatAttr constantOf(mlir::Value value);
/// A number known here, of any format: an f64 or i64 constant that a body converts, say.
bool isConstant(mlir::Value value);

//===- Body.cpp
//----------------------------------------------------------------------------------------------===//

/// Translates a linalg body into the body of a map. `arguments` stand for the block's arguments: values of
/// the map, or null for one that nothing reads. Returns what it yields.
mlir::FailureOr<mlir::Value> buildBody(mlir::OpBuilder &b, mlir::Block &body,
                                       llvm::ArrayRef<mlir::Value> arguments);
/// Replaces a map whose body is another op of nn by that op, taking in what a map that only it reads
/// computes.
void recognize(nn::MapOp map);

//===- Contraction.cpp, Elementwise.cpp
//----------------------------------------------------------------------===//

llvm::LogicalResult raiseContraction(mlir::linalg::LinalgOp op);
llvm::LogicalResult raiseElementwise(mlir::linalg::LinalgOp op);
llvm::LogicalResult raiseSoftmax(mlir::linalg::SoftmaxOp op);

} // namespace accord::raise
