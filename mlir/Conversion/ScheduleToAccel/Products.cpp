// Products of activations by packed weights and what prepares activations for them; products by rows of
// floats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/Families.h"

#include "dialects/Cust/Cust.h"
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"

using namespace mlir;
using accord::isa::Field;
using accord::isa::Opcode;

namespace accord {
namespace {

/// An op that is one command of its group.
template <typename Op, Opcode opcode>
struct Grouped : CommandLoweringInterface::ExternalModel<Grouped<Op, opcode>, Op> {
  LogicalResult lowerToCommands(Operation *op, CommandEmitter &e) const {
    e.command(opcode, e.ins(), e.outs(), {{Field::Group, e.number(cast<Op>(op).getGroup())}});
    return success();
  }
};

struct Precompute : CommandLoweringInterface::ExternalModel<Precompute, lut::PrecomputeOp> {
  LogicalResult lowerToCommands(Operation *op, CommandEmitter &e) const {
    auto tables = cast<lut::PrecomputeOp>(op);
    if (tables.getForm() != lut::TableForm::Half)
      return op->emitOpError() << "expected half tables, got " << lut::stringifyTableForm(tables.getForm());
    e.command(Opcode::Table, e.ins(), e.outs(), {{Field::Group, e.number(tables.getGroup())}});
    return success();
  }
};

/// The sums of a product by groups, in a tile of the accumulators.
template <typename Op> Value sumsOf(Op product, CommandEmitter &e) {
  auto asum = cast<MemRefType>(e.in(1).getType()), y = cast<MemRefType>(e.out().getType());
  return e.tile("isum", {asum.getDimSize(1), y.getDimSize(0), y.getDimSize(1)}, e.builder.getI32Type(),
                accel::Memory::Acc, cust::bufferCount(product, "isum"));
}

/// The sums, scaled: `bits` and `zero` of weights that the array has taken as they are; 0 of whole sums.
template <typename Op> void scale(Op product, CommandEmitter &e, Value isum, int64_t bits, int64_t zero) {
  auto weight = cast<lut::WeightType>(getElementTypeOrSelf(product.getW().getType()));
  const int64_t group = lut::scaleGroup(product.getActGroup(), weight);
  SmallVector<Value> inputs = {isum, e.in(1), e.in(2)};
  llvm::append_range(inputs, e.parts(3).drop_front());
  SmallVector<std::pair<Field, Attribute>> fields = {
      {Field::Group, e.number(group)}, {Field::Bits, e.number(bits)}, {Field::Zero, e.number(zero)}};
  if (int64_t act = product.getActGroup(); act != group)
    fields.push_back({Field::ActGroup, e.number(act)});
  if (weight.getGroup() != group)
    fields.push_back({Field::WeightGroup, e.number(weight.getGroup())});
  e.command(Opcode::Dequant, inputs, e.outs(), fields, e.accumulate);
}

struct Lookup : CommandLoweringInterface::ExternalModel<Lookup, lut::LMMAOp> {
  LogicalResult lowerToCommands(Operation *op, CommandEmitter &e) const {
    auto product = cast<lut::LMMAOp>(op);
    auto weight = cast<lut::WeightType>(getElementTypeOrSelf(product.getW().getType()));
    Value isum = sumsOf(product, e);
    e.command(Opcode::Lmma, {e.in(0), e.in(3)}, isum,
              {{Field::Group, e.number(lut::scaleGroup(product.getActGroup(), weight))}});
    scale(product, e, isum, weight.getBits(), weight.getZero());
    return success();
  }
};

struct Multiply : CommandLoweringInterface::ExternalModel<Multiply, lut::MMAOp> {
  LogicalResult lowerToCommands(Operation *op, CommandEmitter &e) const {
    auto product = cast<lut::MMAOp>(op);
    auto weight = cast<lut::WeightType>(getElementTypeOrSelf(product.getW().getType()));
    Value isum = sumsOf(product, e);
    e.command(Opcode::Mma, {e.in(0), e.in(3)}, isum,
              {{Field::Group, e.number(lut::scaleGroup(product.getActGroup(), weight))},
               {Field::Zero, e.number(weight.getZero())}});
    scale(product, e, isum, 0, 0); // the sums of a MAC array are whole, zero point and all
    return success();
  }
};

} // namespace

void registerProductLowerings(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, lut::LUTDialect *) {
    lut::QuantizeActOp::attachInterface<Grouped<lut::QuantizeActOp, Opcode::Quantize>>(*context);
    lut::GroupSumsOp::attachInterface<Grouped<lut::GroupSumsOp, Opcode::GroupSums>>(*context);
    lut::PrecomputeOp::attachInterface<Precompute>(*context);
    lut::LMMAOp::attachInterface<Lookup>(*context);
    lut::MMAOp::attachInterface<Multiply>(*context);
  });
  registry.addExtension(+[](MLIRContext *context, nn::NNDialect *) {
    nn::MatmulOp::attachInterface<OneCommand<nn::MatmulOp, Opcode::Contract>>(*context);
  });
}

} // namespace accord
