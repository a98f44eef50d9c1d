// On-chip tiles, the copies to and from them, and ops as commands. See Lowering.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/Lowering.h"

#include "dialects/Cust/Cust.h"
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using accord::isa::Opcode;

namespace accord {

std::string opName(Operation *op) {
  auto name = op->getAttrOfType<StringAttr>(cust::nameAttrName);
  return name ? name.str() : op->getName().stripDialect().str();
}

StringRef destinationName(OpOperand &init) {
  // Names stand for operands; destinations are last, and only products name something behind them.
  ArrayRef<StringRef> names = cust::operandNames(init.getOwner());
  if (!names.empty() && names.back() == "isum")
    names = names.drop_back();
  unsigned fromEnd = init.getOwner()->getNumOperands() - init.getOperandNumber();
  return fromEnd <= names.size() ? names[names.size() - fromEnd] : StringRef("out");
}

std::string tileName(OpOperand &init) {
  OpOperand *writer = firstWriter(init);
  return writer ? opName(writer->getOwner()) + "." + destinationName(*writer).str() : "whole";
}

/// The on-chip tiles of an input: one, or the parts of a weight.
FailureOr<SmallVector<Value>> Lowering::inputTiles(OpOperand &operand) {
  FailureOr<Place> place = placeOf(operand.get());
  if (failed(place))
    return failure();
  if (!place->root->buffer)
    return loaded.lookup(operand.get());
  return SmallVector<Value>{
      window(place->root->buffer->view, place->offsets, place->sizes, operand.getOwner()->getLoc())};
}

LogicalResult Lowering::emitOp(DestinationStyleOpInterface op) {
  Location loc = op.getLoc();
  SmallVector<SmallVector<Value>> in;
  Value flag;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    if (operand->get().getType().isInteger(1))
      flag = operand->get();
    if (!mlir::isa<RankedTensorType>(operand->get().getType()))
      continue; // a flag, a cache, an index
    FailureOr<SmallVector<Value>> tiles = inputTiles(*operand);
    if (failed(tiles))
      return failure();
    in.push_back(*tiles);
  }

  SmallVector<Value> out;
  SmallVector<std::pair<Value, Place>> stores;
  for (OpOperand &init : op.getDpsInitsMutable()) {
    FailureOr<Place> place = placeOfDestination(init);
    if (failed(place))
      return failure();
    if (OnChip *buffer = place->root->buffer) {
      out.push_back(window(buffer->view, place->offsets, place->sizes, loc));
      continue;
    }
    if (auto resident = residents.find(&init); resident != residents.end()) {
      SmallVector<Linear> within;
      for (auto [offset, start] : llvm::zip_equal(place->offsets, resident->second.region.offsets))
        within.push_back(offset - start);
      out.push_back(window(resident->second.buffer->view, within, place->sizes, loc));
      continue;
    }
    OnChip &buffer = bufferFor(op, init.getOperandNumber());
    begin(buffer, place->sizes, cast<RankedTensorType>(init.get().getType()).getElementType(),
          accel::Memory::Spm, slotsOf(op.getTiedOpResult(&init)), tileName(init), loc);
    out.push_back(window(buffer.view, SmallVector<Linear>(place->sizes.size()), place->sizes, loc));
    stores.push_back({out.back(), *place});
  }

