// Tensors of any rank as matrices, and what an op reads past the ops that only move data.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Linalg/Raise.h"

using namespace mlir;

namespace accord::raise {
namespace {

RankedTensorType typeOf(Value tensor) { return cast<RankedTensorType>(tensor.getType()); }

/// Axes 0 .. rank − 1 in two groups, the first of `rows`.
SmallVector<ReassociationIndices> groups(unsigned rank, unsigned rows) {
  SmallVector<ReassociationIndices> result(2);
  for (unsigned axis = 0; axis < rank; ++axis)
    result[axis < rows ? 0 : 1].push_back(axis);
  return result;
}

/// All axes in one group; none for a scalar.
SmallVector<ReassociationIndices> oneGroup(unsigned rank) {
  if (rank == 0)
    return {};
  return {llvm::to_vector<2>(llvm::seq<int64_t>(0, rank))};
}

bool isUnit(Value tensor, unsigned axis) { return typeOf(tensor).getDimSize(axis) == 1; }

/// The matrix that fromMatrix made `tensor` of with as many rows; null if it did not.
Value viewedMatrix(Value tensor, unsigned rows) {
  unsigned rank = typeOf(tensor).getRank();
  if (auto expand = tensor.getDefiningOp<tensor::ExpandShapeOp>()) {
    bool same = expand.getSrcType().getRank() == 2 && rows > 0 && rows < rank &&
                expand.getReassociationIndices()[0].size() == rows;
    return same ? expand.getSrc() : Value();
  }
  auto collapse = tensor.getDefiningOp<tensor::CollapseShapeOp>();
  if (rank == 1 && collapse && collapse.getSrcType().getRank() == 2 && isUnit(collapse.getSrc(), rows))
    return collapse.getSrc();
  return {};
}

Value castTo(OpBuilder &b, Location loc, Value tensor, RankedTensorType type) {
  if (tensor.getType() == type)
    return tensor;
  return b.create<tensor::CastOp>(loc, type, tensor);
}

Value collapse(OpBuilder &b, Location loc, Value tensor, ArrayRef<ReassociationIndices> axes) {
  return b.create<tensor::CollapseShapeOp>(loc, tensor, axes);
}

/// A view is made of axes whose extents are known but for one a group: tensor.expand_shape's own rule.
LogicalResult checkGroup(Operation *op, ArrayRef<int64_t> shape) {
  if (llvm::count(shape, ShapedType::kDynamic) <= 1)
    return success();
  return op->emitOpError() << "expected at most one dynamic extent among axes that become one, got "
                           << llvm::count(shape, ShapedType::kDynamic);
}

} // namespace

FailureOr<Value> toMatrix(OpBuilder &b, Operation *op, Value tensor, unsigned rows) {
  RankedTensorType type = typeOf(tensor);
  unsigned rank = type.getRank();
  Location loc = op->getLoc();
  if (rank == 2 && rows == 1)
    return tensor;
  if (Value matrix = viewedMatrix(tensor, rows))
    return matrix;
  if (rows > 0 && rows < rank)
    return collapse(b, loc, tensor, groups(rank, rows));
  // One axis of the matrix has no axis of the tensor: a vector, expanded.
  Value vector = rank > 1 ? collapse(b, loc, tensor, oneGroup(rank)) : tensor;
  SmallVector<OpFoldResult> sizes(2, b.getIndexAttr(1));
  if (rank > 0)
    sizes[rows == 0 ? 1 : 0] = tensor::getMixedSize(b, loc, vector, 0);
  SmallVector<int64_t> shape(2, 1);
  if (rank > 0)
    shape[rows == 0 ? 1 : 0] = typeOf(vector).getDimSize(0);
  auto matrix = RankedTensorType::get(shape, type.getElementType());
  return b.create<tensor::ExpandShapeOp>(loc, matrix, vector, oneGroup(rank > 0 ? 2 : 0), sizes).getResult();
}

FailureOr<Value> fromMatrix(OpBuilder &b, Operation *op, Value matrix, Value like, unsigned rows) {
  RankedTensorType type = typeOf(like);
  unsigned rank = type.getRank();
  Location loc = op->getLoc();
  if ((rank == 2 && rows == 1) || matrix.getType() == type)
    return castTo(b, loc, matrix, type);
  if (rank < 2) {
    Value vector = collapse(b, loc, matrix, oneGroup(rank == 0 ? 0 : 2));
    return castTo(b, loc, vector, type);
  }
  Value source = matrix;
  SmallVector<ReassociationIndices> axes = groups(rank, rows);
  if (rows == 0 || rows == rank) {
    source = collapse(b, loc, matrix, oneGroup(2));
    axes = oneGroup(rank);
  }
  for (const ReassociationIndices &group : axes)
    if (failed(checkGroup(op, type.getShape().slice(group.front(), group.size()))))
      return failure();
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, like);
  return b.create<tensor::ExpandShapeOp>(loc, type, source, axes, sizes).getResult();
}

FailureOr<Value> emptyMatrix(OpBuilder &b, Operation *op, Value like, unsigned rows) {
  RankedTensorType type = typeOf(like);
  // Dynamic: the tensor that is written to anyway knows its extents; its content is overwritten, so what
  // filled it is not asked for.
  if (!type.hasStaticShape()) {
    while (auto filled = like.getDefiningOp<linalg::FillOp>())
      like = filled.getOutputs().front();
    return toMatrix(b, op, like, rows);
  }
  SmallVector<int64_t> shape(2, 1);
  for (auto [axis, extent] : llvm::enumerate(type.getShape()))
    shape[axis < rows ? 0 : 1] *= extent;
  return b.create<tensor::EmptyOp>(op->getLoc(), shape, type.getElementType()).getResult();
}

