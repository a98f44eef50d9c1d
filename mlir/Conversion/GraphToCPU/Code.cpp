// The vocabulary of kernels, and the one place that knows instruction sets.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/GraphToCPU/Code.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <numeric>

using namespace mlir;
using namespace accord::cpu;

Type Code::vectorOf(Type element, int64_t lanes) {
  return lanes == 1 ? element : Type(VectorType::get({lanes}, element));
}

Value Code::i64(int64_t value) { return b.create<arith::ConstantIntOp>(loc, value, 64); }

Value Code::i32(int32_t value, int64_t lanes) {
  TypedAttr attr = b.getI32IntegerAttr(value);
  if (lanes > 1)
    attr = DenseElementsAttr::get(cast<ShapedType>(i32Type(lanes)), Attribute(attr));
  return b.create<arith::ConstantOp>(loc, attr);
}

Value Code::f32(uint32_t bits, int64_t lanes) {
  llvm::APFloat value(llvm::APFloat::IEEEsingle(), llvm::APInt(32, bits));
  TypedAttr attr = b.getFloatAttr(b.getF32Type(), value);
  if (lanes > 1)
    attr = DenseElementsAttr::get(cast<ShapedType>(f32Type(lanes)), Attribute(attr));
  return b.create<arith::ConstantOp>(loc, attr);
}

Value Code::div(Value x, int64_t y) { return y == 1 ? x : b.create<arith::DivUIOp>(loc, x, i64(y)); }
Value Code::rem(Value x, int64_t y) { return b.create<arith::RemUIOp>(loc, x, i64(y)); }
Value Code::min(Value x, Value y) { return b.create<arith::MinSIOp>(loc, x, y); }

Value Code::at(Value p, Value bytes) {
  return b.create<LLVM::GEPOp>(loc, ptrType(), b.getI8Type(), p, ArrayRef<LLVM::GEPArg>{bytes});
}
Value Code::at(Value p, int64_t bytes) { return bytes ? at(p, i64(bytes)) : p; }

/// Bytes of one element: the alignment that every access may count on.
static unsigned elementBytes(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isIntOrFloat() ? element.getIntOrFloatBitWidth() / 8 : 8; // a pointer
}

Value Code::load(Type type, Value p) { return b.create<LLVM::LoadOp>(loc, type, p, elementBytes(type)); }
void Code::prefetch(Value p) { b.create<LLVM::Prefetch>(loc, p, /*rw=*/0, /*hint=*/2, /*cache=*/1); }
void Code::store(Value value, Value p) {
  b.create<LLVM::StoreOp>(loc, value, p, elementBytes(value.getType()));
}

Value Code::firstLanes(int64_t live, int64_t lanes) {
  SmallVector<bool> mask(lanes, false);
  std::fill_n(mask.begin(), live, true);
  auto type = VectorType::get({lanes}, b.getI1Type());
  return b.create<arith::ConstantOp>(loc, DenseElementsAttr::get(type, ArrayRef<bool>(mask)));
}

Value Code::loadFirst(Type type, Value p, int64_t live, Value absent) {
  int64_t lanes = cast<VectorType>(type).getNumElements();
  if (live == lanes)
    return load(type, p);
  return b.create<LLVM::MaskedLoadOp>(loc, type, p, firstLanes(live, lanes), ValueRange(absent),
                                      b.getI32IntegerAttr(elementBytes(type)));
}

void Code::storeFirst(Value value, Value p, int64_t live) {
  auto type = cast<VectorType>(value.getType());
  if (live == type.getNumElements())
    return store(value, p);
  b.create<LLVM::MaskedStoreOp>(loc, value, p, firstLanes(live, type.getNumElements()),
                                b.getI32IntegerAttr(elementBytes(type)));
}

Value Code::splat(Value scalar, int64_t lanes) {
  return lanes == 1 ? scalar : b.create<vector::SplatOp>(loc, vectorOf(scalar.getType(), lanes), scalar);
}

Value Code::shuffle(Value x, Value y, ArrayRef<int64_t> lanes) {
  return b.create<vector::ShuffleOp>(loc, x, y, lanes);
}

Value Code::laneIndices() {
  SmallVector<int32_t> indices(16);
  std::iota(indices.begin(), indices.end(), 0);
  auto type = cast<ShapedType>(i32Type());
  return b.create<arith::ConstantOp>(loc, DenseElementsAttr::get(type, ArrayRef<int32_t>(indices)));
}

Value Code::fold(Value lanes, llvm::function_ref<Value(Value, Value)> join) {
  for (int64_t half = 8; half >= 1; half /= 2) {
    SmallVector<int64_t> low(half), high(half);
    std::iota(low.begin(), low.end(), 0);
    std::iota(high.begin(), high.end(), half);
    lanes = join(shuffle(lanes, lanes, low), shuffle(lanes, lanes, high));
  }
  return b.create<vector::ExtractElementOp>(loc, lanes, i64(0));
}

Value Code::widen(Value x) {
  Type element = getElementTypeOrSelf(x.getType());
  if (element.isF32())
    return x;
  Type wide = mlir::isa<VectorType>(x.getType()) ? Type(cast<VectorType>(x.getType()).clone(b.getF32Type()))
                                                 : Type(b.getF32Type());
  if (element.isBF16()) {
    auto shape = [&](unsigned bits) {
      return mlir::isa<VectorType>(wide) ? Type(cast<VectorType>(wide).clone(b.getIntegerType(bits)))
                                         : Type(b.getIntegerType(bits));
    };
    Value bits = b.create<arith::BitcastOp>(loc, shape(16), x);
    return e.fromBits(e.shl(b.create<arith::ExtUIOp>(loc, shape(32), bits), 16));
  }
  if (target.f16c)
    return b.create<arith::ExtFOp>(loc, wide, x);
  return e.widenF16(e.f16Bits(x));
}

