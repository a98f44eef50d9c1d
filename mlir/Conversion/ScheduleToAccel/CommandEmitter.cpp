// The tiles of an op's operands, and how its commands are written. See Lowering.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/CommandEmitter.h"
#include "mlir/Conversion/ScheduleToAccel/Lowering.h"

#include "dialects/Cust/Cust.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace accord {

std::string opName(Operation *op) {
  auto name = op->getAttrOfType<StringAttr>(cust::nameAttrName);
  return name ? name.str() : op->getName().stripDialect().str();
}

std::string tileName(OpOperand &init) {
  OpOperand *writer = firstWriter(init);
  return writer ? opName(writer->getOwner()) + "." + cust::operandName(*writer).str() : "whole";
}

CommandEmitter::CommandEmitter(Lowering &lowering, DestinationStyleOpInterface op)
    : builder(lowering.b), op(op), loc(op.getLoc()), lowering(lowering), dps(op) {}

LogicalResult CommandEmitter::open() {
  Value flag;
  for (OpOperand *operand : dps.getDpsInputOperands())
    if (operand->get().getType().isInteger(1))
      flag = operand->get();
  if (failed(openInputs()) || failed(openOutputs()))
    return failure();
  return flag ? openAccumulate(flag) : success();
}

LogicalResult CommandEmitter::openInputs() {
  for (OpOperand *operand : dps.getDpsInputOperands()) {
    if (!mlir::isa<RankedTensorType>(operand->get().getType()))
      continue; // a flag, a cache, an index
    FailureOr<Place> place = lowering.placeOf(operand->get());
    if (failed(place))
      return failure();
    if (!place->root->buffer)
      inputs.push_back(lowering.loaded.lookup(operand->get()));
    else
      inputs.push_back({window(place->root->buffer->view, place->offsets, place->sizes)});
  }
  return success();
}

LogicalResult CommandEmitter::openOutputs() {
  for (OpOperand &init : dps.getDpsInitsMutable()) {
    FailureOr<Place> place = lowering.placeOfDestination(init);
    if (failed(place))
      return failure();
    if (OnChip *buffer = place->root->buffer) {
      outputs.push_back(window(buffer->view, place->offsets, place->sizes));
      continue;
    }
    if (auto resident = lowering.residents.find(&init); resident != lowering.residents.end()) {
      SmallVector<Linear> within;
      for (auto [offset, start] : llvm::zip_equal(place->offsets, resident->second.region.offsets))
        within.push_back(offset - start);
      outputs.push_back(window(resident->second.buffer->view, within, place->sizes));
      continue;
    }
    OnChip &buffer = lowering.bufferFor(&init, "tile");
    lowering.begin(buffer, place->sizes, cast<RankedTensorType>(init.get().getType()).getElementType(),
                   accel::Memory::Spm, lowering.slotsOf(dps.getTiedOpResult(&init)), tileName(init), loc);
    Value tile = window(buffer.view, SmallVector<Linear>(place->sizes.size()), place->sizes);
    outputs.push_back(tile);
    stores.push_back([this, tile, place = *place] { return lowering.store(tile, place, loc); });
  }
  return success();
}

LogicalResult CommandEmitter::openAccumulate(Value flag) {
  Linear condition;
  FailureOr<std::optional<bool>> known = lowering.index.evaluateFlag(flag, condition);
  if (failed(known))
    return failure();
  if (*known) {
    if (**known)
      accumulate = builder.create<arith::ConstantOp>(loc, builder.getBoolAttr(true));
    return success();
  }
  // An offset is 0 exactly in the iterations in which its only counter is.
  if (condition.terms.size() == 1 && condition.constant == 0)
    condition.terms.front().second = 1;
  Value value = cast<Value>(materialize(condition));
  Value zero = builder.create<arith::ConstantIndexOp>(loc, 0);
  accumulate = builder.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, value, zero);
  return success();
}

LogicalResult CommandEmitter::close() {
  for (const std::function<LogicalResult()> &store : stores)
    if (failed(store()))
      return failure();
  return success();
}

