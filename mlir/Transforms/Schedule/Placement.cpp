// Nests, working sets, and what lives between them. See Placement.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/Placement.h"

#include "dialects/NN/NN.h"
#include "mlir/Interfaces/CommandLowering.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;

namespace accord {
namespace {

constexpr int64_t maxRows = 8;       // of a nest without product
constexpr int64_t maxPositions = 32; // of a cache, in one tile,
constexpr int64_t leastTiles = 8;    // of at least so many: a tile is loaded whole, however few are live

int64_t ceilDiv(int64_t a, int64_t b) { return llvm::divideCeil(a, b); }

int64_t bytesOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() || mlir::isa<lut::WeightType>(tensor.getElementType()))
    return 0;
  return tensor.getNumElements() * ceilDiv(tensor.getElementTypeBitWidth(), 8);
}

int64_t resultBytes(Operation *op) {
  int64_t bytes = 0;
  for (Type type : op->getResultTypes())
    bytes += llvm::alignTo(bytesOf(type), 64);
  return bytes;
}

bool isStatic(Operation *op) {
  return llvm::all_of(op->getOperandTypes(), [](Type t) {
    auto shaped = dyn_cast<ShapedType>(t);
    return !shaped || shaped.hasStaticShape();
  });
}

bool has(Operation *op, NestRole role) { return nestRole(op) == role; }
/// Makes what an array reads of activations.
bool prepares(Operation *op) { return has(op, NestRole::Prepare); }

int64_t extentOf(Operation *op, size_t dim) {
  const TileDim d = cast<TileLegalityInterface>(op).getTileSpace().dims[dim];
  return cast<ShapedType>(op->getOperand(d.operand).getType()).getDimSize(d.axis);
}
int64_t rowsOf(Operation *op) { return extentOf(op, 0); }

/// Whether a tile of an op reads the same tile of an operand: rows by rows, and columns by columns where it
/// cuts them.
bool goesAlong(OpOperand &operand) {
  TileSpace space = cast<TileLegalityInterface>(operand.getOwner()).getTileSpace();
  ArrayRef<TileAxis> axes = space.operands[operand.getOperandNumber()];
  return axes.size() == 2 && axes[0].dim == 0 && (space.dims.size() < 2 || axes[1].dim == 1);
}

/// Ops that the default schedule cuts.
bool isScheduled(Operation *op) {
  return mlir::isa<TileLegalityInterface>(op) && nestRole(op) && isStatic(op);
}

bool isRows(Operation *op) { return !Product::is(op) && !has(op, NestRole::Attention); }

/// The product whose result an elementwise op reads, the later one of two; null where there is none.
Operation *productBefore(Operation *op) {
  Operation *product = nullptr;
  for (Value operand : op->getOperands().drop_back(op->getNumResults()))
    if (Operation *from = operand.getDefiningOp();
        from && Product::is(from) && from->hasOneUse() && (!product || product->isBeforeInBlock(from)))
      product = from;
  return product;
}

/// The ops between a product and `op`, which is last; empty where `op` is no such op.
SmallVector<Operation *, 2> epilogueOf(Operation *op) {
  auto reads = [](Operation *reader) { return has(reader, NestRole::Elementwise) && productBefore(reader); };
  if (reads(op))
    return {op};
  Operation *from = has(op, NestRole::Quantize) ? op->getOperand(0).getDefiningOp() : nullptr;
  if (from && from->hasOneUse() && reads(from))
    return {from, op};
  return {};
}

/// Fetched by the op's own commands.
bool isFetched(OpOperand &operand) {
  auto lowered = dyn_cast<CommandLoweringInterface>(operand.getOwner());
  return lowered && lowered.fetches(operand);
}

} // namespace

Placement::Placement(func::FuncOp function, const Hardware &hardware) : function(function), hw(hardware) {
  findNests();
  for (SmallVector<Operation *> homeless = place(); !homeless.empty(); homeless = place()) {
    for (Operation *prepare : homeless)
      giveOwn(prepare);
    findNests();
  }
}

