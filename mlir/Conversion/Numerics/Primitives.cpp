// The primitives: f32 and integer operations, exact conversions, and f16 by integer operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/Numerics/Numerics.h"
#include "sim/golden/function_constants.h"

using namespace mlir;
using namespace accord::numerics;
namespace c = accord::golden::constants;

Type Emitter::shaped(Type element, Type like) {
  if (auto shapedType = dyn_cast<ShapedType>(like))
    return shapedType.clone(element);
  return element;
}

Value Emitter::f32(uint32_t bits, Value like) {
  Type type = shaped(b.getF32Type(), like.getType());
  APFloat value(APFloat::IEEEsingle(), APInt(32, bits));
  if (auto shapedType = dyn_cast<ShapedType>(type))
    return b.create<arith::ConstantOp>(loc, DenseElementsAttr::get(shapedType, value));
  return b.create<arith::ConstantOp>(loc, b.getFloatAttr(type, value));
}

Value Emitter::i32(int64_t value, Value like) {
  Type element = getElementTypeOrSelf(like.getType());
  if (!element.isIntOrIndex())
    element = b.getI32Type();
  TypedAttr attr = b.getIntegerAttr(element, value);
  if (auto shapedType = dyn_cast<ShapedType>(shaped(element, like.getType())))
    attr = DenseElementsAttr::get(shapedType, Attribute(attr));
  return b.create<arith::ConstantOp>(loc, attr);
}

Value Emitter::add(Value x, Value y) { return b.create<arith::AddFOp>(loc, x, y); }
Value Emitter::sub(Value x, Value y) { return b.create<arith::SubFOp>(loc, x, y); }
Value Emitter::mul(Value x, Value y) { return b.create<arith::MulFOp>(loc, x, y); }
Value Emitter::max(Value x, Value y) { return select(cmp(arith::CmpFPredicate::OGT, x, y), x, y); }

Value Emitter::bits(Value x) {
  return b.create<arith::BitcastOp>(loc, shaped(b.getI32Type(), x.getType()), x);
}
Value Emitter::fromBits(Value i) {
  return b.create<arith::BitcastOp>(loc, shaped(b.getF32Type(), i.getType()), i);
}
Value Emitter::f16Bits(Value x) {
  return b.create<arith::BitcastOp>(loc, shaped(b.getIntegerType(16), x.getType()), x);
}
Value Emitter::fromInt(Value i) {
  return b.create<arith::SIToFPOp>(loc, shaped(b.getF32Type(), i.getType()), i);
}
Value Emitter::magicRound(Value x) {
  Value magic = f32(c::roundingMagic, x);
  return sub(add(x, magic), magic);
}
Value Emitter::roundToInt(Value x) {
  return b.create<arith::FPToSIOp>(loc, shaped(b.getI32Type(), x.getType()), magicRound(x));
}

Value Emitter::select(Value condition, Value x, Value y) {
  return b.create<arith::SelectOp>(loc, condition, x, y);
}
Value Emitter::cmp(arith::CmpFPredicate p, Value x, Value y) { return b.create<arith::CmpFOp>(loc, p, x, y); }
Value Emitter::cmp(arith::CmpIPredicate p, Value x, Value y) { return b.create<arith::CmpIOp>(loc, p, x, y); }
Value Emitter::addI(Value x, Value y) { return b.create<arith::AddIOp>(loc, x, y); }
Value Emitter::subI(Value x, Value y) { return b.create<arith::SubIOp>(loc, x, y); }
Value Emitter::mulI(Value x, Value y) { return b.create<arith::MulIOp>(loc, x, y); }
Value Emitter::andI(Value x, Value y) { return b.create<arith::AndIOp>(loc, x, y); }
Value Emitter::orI(Value x, Value y) { return b.create<arith::OrIOp>(loc, x, y); }
Value Emitter::xorI(Value x, Value y) { return b.create<arith::XOrIOp>(loc, x, y); }
Value Emitter::shl(Value x, int64_t by) { return b.create<arith::ShLIOp>(loc, x, i32(by, x)); }
Value Emitter::shrU(Value x, int64_t by) { return b.create<arith::ShRUIOp>(loc, x, i32(by, x)); }
Value Emitter::shrS(Value x, int64_t by) { return b.create<arith::ShRSIOp>(loc, x, i32(by, x)); }

