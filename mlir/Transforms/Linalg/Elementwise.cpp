// Elementwise ops and ops that move data, of any rank, to `nn.map` and what it can be instead.
//
// The loops of the op are split in two groups, rows and columns, such that each operand has all of a group or
// nothing of it: then every operand is a matrix, a row, a column or a scalar, without a copy.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Linalg/Raise.h"

using namespace mlir;

namespace accord::raise {
namespace {

/// The loop that an axis follows, or nothing for one of extent 1 that stays at 0.
std::optional<unsigned> loopOf(AffineExpr result) {
  auto dim = dyn_cast<AffineDimExpr>(result);
  return dim ? std::optional(dim.getPosition()) : std::nullopt;
}

/// How an operand follows the loops, split at `rows`.
struct Split {
  bool hasRows = false, hasColumns = false;
  unsigned axes = 0;   ///< of the operand, that belong to rows
  bool turned = false; ///< columns first: only where each group is one axis
};

class Raiser {
public:
  explicit Raiser(linalg::LinalgOp op)
      : op(op), b(op), init(op.getDpsInitOperand(0)->get()),
        extents(cast<RankedTensorType>(init.getType()).getShape()) {}

  LogicalResult run();

private:
  bool isUnit(unsigned loop) const { return extents[loop] == 1; }
  bool isUnit(AffineExpr result) const { return !loopOf(result) || isUnit(*loopOf(result)); }
  unsigned countWide(unsigned from, unsigned to) const {
    return llvm::count_if(llvm::seq(from, to), [&](unsigned loop) { return !isUnit(loop); });
  }
  std::optional<Split> splitOf(AffineMap map, unsigned rows) const;
  std::optional<unsigned> findRows(ArrayRef<Access> inputs) const;
  FailureOr<Value> matrixOf(const Access &input, unsigned rows);
  bool isView(const Access &input) const;
  LogicalResult replaceByView(const Access &input);

