// Rows: cut as they are, with what is computed in their loops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/ScheduleText.h"

#include "dialects/Cust/Cust.h"

using namespace mlir;

namespace accord {

void writeTile(ScheduleText &text, const Placement &placement, const Nest &nest, StringRef name, int64_t rows,
               int64_t columns) {
  auto root = cast<TileLegalityInterface>(nest.root);
  const SmallVector<TileDim> dims = root.getTileSpace().dims;
  const int64_t m = cast<ShapedType>(root->getOperand(dims[0].operand).getType()).getDimSize(dims[0].axis);
  SmallVector<int64_t> sizes(dims.size(), 0);
  sizes[0] = rows;
  if (sizes.size() > 1)
    sizes[1] = columns;
  text.match(name);
  text.tile(name.str(), (name + "_tile").str(), sizes, columns ? "mn" : "m");
  auto buffers = [&](Operation *op, StringRef tiled) {
    TileSpace space = cast<TileLegalityInterface>(op).getTileSpace();
    const unsigned firstInit = op->getNumOperands() - op->getNumResults();
    for (auto [i, axes] : llvm::enumerate(space.operands)) {
      const bool out = i >= firstInit, home = out && op == root.getOperation() && placement.inDram(op);
      if (out ? op != root.getOperation()
              : llvm::is_contained(nest.producers, op->getOperand(i).getDefiningOp()))
        continue; // from op to op in the nest
      const bool second = llvm::any_of(axes, [&](const TileAxis &axis) {
        return (axis.dim == 0 && rows < m) || (axis.dim == 1 && columns);
      });
      if (home || second)
        text.buffer(tiled, cust::operandName(op->getOpOperand(i)), home ? "dram" : "spm", second ? 2 : 1);
    }
  };
  buffers(root, (name + "_tile").str());
  for (Operation *producer : llvm::reverse(nest.producers)) {
    std::string tiled = text.fuse(producer, (name + "_m").str());
    buffers(producer, tiled);
  }
}

LogicalResult writeRows(ScheduleText &text, const Placement &placement, const Nest &nest, int64_t room) {
  Operation *op = nest.root;
  const RowTile t = placement.rowTile(nest, room);
  if (!t.rows)
    return ScheduleText::tooLarge(op)
           << "one row needs " << t.bytes << " bytes of spm, " << text.spmFor(room);
  writeTile(text, placement, nest, text.nameOf(op), t.rows, t.columns);
  return success();
}

} // namespace accord