  Value accumulate;
  if (flag) {
    Linear condition;
    FailureOr<std::optional<bool>> known = index.evaluateFlag(flag, condition);
    if (failed(known))
      return failure();
    if (!*known) {
      // An offset is 0 exactly in the iterations in which its only counter is.
      if (condition.terms.size() == 1 && condition.constant == 0)
        condition.terms.front().second = 1;
      Value value = cast<Value>(index.materialize(b, loc, condition));
      Value zero = b.create<arith::ConstantIndexOp>(loc, 0);
      accumulate = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, value, zero);
    } else if (**known) {
      accumulate = b.create<arith::ConstantOp>(loc, b.getBoolAttr(true));
    }
  }

  auto i64 = [&](int64_t v) -> Attribute { return b.getI64IntegerAttr(v); };

  LogicalResult ok =
      llvm::TypeSwitch<Operation *, LogicalResult>(op)
          .Case([&](lut::QuantizeActOp q) {
            return command(Opcode::Quantize, in[0], out, loc, {{isa::Field::Group, i64(q.getGroup())}}),
                   success();
          })
          .Case([&](lut::PrecomputeOp p) -> LogicalResult {
            if (p.getForm() != lut::TableForm::Half)
              return p.emitOpError() << "expected half tables, got " << lut::stringifyTableForm(p.getForm());
            return command(Opcode::Table, in[0], out, loc, {{isa::Field::Group, i64(p.getGroup())}}),
                   success();
          })
          .Case([&](lut::GroupSumsOp sums) {
            return command(Opcode::GroupSums, in[0], out, loc, {{isa::Field::Group, i64(sums.getGroup())}}),
                   success();
          })
          .Case<lut::LMMAOp, lut::MMAOp>([&](auto product) -> LogicalResult {
            constexpr bool multiplies = std::is_same_v<decltype(product), lut::MMAOp>;
            auto weight =
                cast<lut::WeightType>(cast<RankedTensorType>(product.getW().getType()).getElementType());
            int64_t group = lut::scaleGroup(product.getActGroup(), weight);
            auto asum = cast<MemRefType>(in[1][0].getType()), y = cast<MemRefType>(out[0].getType());
            SmallVector<int64_t> shape = {asum.getDimSize(1), y.getDimSize(0), y.getDimSize(1)};
            Value slot = begin(bufferFor(op, 400), shape, b.getI32Type(), accel::Memory::Acc,
                               cust::bufferCount(op, "isum"), opName(op) + ".isum", loc);
            Value isum = window(slot, SmallVector<Linear>(3), shape, loc);
            if constexpr (multiplies)
              command(Opcode::Mma, {in[0][0], in[3][0]}, isum, loc,
                      {{isa::Field::Group, i64(group)}, {isa::Field::Zero, i64(weight.getZero())}});
            else
              command(Opcode::Lmma, {in[0][0], in[3][0]}, isum, loc, {{isa::Field::Group, i64(group)}});
            SmallVector<Value> inputs = {isum, in[1][0], in[2][0]};
            llvm::append_range(inputs, ArrayRef<Value>(in[3]).drop_front());
            // bits = 0: the sums of a MAC array are whole, zero point and all.
            SmallVector<std::pair<isa::Field, Attribute>> fields = {
                {isa::Field::Group, i64(group)},
                {isa::Field::Bits, i64(multiplies ? 0 : weight.getBits())},
                {isa::Field::Zero, i64(multiplies ? 0 : weight.getZero())}};
            if (int64_t act = product.getActGroup(); act != group)
              fields.push_back({isa::Field::ActGroup, i64(act)});
            if (weight.getGroup() != group)
              fields.push_back({isa::Field::WeightGroup, i64(weight.getGroup())});
            return command(Opcode::Dequant, inputs, out, loc, fields, accumulate), success();
          })
          .Case([&](nn::RMSNormOp n) {
            return command(Opcode::RmsNorm, {in[0][0], in[1][0]}, out, loc,
                           {{isa::Field::Eps, n.getEpsAttr()}}),
                   success();
          })
          .Case([&](nn::SoftmaxOp) { return command(Opcode::Softmax, in[0], out, loc), success(); })
          .Case([&](nn::RopeOp r) {
            return command(Opcode::Rope, {in[0][0], in[1][0], in[2][0]}, out, loc,
                           {{isa::Field::HeadDim, i64(r.getHeadDim())},
                            {isa::Field::Halves, b.getBoolAttr(r.getStyle() == nn::RopeStyle::Halves)}}),
                   success();
          })
          .Case([&](nn::SiluOp) { return command(Opcode::Silu, in[0], out, loc), success(); })
          .Case([&](nn::SiluMulOp) {
            return command(Opcode::SiluMul, {in[0][0], in[1][0]}, out, loc), success();
          })
          .Case([&](nn::Relu2MulOp) {
            return command(Opcode::Relu2Mul, {in[0][0], in[1][0]}, out, loc), success();
          })
          .Case([&](nn::AddOp) { return command(Opcode::Add, {in[0][0], in[1][0]}, out, loc), success(); })
          .Case([&](nn::CacheAppendOp append) { return emitAppend(append, in[0][0]); })
          .Case([&](nn::AttentionOp attention) { return emitAttention(attention, in[0][0], out[0]); })
          .Case([&](nn::EmbedOp embed) { return emitEmbed(embed, in[0][0], out[0]); })
          .Default([](Operation *other) {
            return other->emitOpError()
                   << "has no command: run the lut passes first (lut-to-lmma or lut-to-mma)";
          });
  if (failed(ok))
    return failure();
  for (auto &[tile, place] : stores)
    if (failed(store(tile, place, loc)))
      return failure();
  return success();
}

} // namespace accord