Value Code::narrow(Value x, Type element) {
  if (element.isF32())
    return x;
  Type type =
      mlir::isa<VectorType>(x.getType()) ? Type(cast<VectorType>(x.getType()).clone(element)) : element;
  if (target.f16c)
    return b.create<arith::TruncFOp>(loc, type, x);
  return b.create<arith::BitcastOp>(loc, type, e.narrowF16(x));
}

Value Code::intrinsic(StringRef name, Type type, ValueRange operands) {
  return b.create<LLVM::CallIntrinsicOp>(loc, type, b.getStringAttr(name), operands).getResult(0);
}

Value Code::bitcast(Value v, unsigned bits) {
  return b.create<vector::BitCastOp>(loc, vectorOf(b.getIntegerType(bits), 512 / bits), v);
}

Value Code::maddPairs(Value x, Value y) {
  auto in = cast<VectorType>(x.getType());
  const unsigned bits = 2 * in.getElementTypeBitWidth();
  Type element = b.getIntegerType(bits);
  const int64_t pairs = in.getNumElements() / 2;
  const bool bytes = bits == 16;
  if (target.dot == CpuTarget::Dot::Pairs512)
    return intrinsic(bytes ? "llvm.x86.avx512.pmaddubs.w.512" : "llvm.x86.avx512.pmaddw.d.512",
                     vectorOf(element, pairs), {x, y});
  SmallVector<int64_t> all(2 * pairs);
  std::iota(all.begin(), all.end(), 0);
  Value halves[2];
  for (int half = 0; half < 2; ++half) {
    ArrayRef<int64_t> part = ArrayRef<int64_t>(all).slice(pairs * half, pairs);
    halves[half] = intrinsic(bytes ? "llvm.x86.avx2.pmadd.ub.sw" : "llvm.x86.avx2.pmadd.wd",
                             vectorOf(element, pairs / 2), {shuffle(x, x, part), shuffle(y, y, part)});
  }
  return shuffle(halves[0], halves[1], ArrayRef<int64_t>(all).take_front(pairs));
}

// VNNI does it in one instruction. Without it, two multiplications of 16-bit pairs: bytes 0 and 2 of each
// lane, then bytes 1 and 3; 255·128·2 fits 32 bits, and none of these saturates.
Value Code::dot4(Value acc, Value codes, Value activations) {
  using Dot = CpuTarget::Dot;
  if (target.dot == Dot::Vnni512)
    return intrinsic("llvm.x86.avx512.vpdpbusd.512", acc.getType(), {acc, codes, activations});
  if (target.dot == Dot::Plain) {
    for (int j = 0; j < 4; ++j) {
      Value code = e.andI(e.shrU(codes, 8 * j), e.i32(0xff, codes));
      Value activation = e.shrS(e.shl(activations, 24 - 8 * j), 24);
      acc = e.addI(acc, e.mulI(code, activation));
    }
    return acc;
  }
  Value bytes = e.i32(0x00ff00ff, codes), wide = bitcast(activations, 16);
  acc = e.addI(acc, maddPairs(bitcast(e.andI(codes, bytes), 16), e.shrS(e.shl(wide, 8), 8)));
  return e.addI(acc, maddPairs(bitcast(e.andI(e.shrU(codes, 8), bytes), 16), e.shrS(wide, 8)));
}

/// Quads of codes below 2^bits whose products with any bytes 16 bits can sum: a quad puts two products into
/// each word. 0 where even one quad may saturate.
static constexpr int64_t quadsInWords(int bits) {
  constexpr int64_t largestWord = 32767, largestActivation = 128; // of −128
  return largestWord / (2 * ((int64_t(1) << bits) - 1) * largestActivation);
}
static_assert(quadsInWords(2) == 42 && quadsInWords(4) == 8 && quadsInWords(7) == 1 && quadsInWords(8) == 0);

DotSum::DotSum(Code &c, Value start, int codeBits) : c(&c), sum(start) {
  using Dot = CpuTarget::Dot;
  if (c.target.dot == Dot::Pairs256 || c.target.dot == Dot::Pairs512)
    limit = quadsInWords(codeBits);
}

void DotSum::add(Value codes, Value activations) {
  if (limit == 0) {
    sum = c->dot4(sum, codes, activations);
    return;
  }
  if (quads == limit)
    widen();
  // Saturates by its definition, never by its operands: `limit` quads are the most that words hold.
  Value products = c->maddPairs(c->bitcast(codes, 8), c->bitcast(activations, 8));
  words = quads++ ? c->e.addI(words, products) : products;
}

void DotSum::widen() {
  if (quads == 0)
    return;
  assert(quads <= limit && "words may have overflowed");
  Type type = words.getType();
  Value ones = c->b.create<arith::ConstantOp>(
      c->loc, DenseElementsAttr::get(cast<ShapedType>(type), Attribute(c->b.getI16IntegerAttr(1))));
  sum = c->e.addI(sum, c->maddPairs(words, ones));
  quads = 0;
}

Value DotSum::total() {
  widen();
  return sum;
}

void Code::loop(Value begin, Value end, Value step, llvm::function_ref<void(Value)> body) {
  auto loop = b.create<scf::ForOp>(loc, begin, end, step);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

Code::Values Code::loop(Value begin, Value end, Values inits,
                        llvm::function_ref<Values(Value, ValueRange)> body) {
  auto loop = b.create<scf::ForOp>(loc, begin, end, i64(1), inits);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Values results = body(loop.getInductionVar(), loop.getRegionIterArgs());
  b.create<scf::YieldOp>(loc, results);
  return Values(loop.getResults());
}
