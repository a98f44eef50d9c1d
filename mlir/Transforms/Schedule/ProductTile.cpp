// Working sets, and the choice between tiles. See ProductTile.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/ProductEstimate.h"

#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <set>

using namespace mlir;

namespace accord {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return llvm::divideCeil(a, b); }

constexpr int64_t mostRows = 128;
/// Estimates so close are alike: of such tiles the one that moves the fewest bytes is taken, and of those
/// that move as many the one that was looked at first.
constexpr double alikeCycles = 1.005, alikeBytes = 0.98;

int64_t twice(bool condition) { return condition ? 2 : 1; }

/// Bytes of an epilogue's tiles, but for the product's result: what its ops read from elsewhere and what the
/// last one writes unless that is kept, and one tile of what goes from op to op.
int64_t epilogueBytes(Operation *product, ArrayRef<Operation *> ops, const ProductTile &t,
                      const ProductHomes &homes, bool second) {
  int64_t bytes = 0;
  for (Operation *op : ops) {
    TileSpace space = cast<TileLegalityInterface>(op).getTileSpace();
    const unsigned firstInit = op->getNumOperands() - op->getNumResults();
    for (auto [operand, axes] : llvm::zip(op->getOpOperands(), space.operands)) {
      const bool out = operand.getOperandNumber() >= firstInit, last = op == ops.back();
      Operation *from = operand.get().getDefiningOp();
      if (out ? last && homes.out : from && (from == product || llvm::is_contained(ops, from)))
        continue;
      bytes += twice(second && (!out || last)) * llvm::alignTo(tileBytes(operand.get(), axes, t.m, t.n), 64);
    }
  }
  return bytes;
}

template <typename Op> void measure(Product &p, Op op) {
  auto type = cast<RankedTensorType>(op.getW().getType());
  p.op = op;
  p.weight = cast<lut::WeightType>(type.getElementType());
  p.n = type.getDimSize(0), p.k = type.getDimSize(1);
  p.m = cast<RankedTensorType>(op.getOut().getType()).getDimSize(0);
  p.group = lut::scaleGroup(op.getActGroup(), p.weight);
  p.actGroup = op.getActGroup();
  p.prepare = op.getAsum().getDefiningOp();
}

} // namespace

int64_t tileBytes(Value operand, ArrayRef<TileAxis> axes, int64_t rows, int64_t columns) {
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  if (!type || mlir::isa<lut::WeightType>(type.getElementType()))
    return 0; // a cache, an index, a table that is read by rows
  int64_t elements = 1;
  for (auto [axis, follow] : llvm::enumerate(axes))
    elements *= follow.dim == 0              ? ceilDiv(rows, follow.per)
                : follow.dim == 1 && columns ? ceilDiv(columns, follow.per)
                                             : type.getDimSize(axis);
  return elements * ceilDiv(type.getElementTypeBitWidth(), 8);
}

Product Product::of(Operation *op) {
  Product p;
  if (auto lookup = dyn_cast<lut::LMMAOp>(op)) {
    p.kind = "lmma", p.rowOperand = "tables";
    measure(p, lookup);
    return p;
  }
  p.kind = "mma", p.rowOperand = "q";
  measure(p, cast<lut::MMAOp>(op));
  return p;
}

WorkingSet Product::workingSet(const ProductTile &t, const ProductHomes &homes) const {
  const TileTrips trips(*this, t);
  const bool many = trips.all() > 1;
  const int64_t lanes = llvm::alignTo(t.n, lut::planeLanes), groups = ceilDiv(t.k, group);
  WorkingSet set;
  set.acc = twice(t.isumTwice && many) * groups * t.m * t.n * 4;
  // Weights: planes, scales and minima.
  set.spm = twice(many) * (lanes * ceilDiv(t.k, lut::tableLength) * weight.getBits() / 2 +
                           lanes * groups * weight.getScaleBytes() * (weight.getHasMin() ? 2 : 1));
  // Results, of all lanes where k is outside of n.
  if (!epilogue.empty())
    set.spm += twice(trips.m * trips.n > 1) * t.m * t.n * 4 +
               epilogueBytes(op, epilogue, t, homes, t.outTwice && trips.m * trips.n > 1);
  else if (!homes.out)
    set.spm += t.form == ProductForm::Parts && trips.k > 1
                   ? twice(t.outTwice && trips.m > 1) * t.m * n * 4
                   : twice(t.outTwice && trips.m * trips.n > 1) * t.m * t.n * 4;
  // What a row is prepared into, and what it is made of.
  const int64_t width = t.form == ProductForm::Whole ? k : t.k;
  const bool changes = trips.prepared(t.form) > 1;
  const int64_t again = twice(changes);
  if (!homes.prepared)
    set.spm += again * t.m * (looksUp() ? ceilDiv(width, lut::tableLength) * 16 : 0) +
               (changes ? sumBuffers(t.form) : 1) * t.m * ceilDiv(width, group) * 4;
  if (!homes.codes && !homes.prepared) // what is prepared is made of codes
    set.spm += again * t.m * width;
  if (!homes.codes && !looksUp()) // and a MAC array reads the codes themselves
    set.spm += twice(many) * t.m * t.k;
  if (!homes.scales)
    set.spm += twice(many) * t.m * ceilDiv(t.k, actGroup) * 4;
  return set;
}

