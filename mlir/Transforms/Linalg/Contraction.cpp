// Products, told by their maps and their body, to `nn.matmul`.
//
// The order of linalg's loops is no order of the sum; nn.matmul's is k ascending from the first term. From an
// accumulator of +0 that differs in one case only: where every product is −0, linalg's sum is +0 and
// nn.matmul's −0. An accumulator that starts at −0 differs never.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Linalg/Raise.h"

using namespace mlir;

namespace accord::raise {
namespace {

/// The two factors of the body's product, through exact widening; null where the body is not one of a sum of
/// products.
std::pair<BlockArgument, BlockArgument> factorsOf(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  auto argumentOf = [&](Value value) {
    if (auto widened = value.getDefiningOp<arith::ExtFOp>())
      value = widened.getIn();
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && argument.getOwner() == body ? argument : BlockArgument();
  };
  auto sum = body->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  if (!sum || body->getNumArguments() != 3)
    return {};
  BlockArgument accumulator = body->getArgument(2);
  if (sum.getLhs() != accumulator && sum.getRhs() != accumulator)
    return {};
  auto product = (sum.getLhs() == accumulator ? sum.getRhs() : sum.getLhs()).getDefiningOp<arith::MulFOp>();
  if (!product)
    return {};
  BlockArgument lhs = argumentOf(product.getLhs()), rhs = argumentOf(product.getRhs());
  if (!lhs || !rhs || lhs == rhs || lhs == accumulator || rhs == accumulator)
    return {};
  return {lhs, rhs};
}

/// What an axis is to the product.
enum class Role { Unit, Row, Column, Sum };

class Contraction {
public:
  explicit Contraction(linalg::LinalgOp op) : op(op), b(op), init(op.getDpsInitOperand(0)->get()) {}
  LogicalResult run();

private:
  SmallVector<Role> rolesOf(AffineMap map) const;
  LogicalResult classify();
  FailureOr<Value> factor(const Access &access, Role outer);
  /// The number of axes in front of the first of `second`, if those of `first` all stand there; their loops
  /// must ascend. Nothing where they are mixed.
  std::optional<unsigned> boundary(AffineMap map, Role first, Role second) const;

  linalg::LinalgOp op;
  OpBuilder b;
  Value init;
  Access a, w; ///< the factors; rows of the result come from a
  AffineMap out;
  SmallVector<Role> roles; ///< of each loop
};

SmallVector<Role> Contraction::rolesOf(AffineMap map) const {
  return llvm::map_to_vector(map.getResults(), [&](AffineExpr result) {
    auto dim = dyn_cast<AffineDimExpr>(result);
    return dim ? roles[dim.getPosition()] : Role::Unit;
  });
}

/// Gives each loop its role, and swaps the factors where the result's rows come from the second.
LogicalResult Contraction::classify() {
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  auto reads = [](const Access &access, unsigned loop) { return access.map.isFunctionOfDim(loop); };
  std::optional<bool> swapped;
  roles.assign(op.getNumLoops(), Role::Unit);
  for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray())) {
    bool inA = reads(a, loop), inW = reads(w, loop);
    if (kind == utils::IteratorType::reduction) {
      if (!inA || !inW)
        return op->emitOpError("expected a sum over an axis of both factors, got one over an axis of one");
      if (llvm::is_contained(roles, Role::Sum))
        return op->emitOpError("expected one axis to sum over, got several");
      if (extents[loop] == 0)
        return op->emitOpError("expected at least one term to sum, got none");
      roles[loop] = Role::Sum;
    } else if (extents[loop] != 1) {
      if (inA == inW)
        return op->emitOpError() << "expected a product of two matrices, got an axis of extent "
                                 << (ShapedType::isDynamic(extents[loop]) ? "?"
                                                                          : std::to_string(extents[loop]))
                                 << (inA ? " that both factors share (a batch of products)"
                                         : " that no factor has");
      roles[loop] = inA ? Role::Row : Role::Column;
    }
  }
  // The result's first axis tells which factor gives its rows. A result with one axis is a row.
  SmallVector<Role> ofResult = rolesOf(out);
  auto isWide = [](Role role) { return role != Role::Unit; };
  auto first = llvm::find_if(ofResult, isWide);
  if (first != ofResult.end() && *first == Role::Column && llvm::is_contained(ofResult, Role::Row)) {
    std::swap(a, w);
    for (Role &role : roles)
      role = role == Role::Row ? Role::Column : role == Role::Column ? Role::Row : role;
  }
  return success();
}

