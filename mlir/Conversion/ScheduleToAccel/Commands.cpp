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

namespace accord {

std::string opName(Operation *op) {
  auto name = op->getAttrOfType<StringAttr>(cust::nameAttrName);
  return name ? name.str() : op->getName().stripDialect().str();
}

std::string tileName(OpOperand &init) {
  Operation *op = init.getOwner();
  // Names stand for tensor operands; destinations are last, and only lut.lmma names something behind them.
  ArrayRef<StringRef> names = cust::operandNames(op);
  if (names.empty()) // a loop: its destination is whole
    return "whole";
  unsigned fromEnd = op->getNumOperands() - init.getOperandNumber() + (mlir::isa<lut::LMMAOp>(op) ? 1 : 0);
  return opName(op) + "." + names[names.size() - fromEnd].str();
}

/// Starts a generation of a buffer: allocates it at the first one, selects the slot.
Value Lowering::begin(OnChip &buffer, ArrayRef<int64_t> shape, Type element, accel::Memory memory,
                      int64_t wanted, const Twine &name, Location loc) {
  auto space = accel::MemoryAttr::get(b.getContext(), memory);
  if (!buffer.alloc) {
    int64_t lives = 1; // a second slot is of use to a second generation only
    for (const ActiveLoop &loop : index.loops)
      lives *= loop.trips;
    buffer.slots = std::clamp<int64_t>(wanted, 1, lives);
    buffer.shape = llvm::to_vector(shape);
    SmallVector<int64_t> whole(shape);
    if (buffer.slots > 1)
      whole.insert(whole.begin(), buffer.slots);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&target.getBody().front());
    for (Operation &op : target.getBody().front()) // behind the other buffers, so that they stand in order
      if (mlir::isa<memref::AllocOp>(op))
        b.setInsertionPointAfter(&op);
    auto type = MemRefType::get(whole, element, MemRefLayoutAttrInterface(), space);
    auto alloc = b.create<memref::AllocOp>(loc, type);
    alloc->setAttr("accel.name", b.getStringAttr(name));
    buffer.alloc = alloc;
  }
  if (buffer.slots == 1)
    return buffer.view = buffer.alloc;

  // Generation = position in the nest of all enclosing loops, the innermost fastest; coefficients count
  // modulo slots.
  Linear generation;
  int64_t weight = 1;
  for (const ActiveLoop &loop : llvm::reverse(index.loops)) {
    int64_t coefficient = weight % buffer.slots;
    if (loop.counter && coefficient)
      generation.terms[loop.source] = coefficient;
    else if (!loop.counter)
      generation.constant += coefficient * loop.fixed;
    weight *= loop.trips;
  }
  generation.constant %= buffer.slots;
  OpFoldResult slot = index.materialize(b, loc, generation);
  if (auto value = dyn_cast<Value>(slot)) {
    Value count = b.create<arith::ConstantIndexOp>(loc, buffer.slots);
    slot = b.create<arith::RemUIOp>(loc, value, count).getResult();
  }
  SmallVector<OpFoldResult> offsets(buffer.shape.size() + 1, b.getIndexAttr(0)), sizes, strides;
  offsets[0] = slot;
  sizes.push_back(b.getIndexAttr(1));
  for (int64_t size : buffer.shape)
    sizes.push_back(b.getIndexAttr(size));
  strides.assign(sizes.size(), b.getIndexAttr(1));
  auto type = cast<MemRefType>(memref::SubViewOp::inferRankReducedResultType(
      buffer.shape, cast<MemRefType>(buffer.alloc.getType()), offsets, sizes, strides));
  auto view = b.create<memref::SubViewOp>(loc, type, buffer.alloc, offsets, sizes, strides);
  generations[view] = buffer.alloc;
  return buffer.view = view;
}

Value Lowering::window(Value memref, ArrayRef<Linear> offsets, ArrayRef<int64_t> sizes, Location loc) {
  auto type = cast<MemRefType>(memref.getType());
  bool all = type.getShape() == sizes;
  for (const Linear &offset : offsets)
    all &= offset.isConstant() && offset.constant == 0;
  if (all)
    return memref;
  SmallVector<OpFoldResult> mixedOffsets, mixedSizes, strides(sizes.size(), b.getIndexAttr(1));
  for (auto [offset, size] : llvm::zip_equal(offsets, sizes)) {
    mixedOffsets.push_back(index.materialize(b, loc, offset));
    mixedSizes.push_back(b.getIndexAttr(size));
  }
  return b.create<memref::SubViewOp>(loc, memref, mixedOffsets, mixedSizes, strides);
}