ProductTile Product::choose(const Hardware &hw, const ProductHomes &homes, int64_t room) const {
  SmallVector<TileDim> dims = cast<TileLegalityInterface>(op).getTileSpace().dims;
  int64_t lanes = dims[1].granule;
  const int64_t grain = dims[2].granule;
  for (Operation *last : epilogue)
    lanes = std::lcm(lanes, cast<TileLegalityInterface>(last).getTileSpace().dims[1].granule);
  // As wide as all arrays together, or as a wide one, evenly.
  const int64_t together =
      looksUp() ? std::min(hw.lutArray->count, hw.scratchpad.banks) : ceilDiv(hw.macArray->cols, lanes);
  const int64_t blocks = ceilDiv(n, lanes), steps = ceilDiv(blocks, together);
  const int64_t wide = std::min(n, ceilDiv(blocks, steps) * lanes);
  std::set<int64_t> rows, widths = {std::min(n, lanes), wide};
  for (int64_t width = lanes; width < wide; width *= 2) // where the widest leaves no room for other things
    widths.insert(width);
  for (int64_t r = leastRows; r <= mostRows && r < m; r *= 2)
    rows.insert(r);
  if (m <= mostRows)
    rows.insert(m);
  SmallVector<ProductTile, 0> tiles;
  auto look = [&](int64_t mt) {
    for (auto nt = widths.rbegin(); nt != widths.rend(); ++nt)
      for (ProductForm form : {ProductForm::Whole, ProductForm::Parts, ProductForm::Again}) {
        if (!epilogue.empty() && form == ProductForm::Parts)
          continue; // results are complete after the last part of k only
        int64_t before = 0;
        for (int64_t parts = 1; parts <= ceilDiv(k, grain); ++parts) {
          const int64_t kt = std::min(k, ceilDiv(ceilDiv(k, parts), grain) * grain);
          if (kt == before)
            continue;
          before = kt;
          for (auto [isumTwice, outTwice] : {std::pair(true, true), {true, false}, {false, false}}) {
            ProductTile t{mt, *nt, kt, form, isumTwice, outTwice, {}};
            t.bytes = workingSet(t, homes);
            if (t.bytes.spm > room || t.bytes.acc > hw.accumulator.capacityBytes)
              continue;
            estimateProduct(*this, t, homes, hw, room);
            tiles.push_back(t);
            break;
          }
        }
      }
  };
  for (int64_t mt : rows)
    look(mt);
  // Weights are read once for every eight rows, unless nothing else fits.
  for (int64_t mt = std::min(m, leastRows) - 1; mt >= 1 && tiles.empty(); --mt)
    look(mt);
  double quickest = std::numeric_limits<double>::infinity();
  for (const ProductTile &t : tiles)
    quickest = std::min(quickest, t.cycles);
  ProductTile best;
  for (const ProductTile &t : tiles)
    if (t.cycles <= alikeCycles * quickest && (!best.m || t.dramBytes < alikeBytes * best.dramBytes))
      best = t;
  return best;
}

ProductTile Product::least(const ProductHomes &homes) const {
  SmallVector<TileDim> dims = cast<TileLegalityInterface>(op).getTileSpace().dims;
  ProductTile t{
      1, std::min(n, dims[1].granule), std::min(k, dims[2].granule), ProductForm::Again, false, false, {}};
  t.bytes = workingSet(t, homes);
  return t;
}

} // namespace accord
