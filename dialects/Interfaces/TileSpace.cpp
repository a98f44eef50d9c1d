// Tile legality, tiling and memory effects of any op that describes itself by a tile space.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Interfaces/TileSpace.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

#include "dialects/Interfaces/TileLegalityInterface.cpp.inc"

namespace accord {
namespace {

unsigned numInits(Operation *op) { return cast<DestinationStyleOpInterface>(op).getNumDpsInits(); }

/// Destinations are the last operands.
unsigned initOperand(Operation *op, unsigned resultNumber) {
  return op->getNumOperands() - numInits(op) + resultNumber;
}

/// The axes of an operand, counted so that an optional accumulate operand shifts nothing: destinations are
/// described last, as they stand last.
ArrayRef<TileAxis> axesOf(Operation *op, const TileSpace &space, unsigned operand) {
  unsigned inits = numInits(op), firstInit = op->getNumOperands() - inits;
  size_t described = space.operands.size();
  if (operand >= firstInit)
    return space.operands[described - inits + (operand - firstInit)];
  return operand < described - inits ? ArrayRef<TileAxis>(space.operands[operand]) : ArrayRef<TileAxis>();
}

OpFoldResult extentOf(OpBuilder &b, Location loc, Value shaped, unsigned axis) {
  auto type = cast<ShapedType>(shaped.getType());
  if (!type.isDynamicDim(axis))
    return b.getIndexAttr(type.getDimSize(axis));
  if (mlir::isa<MemRefType>(type))
    return b.create<memref::DimOp>(loc, shaped, axis).getResult();
  return b.create<tensor::DimOp>(loc, shaped, axis).getResult();
}

int64_t staticExtent(Operation *op, const TileDim &dim) {
  return cast<ShapedType>(op->getOperand(dim.operand).getType()).getDimSize(dim.axis);
}

OpFoldResult divide(OpBuilder &b, Location loc, OpFoldResult value, int64_t per, bool roundUp) {
  if (per == 1)
    return value;
  AffineExpr d = b.getAffineDimExpr(0);
  return affine::makeComposedFoldedAffineApply(b, loc, roundUp ? d.ceilDiv(per) : d.floorDiv(per), {value});
}

/// Offsets and sizes in an operand of the tile at `offsets` of `sizes`.
void operandTile(OpBuilder &b, Location loc, Value operand, ArrayRef<TileAxis> axes,
                 ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
                 SmallVectorImpl<OpFoldResult> &tileOffsets, SmallVectorImpl<OpFoldResult> &tileSizes) {
  for (auto [axis, follow] : llvm::enumerate(axes)) {
    if (follow.dim == TileAxis::whole) {
      tileOffsets.push_back(b.getIndexAttr(0));
      tileSizes.push_back(extentOf(b, loc, operand, axis));
      continue;
    }
    tileOffsets.push_back(divide(b, loc, offsets[follow.dim], follow.per, /*roundUp=*/false));
    tileSizes.push_back(divide(b, loc, sizes[follow.dim], follow.per, /*roundUp=*/true));
  }
}

/// The slice of an operand, or the operand itself where the slice is all of it.
Value sliceOperand(OpBuilder &b, Location loc, Value operand, ArrayRef<OpFoldResult> offsets,
                   ArrayRef<OpFoldResult> sizes, SmallVectorImpl<Operation *> &slices) {
  auto type = cast<ShapedType>(operand.getType());
  bool all = llvm::all_of(offsets, isZeroIndex);
  for (auto [axis, size] : llvm::enumerate(sizes))
    all &= getConstantIntValue(size) == std::optional<int64_t>(type.getDimSize(axis));
  if (all)
    return operand;
  SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
  Operation *slice;
  if (mlir::isa<MemRefType>(type))
    slice = b.create<memref::SubViewOp>(loc, operand, offsets, sizes, strides);
  else
    slice = b.create<tensor::ExtractSliceOp>(loc, operand, offsets, sizes, strides);
  slices.push_back(slice);
  return slice->getResult(0);
}

/// The accumulate operand of a tile: what the op had, or true from the second tile on. Null where it
/// overwrites.
Value accumulateOf(OpBuilder &b, Location loc, Value given, OpFoldResult offset) {
  if (std::optional<int64_t> at = getConstantIntValue(offset)) {
    if (*at == 0)
      return given;
    return b.create<arith::ConstantOp>(loc, b.getBoolAttr(true));
  }
  Value zero = b.create<arith::ConstantIndexOp>(loc, 0);
  Value later = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, offset.get<Value>(), zero);
  if (!given)
    return later;
  return b.create<arith::OrIOp>(loc, given, later);
}

/// The x of an index that is x / per, rounded up or down; null where it is no such index.
Value dividend(OpFoldResult divided, int64_t per, bool roundedUp) {
  auto value = dyn_cast<Value>(divided);
  auto apply = value ? value.getDefiningOp<affine::AffineApplyOp>() : affine::AffineApplyOp();
  if (!apply || apply.getMapOperands().size() != 1)
    return {};
  AffineMap map = apply.getAffineMap();
  AffineExpr x =
      map.getNumDims() ? getAffineDimExpr(0, map.getContext()) : getAffineSymbolExpr(0, map.getContext());
  return map.getResult(0) == (roundedUp ? x.ceilDiv(per) : x.floorDiv(per)) ? apply.getMapOperands()[0]
                                                                            : Value();
}

/// Lower bound, upper bound and step of the loop that counts `counter`, where they are numbers.
std::optional<std::array<int64_t, 3>> countsOf(Value counter) {
  auto argument = dyn_cast_if_present<BlockArgument>(counter);
  auto loop = argument ? dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()) : scf::ForOp();
  if (!loop || loop.getInductionVar() != counter)
    return std::nullopt;
  auto lower = getConstantIntValue(loop.getLowerBound()), upper = getConstantIntValue(loop.getUpperBound()),
       step = getConstantIntValue(loop.getStep());
  if (!lower || !upper || !step)
    return std::nullopt;
  return std::array<int64_t, 3>{*lower, *upper, *step};
}

