// Keys and values: rows appended to caches, and attention over live positions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A position is a number that is known when the program is emitted for it, not when it is compiled. So the
// walk over the live positions is a loop with a computed bound, over pairs of tiles: the two slots of a pair
// are numbers in the text whatever the bound is, and the second one is fetched while the first one is in use.
#include "mlir/Conversion/ScheduleToAccel/Families.h"

#include "dialects/Cust/Cust.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using accord::isa::Field;
using accord::isa::Opcode;

namespace accord {
namespace {

Linear number(int64_t value) {
  Linear result;
  result.constant = value;
  return result;
}

struct Append : CommandLoweringInterface::ExternalModel<Append, nn::CacheAppendOp> {
  std::optional<CacheUse> getCacheUse(Operation *op) const {
    auto append = cast<nn::CacheAppendOp>(op);
    return CacheUse{append.getLayer(), append.getPosition()};
  }

  LogicalResult lowerToCommands(Operation *op, CommandEmitter &e) const {
    auto append = cast<nn::CacheAppendOp>(op);
    Value cache = e.cache(append.getCache()), tile = e.in(0);
    FailureOr<Linear> row = e.cacheRow(append.getCache(), append.getLayer(), append.getPosition());
    if (failed(row))
      return failure();
    SmallVector<int64_t> shape(cast<MemRefType>(tile.getType()).getShape());
    if (Type element = cast<MemRefType>(cache.getType()).getElementType(); element.isF16()) {
      tile = e.tile("rows", shape, element, accel::Memory::Spm, 2);
      e.command(Opcode::Narrow, {e.in(0)}, {tile});
    }
    e.store(tile, e.window(cache, {*row, Linear()}, shape));
    return success();
  }
};

/// The commands of one tile of queries.
class AttentionWriter {
public:
  AttentionWriter(nn::AttentionOp op, CommandEmitter &e) : op(op), e(e), b(e.builder) {
    auto cache = cast<MemRefType>(op.getK().getType());
    context = cache.getDimSize(1), headDim = cache.getDimSize(3);
    positions = context, cacheHeads = cache.getDimSize(2);
    if (auto stream = op->getAttrOfType<DenseI64ArrayAttr>(cust::streamAttrName))
      positions = stream[0], cacheHeads = stream[1];
    parts = cache.getDimSize(2) / cacheHeads;
    heads = static_cast<int64_t>(op.getHeads()) / parts;
    rows = cast<MemRefType>(e.in(0).getType()).getDimSize(0);
  }

  LogicalResult write() {
    FailureOr<Linear> position = e.evaluate(op.getPosition());
    if (failed(position))
      return failure();
    seen = asValue(e.materialize(*position + number(1)));
    // A last tile of fewer rows takes the buffer of the others: softmax must not see their rows.
    const SmallVector<int64_t> all = {rows * heads, context};
    Value scores = e.tile("scores", all, b.getF32Type()), shares = e.tile("shares", all, b.getF32Type());
    for (int64_t part = 0; part < parts; ++part) {
      SmallVector<Linear> at = {Linear(), number(part * heads * headDim)};
      SmallVector<int64_t> tile = {rows, heads * headDim};
      Value q = e.window(e.in(0), at, tile), y = e.window(e.out(), at, tile);
      LogicalResult ok = stream(op.getK(), "k", part, [&](Value k, OpFoldResult first, Value live, Value) {
        e.command(Opcode::Scores, {q, k}, {columnsAt(scores, first)},
                  {{Field::Heads, e.number(heads)},
                   {Field::HeadDim, e.number(headDim)},
                   {Field::Scale, op.getScaleAttr()}},
                  {}, live);
      });
      if (failed(ok))
        return failure();
      e.command(
          Opcode::Softmax, {scores}, {shares},
          {{Field::Heads, e.number(heads)}, {Field::Chunk, e.number(isWhole() ? context : 2 * positions)}},
          {}, seen);
      ok = stream(op.getV(), "v", part, [&](Value v, OpFoldResult first, Value live, Value later) {
        e.command(Opcode::Weigh, {columnsAt(shares, first), v}, {y},
                  {{Field::Heads, e.number(heads)}, {Field::HeadDim, e.number(headDim)}}, later, live);
      });
      if (failed(ok))
        return failure();
    }
    return success();
  }

private:
  /// A tile of a cache, its first position, how many of it row 0 may see, and whether there was one before
  /// (null: never).
  using TileUse = llvm::function_ref<void(Value tile, OpFoldResult position, Value live, Value later)>;

