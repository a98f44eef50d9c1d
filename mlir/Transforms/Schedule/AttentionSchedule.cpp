// Attention: rows of queries, streams of caches.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/ScheduleText.h"

using namespace mlir;

namespace accord {

LogicalResult writeAttention(ScheduleText &text, const Placement &placement, const Nest &nest, int64_t room) {
  Operation *op = nest.root;
  const AttentionTile t = placement.attentionTile(nest, room);
  if (!t.rows)
    return ScheduleText::tooLarge(op)
           << "one row and head with "
           << (t.positions == 1 ? "one position"
                                : "all " + std::to_string(t.positions) + " positions of an odd context")
           << " need " << t.bytes << " bytes of spm, " << text.spmFor(room);
  std::string name = text.nameOf(op);
  writeTile(text, placement, nest, name, t.rows, 0);
  text.stream(name + "_tile", t.positions, t.heads);
  return success();
}

} // namespace accord