/// Tables and sums of all rows can be made once for several products, before the first of them starts; or
/// each product makes its own, row block by row block in its loops, while the array works. What is quicker
/// decides.
bool Placement::isPreparedApart(Operation *op) const {
  if (!prepares(op) || own.contains(op) || rowsOf(op) > leastRows)
    return false;
  const double elements = double(cast<ShapedType>(op->getOperand(0).getType()).getNumElements());
  const double apart = mlir::isa<lut::PrecomputeOp>(op)
                           ? elements / lut::tableLength / double(hw.tableUnit->tablesPerCycle)
                           : elements / double(hw.vector.lanes);
  SetVector<Operation *> products;
  for (Operation *user : op->getUsers())
    products.insert(user);
  double own = 0;
  for (Operation *user : products) {
    if (!Product::is(user))
      return true; // an op that has no loops to make them in
    Product product = Product::of(user);
    ProductHomes homes;
    homes.codes = homes.scales = true;
    const ProductTile making = product.choose(hw, homes, capacity() / 2);
    homes.prepared = true;
    const ProductTile given = product.choose(hw, homes, capacity() / 2);
    if (!given.m)
      return false;
    own += making.m ? making.cycles - given.cycles : apart + 1;
  }
  return apart < own;
}

void Placement::giveOwn(Operation *prepare) {
  SetVector<Operation *> products;
  for (Operation *user : prepare->getUsers())
    products.insert(user);
  own.insert(prepare);
  for (Operation *product : ArrayRef(products.getArrayRef()).drop_front()) {
    Operation *copy = OpBuilder(prepare).clone(*prepare);
    own.insert(copy);
    for (auto [from, to] : llvm::zip_equal(prepare->getResults(), copy->getResults()))
      product->replaceUsesOfWith(from, to);
  }
}

/// Whether a producer of one reader is computed in its loops: rows in rows.
bool Placement::joins(Operation *producer, const Nest &nest) const {
  if (!llvm::all_of(producer->getUses(), goesAlong) || !epilogueTo(producer).empty() || !isRows(producer) ||
      !isRows(nest.root) || prepares(producer) || has(producer, NestRole::Quantize) ||
      has(producer, NestRole::Apart) || rowsOf(producer) != rowsOf(nest.root) ||
      producer->getNumResults() != 1 || extentOf(producer, 0) != extentOf(nest.root, 0))
    return false;
  Nest longer = nest;
  longer.producers.insert(longer.producers.begin(), producer);
  return rowTile(longer, hw.scratchpad.capacityBytes / 2).rows >= std::min(maxRows, rowsOf(producer));
}

Product Placement::productOf(const Nest &nest) const {
  if (Product::is(nest.root))
    return Product::of(nest.root);
  Product product = Product::of(*llvm::find_if(nest.producers, Product::is));
  product.epilogue = epilogueOf(nest.root);
  return product;
}

/// The product, and the ops of one reader each, of which `op` is the last: an elementwise reader of a
/// product, or the quantization of such a one's result. They run in the product's loops: that saves passes
/// over results, and the array works meanwhile. Empty where there is none, or where the product is slower
/// with its lanes outside of k.
SmallVector<Operation *, 2> Placement::epilogueTo(Operation *op) const {
  SmallVector<Operation *, 2> chain = epilogueOf(op);
  Operation *producer = chain.empty() ? nullptr : productBefore(chain.front());
  if (!producer || !isScheduled(producer) || !producer->hasOneUse() || rowsOf(producer) != extentOf(op, 0))
    return {};
  Product product = Product::of(producer);
  ProductHomes homes;
  homes.prepared = isPreparedApart(product.prepare);
  const ProductTile alone = product.choose(hw, homes, capacity() / 2);
  product.epilogue = chain;
  const ProductTile joined = product.choose(hw, homes, capacity() / 2);
  const double pass = 3 * double(product.m * product.n) * 4 / hw.dramBytesPerCycle();
  if (!alone.m || !joined.m || joined.cycles > 1.01 * (alone.cycles + pass))
    return {};
  chain.insert(chain.begin(), producer);
  return chain;
}