SmallVector<Value> CommandEmitter::ins() const {
  return llvm::map_to_vector(inputs, [](ArrayRef<Value> tiles) { return tiles.front(); });
}

void CommandEmitter::command(isa::Opcode opcode, ValueRange from, ValueRange to, Fields fields, Value goesOn,
                             Value live) {
  accel::createCommand(builder, loc, opcode, from, to, fields, goesOn, live);
}

void CommandEmitter::load(Value dram, Value tile) {
  builder.create<accel::LoadOp>(loc, lowering.token(), dram, tile, ValueRange());
}

void CommandEmitter::store(Value tile, Value dram) {
  builder.create<accel::StoreOp>(loc, lowering.token(), tile, dram, ValueRange());
}

void CommandEmitter::gather(Value table, Value rows, Value tile) {
  builder.create<accel::GatherOp>(loc, lowering.token(), table, rows, tile, ValueRange());
}

Value CommandEmitter::tile(StringRef part, ArrayRef<int64_t> shape, Type element, accel::Memory memory,
                           int64_t slots) {
  Value slot = lowering.begin(lowering.bufferFor(op, part), shape, element, memory, slots,
                              opName(op) + "." + part.str(), loc);
  return window(slot, SmallVector<Linear>(shape.size()), shape);
}

Value CommandEmitter::tileOf(Value dram, ArrayRef<int64_t> shape, int64_t slots) {
  Value slot = lowering.begin(lowering.bufferFor(op, dramName(dram)), shape,
                              cast<MemRefType>(dram.getType()).getElementType(), accel::Memory::Spm, slots,
                              dramName(dram), loc);
  return window(slot, SmallVector<Linear>(shape.size()), shape);
}

Value CommandEmitter::pair(StringRef part, ArrayRef<int64_t> shape, Type element) {
  OnChip &buffer = lowering.bufferFor(op, part);
  SmallVector<int64_t> both(shape);
  both.insert(both.begin(), 2);
  if (!buffer.alloc)
    buffer.alloc = lowering.allocate(both, element, accel::Memory::Spm, opName(op) + "." + part.str(), loc);
  return buffer.alloc;
}

Value CommandEmitter::slotOf(Value pair, int64_t slot) {
  return lowering.selectSlot(pair, builder.getIndexAttr(slot), loc);
}

Value CommandEmitter::window(Value memref, ArrayRef<Linear> offsets, ArrayRef<int64_t> sizes) {
  return lowering.window(memref, offsets, sizes, loc);
}

Value CommandEmitter::subview(Value memref, ArrayRef<OpFoldResult> offsets, ArrayRef<int64_t> sizes) {
  SmallVector<OpFoldResult> strides(sizes.size(), builder.getIndexAttr(1));
  return builder.create<memref::SubViewOp>(loc, memref, offsets,
                                           getAsIndexOpFoldResult(builder.getContext(), sizes), strides);
}

FailureOr<Linear> CommandEmitter::evaluate(Value value) {
  return lowering.index.evaluate(OpFoldResult(value));
}

OpFoldResult CommandEmitter::materialize(const Linear &value) {
  return lowering.index.materialize(builder, loc, value);
}

Value CommandEmitter::cache(Value source) const { return lowering.caches.lookup(source); }

FailureOr<Linear> CommandEmitter::cacheRow(Value source, Value layer, Value position) {
  FailureOr<Linear> row = evaluate(position);
  if (failed(row) || layerOf(cast<BlockArgument>(source)))
    return row;
  FailureOr<Linear> number = evaluate(layer);
  if (failed(number))
    return failure();
  return *row + *number * cast<MemRefType>(source.getType()).getDimSize(1);
}

ArrayRef<Value> CommandEmitter::argumentParts(Value source) const {
  const Root *root = lowering.arguments.lookup(source);
  return root ? ArrayRef<Value>(root->dram) : ArrayRef<Value>();
}

} // namespace accord