namespace {
/// The part of one memref of a packed weight that a tile of the matrix stands on.
struct Part {
  SmallVector<Linear> offsets;
  SmallVector<int64_t> sizes;
};
} // namespace

/// The parts of a weight tile: planes, d, and the minimum if there is one. Nothing for a tile inside of a
/// lane block.
static std::optional<SmallVector<Part>> weightParts(const IndexEvaluator &index, lut::WeightType weight,
                                                    const Place &place) {
  auto lanes = index.divide(place.offsets[0], lut::planeLanes);
  auto tables = index.divide(place.offsets[1], lut::tableLength),
       groups = index.divide(place.offsets[1], weight.getGroup());
  if (!lanes || !tables || !groups)
    return std::nullopt;
  int64_t n = llvm::divideCeil(place.sizes[0], lut::planeLanes), k = place.sizes[1], bits = weight.getBits();
  Linear zero;
  Part planes = {{*lanes, *tables, zero, zero}, {n, (k + lut::tableLength - 1) / lut::tableLength, bits, 32}};
  Part scales = {{*lanes, *groups, zero},
                 {n, (k + weight.getGroup() - 1) / weight.getGroup(), lut::planeLanes}};
  SmallVector<Part> parts = {planes, scales};
  if (weight.getHasMin())
    parts.push_back(scales);
  return parts;
}

LogicalResult Lowering::load(Value value) {
  FailureOr<Place> place = placeOf(value);
  if (failed(place))
    return failure();
  if (place->root->buffer)
    return success();
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<Part> parts = {{place->offsets, place->sizes}};
  if (auto weight = dyn_cast<lut::WeightType>(type.getElementType())) {
    auto packed = weightParts(index, weight, *place);
    if (!packed)
      return emitError(value.getLoc())
             << "expected a weight tile that starts at whole lanes, tables and groups";
    parts = *packed;
  }
  SmallVector<Value> &tiles = loaded[value];
  tiles.clear();
  // Buffers are told apart by the value; a function argument has no op, so its number stands for one.
  Operation *key = value.getDefiningOp() ? value.getDefiningOp() : value.getParentBlock()->getParentOp();
  unsigned first = value.getDefiningOp() ? 300 : 1000 + 4 * cast<BlockArgument>(value).getArgNumber();
  if (auto result = dyn_cast<OpResult>(value))
    first += 4 * result.getResultNumber();
  for (auto [i, part] : llvm::enumerate(parts)) {
    Value dram = place->root->dram[i];
    Type element = cast<MemRefType>(dram.getType()).getElementType();
    auto name = target.getArgAttrOfType<StringAttr>(cast<BlockArgument>(dram).getArgNumber(), "accel.name");
    Value slot = begin(bufferFor(key, first + i), part.sizes, element, accel::Memory::Spm, slotsOf(value),
                       name.getValue(), value.getLoc());
    Value tile = window(slot, SmallVector<Linear>(part.sizes.size()), part.sizes, value.getLoc());
    Value from = window(dram, part.offsets, part.sizes, value.getLoc());
    b.create<accel::LoadOp>(value.getLoc(), token(), from, tile, ValueRange());
    tiles.push_back(tile);
  }
  return success();
}

