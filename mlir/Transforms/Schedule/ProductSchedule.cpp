// Products: loops by their form, what is prepared for them and what reads them inside, buffers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/ScheduleText.h"

#include "dialects/Cust/Cust.h"

using namespace mlir;

namespace accord {

LogicalResult writeProduct(ScheduleText &text, const Placement &placement, const Nest &nest, int64_t room) {
  const Hardware &hw = text.hardware();
  const Product p = placement.productOf(nest);
  const ProductHomes homes = placement.homes(p);
  const ProductTile t = p.choose(hw, homes, room);
  if (!t.m) {
    const ProductTile least = p.least(homes);
    return ScheduleText::tooLarge(p.op)
           << "the smallest (1 x " << least.n << " x " << least.k << ") needs " << least.bytes.spm
           << " bytes of spm and " << least.bytes.acc << " of acc, " << text.spmFor(room) << " and "
           << hw.accumulator.capacityBytes;
  }
  Operation *prepare = llvm::is_contained(nest.producers, p.prepare) ? p.prepare : nullptr;
  std::string name = text.nameOf(p.op), prepared;
  const std::string tiled = name + "_tile";
  // Producers are computed where their first slice is taken: so the loops of the form, then the producer,
  // then the loops inside of which its result stays.
  if (!p.epilogue.empty()) {
    Operation *root = p.epilogue.back();
    std::string last = text.nameOf(root);
    // From the last op back to the product: each is computed in the loops of its reader.
    SmallVector<std::string> inner;
    for (Operation *op : llvm::reverse(ArrayRef(p.epilogue).drop_back()))
      inner.push_back(text.nameOf(op));
    inner.push_back(name);
    auto suffixOf = [&](const std::string &op) { return op == name ? "_lanes" : "_tile"; };
    text.match(last);
    const bool lanes = t.n < p.n; // lanes that are whole need no loop
    if (t.form == ProductForm::Whole && lanes) {
      text.tile(last, last + "_rows", {t.m, 0}, "m");
      for (const std::string &op : inner) {
        text.match(op);
        text.fuse(op, op + "_rows", last + "_m");
      }
      prepared = text.fuse(prepare, last + "_m");
      text.tile(last + "_rows", last + "_tile", {0, t.n}, "n", last);
      for (const std::string &op : inner)
        text.fuse(op + "_rows", op + suffixOf(op), last + "_n");
      text.tile(name + "_lanes", tiled, {0, 0, t.k}, "k", name);
    } else {
      text.tile(last, last + "_tile", {t.m, lanes ? t.n : 0}, lanes ? "mn" : "m");
      for (const std::string &op : inner) {
        text.match(op);
        text.fuse(op, op + suffixOf(op), last + "_m");
      }
      if (t.form == ProductForm::Whole)
        prepared = text.fuse(prepare, last + "_m");
      text.tile(name + "_lanes", tiled, {0, 0, t.k}, "k", name);
      if (t.form != ProductForm::Whole)
        prepared = text.fuse(prepare, last + "_m");
      if (prepare && t.form != ProductForm::Whole && t.k < p.k) { // from the lanes' loop on into that over k
        text.fuse(prepared, prepared + "_part", name + "_k");
        prepared += "_part";
      }
    }
  } else {
    text.match(name);
    switch (t.form) {
    case ProductForm::Whole:
      text.tile(name, name + "_rows", {t.m, 0, 0}, "m");
      prepared = text.fuse(prepare, name + "_m");
      text.tile(name + "_rows", tiled, {0, t.n, t.k}, "nk", name);
      break;
    case ProductForm::Parts:
      text.tile(name, name + "_rows", {t.m, 0, t.k}, "mk");
      prepared = text.fuse(prepare, name + "_m");
      text.tile(name + "_rows", tiled, {0, t.n, 0}, "n", name);
      break;
    case ProductForm::Again:
      text.tile(name, tiled, {t.m, t.n, t.k}, "mnk");
      prepared = text.fuse(prepare, name + "_m");
      break;
    }
  }
  // A buffer has a second tile where the loops come to a second tile of it.
  const bool rows = t.m < p.m, lanes = t.n < p.n, parts = t.k < p.k, any = rows || lanes || parts;
  const bool swept = t.form == ProductForm::Parts && parts; // all lanes stay until the last part
  const bool again =
      rows || (t.form != ProductForm::Whole && parts) || (t.form == ProductForm::Again && lanes);
  auto buffer = [&](StringRef of, StringRef operand, StringRef memory, bool second) {
    text.buffer(of, operand, memory, second ? 2 : 1);
  };
  buffer(tiled, "w", "spm", any);
  buffer(tiled, "isum", "acc", any && t.isumTwice);
  if (!p.epilogue.empty())
    buffer(tiled, "out", "spm", rows || lanes);
  else
    buffer(tiled, "out", placement.inDram(p.op) ? "dram" : "spm", t.outTwice && (rows || (lanes && !swept)));
  if (!homes.prepared) {
    if (p.looksUp())
      buffer(tiled, "tables", "spm", again);
    text.buffer(tiled, "asum", "spm", again ? p.sumBuffers(t.form) : 1);
  }
  if (!homes.codes && !homes.prepared && prepare)
    buffer(prepared, "q", "spm", again);
  if (!homes.codes && !p.looksUp())
    buffer(tiled, "q", "spm", any);
  if (!homes.scales)
    buffer(tiled, "s", "spm", any);
  for (Operation *op : p.epilogue) {
    const std::string handle = op->getAttrOfType<StringAttr>(cust::nameAttrName).str() + "_tile";
    TileSpace space = cast<TileLegalityInterface>(op).getTileSpace();
    const unsigned firstInit = op->getNumOperands() - op->getNumResults();
    for (auto [operand, axes] : llvm::zip(op->getOpOperands(), space.operands)) {
      const bool out = operand.getOperandNumber() >= firstInit, last = op == p.epilogue.back();
      Operation *from = operand.get().getDefiningOp();
      if (out ? !last : from == p.op || llvm::is_contained(p.epilogue, from))
        continue; // from op to op
      const bool moves = llvm::any_of(
          axes, [&](const TileAxis &axis) { return (axis.dim == 0 && rows) || (axis.dim == 1 && lanes); });
      buffer(handle, cust::operandName(operand), out && placement.inDram(op) ? "dram" : "spm",
             moves && t.outTwice);
    }
  }
  return success();
}

} // namespace accord