// f16 is s eeeee mmmmmmmmmm. A normal number moves its 15 low bits up by 13 and its exponent by 127 - 15. A
// subnormal is m * 2^-24, and m < 1024 converts and scales exactly; it is a *normal* f32, so no target's
// flushing touches it.
Value Emitter::widenF16(Value i16Bits) {
  Value h = b.create<arith::ExtUIOp>(loc, shaped(b.getI32Type(), i16Bits.getType()), i16Bits);
  Value sign = shl(andI(h, i32(0x8000, h)), 16);
  Value magnitude = andI(h, i32(0x7fff, h));
  Value normal = addI(shl(magnitude, 13), i32((127 - 15) << 23, h));
  Value subnormal = bits(mul(fromInt(magnitude), f32(0x33800000 /* 2^-24 */, h)));
  Value result = select(cmp(arith::CmpIPredicate::ult, magnitude, i32(0x0400, h)), subnormal, normal);
  result = orI(result, sign);
  Value infinite = orI(i32(c::infinity, h), sign);
  result = select(cmp(arith::CmpIPredicate::eq, magnitude, i32(0x7c00, h)), infinite, result);
  result = select(cmp(arith::CmpIPredicate::ugt, magnitude, i32(0x7c00, h)), i32(c::quietNaN, h), result);
  return fromBits(result);
}

// Nearest even on integers. Normal results: rebias, add half an ulp less one plus the last kept bit, shift; a
// carry runs into the exponent as it should, up to infinity. Subnormal results (|x| < 2^-14): the mantissa
// with its hidden bit is shifted right by 126 - e (14..24, everything below rounds to 0) with the same
// rounding.
Value Emitter::narrowF16(Value x) {
  Value i = bits(x);
  Value sign = andI(shrU(i, 16), i32(0x8000, i));
  Value magnitude = andI(i, i32(c::magnitudeMask, i));

  Value odd = andI(shrU(magnitude, 13), i32(1, i));
  Value rebiased = subI(magnitude, i32((127 - 15) << 23, i));
  Value normal = shrU(addI(rebiased, addI(odd, i32(0xfff, i))), 13);

  Value one = i32(1, i);
  Value exponent = shrU(magnitude, 23);
  Value mantissa = orI(andI(magnitude, i32(c::mantissaMask, i)), i32(c::smallestNormal, i));
  Value wanted = subI(i32(126, i), exponent);
  auto clamp = [&](Value v, int64_t low, int64_t high) {
    v = select(cmp(arith::CmpIPredicate::slt, v, i32(low, i)), i32(low, i), v);
    return select(cmp(arith::CmpIPredicate::sgt, v, i32(high, i)), i32(high, i), v);
  };
  // 25 shifts any mantissa (< 2^24) with its rounding to 0, so deeper exponents need no larger shift.
  Value shift = clamp(wanted, 1, 25);
  Value lastKept = andI(b.create<arith::ShRUIOp>(loc, mantissa, shift), one);
  Value halfLessOne = subI(b.create<arith::ShLIOp>(loc, one, subI(shift, one)), one);
  Value subnormal = b.create<arith::ShRUIOp>(loc, addI(mantissa, addI(halfLessOne, lastKept)), shift);

  Value result =
      select(cmp(arith::CmpIPredicate::ult, magnitude, i32(0x38800000 /* 2^-14 */, i)), subnormal, normal);
  // From 65520 on, half an ulp above the largest f16, everything is infinity.
  result = select(cmp(arith::CmpIPredicate::uge, magnitude, i32(0x477ff000, i)), i32(0x7c00, i), result);
  result = orI(result, sign);
  result = select(cmp(arith::CmpIPredicate::ugt, magnitude, i32(c::infinity, i)), i32(0x7e00, i), result);
  return b.create<arith::TruncIOp>(loc, shaped(b.getIntegerType(16), i.getType()), result);
}

Value accord::numerics::foldLanes(Emitter &e, SmallVector<Value> lanes) {
  for (size_t half : {8, 4, 2, 1})
    for (size_t lane = 0; lane < half && lane + half < lanes.size(); ++lane)
      lanes[lane] = e.add(lanes[lane], lanes[lane + half]);
  return lanes.front();
}