std::optional<unsigned> Contraction::boundary(AffineMap map, Role first, Role second) const {
  std::optional<unsigned> at;
  int lastLoop[2] = {-1, -1};
  for (auto [axis, role] : llvm::enumerate(rolesOf(map))) {
    if (role == Role::Unit)
      continue;
    bool isSecond = role == second;
    if ((!isSecond && role != first) || (!isSecond && at))
      return std::nullopt;
    if (isSecond && !at)
      at = axis;
    int loop = cast<AffineDimExpr>(map.getResult(axis)).getPosition();
    if (loop < lastLoop[isSecond])
      return std::nullopt;
    lastLoop[isSecond] = loop;
  }
  return at.value_or(map.getNumResults());
}

/// A factor as a matrix [outer, k].
FailureOr<Value> Contraction::factor(const Access &access, Role outer) {
  if (std::optional<unsigned> rows = boundary(access.map, outer, Role::Sum))
    return toMatrix(b, op, access.value, *rows);
  std::optional<unsigned> rows = boundary(access.map, Role::Sum, outer);
  if (!rows)
    return op->emitOpError() << "expected factors whose axes form a matrix with the summed axis, got "
                             << AffineMapAttr::get(access.map);
  FailureOr<Value> matrix = toMatrix(b, op, access.value, *rows);
  if (failed(matrix))
    return failure();
  return transpose(b, op.getLoc(), *matrix);
}

LogicalResult Contraction::run() {
  if (!op.hasPureTensorSemantics() || op->getNumResults() != 1)
    return op->emitOpError("expected tensors and one result");
  auto [lhs, rhs] = factorsOf(op);
  if (!lhs || op.getNumDpsInputs() != 2)
    return op->emitOpError(
        "expected a sum of products of two operands (the only reduction of linalg that is an op of "
        "L0), got another reduction");
  a = accessOf(op, *op.getMatchingOpOperand(lhs));
  w = accessOf(op, *op.getMatchingOpOperand(rhs));
  out = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (!isProjection(a.map) || !isProjection(w.map) || !isProjection(out))
    return op->emitOpError() << "expected operands that follow loops, got " << AffineMapAttr::get(a.map)
                             << ", " << AffineMapAttr::get(w.map) << " and " << AffineMapAttr::get(out);
  auto elementOf = [](Value value) { return cast<ShapedType>(value.getType()).getElementType(); };
  if (!elementOf(init).isF32())
    return op->emitOpError() << "expected an f32 accumulator, got " << init.getType();
  FloatAttr start = constantOf(init);
  if (!start || !start.getValue().isZero()) {
    InFlightDiagnostic error =
        op->emitOpError("expected an accumulator that starts at zero (linalg.fill of 0.0), got ");
    if (start)
      return error << start;
    Operation *source = init.getDefiningOp();
    return error << (source ? "'" + source->getName().getStringRef() + "'" : Twine("an argument")).str()
                 << "; add it by an op of its own";
  }
  if (failed(classify()))
    return failure();
  Type narrow = elementOf(w.value);
  if (!elementOf(a.value).isF32() || !(narrow.isF32() || narrow.isF16() || narrow.isBF16()))
    return op->emitOpError() << "expected a factor of f32 and one of f32, f16 or bf16, got "
                             << elementOf(a.value) << " and " << narrow;
  std::optional<unsigned> rows = boundary(out, Role::Row, Role::Column);
  if (!rows)
    return op->emitOpError() << "expected a result whose axes form rows, then columns, got "
                             << AffineMapAttr::get(out);

  FailureOr<Value> activations = factor(a, Role::Row), weights = failure();
  if (succeeded(activations))
    weights = factor(w, Role::Column);
  FailureOr<Value> empty = failure();
  if (succeeded(weights))
    empty = emptyMatrix(b, op, init, *rows);
  if (failed(empty))
    return failure();
  auto product =
      b.create<nn::MatmulOp>(op.getLoc(), TypeRange{empty->getType()}, *activations, *weights, *empty);
  FailureOr<Value> view = fromMatrix(b, op, product->getResult(0), init, *rows);
  if (failed(view))
    return failure();
  op->replaceAllUsesWith(ValueRange{*view});
  return success();
}

} // namespace

LogicalResult raiseContraction(linalg::LinalgOp op) { return Contraction(op).run(); }

} // namespace accord::raise