/// The offset in steps of the iteration space of an offset in elements that stand for `per` steps each: the
/// loop counter itself where elements begin at all its values, so that slices of several results of one op
/// are seen to be of one tile.
OpFoldResult iterationOffset(OpBuilder &b, Location loc, OpFoldResult offset, int64_t per) {
  Value x = dividend(offset, per, /*roundedUp=*/false);
  if (auto counts = countsOf(x); counts && (*counts)[0] % per == 0 && (*counts)[2] % per == 0)
    return x;
  return affine::makeComposedFoldedAffineApply(b, loc, b.getAffineDimExpr(0) * per, {offset});
}

/// The size likewise: of a loop's full tiles, or what tiling writes for tiles of which the last is smaller.
OpFoldResult iterationSize(OpBuilder &b, Location loc, OpFoldResult offset, OpFoldResult iterOffset,
                           OpFoldResult size, OpFoldResult extent, int64_t per) {
  auto counter = dyn_cast<Value>(iterOffset);
  std::optional<int64_t> all = getConstantIntValue(extent), known = getConstantIntValue(size);
  if (auto counts = countsOf(counter); counts && all && known) {
    auto [lower, upper, step] = *counts;
    if ((upper - lower) % step == 0 && upper <= *all && *known * per <= step)
      return b.getIndexAttr(*known * per);
  }
  Value x = dividend(size, per, /*roundedUp=*/true);
  if (auto least = x ? x.getDefiningOp<affine::AffineMinOp>() : affine::AffineMinOp();
      least && all && counter && least.getMap().getNumResults() == 2 && least.getMapOperands().size() == 1 &&
      least.getMapOperands()[0] == counter) {
    AffineExpr at = least.getMap().getNumDims() ? b.getAffineDimExpr(0) : b.getAffineSymbolExpr(0);
    auto isWhole = [&](AffineExpr e) {
      auto full = dyn_cast<AffineConstantExpr>(e);
      return full && full.getValue() % per == 0;
    };
    auto isRest = [&](AffineExpr e) { return e == *all - at; };
    ArrayRef<AffineExpr> parts = least.getMap().getResults();
    if ((isWhole(parts[0]) && isRest(parts[1])) || (isRest(parts[0]) && isWhole(parts[1])))
      return x;
  }
  AffineExpr o = b.getAffineDimExpr(0), s = b.getAffineDimExpr(1), e = b.getAffineDimExpr(2);
  AffineMap clipped = AffineMap::get(3, 0, {s * per, e - o * per}, b.getContext());
  return affine::makeComposedFoldedAffineMin(b, loc, clipped, {offset, size, extent});
}

