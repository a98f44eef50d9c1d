// Rows by token, gathered out of a table of any form.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/Families.h"

#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"

using namespace mlir;
using accord::isa::Field;
using accord::isa::Opcode;

namespace accord {
namespace {

struct Embed : CommandLoweringInterface::ExternalModel<Embed, nn::EmbedOp> {
  /// Rows, never the whole of it.
  bool fetches(Operation *op, OpOperand &operand) const {
    return operand.get() == cast<nn::EmbedOp>(op).getTable();
  }

  LogicalResult lowerToCommands(Operation *op, CommandEmitter &e) const {
    auto embed = cast<nn::EmbedOp>(op);
    ArrayRef<Value> table = e.argumentParts(embed.getTable());
    if (table.empty())
      return op->emitOpError() << "expected a table that is an argument of the function";
    int64_t rows = cast<MemRefType>(e.in(0).getType()).getDimSize(0);
    SmallVector<Value> tiles;
    for (Value part : table) {
      auto type = cast<MemRefType>(part.getType());
      Value tile = e.out(); // a table of f32 needs nothing but its rows
      if (!type.getElementType().isF32() || table.size() > 1)
        tile = e.tileOf(part, {rows, type.getDimSize(1)}, 2);
      e.gather(part, e.in(0), tile);
      tiles.push_back(tile);
    }
    auto weight = dyn_cast<lut::WeightType>(getElementTypeOrSelf(embed.getTable().getType()));
    if (weight)
      e.command(Opcode::Expand, tiles, e.outs(),
                {{Field::Group, e.number(weight.getGroup())}, {Field::Zero, e.number(weight.getZero())}});
    else if (cast<MemRefType>(tiles[0].getType()).getElementType().isF16())
      e.command(Opcode::Widen, tiles, e.outs());
    else if (tiles[0] != e.out())
      return op->emitOpError() << "expected a table of quantized weights, f16 or f32, got "
                               << embed.getTable().getType();
    return success();
  }
};

} // namespace

void registerEmbedLowerings(DialectRegistry &registry) {
  registry.addExtension(
      +[](MLIRContext *context, nn::NNDialect *) { nn::EmbedOp::attachInterface<Embed>(*context); });
}

} // namespace accord
