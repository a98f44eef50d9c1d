// Ops that read and write dram themselves: caches of keys and values, and rows by token. See Lowering.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A position is a number that is known when the program is emitted for it, not when it is compiled. So the
// walk over the live positions is a loop with a computed bound, over pairs of tiles: the two slots of a pair
// are numbers in the text whatever the bound is, and the second one is fetched while the first one is in use.
#include "mlir/Conversion/ScheduleToAccel/Lowering.h"

#include "dialects/Cust/Cust.h"
#include "dialects/LUT/LUT.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using accord::isa::Opcode;

namespace accord {
namespace {

/// How much of a cache is on chip at a time; all of it where no schedule says.
struct Stream {
  int64_t positions, heads;
};
Stream streamOf(nn::AttentionOp op) {
  if (auto stream = op->getAttrOfType<DenseI64ArrayAttr>(cust::streamAttrName))
    return {stream[0], stream[1]};
  auto cache = cast<MemRefType>(op.getK().getType());
  return {cache.getDimSize(1), cache.getDimSize(2)};
}

Value subview(OpBuilder &b, Location loc, Value memref, ArrayRef<OpFoldResult> offsets,
              ArrayRef<int64_t> sizes) {
  SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
  return b.create<memref::SubViewOp>(loc, memref, offsets, getAsIndexOpFoldResult(b.getContext(), sizes),
                                     strides);
}

Value asValue(OpBuilder &b, OpFoldResult value, Location loc) {
  return getValueOrCreateConstantIndexOp(b, loc, value);
}

Linear number(int64_t value) {
  Linear result;
  result.constant = value;
  return result;
}

} // namespace

/// The row of a cache, as the program has it, at a position of a layer.
FailureOr<Linear> Lowering::cacheRow(Value cache, Value layer, Value position) {
  FailureOr<Linear> row = index.evaluate(OpFoldResult(position));
  if (failed(row) || layerOf(cast<BlockArgument>(cache)))
    return row;
  FailureOr<Linear> number = index.evaluate(OpFoldResult(layer));
  if (failed(number))
    return failure();
  return *row + *number * cast<MemRefType>(cache.getType()).getDimSize(1);
}

LogicalResult Lowering::emitAppend(nn::CacheAppendOp op, Value x) {
  Value cache = caches.lookup(op.getCache());
  FailureOr<Linear> row = cacheRow(op.getCache(), op.getLayer(), op.getPosition());
  if (failed(row))
    return failure();
  Location loc = op.getLoc();
  SmallVector<int64_t> shape(cast<MemRefType>(x.getType()).getShape());
  Value tile = x;
  if (Type element = cast<MemRefType>(cache.getType()).getElementType(); element.isF16()) {
    Value slot = begin(bufferFor(op, 500), shape, element, accel::Memory::Spm, 2, opName(op) + ".rows", loc);
    tile = window(slot, SmallVector<Linear>(2), shape, loc);
    command(Opcode::Narrow, {x}, {tile}, loc);
  }
  b.create<accel::StoreOp>(loc, token(), tile, window(cache, {*row, Linear()}, shape, loc), ValueRange());
  return success();
}

LogicalResult Lowering::streamCache(nn::AttentionOp op, Value cache, unsigned key, const Columns &columns,
                                    int64_t rows, CacheTileUse use) {
  Location loc = op.getLoc();
  auto type = cast<MemRefType>(cache.getType());
  int64_t positions = streamOf(op).positions, context = type.getDimSize(1);
  FailureOr<Linear> position = index.evaluate(OpFoldResult(op.getPosition()));
  if (failed(position))
    return failure();
  FailureOr<Linear> layerRow = cacheRow(cache, op.getLayer(), op.getPosition());
  if (failed(layerRow))
    return failure();
  OpFoldResult firstRow = index.materialize(b, loc, *layerRow - *position);
  Value seen = asValue(b, index.materialize(b, loc, *position + number(1)), loc); // by row 0 of the tile
  Value memref = caches.lookup(cache);
  SmallVector<int64_t> shape = {positions, columns.count};
  auto load = [&](Value tile, OpFoldResult at) {
    OpFoldResult row = at;
    if (!isConstantIntValue(firstRow, 0))
      row = b.create<arith::AddIOp>(loc, asValue(b, at, loc), asValue(b, firstRow, loc)).getResult();
    Value from = subview(b, loc, memref, {row, b.getIndexAttr(columns.first)}, shape);
    b.create<accel::LoadOp>(loc, token(), from, tile, ValueRange());
  };

  OnChip &buffer = bufferFor(op, key);
  std::string name = opName(op) + (cache == op.getK() ? ".k" : ".v");
  if (positions == context) {
    Value tile = begin(buffer, shape, type.getElementType(), accel::Memory::Spm, 1, name, loc);
    load(tile, b.getIndexAttr(0));
    return use(tile, b.getIndexAttr(0), seen, Value()), success();
  }
  if (!buffer.alloc)
    buffer.alloc =
        allocate({2, positions, columns.count}, type.getElementType(), accel::Memory::Spm, name, loc);
  // Pairs that hold a position that the last row sees; the bound on them is the cache's, so that it is known.
  auto constant = [&](int64_t v) -> Value { return b.create<arith::ConstantIndexOp>(loc, v); };
  Value last = b.create<arith::AddIOp>(loc, seen, constant(rows - 1 + 2 * positions - 1));
  Value pairs = b.create<arith::DivUIOp>(loc, last, constant(2 * positions));
  pairs = b.create<arith::MinSIOp>(loc, pairs, constant(context / (2 * positions)));
  auto loop = b.create<scf::ForOp>(loc, constant(0), pairs, constant(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  Value pair = b.create<arith::MulIOp>(loc, loop.getInductionVar(), constant(2 * positions));
  for (int64_t half = 0; half < 2; ++half) {
    Value at = half ? b.create<arith::AddIOp>(loc, pair, constant(positions)).getResult() : pair;
    Value tile = selectSlot(buffer.alloc, b.getIndexAttr(half), loc);
    load(tile, at);
    Value later = half ? b.create<arith::ConstantOp>(loc, b.getBoolAttr(true)).getResult()
                       : b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, pair, constant(0));
    use(tile, at, b.create<arith::SubIOp>(loc, seen, at), later);
  }
  return success();
}

LogicalResult Lowering::emitAttention(nn::AttentionOp op, Value q, Value y) {
  Location loc = op.getLoc();
  auto cache = cast<MemRefType>(op.getK().getType());
  Stream stream = streamOf(op);
  int64_t context = cache.getDimSize(1), headDim = cache.getDimSize(3);
  int64_t rows = cast<MemRefType>(q.getType()).getDimSize(0);
  int64_t parts = cache.getDimSize(2) / stream.heads;
  auto heads = static_cast<int64_t>(op.getHeads()) / parts;
  bool whole = stream.positions == context;
  FailureOr<Linear> position = index.evaluate(OpFoldResult(op.getPosition()));
  if (failed(position))
    return failure();
  Value seen = asValue(b, index.materialize(b, loc, *position + number(1)), loc);
  auto i64 = [&](int64_t v) -> Attribute { return b.getI64IntegerAttr(v); };

  SmallVector<int64_t> tile = {rows, heads * headDim}, all = {rows * heads, context};
  Type f32 = b.getF32Type();
  // A last tile of fewer rows takes the buffer of the others: softmax must not see their rows.
  auto rowsOf = [&](unsigned key, StringRef suffix) {
    std::string name = opName(op) + suffix.str();
    Value buffer = begin(bufferFor(op, key), all, f32, accel::Memory::Spm, 1, name, loc);
    return window(buffer, SmallVector<Linear>(2), all, loc);
  };
  Value scores = rowsOf(510, ".scores"), shares = rowsOf(511, ".shares");
  auto columnsAt = [&](Value of, OpFoldResult at) {
    return whole ? of : subview(b, loc, of, {b.getIndexAttr(0), at}, {rows * heads, stream.positions});
  };
  for (int64_t part = 0; part < parts; ++part) {
    Columns columns = {part * stream.heads * headDim, stream.heads * headDim};
    SmallVector<Linear> at = {Linear(), number(part * heads * headDim)};
    Value qPart = window(q, at, tile, loc), yPart = window(y, at, tile, loc);
    LogicalResult ok =
        streamCache(op, op.getK(), 512, columns, rows, [&](Value k, OpFoldResult first, Value live, Value) {
          command(Opcode::Scores, {qPart, k}, {columnsAt(scores, first)}, loc,
                  {{isa::Field::Heads, i64(heads)},
                   {isa::Field::HeadDim, i64(headDim)},
                   {isa::Field::Scale, op.getScaleAttr()}},
                  {}, live);
        });
    if (failed(ok))
      return failure();
    command(
        Opcode::Softmax, {scores}, {shares}, loc,
        {{isa::Field::Heads, i64(heads)}, {isa::Field::Chunk, i64(whole ? context : 2 * stream.positions)}},
        {}, seen);
    ok = streamCache(
        op, op.getV(), 513, columns, rows, [&](Value v, OpFoldResult first, Value live, Value later) {
          command(Opcode::Weigh, {columnsAt(shares, first), v}, {yPart}, loc,
                  {{isa::Field::Heads, i64(heads)}, {isa::Field::HeadDim, i64(headDim)}}, later, live);
        });
    if (failed(ok))
      return failure();
  }
  return success();
}

LogicalResult Lowering::emitEmbed(nn::EmbedOp op, Value tokens, Value y) {
  Location loc = op.getLoc();
  Root *table = arguments.lookup(op.getTable());
  if (!table)
    return op.emitOpError() << "expected a table that is an argument of the function";
  int64_t rows = cast<MemRefType>(tokens.getType()).getDimSize(0);
  SmallVector<Value> tiles;
  for (auto [i, part] : llvm::enumerate(table->dram)) {
    auto type = cast<MemRefType>(part.getType());
    SmallVector<int64_t> shape = {rows, type.getDimSize(1)};
    Value tile = y; // a table of f32 needs nothing but its rows
    if (!type.getElementType().isF32() || table->dram.size() > 1) {
      Value slot = begin(bufferFor(op, 520 + i), shape, type.getElementType(), accel::Memory::Spm, 2,
                         dramName(part), loc);
      tile = window(slot, SmallVector<Linear>(2), shape, loc);
    }
    b.create<accel::GatherOp>(loc, token(), part, tokens, tile, ValueRange());
    tiles.push_back(tile);
  }
  auto weight = dyn_cast<lut::WeightType>(cast<ShapedType>(op.getTable().getType()).getElementType());
  if (weight)
    command(Opcode::Expand, tiles, {y}, loc,
            {{isa::Field::Group, b.getI64IntegerAttr(weight.getGroup())},
             {isa::Field::Zero, b.getI64IntegerAttr(weight.getZero())}});
  else if (cast<MemRefType>(tiles[0].getType()).getElementType().isF16())
    command(Opcode::Widen, tiles, {y}, loc);
  else if (tiles[0] != y)
    return op.emitOpError() << "expected a table of quantized weights, f16 or f32, got "
                            << op.getTable().getType();
  return success();
}

} // namespace accord
