// Buffers of a program: on-chip tiles in slots, windows of them and of dram, and the copies between. See
// Lowering.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/Lowering.h"

#include "dialects/LUT/LUT.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord {

/// A buffer at the function's top, behind the others, so that they stand in order.
Value Lowering::allocate(ArrayRef<int64_t> shape, Type element, accel::Memory memory, const Twine &name,
                         Location loc) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&target.getBody().front());
  for (Operation &op : target.getBody().front())
    if (mlir::isa<memref::AllocOp>(op))
      b.setInsertionPointAfter(&op);
  auto space = accel::MemoryAttr::get(b.getContext(), memory);
  auto alloc =
      b.create<memref::AllocOp>(loc, MemRefType::get(shape, element, MemRefLayoutAttrInterface(), space));
  alloc->setAttr("accel.name", b.getStringAttr(name));
  return alloc;
}

/// Takes the place of a buffer that belonged to an earlier loop nest, or a new one. Tiles of a loop die with
/// it, so its buffers go to the next loop that wants such ones: the loads of that loop then run ahead as far
/// as tokens let them, without a barrier between the two.
void Lowering::acquire(OnChip &buffer, ArrayRef<int64_t> shape, Type element, accel::Memory memory,
                       int64_t wanted, const Twine &name, Location loc) {
  int64_t lives = 1; // a second slot is of use to a second generation only
  for (const ActiveLoop &loop : index.loops)
    lives *= loop.trips;
  buffer.slots = std::clamp<int64_t>(wanted, 1, lives);
  buffer.shape = llvm::to_vector(shape);
  SmallVector<int64_t> whole(shape);
  if (buffer.slots > 1)
    whole.insert(whole.begin(), buffer.slots);
  Operation *nest = index.loops.empty() ? nullptr : index.loops.front().source.getOperation();
  auto type = MemRefType::get(whole, element, MemRefLayoutAttrInterface(),
                              accel::MemoryAttr::get(b.getContext(), memory));
  buffer.alloc = allocate(whole, element, memory, name, loc);
  for (auto [i, free] : llvm::enumerate(pool))
    if (nest && free.nest != nest && free.slots == buffer.slots && free.alloc.getType() == type) {
      aliases[buffer.alloc] = free.alloc;
      buffer.first = free.next;
      free = {free.alloc, nest, buffer.slots, (buffer.first + lives) % buffer.slots};
      for (Value member : {free.alloc, buffer.alloc})
        member.getDefiningOp()->setAttr("accel.turn", b.getI64IntegerAttr(i));
      return;
    }
  if (nest)
    pool.push_back({buffer.alloc, nest, buffer.slots, lives % buffer.slots});
}

/// Starts a generation of a buffer: allocates it at the first one, selects the slot.
Value Lowering::begin(OnChip &buffer, ArrayRef<int64_t> shape, Type element, accel::Memory memory,
                      int64_t wanted, const Twine &name, Location loc) {
  if (!buffer.alloc)
    acquire(buffer, shape, element, memory, wanted, name, loc);
  if (buffer.slots == 1)
    return buffer.view = buffer.alloc;

  // Generation = position in the nest of all enclosing loops, the innermost fastest, behind those of earlier
  // owners; coefficients count modulo slots.
  Linear generation;
  generation.constant = buffer.first;
  int64_t weight = 1;
  for (const ActiveLoop &loop : llvm::reverse(index.loops)) {
    int64_t coefficient = weight % buffer.slots;
    if (loop.counter && coefficient)
      generation.terms[loop.variable()] = coefficient;
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
  return buffer.view = selectSlot(buffer.alloc, slot, loc);
}

/// The slot of a buffer in which its next generation lives.
Value Lowering::selectSlot(Value alloc, OpFoldResult slot, Location loc) {
  auto type = cast<MemRefType>(alloc.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0)), sizes, strides;
  offsets[0] = slot;
  for (int64_t size : type.getShape())
    sizes.push_back(b.getIndexAttr(size));
  sizes[0] = b.getIndexAttr(1);
  strides.assign(sizes.size(), b.getIndexAttr(1));
  auto viewType = cast<MemRefType>(memref::SubViewOp::inferRankReducedResultType(
      type.getShape().drop_front(), type, offsets, sizes, strides));
  auto view = b.create<memref::SubViewOp>(loc, viewType, alloc, offsets, sizes, strides);
  generations[view] = alloc;
  return view;
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

StringRef dramName(Value dram) {
  if (auto argument = dyn_cast<BlockArgument>(dram)) {
    auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
    return function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "accel.name").getValue();
  }
  return dram.getDefiningOp()->getAttrOfType<StringAttr>("accel.name").getValue();
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
  for (auto [i, part] : llvm::enumerate(parts)) {
    Value dram = place->root->dram[i];
    Type element = cast<MemRefType>(dram.getType()).getElementType();
    Value slot = begin(bufferFor(value.getAsOpaquePointer(), dramName(dram)), part.sizes, element,
                       accel::Memory::Spm, slotsOf(value), dramName(dram), value.getLoc());
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

} // namespace accord