/// An index plus the offset of a tile.
Value advanced(OpBuilder &b, Location loc, Value index, OpFoldResult offset) {
  if (isZeroIndex(offset))
    return index;
  return b.create<arith::AddIOp>(loc, index, getValueOrCreateConstantIndexOp(b, loc, offset));
}

} // namespace

LogicalResult checkTileSizes(Operation *op, const TileSpace &space, ArrayRef<int64_t> sizes,
                             function_ref<InFlightDiagnostic()> emit) {
  if (sizes.size() != space.dims.size()) {
    InFlightDiagnostic diag = emit();
    diag << "expected " << space.dims.size() << " tile sizes (";
    llvm::interleaveComma(space.dims, diag, [&](const TileDim &dim) { diag << dim.name; });
    return diag << "), got " << sizes.size();
  }
  for (auto [size, dim] : llvm::zip_equal(sizes, space.dims)) {
    if (size < 0)
      return emit() << "expected a tile size of dimension " << dim.name << " that is not negative, got "
                    << size;
    int64_t extent = staticExtent(op, dim);
    bool whole = size == 0 || (!ShapedType::isDynamic(extent) && size >= extent);
    if (!whole && size % dim.granule != 0)
      return emit() << "expected a tile size of dimension " << dim.name << " that is a multiple of "
                    << dim.granule << " (" << dim.granuleReason << "), got " << size;
  }
  return success();
}

LogicalResult verifyTile(Operation *op, ArrayRef<int64_t> sizes) {
  auto tiled = dyn_cast<TileLegalityInterface>(op);
  if (!tiled)
    return op->emitOpError("expected an op that can be tiled");
  return tiled.checkTile(sizes, [&] { return op->emitOpError(); });
}

SmallVector<utils::IteratorType> tileIteratorTypes(const TileSpace &space) {
  return llvm::map_to_vector(space.dims, [](const TileDim &dim) { return dim.kind; });
}

SmallVector<Range> tileIterationDomain(OpBuilder &b, Operation *op, const TileSpace &space) {
  return llvm::map_to_vector(space.dims, [&](const TileDim &dim) {
    OpFoldResult extent = extentOf(b, op->getLoc(), op->getOperand(dim.operand), dim.axis);
    return Range{b.getIndexAttr(0), extent, b.getIndexAttr(1)};
  });
}

FailureOr<TilingResult> tileOp(OpBuilder &b, Operation *op, const TileSpace &space,
                               ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes) {
  Location loc = op->getLoc();
  unsigned firstInit = op->getNumOperands() - numInits(op);
  SmallVector<Value> operands;
  SmallVector<Operation *> slices;
  Value accumulate;
  for (OpOperand &operand : op->getOpOperands()) {
    ArrayRef<TileAxis> axes = axesOf(op, space, operand.getOperandNumber());
    if (axes.empty()) {
      bool isAccumulate = space.reduction && operand.getOperandNumber() + 1 == firstInit;
      (isAccumulate ? accumulate : operands.emplace_back()) = operand.get();
      if (space.advance && space.advance->operand == operand.getOperandNumber())
        operands.back() = advanced(b, loc, operand.get(), offsets[space.advance->dim]);
      continue;
    }
    SmallVector<OpFoldResult> tileOffsets, tileSizes;
    operandTile(b, loc, operand.get(), axes, offsets, sizes, tileOffsets, tileSizes);
    operands.push_back(sliceOperand(b, loc, operand.get(), tileOffsets, tileSizes, slices));
  }
  if (space.reduction)
    if (Value value = accumulateOf(b, loc, accumulate, offsets[*space.reduction]))
      operands.insert(operands.end() - numInits(op), value);

  SmallVector<Type> resultTypes;
  for (unsigned i = 0; i < op->getNumResults(); ++i)
    resultTypes.push_back(operands[operands.size() - numInits(op) + i].getType());
  Operation *tiled = mlir::clone(b, op, resultTypes, operands);
  return TilingResult{{tiled}, llvm::to_vector_of<Value>(tiled->getResults())};
}