  linalg::LinalgOp op;
  OpBuilder b;
  Value init;
  ArrayRef<int64_t> extents;
};

std::optional<Split> Raiser::splitOf(AffineMap map, unsigned rows) const {
  SmallVector<unsigned> wide; // loops of the axes that are wider than 1, in the operand's order
  for (AffineExpr result : map.getResults())
    if (!isUnit(result))
      wide.push_back(*loopOf(result));
  unsigned wideRows = countWide(0, rows), wideColumns = countWide(rows, extents.size());
  unsigned inRows = llvm::count_if(wide, [&](unsigned loop) { return loop < rows; });
  Split split;
  split.hasRows = inRows == wideRows && wideRows > 0;
  split.hasColumns = wide.size() - inRows == wideColumns && wideColumns > 0;
  if ((inRows > 0 && !split.hasRows) || (wide.size() > inRows && !split.hasColumns))
    return std::nullopt;
  if (!llvm::is_sorted(wide)) {
    split.turned = wide.size() == 2 && inRows == 1;
    if (!split.turned)
      return std::nullopt;
  }
  // The axes in front of the first one that belongs to the second group.
  while (split.axes < map.getNumResults()) {
    AffineExpr axis = map.getResult(split.axes);
    if (!isUnit(axis) && (*loopOf(axis) < rows) == split.turned)
      break;
    ++split.axes;
  }
  // Units go with the group that is there.
  if (!split.hasRows)
    split.axes = 0;
  return split;
}

/// Rows of as many loops as possible: the last axis is what a row is in memory.
std::optional<unsigned> Raiser::findRows(ArrayRef<Access> inputs) const {
  for (unsigned rows = std::max<size_t>(extents.size(), 1); rows-- > 0;) {
    if (rows == 0 && extents.size() > 1)
      break;
    if (llvm::all_of(inputs, [&](const Access &input) { return splitOf(input.map, rows).has_value(); }))
      return rows;
  }
  return std::nullopt;
}

FailureOr<Value> Raiser::matrixOf(const Access &input, unsigned rows) {
  Split split = *splitOf(input.map, rows);
  bool isVector = cast<RankedTensorType>(input.value.getType()).getRank() == 1;
  if (isVector && !split.hasRows && extents.size() > 1)
    return input.value;
  FailureOr<Value> matrix = toMatrix(b, op, input.value, split.axes);
  if (failed(matrix) || !split.turned)
    return matrix;
  return transpose(b, op.getLoc(), *matrix);
}

/// The input's elements are the result's, in the same order.
bool Raiser::isView(const Access &input) const {
  unsigned next = 0;
  for (AffineExpr result : input.map.getResults()) {
    if (isUnit(result))
      continue;
    while (next < extents.size() && isUnit(next))
      ++next;
    if (*loopOf(result) != next++)
      return false;
  }
  return countWide(next, extents.size()) == 0;
}

LogicalResult Raiser::replaceByView(const Access &input) {
  Value result = input.value;
  if (result.getType() != init.getType()) {
    unsigned rank = cast<RankedTensorType>(result.getType()).getRank();
    unsigned rows = rank > 1 ? rank - 1 : 0, resultRows = extents.size() > 1 ? extents.size() - 1 : 0;
    // Through a matrix of the result's shape where the last axes agree, else through a vector.
    bool rowsAgree = rank > 1 && extents.size() > 1 &&
                     cast<RankedTensorType>(result.getType()).getShape().back() == extents.back();
    if (!rowsAgree)
      rows = resultRows = 0;
    FailureOr<Value> matrix = toMatrix(b, op, result, rows);
    FailureOr<Value> view = failed(matrix) ? matrix : fromMatrix(b, op, *matrix, init, resultRows);
    if (failed(view))
      return failure();
    result = *view;
  }
  op->replaceAllUsesWith(ValueRange{result});
  return success();
}

LogicalResult Raiser::run() {
  auto type = cast<RankedTensorType>(init.getType());
  if (!type.getElementType().isF32())
    return op->emitOpError() << "expected a result of f32, got " << type;
  if (!op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
    return op->emitOpError() << "expected a result that follows the loops in order, got "
                             << AffineMapAttr::get(op.getMatchingIndexingMap(op.getDpsInitOperand(0)));

  // What the body reads: inputs, and the destination where it is one.
  Block &body = *op.getBlock();
  SmallVector<Access> inputs;
  SmallVector<int> position(body.getNumArguments(), -1); // of each argument in inputs; -1: constant or unread
  for (BlockArgument argument : body.getArguments()) {
    OpOperand &operand = *op.getMatchingOpOperand(argument);
    if (argument.use_empty() || isConstant(operand.get()))
      continue;
    Access access = accessOf(op, operand);
    auto tensor = dyn_cast<RankedTensorType>(access.value.getType());
    if (!tensor || !tensor.getElementType().isF32())
      return op->emitOpError() << "expected operands that are f32 tensors or constants, got "
                               << operand.get().getType();
    if (access.value.getDefiningOp<tensor::EmptyOp>())
      return op->emitOpError("expected operands that have values, got one that is tensor.empty");
    if (!isProjection(access.map))
      return op->emitOpError() << "expected operands that follow loops or stay at 0, got "
                               << AffineMapAttr::get(access.map);
    position[argument.getArgNumber()] = inputs.size();
    inputs.push_back(access);
  }
  auto yielded = dyn_cast<BlockArgument>(body.getTerminator()->getOperand(0));
  bool yieldsInput = yielded && yielded.getOwner() == &body;
  int moved = yieldsInput ? position[yielded.getArgNumber()] : -1; // the input that is the result
  if (moved >= 0 && isView(inputs[moved]))
    return replaceByView(inputs[moved]);

  std::optional<unsigned> rows = findRows(inputs);
  if (!rows) {
    InFlightDiagnostic error =
        op->emitOpError("expected axes that form the rows and columns of a matrix, got ");
    llvm::interleaveComma(inputs, error,
                          [&](const Access &input) { error << AffineMapAttr::get(input.map); });
    return error;
  }
  SmallVector<Value> matrices;
  for (const Access &input : inputs) {
    FailureOr<Value> matrix = matrixOf(input, *rows);
    if (failed(matrix))
      return failure();
    matrices.push_back(*matrix);
  }
  Value result;
  if (moved >= 0 && splitOf(inputs[moved].map, *rows)->turned) {
    result = matrices[moved];
  } else {
    FailureOr<Value> empty = emptyMatrix(b, op, init, *rows);
    if (failed(empty))
      return failure();
    auto map = b.create<nn::MapOp>(op.getLoc(), TypeRange{empty->getType()}, matrices, *empty);
    SmallVector<Type> types(matrices.size(), b.getF32Type());
    SmallVector<Location> locations(matrices.size(), op.getLoc());
    Block &block = map.getBody().emplaceBlock();
    block.addArguments(types, locations);
    OpBuilder inner = OpBuilder::atBlockBegin(&block);
    SmallVector<Value> arguments;
    for (auto [argument, at] : llvm::zip_equal(body.getArguments(), position)) {
      Value value = at >= 0 ? map.getBody().getArgument(at) : Value();
      if (FloatAttr number = constantOf(op.getMatchingOpOperand(argument)->get());
          number && !argument.use_empty())
        value = inner.create<arith::ConstantOp>(op.getLoc(), number);
      arguments.push_back(value);
    }
    if (failed(buildBody(inner, body, arguments)))
      return failure();
    result = map->getResult(0);
  }
  FailureOr<Value> view = fromMatrix(b, op, result, init, *rows);
  if (failed(view))
    return failure();
  op->replaceAllUsesWith(ValueRange{*view});
  return success();
}

} // namespace

LogicalResult raiseElementwise(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics() || op->getNumResults() != 1)
    return op->emitOpError() << "expected tensors and one result, got " << op->getNumResults() << " results"
                             << (op.hasPureTensorSemantics() ? "" : " and memory");
  return Raiser(op).run();
}

LogicalResult raiseSoftmax(linalg::SoftmaxOp op) {
  auto type = dyn_cast<RankedTensorType>(op.getInput().getType());
  if (!type || op->getNumResults() != 1)
    return op.emitOpError("expected tensors, got memory");
  if (!type.getElementType().isF32())
    return op.emitOpError() << "expected f32, got " << type;
  int64_t last = type.getRank() - 1;
  if (static_cast<int64_t>(op.getDimension()) != last || type.getShape().back() == 0)
    return op.emitOpError() << "expected the last dimension, " << last
                            << ", with at least one element, got dimension " << op.getDimension() << " of "
                            << type;
  OpBuilder b(op);
  FailureOr<Value> x = toMatrix(b, op, op.getInput(), last), empty = emptyMatrix(b, op, op.getOutput(), last);
  if (failed(x) || failed(empty))
    return failure();
  auto softmax = b.create<nn::SoftmaxOp>(op.getLoc(), TypeRange{empty->getType()}, *x, *empty);
  FailureOr<Value> view = fromMatrix(b, op, softmax->getResult(0), op.getOutput(), last);
  if (failed(view))
    return failure();
  op->replaceAllUsesWith(ValueRange{*view});
  return success();
}

} // namespace accord::raise
