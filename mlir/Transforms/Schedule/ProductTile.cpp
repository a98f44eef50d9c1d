// Working sets, estimates, and the choice between them. See ProductTile.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/ProductTile.h"

#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

using namespace mlir;

namespace accord {
namespace {

constexpr int64_t mostRows = 128;
/// Estimates so close are alike: of such tiles the one that moves the fewest bytes is taken, and of those
/// that move as many the one that was looked at first.
constexpr double alikeCycles = 1.005, alikeBytes = 0.98;

int64_t ceilDiv(int64_t a, int64_t b) { return llvm::divideCeil(a, b); }

/// Loops around a tile.
struct Trips {
  int64_t m, n, k;
  Trips(const Product &p, const ProductTile &t)
      : m(ceilDiv(p.m, t.m)), n(ceilDiv(p.n, t.n)), k(ceilDiv(p.k, t.k)) {}
  int64_t all() const { return m * n * k; }
  /// How often rows are prepared.
  int64_t prepared(ProductForm form) const {
    return form == ProductForm::Whole ? m : form == ProductForm::Parts ? m * k : all();
  }
};

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
  if (!type || isa<lut::WeightType>(type.getElementType()))
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
  const Trips trips(*this, t);
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

/// Cycles of the units and of the dram for all tiles; the slowest one decides, as far as buffers let them run
/// side by side.
void Product::estimate(ProductTile &t, const ProductHomes &homes, const Hardware &hw, int64_t room) const {
  constexpr double commandCycles = 16;  // a unit's command beside its steps: taken, handed over by tokens
  constexpr double latencyCycles = 45;  // from a copy's start to its first data; copies under way share it,
  constexpr int64_t copiesThatHide = 4; // as far as there is more of it to hide
  constexpr double openSeconds = 5e-9;  // a row's activate, as four take tFAW
  const Trips trips(*this, t);
  const double tiles = double(trips.all());
  auto rowBlocks = [&](int64_t rows) { // blocks of array rows over all row tiles
    return double((m / t.m) * ceilDiv(t.m, rows) + ceilDiv(m % t.m, rows));
  };
  double array = 0, fill = 0; // of all tiles; of one, before its first step and after its last
  if (looksUp()) {
    const LutArray &lut = *hw.lutArray;
    const int64_t arrays = std::min(lut.count, hw.scratchpad.banks); // a bank feeds one array
    const int64_t blocks =
        (n / t.n) * ceilDiv(ceilDiv(t.n, lut.n), arrays) + ceilDiv(ceilDiv(n % t.n, lut.n), arrays);
    const int64_t beat = ceilDiv(lut.n * lut.k, hw.scratchpad.widthBits);
    array = rowBlocks(lut.m) * double(blocks * ceilDiv(k, lut::tableLength) * weight.getBits() * beat);
    fill = double(std::min(t.m, lut.m) * ceilDiv(lut.n, lut.outLanes));
  } else {
    const MacArray &mac = *hw.macArray;
    const int64_t cols = std::min(mac.cols, t.n);
    auto load = [&](int64_t rows) {
      return std::ceil(double(rows * cols * weight.getBits()) / double(hw.scratchpad.widthBits));
    };
    auto step = [&](int64_t rows) { return std::max(double(std::min(t.m, mac.accRows)), load(rows)); };
    const int64_t rest = group % mac.rows;
    array = rowBlocks(mac.accRows) * double(ceilDiv(n, cols) * ceilDiv(k, group)) *
            (double(group / mac.rows) * step(mac.rows) + (rest ? step(rest) : 0));
    fill = load(std::min(mac.rows, group)) + double(std::min(t.m, mac.accRows) * ceilDiv(cols, mac.outLanes));
  }
  array += tiles * (commandCycles + fill);
  const double sums = double(ceilDiv(k, group)) * double(m) * double(n) * (weight.getHasMin() ? 2 : 1);
  // Epilogues take sums at the rate of the accumulators' ports.
  const double sumLanes =
      double(std::clamp<int64_t>(hw.accumulator.banks * hw.accumulator.widthBits / 32, 1, hw.vector.lanes));
  double vector = sums / sumLanes + tiles * commandCycles;
  const double scaling = vector;
  double after = sums / tiles / sumLanes; // of one tile, when its product is made
  for (Operation *op : epilogue) {
    const double passes = mlir::isa<lut::QuantizeActOp>(op) ? 2 : 1;
    const double one = passes * (double(t.m) * double(t.n) / double(hw.vector.lanes) + commandCycles);
    vector += double(trips.m * trips.n) * one;
    after += one;
  }
  const double epilogueCopies = double(epilogue.size()) * double(trips.m * trips.n);
  const double made = double(trips.prepared(t.form)),
               width = t.form == ProductForm::Whole ? double(k) : double(t.k);
  double table = 0;
  if (!homes.prepared) {
    if (looksUp())
      table = made *
              (double(t.m) * width / lut::tableLength / double(hw.tableUnit->tablesPerCycle) + commandCycles);
    else
      vector += made * (double(t.m) * width / double(hw.vector.lanes) + commandCycles);
  }
  const double rate = hw.dramBytesPerCycle();
  const double weightBytes =
      double(k) * (weight.getBits() / 8.0 +
                   double(weight.getScaleBytes()) * (weight.getHasMin() ? 2 : 1) / double(group));
  const int64_t parts = weight.getHasMin() ? 3 : 2; // planes, scales, minima
  double copies = tiles * double(parts) + epilogueCopies;
  // A part of k lies apart in each block of lanes, and opens a row of its own.
  const double stretches = tiles * double(parts * (trips.k > 1 ? ceilDiv(t.n, lut::planeLanes) : 1));
  double bytes = double(trips.m) * weightBytes * double(llvm::alignTo(n, lut::planeLanes));
  if (!homes.codes && !homes.prepared) {
    bytes += made * double(t.m) * width;
    copies += made;
  }
  if (!homes.codes && !looksUp()) {
    const double loads = t.form == ProductForm::Parts || trips.k == 1 ? double(trips.m * trips.k) : tiles;
    bytes += loads * double(t.m * t.k);
    copies += loads;
  }
  if (!homes.scales)
    copies += t.form == ProductForm::Parts || trips.k == 1 ? double(trips.m * trips.k) : tiles;
  if (!homes.out)
    bytes += double(m) * double(n) * 4;
  const double dram =
      std::max(bytes / rate + stretches * openSeconds * double(hw.clockHz()) +
                   copies * latencyCycles / double(std::min(hw.dma.outstanding, copiesThatHide)),
               copies * double(hw.dma.setupCycles));
  double total = std::max(std::max(array, vector), std::max(table, dram));
  // The vector unit's queue, full of what follows one product, keeps the next tile's loads from being issued
  // until the product before that is scaled.
  if (trips.k == 1 && 2 * static_cast<int64_t>(epilogue.size()) + 1 > hw.queueDepth)
    total = std::max(total, scaling + dram);
  // Beside the short last part of k goes what belongs to a whole one.
  if (const int64_t rest = k % t.k; rest != 0 && t.form != ProductForm::Parts) {
    const double part = double(t.k) / double(k); // of the time for all of k
    const double beside = std::max(std::max(scaling, dram), t.form == ProductForm::Again ? table : 0) * part;
    total += std::max(0.0, beside - array * double(rest) / double(k));
  }
  // Nothing runs beside the first tile's load and preparation, or what follows the last product. Without room
  // beside the tiles of the products before (some four keep theirs), that load waits for them, too.
  const double first = weightBytes * double(t.n) * double(t.k) / double(k) / rate + 3 * latencyCycles;
  total += after + (4 * t.bytes.spm > room ? 2 : 1) * first;
  if (made > 0)
    total += table / made;
  if (!homes.out) {
    const bool swept = t.form == ProductForm::Parts && trips.k > 1;
    const double store = double(t.m) * double(swept ? n : t.n) * 4 / rate;
    total += t.outTwice ? store : double(trips.m * (swept ? 1 : trips.n)) * store;
  }
  if (!t.isumTwice)
    total += std::min(array, vector);
  t.cycles = total, t.dramBytes = bytes;
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
            estimate(t, homes, hw, room);
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
