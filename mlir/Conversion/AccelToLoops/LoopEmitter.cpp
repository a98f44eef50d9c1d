// Loops, accesses and scratch for the expansions of commands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/AccelToLoops/LoopEmitter.h"

using namespace mlir;
using namespace accord;

Value Scratch::get(ArrayRef<int64_t> shape, Type element, unsigned slot) {
  auto space = accel::MemoryAttr::get(func.getContext(), accel::Memory::Spm);
  auto type = MemRefType::get(shape, element, MemRefLayoutAttrInterface(), space);
  Value &buffer = buffers[{type.getAsOpaquePointer(), slot}];
  if (!buffer) {
    OpBuilder b = OpBuilder::atBlockBegin(&func.getBody().front());
    auto alloc = b.create<memref::AllocOp>(func.getLoc(), type);
    alloc->setAttr("accel.scratch", b.getUnitAttr());
    buffer = alloc;
  }
  return buffer;
}

void LoopEmitter::parallel(ArrayRef<int64_t> extents, Body body) {
  SmallVector<Value> lower(extents.size(), index(0)), step(extents.size(), index(1)), upper;
  for (int64_t extent : extents)
    upper.push_back(index(extent));
  b.create<scf::ParallelOp>(loc, lower, upper, step, [&](OpBuilder &inner, Location, ValueRange at) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(inner.getInsertionBlock(), inner.getInsertionPoint());
    body(at);
  });
}

Value LoopEmitter::fold(Value lower, Value upper, Value step, Value init,
                        llvm::function_ref<Value(Value, Value)> body) {
  auto loop = b.create<scf::ForOp>(loc, lower, upper, step, init);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value next = body(loop.getInductionVar(), loop.getRegionIterArg(0));
  b.create<scf::YieldOp>(loc, next);
  return loop.getResult(0);
}

Value LoopEmitter::index(int64_t value) { return b.create<arith::ConstantIndexOp>(loc, value); }
Value LoopEmitter::addIndex(Value x, Value y) { return b.create<arith::AddIOp>(loc, x, y); }
Value LoopEmitter::addIndex(Value x, int64_t y) { return y ? addIndex(x, index(y)) : x; }
Value LoopEmitter::scale(Value x, int64_t by) {
  return by == 1 ? x : b.create<arith::MulIOp>(loc, x, index(by)).getResult();
}

Value LoopEmitter::groupEnd(Value g, int64_t size, int64_t total) {
  Value end = scale(addIndex(g, 1), size);
  if (total % size == 0)
    return end;
  return atMost(end, total);
}

Value LoopEmitter::atMost(Value x, int64_t limit) {
  Value most = index(limit);
  return num.select(num.cmp(arith::CmpIPredicate::slt, x, most), x, most);
}

Value LoopEmitter::load(Value memref, ArrayRef<Value> at) {
  return b.create<memref::LoadOp>(loc, memref, at);
}
Value LoopEmitter::loadSigned(Value memref, ArrayRef<Value> at) {
  return b.create<arith::ExtSIOp>(loc, b.getI32Type(), load(memref, at));
}
Value LoopEmitter::loadF16(Value memref, ArrayRef<Value> at) {
  return num.widenF16(num.f16Bits(load(memref, at)));
}
Value LoopEmitter::loadFloat(Value memref, ArrayRef<Value> at) {
  return cast<MemRefType>(memref.getType()).getElementType().isF16() ? loadF16(memref, at) : load(memref, at);
}
void LoopEmitter::storeF16(Value value, Value memref, ArrayRef<Value> at) {
  store(b.create<arith::BitcastOp>(loc, b.getF16Type(), num.narrowF16(value)), memref, at);
}
void LoopEmitter::store(Value value, Value memref, ArrayRef<Value> at) {
  b.create<memref::StoreOp>(loc, value, memref, at);
}
Value LoopEmitter::i32(int64_t value) { return b.create<arith::ConstantOp>(loc, b.getI32IntegerAttr(value)); }
Value LoopEmitter::f32(double value) {
  return b.create<arith::ConstantOp>(loc, b.getF32FloatAttr(static_cast<float>(value)));
}