Value transpose(OpBuilder &b, Location loc, Value matrix) {
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, matrix);
  std::swap(sizes[0], sizes[1]);
  Value empty = b.create<tensor::EmptyOp>(loc, sizes, typeOf(matrix).getElementType());
  auto turned = b.create<nn::TransposeOp>(loc, TypeRange{empty.getType()}, matrix, empty);
  return turned->getResult(0);
}

bool isProjection(AffineMap map) {
  llvm::SmallBitVector seen(map.getNumDims());
  for (AffineExpr result : map.getResults()) {
    if (auto constant = dyn_cast<AffineConstantExpr>(result); constant && constant.getValue() == 0)
      continue;
    auto dim = dyn_cast<AffineDimExpr>(result);
    if (!dim || seen.test(dim.getPosition()))
      return false;
    seen.set(dim.getPosition());
  }
  return true;
}

/// The input that the body yields as it is; null for any other op.
static OpOperand *movedInput(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics() || op->getNumResults() != 1 ||
      op.getNumLoops() != op.getNumParallelLoops())
    return nullptr;
  if (!op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
    return nullptr;
  auto argument = dyn_cast<BlockArgument>(op.getBlock()->getTerminator()->getOperand(0));
  if (!argument || argument.getOwner() != op.getBlock() ||
      argument.getArgNumber() >= static_cast<unsigned>(op.getNumDpsInputs()))
    return nullptr;
  return op.getDpsInputOperand(argument.getArgNumber());
}

bool movesData(Operation *op) {
  auto structured = dyn_cast_or_null<linalg::LinalgOp>(op);
  return structured && (movedInput(structured) || mlir::isa<linalg::FillOp>(op));
}

Access accessOf(linalg::LinalgOp op, OpOperand &operand) {
  Access access = {operand.get(), op.getMatchingIndexingMap(&operand)};
  while (auto producer = access.value.getDefiningOp<linalg::LinalgOp>()) {
    OpOperand *input = movedInput(producer);
    if (!input || !mlir::isa<RankedTensorType>(input->get().getType()))
      break;
    AffineMap map = producer.getMatchingIndexingMap(input);
    if (!isProjection(map))
      break;
    access = {input->get(), map.compose(access.map)};
  }
  return access;
}

/// What a body reads from an input of its op: the input; any other value, itself.
static Value readBy(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto reader = dyn_cast_or_null<linalg::LinalgOp>(argument ? argument.getOwner()->getParentOp() : nullptr);
  const bool isInput = reader && argument.getArgNumber() < static_cast<unsigned>(reader.getNumDpsInputs());
  return isInput ? reader.getDpsInputOperand(argument.getArgNumber())->get() : value;
}

/// An integer known here: a constant, or a tensor that is filled with one.
static std::optional<APInt> integerOf(Value value) {
  value = readBy(value);
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number)))
    return number;
  DenseIntElementsAttr dense;
  if (matchPattern(value, m_Constant(&dense)) && dense.isSplat())
    return dense.getSplatValue<APInt>();
  return std::nullopt;
}

/// A number known here, in the format of its type.
static std::optional<APFloat> numberOf(Value value) {
  value = readBy(value);
  auto tensorOp = value.getDefiningOp<linalg::LinalgOp>();
  if (tensorOp && tensorOp.getNumLoops() == tensorOp.getNumParallelLoops() &&
      tensorOp->getNumResults() == 1) {
    Value yielded = tensorOp.getBlock()->getTerminator()->getOperand(0);
    auto argument = dyn_cast<BlockArgument>(yielded);
    if (!argument || argument.getOwner() == tensorOp.getBlock())
      return numberOf(yielded);
    return std::nullopt;
  }
  Operation *op = value.getDefiningOp();
  if (auto constant = dyn_cast_or_null<arith::ConstantOp>(op)) {
    if (auto number = dyn_cast<FloatAttr>(constant.getValue()))
      return number.getValue();
    if (auto dense = dyn_cast<DenseFPElementsAttr>(constant.getValue()); dense && dense.isSplat())
      return dense.getSplatValue<APFloat>();
    return std::nullopt;
  }
  if (!isa_and_present<arith::TruncFOp, arith::ExtFOp, arith::SIToFPOp>(op) ||
      !mlir::isa<FloatType>(op->getResult(0).getType()))
    return std::nullopt;
  APFloat result(cast<FloatType>(op->getResult(0).getType()).getFloatSemantics());
  if (mlir::isa<arith::SIToFPOp>(op)) {
    const std::optional<APInt> integer = integerOf(op->getOperand(0));
    if (!integer)
      return std::nullopt;
    result.convertFromAPInt(*integer, /*IsSigned=*/true, APFloat::rmNearestTiesToEven);
    return result;
  }
  std::optional<APFloat> number = numberOf(op->getOperand(0));
  if (!number)
    return std::nullopt;
  bool inexact;
  number->convert(result.getSemantics(), APFloat::rmNearestTiesToEven, &inexact);
  return number;
}

bool isConstant(Value value) { return numberOf(value) || integerOf(value); }

FloatAttr constantOf(Value value) {
  std::optional<APFloat> number = numberOf(value);
  if (!number || &number->getSemantics() != &APFloat::IEEEsingle())
    return {};
  return FloatAttr::get(Float32Type::get(value.getContext()), *number);
}

} // namespace accord::raise