LogicalResult resultTile(OpBuilder &b, Operation *op, const TileSpace &space, unsigned resultNumber,
                         ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
                         SmallVectorImpl<OpFoldResult> &resultOffsets,
                         SmallVectorImpl<OpFoldResult> &resultSizes) {
  unsigned init = initOperand(op, resultNumber);
  operandTile(b, op->getLoc(), op->getOperand(init), axesOf(op, space, init), offsets, sizes, resultOffsets,
              resultSizes);
  return success();
}

LogicalResult iterationTile(OpBuilder &b, Operation *op, const TileSpace &space, unsigned resultNumber,
                            ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
                            SmallVectorImpl<OpFoldResult> &iterOffsets,
                            SmallVectorImpl<OpFoldResult> &iterSizes) {
  Location loc = op->getLoc();
  for (const Range &range : tileIterationDomain(b, op, space)) {
    iterOffsets.push_back(range.offset);
    iterSizes.push_back(range.size);
  }
  unsigned init = initOperand(op, resultNumber);
  for (auto [axis, follow] : llvm::enumerate(axesOf(op, space, init))) {
    if (follow.dim == TileAxis::whole)
      continue;
    const TileDim &dim = space.dims[follow.dim];
    OpFoldResult extent = iterSizes[follow.dim];
    std::optional<int64_t> at = getConstantIntValue(offsets[axis]), size = getConstantIntValue(sizes[axis]);
    std::optional<int64_t> all = getConstantIntValue(extent);
    if (at && (*at * follow.per) % dim.granule != 0)
      return failure();
    bool reachesEnd = at && size && all && (*at + *size) * follow.per >= *all;
    if (size && !reachesEnd && (*size * follow.per) % dim.granule != 0)
      return failure();
    if (follow.per == 1) {
      iterOffsets[follow.dim] = offsets[axis];
      iterSizes[follow.dim] = sizes[axis];
      continue;
    }
    iterOffsets[follow.dim] = iterationOffset(b, loc, offsets[axis], follow.per);
    iterSizes[follow.dim] =
        iterationSize(b, loc, offsets[axis], iterOffsets[follow.dim], sizes[axis], extent, follow.per);
  }
  return success();
}

FailureOr<TilingResult> tileForResult(OpBuilder &b, Operation *op, const TileSpace &space,
                                      unsigned resultNumber, ArrayRef<OpFoldResult> offsets,
                                      ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> iterOffsets, iterSizes;
  if (failed(iterationTile(b, op, space, resultNumber, offsets, sizes, iterOffsets, iterSizes)))
    return failure();
  FailureOr<TilingResult> tiled = tileOp(b, op, space, iterOffsets, iterSizes);
  if (failed(tiled))
    return failure();
  return TilingResult{tiled->tiledOps, {tiled->tiledValues[resultNumber]}};
}

void tileOpEffects(Operation *op, const TileSpace &space,
                   SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  auto destinations = cast<DestinationStyleOpInterface>(op);
  for (OpOperand &operand : op->getOpOperands()) {
    if (!mlir::isa<MemRefType>(operand.get().getType()))
      continue;
    bool isInit = destinations.isDpsInit(&operand) || space.updates == operand.getOperandNumber();
    // Without the accumulate operand a destination is written only.
    bool continues = space.reduction && op->getNumOperands() > space.operands.size();
    if (!isInit || continues)
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
    if (isInit)
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
  }
}

} // namespace accord