LogicalResult Lowering::store(Value tile, const Place &place, Location loc) {
  Value to = window(place.root->dram.front(), place.offsets, place.sizes, loc);
  b.create<accel::StoreOp>(loc, token(), tile, to, ValueRange());
  return success();
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
    if (!mlir::isa<RankedTensorType>(operand->get().getType())) {
      flag = operand->get();
      continue;
    }
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

  // Every attribute of accel.vector that its kind takes is set by name; the rest stay away.
  auto vector = [&](accel::VectorKind kind, ValueRange inputs, ValueRange outputs,
                    ArrayRef<std::pair<StringRef, Attribute>> attributes) {
    auto created = b.create<accel::VectorOp>(
        loc, token(), accel::VectorKindAttr::get(b.getContext(), kind), inputs, outputs,
        kind == accel::VectorKind::Dequant ? accumulate : Value(), ValueRange(), IntegerAttr(), IntegerAttr(),
        IntegerAttr(), FloatAttr(), IntegerAttr(), BoolAttr());
    for (auto [name, value] : attributes)
      created->setAttr(name, value);
  };
  auto i64 = [&](int64_t v) -> Attribute { return b.getI64IntegerAttr(v); };

  LogicalResult ok =
      llvm::TypeSwitch<Operation *, LogicalResult>(op)
          .Case([&](lut::QuantizeActOp q) {
            vector(accel::VectorKind::Quantize, in[0], out, {{"group", i64(q.getGroup())}});
            return success();
          })
          .Case([&](lut::PrecomputeOp p) -> LogicalResult {
            if (p.getForm() != lut::TableForm::Half)
              return p.emitOpError() << "expected half tables, got " << lut::stringifyTableForm(p.getForm());
            b.create<accel::TableOp>(loc, token(), in[0][0], out[0], out[1], ValueRange(),
                                     b.getI64IntegerAttr(p.getGroup()));
            return success();
          })
          .Case([&](lut::LMMAOp lmma) -> LogicalResult {
            auto weight =
                cast<lut::WeightType>(cast<RankedTensorType>(lmma.getW().getType()).getElementType());
            int64_t group = weight.getGroup();
            if (static_cast<int64_t>(lmma.getActGroup()) != group)
              return lmma.emitOpError() << "expected act_group equal to the weights' group " << group
                                        << " (the dequant command has one group), got " << lmma.getActGroup();
            auto tables = cast<MemRefType>(in[0][0].getType()), y = cast<MemRefType>(out[0].getType());
            int64_t g = llvm::divideCeil(tables.getDimSize(1) * lut::tableLength, group);
            SmallVector<int64_t> shape = {g, y.getDimSize(0), y.getDimSize(1)};
            Value slot = begin(bufferFor(op, 400), shape, b.getI32Type(), accel::Memory::Acc,
                               cust::bufferCount(op, "isum"), opName(op) + ".isum", loc);
            Value isum = window(slot, SmallVector<Linear>(3), shape, loc);
            b.create<accel::LmmaOp>(loc, token(), in[0][0], in[3][0], isum, ValueRange(),
                                    b.getI64IntegerAttr(group));
            SmallVector<Value> inputs = {isum, in[1][0], in[2][0]};
            llvm::append_range(inputs, ArrayRef<Value>(in[3]).drop_front());
            vector(accel::VectorKind::Dequant, inputs, out,
                   {{"group", i64(group)}, {"bits", i64(weight.getBits())}, {"zero", i64(weight.getZero())}});
            return success();
          })
          .Case([&](nn::RMSNormOp n) {
            vector(accel::VectorKind::RmsNorm, {in[0][0], in[1][0]}, out, {{"eps", n.getEpsAttr()}});
            return success();
          })
          .Case([&](nn::SoftmaxOp) { return vector(accel::VectorKind::Softmax, in[0], out, {}), success(); })
          .Case([&](nn::RopeOp r) {
            vector(accel::VectorKind::Rope, {in[0][0], in[1][0], in[2][0]}, out,
                   {{"head_dim", i64(r.getHeadDim())},
                    {"halves", b.getBoolAttr(r.getStyle() == nn::RopeStyle::Halves)}});
            return success();
          })
          .Case([&](nn::SiluOp) { return vector(accel::VectorKind::Silu, in[0], out, {}), success(); })
          .Case([&](nn::SiluMulOp) {
            return vector(accel::VectorKind::SiluMul, {in[0][0], in[1][0]}, out, {}), success();
          })
          .Case([&](nn::AddOp) {
            return vector(accel::VectorKind::Add, {in[0][0], in[1][0]}, out, {}), success();
          })
          .Default([](Operation *other) {
            return other->emitOpError() << "has no command: run the lut passes first (lut-to-lmma)";
          });
  if (failed(ok))
    return failure();
  for (auto &[tile, place] : stores)
    if (failed(store(tile, place, loc)))
      return failure();
  return success();
}

} // namespace accord