  bool isWhole() const { return positions == context; }
  Value asValue(OpFoldResult value) { return getValueOrCreateConstantIndexOp(b, e.loc, value); }
  Value constant(int64_t value) { return b.create<arith::ConstantIndexOp>(e.loc, value); }
  /// The columns of scores that belong to the positions of a tile.
  Value columnsAt(Value of, OpFoldResult at) {
    return isWhole() ? of : e.subview(of, {b.getIndexAttr(0), at}, {rows * heads, positions});
  }

  /// Hands the live positions of a part of a cache's heads to `use`, tile by tile.
  LogicalResult stream(Value cache, StringRef name, int64_t part, TileUse use) {
    FailureOr<Linear> position = e.evaluate(op.getPosition());
    FailureOr<Linear> row = e.cacheRow(cache, op.getLayer(), op.getPosition());
    if (failed(position) || failed(row))
      return failure();
    const OpFoldResult firstRow = e.materialize(*row - *position);
    const Value memref = e.cache(cache);
    const SmallVector<int64_t> shape = {positions, cacheHeads * headDim};
    auto load = [&](Value tile, OpFoldResult at) {
      OpFoldResult from = at;
      if (!isConstantIntValue(firstRow, 0))
        from = b.create<arith::AddIOp>(e.loc, asValue(at), asValue(firstRow)).getResult();
      e.load(e.subview(memref, {from, b.getIndexAttr(part * shape[1])}, shape), tile);
    };
    const Type element = cast<MemRefType>(memref.getType()).getElementType();
    if (isWhole()) {
      Value tile = e.tile(name, shape, element);
      load(tile, b.getIndexAttr(0));
      return use(tile, b.getIndexAttr(0), seen, Value()), success();
    }
    Value tiles = e.pair(name, shape, element);
    // Pairs that hold a position that the last row sees; the bound on them is the cache's, so that it is
    // known.
    Value last = b.create<arith::AddIOp>(e.loc, seen, constant(rows - 1 + 2 * positions - 1));
    Value pairs = b.create<arith::DivUIOp>(e.loc, last, constant(2 * positions));
    pairs = b.create<arith::MinSIOp>(e.loc, pairs, constant(context / (2 * positions)));
    auto loop = b.create<scf::ForOp>(e.loc, constant(0), pairs, constant(1));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(loop.getBody()->getTerminator());
    Value pair = b.create<arith::MulIOp>(e.loc, loop.getInductionVar(), constant(2 * positions));
    for (int64_t half = 0; half < 2; ++half) {
      Value at = half ? b.create<arith::AddIOp>(e.loc, pair, constant(positions)).getResult() : pair;
      Value tile = e.slotOf(tiles, half);
      load(tile, at);
      Value later = half ? b.create<arith::ConstantOp>(e.loc, b.getBoolAttr(true)).getResult()
                         : b.create<arith::CmpIOp>(e.loc, arith::CmpIPredicate::ne, pair, constant(0));
      use(tile, at, b.create<arith::SubIOp>(e.loc, seen, at), later);
    }
    return success();
  }

  nn::AttentionOp op;
  CommandEmitter &e;
  OpBuilder &b;
  int64_t context, headDim;      ///< of the caches
  int64_t positions, cacheHeads; ///< of them on chip at a time; all where no schedule says
  int64_t parts, heads, rows;    ///< of the cache's heads; heads of queries in a part; queries
  Value seen;                    ///< positions that row 0 of the tile sees
};

struct Attention : CommandLoweringInterface::ExternalModel<Attention, nn::AttentionOp> {
  std::optional<CacheUse> getCacheUse(Operation *op) const {
    auto attention = cast<nn::AttentionOp>(op);
    return CacheUse{attention.getLayer(), attention.getPosition()};
  }
  LogicalResult lowerToCommands(Operation *op, CommandEmitter &e) const {
    return AttentionWriter(cast<nn::AttentionOp>(op), e).write();
  }
};

} // namespace

void registerAttentionLowerings(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, nn::NNDialect *) {
    nn::AttentionOp::attachInterface<Attention>(*context);
    nn::CacheAppendOp::attachInterface<Append>(*context);
  });
}

} // namespace accord