void Placement::findNests() {
  all.clear();
  nestOf.clear();
  SmallVector<Operation *> ops;
  for (Operation &op : function.getBody().front())
    if (isScheduled(&op))
      ops.push_back(&op);
  // Products with more rows than a block have what they read prepared in their loops.
  for (Operation *op : ops)
    if (prepares(op) && !isPreparedApart(op) && !own.contains(op))
      giveOwn(op);
  ops.clear();
  for (Operation &op : function.getBody().front())
    if (isScheduled(&op))
      ops.push_back(&op);
  DenseSet<Operation *> inside;
  SmallVector<Nest> found; // last first
  for (Operation *op : llvm::reverse(ops)) {
    if (inside.contains(op))
      continue;
    Nest nest;
    nest.root = op;
    Operation *product = Product::is(op) ? op : nullptr;
    if (!product)
      if (SmallVector<Operation *, 2> chain = epilogueTo(op); !chain.empty()) {
        product = chain.front();
        for (Operation *member : ArrayRef(chain).drop_back()) {
          nest.producers.push_back(member);
          inside.insert(member);
        }
      }
    if (product) {
      Operation *prepare = Product::of(product).prepare;
      if (prepares(prepare) && llvm::is_contained(ops, prepare) && !isPreparedApart(prepare)) {
        nest.producers.insert(nest.producers.begin(), prepare);
        inside.insert(prepare);
      }
    } else {
      for (bool grown = true; grown;) {
        grown = false;
        for (Operation *member : nest.ops())
          for (Value operand : member->getOperands()) {
            Operation *producer = operand.getDefiningOp();
            if (!producer || inside.contains(producer) || !llvm::is_contained(ops, producer) ||
                llvm::any_of(producer->getUsers(), [&](Operation *user) { return user != member; }) ||
                !joins(producer, nest))
              continue;
            nest.producers.insert(nest.producers.begin(), producer);
            inside.insert(producer);
            grown = true;
          }
      }
      llvm::sort(nest.producers, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    }
    found.push_back(std::move(nest));
  }
  all.assign(std::make_move_iterator(found.rbegin()), std::make_move_iterator(found.rend()));
  for (auto [i, nest] : llvm::enumerate(all))
    for (Operation *op : nest.ops())
      nestOf[op] = i;
}

/// What a nest asks for when nothing is kept: half of the scratchpad will do, or the least there is; a
/// product gets more where half of it makes the array wait.
int64_t Placement::workingSet(const Nest &nest) const {
  constexpr double muchSlower = 1.1;
  if (isProduct(nest)) {
    Product product = productOf(nest);
    ProductHomes homes;
    homes.prepared = isPreparedApart(product.prepare);
    const ProductTile most = product.choose(hw, homes, capacity());
    for (int64_t room : {capacity() / 2, capacity() / 4 * 3})
      if (ProductTile tile = product.choose(hw, homes, room);
          tile.m && tile.cycles <= muchSlower * most.cycles)
        return tile.bytes.spm;
    return most.m ? most.bytes.spm : capacity();
  }
  for (int64_t room : {capacity() / 2, capacity()}) {
    if (has(nest.root, NestRole::Attention)) {
      if (AttentionTile tile = attentionTile(nest, room); tile.rows)
        return tile.bytes;
    } else if (RowTile tile = rowTile(nest, room); tile.rows) {
      return tile.bytes;
    }
  }
  return capacity();
}

/// A result between nests.
struct Placement::Candidate {
  Operation *op;
  int64_t bytes;
  size_t first, last; ///< nests
};

SmallVector<Operation *> Placement::place() {
  kept.assign(all.size(), 0);
  onChip.clear();
  SmallVector<int64_t> needed;
  SmallVector<Candidate> candidates;
  for (auto [i, nest] : llvm::enumerate(all)) {
    needed.push_back(workingSet(nest));
    Candidate c{nest.root, resultBytes(nest.root), i, i};
    bool returned = false;
    for (Operation *user : nest.root->getUsers()) {
      returned |= mlir::isa<func::ReturnOp>(user);
      if (auto at = nestOf.find(user); at != nestOf.end())
        c.last = std::max(c.last, at->second);
      else
        c.last = all.size() - 1; // an op without a schedule
    }
    if (!returned && c.bytes)
      candidates.push_back(c);
  }
  auto rank = [](const Candidate &c) { return prepares(c.op) ? 0 : has(c.op, NestRole::Quantize) ? 1 : 2; };
  llvm::stable_sort(candidates, [&](const Candidate &a, const Candidate &b) {
    return std::pair(rank(a), a.bytes) < std::pair(rank(b), b.bytes);
  });
  SmallVector<Operation *> homeless;
  for (const Candidate &c : candidates) {
    bool fits = true;
    for (size_t i = c.first; i <= c.last; ++i)
      fits &= kept[i] + c.bytes + needed[i] <= capacity();
    if (!fits && prepares(c.op))
      homeless.push_back(c.op);
    if (!fits)
      continue;
    onChip.insert(c.op);
    for (size_t i = c.first; i <= c.last; ++i)
      kept[i] += c.bytes;
  }
  return homeless;
}

bool Placement::inDram(Operation *op) const {
  bool returned =
      llvm::any_of(op->getUsers(), [](Operation *user) { return mlir::isa<func::ReturnOp>(user); });
  return !returned && op->getNumResults() && !onChip.contains(op);
}

ProductHomes Placement::homes(const Product &product) const {
  auto isKept = [&](Value value) { return onChip.contains(value.getDefiningOp()); };
  ProductHomes homes;
  homes.prepared = onChip.contains(product.prepare);
  homes.codes = isKept(product.looksUp() && prepares(product.prepare) ? product.prepare->getOperand(0)
                                                                      : product.op->getOperand(0));
  homes.scales = isKept(product.op->getOperand(2));
  homes.out = onChip.contains(product.epilogue.empty() ? product.op : product.epilogue.back());
  return homes;
}

/// The most rows, up to 8, and of these as many columns as are allowed. An operand from elsewhere and a
/// result have two tiles where there is a second one; what goes from op to op inside has one.
RowTile Placement::rowTile(const Nest &nest, int64_t room) const {
  int64_t m = extentOf(nest.root, 0);
  bool hasColumns = true;
  int64_t n = 0, granule = 1;
  for (Operation *op : nest.ops()) {
    TileSpace space = cast<TileLegalityInterface>(op).getTileSpace();
    hasColumns &= space.dims.size() > 1;
    if (!hasColumns)
      break;
    n = extentOf(op, 1);
    granule = std::lcm(granule, space.dims[1].granule);
  }
  auto bytes = [&](int64_t rows, int64_t columns) {
    const int64_t copies = rows < m || columns ? 2 : 1;
    int64_t sum = 0;
    for (Operation *op : nest.ops()) {
      TileSpace space = cast<TileLegalityInterface>(op).getTileSpace();
      const unsigned firstInit = op->getNumOperands() - op->getNumResults();
      for (auto [operand, axes] : llvm::zip(op->getOpOperands(), space.operands)) {
        const unsigned i = operand.getOperandNumber();
        Operation *from = operand.get().getDefiningOp();
        const bool inner = i < firstInit ? llvm::is_contained(nest.producers, from) : op != nest.root;
        if (i < firstInit && (inner || (from && onChip.contains(from))))
          continue; // counted where it is made, or kept
        if (i >= firstInit && !inner && onChip.contains(op))
          continue;
        if (!isFetched(operand))
          sum += (inner ? 1 : copies) * llvm::alignTo(tileBytes(operand.get(), axes, rows, columns), 64);
      }
      sum += copies * cast<DefaultScheduleInterface>(op).getInnerBytes(rows);
    }
    return sum;
  };
  RowTile tile{std::min(m, maxRows), 0, 0};
  auto shrink = [&](int64_t columns) { return ceilDiv(ceilDiv(columns, 2), granule) * granule; };
  int64_t columns = n;
  while ((tile.bytes = bytes(tile.rows, columns < n ? columns : 0)) > room) {
    if (hasColumns && columns > granule && shrink(columns) < columns)
      columns = shrink(columns);
    else if (tile.rows > 1)
      --tile.rows;
    else
      return {0, 0, tile.bytes};
  }
  tile.columns = hasColumns && columns < n ? columns : 0;
  return tile;
}

/// The largest tile of rows, heads and positions, in this order of preference: queries and outputs of the
/// rows, twice where there are more; their scores and shares of a whole context; two tiles of keys and two of
/// values.
AttentionTile Placement::attentionTile(const Nest &nest, int64_t room) const {
  auto op = cast<nn::AttentionOp>(nest.root);
  auto cache = cast<MemRefType>(op.getK().getType());
  const int64_t m = cast<RankedTensorType>(op.getQ().getType()).getDimSize(0), context = cache.getDimSize(1),
                kvHeads = cache.getDimSize(2), headDim = cache.getDimSize(3);
  const int64_t heads = op.getHeads(), width = ceilDiv(cache.getElementTypeBitWidth(), 8);
  AttentionTile tile;
  auto fits = [&](int64_t rows, int64_t part, int64_t positions) {
    tile = {rows, positions, part,
            (rows < m ? 4 : 2) * rows * heads * headDim * 4 +
                2 * rows * (heads / kvHeads * part) * context * 4 +
                (positions < context ? 4 : 2) * positions * part * headDim * width};
    return tile.bytes <= room;
  };
  // Tiles of positions are even in number, two at a time.
  for (int64_t rows = std::min(m, maxRows); rows >= 1; --rows)
    for (int64_t part = kvHeads; part >= 1; --part)
      for (int64_t positions = std::clamp<int64_t>(context / leastTiles, 1, maxPositions);
           kvHeads % part == 0 && positions >= 1; --positions)
        if ((positions == context || context % (2 * positions) == 0) && fits(rows, part, positions))
          return tile;
  // An odd context has no such tiles: all of it at once.
  for (int64_t rows = std::min(m, maxRows); context % 2 != 0 && rows >= 1; --rows)
    for (int64_t part = kvHeads; part >= 1; --part)
      if (kvHeads % part == 0 && fits(rows, part, context))
        return tile;
  tile.rows = 0;
  return tile;
}

} // namespace accord
