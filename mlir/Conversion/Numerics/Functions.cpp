// The built functions, step by step as sim/golden/README.md lists them, without branches: both sides of a
// case are computed and one is selected, so that the same code serves scalars and vectors. Every
// conversion to an integer is of a number in range, also on the side that is not selected.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/Numerics/Numerics.h"
#include "sim/golden/function_constants.h"

using namespace mlir;
using namespace accord::numerics;
using arith::CmpFPredicate;
using arith::CmpIPredicate;
namespace c = accord::golden::constants;

namespace {

/// 2^exponent from an exponent in the range of normal numbers.
Value powerOfTwo(Emitter &e, Value exponent) {
  return e.fromBits(e.shl(e.addI(exponent, e.i32(c::exponentBias, exponent)), c::mantissaBits));
}

/// v * 2^exponent by two factors, each a normal number; only the second product can round.
Value scaleByPowerOfTwo(Emitter &e, Value v, Value exponent) {
  Value first = e.shrS(exponent, 1);
  return e.mul(e.mul(v, powerOfTwo(e, first)), powerOfTwo(e, e.subI(exponent, first)));
}

/// A magnitude (bits without sign) as 1.mantissa * 2^exponent. Subnormals are made normal by an exact
/// product.
struct Parts {
  Value mantissa, exponent;
};
Parts partsOf(Emitter &e, Value magnitude) {
  Value subnormal = e.cmp(CmpIPredicate::ult, magnitude, e.i32(c::smallestNormal, magnitude));
  Value scaled = e.bits(e.mul(e.fromBits(magnitude), e.f32(c::subnormalScale, magnitude)));
  scaled = e.select(subnormal, scaled, magnitude);
  Value bias = e.select(subnormal, e.i32(c::subnormalBias, magnitude), e.i32(c::exponentBias, magnitude));
  return {e.andI(scaled, e.i32(c::mantissaMask, scaled)), e.subI(e.shrU(scaled, c::mantissaBits), bias)};
}

/// coefficients[0] + x*(coefficients[1] + ...), from the last one on.
Value horner(Emitter &e, Value x, ArrayRef<uint32_t> coefficients) {
  Value sum = e.f32(coefficients.back(), x);
  for (uint32_t coefficient : llvm::reverse(coefficients.drop_back()))
    sum = e.add(e.mul(sum, x), e.f32(coefficient, x));
  return sum;
}

} // namespace

Value Emitter::rcp(Value x) {
  Value all = bits(x), sign = andI(all, i32(c::signMask, all)),
        magnitude = andI(all, i32(c::magnitudeMask, all));
  Value infinity = i32(c::infinity, all), unit = f32(c::one, x), two = f32(c::two, x);
  Parts parts = partsOf(*this, magnitude);
  Value m = fromBits(orI(parts.mantissa, i32(c::one, all))); // in [1, 2)
  Value r = sub(f32(c::rcpSeedOffset, x), mul(f32(c::rcpSeedSlope, x), m));
  for (int step = 0; step < 2; ++step)
    r = mul(r, sub(two, mul(m, r)));
  r = add(r, mul(r, sub(unit, mul(m, r))));
  Value result = bits(scaleByPowerOfTwo(*this, r, subI(i32(0, all), parts.exponent)));
  result = orI(select(cmp(CmpIPredicate::eq, magnitude, infinity), i32(0, all), result), sign);
  return fromBits(select(cmp(CmpIPredicate::ugt, magnitude, infinity), i32(c::quietNaN, all), result));
}

Value Emitter::rsqrt(Value x) {
  Value all = bits(x), sign = andI(all, i32(c::signMask, all)),
        magnitude = andI(all, i32(c::magnitudeMask, all));
  Value zero = i32(0, all), infinity = i32(c::infinity, all);
  Parts parts = partsOf(*this, magnitude);
  Value odd = andI(parts.exponent, i32(1, all));
  Value m =
      fromBits(orI(parts.mantissa, shl(addI(odd, i32(c::exponentBias, all)), c::mantissaBits))); // in [1, 4)
  Value half = f32(c::half, x), halfM = mul(half, m), oneAndHalf = f32(c::oneAndHalf, x);
  Value r = fromBits(subI(i32(c::rsqrtSeed, all), shrU(bits(m), 1)));
  for (int step = 0; step < 2; ++step)
    r = mul(r, sub(oneAndHalf, mul(halfM, mul(r, r))));
  r = add(r, mul(mul(half, r), sub(f32(c::one, x), mul(mul(m, r), r))));
  Value exponent = subI(zero, shrS(subI(parts.exponent, odd), 1));
  Value result = bits(mul(r, powerOfTwo(*this, exponent)));

  result = select(cmp(CmpIPredicate::eq, magnitude, infinity), zero, result);
  // Negative numbers have no root; -0 has, and NaNs stay NaNs, the negative ones by the first of these.
  Value negative = cmp(CmpIPredicate::ugt, all, i32(c::signMask, all));
  result = select(negative, i32(c::quietNaN, all), result);
  result = select(cmp(CmpIPredicate::ugt, magnitude, infinity), i32(c::quietNaN, all), result);
  result = select(cmp(CmpIPredicate::eq, magnitude, zero), orI(infinity, sign), result);
  return fromBits(result);
}

Value Emitter::exp(Value x) {
  Value lowest = f32(c::expLowest, x), highest = f32(c::expHighest, x);
  Value clamped = select(cmp(CmpFPredicate::OGT, x, lowest), x, lowest);
  clamped = select(cmp(CmpFPredicate::OLT, clamped, highest), clamped, highest);
  Value n = roundToInt(mul(clamped, f32(c::log2e, x))), nf = fromInt(n);
  Value r = sub(clamped, mul(nf, f32(c::ln2High, x)));
  r = sub(r, mul(nf, f32(c::ln2Low, x)));
  Value q = horner(*this, r, {c::expQ0, c::expQ1, c::expQ2, c::expQ3, c::expQ4});
  Value p = add(add(mul(mul(r, r), q), r), f32(c::one, x));
  return select(cmp(CmpFPredicate::UNO, x, x), f32(c::quietNaN, x), scaleByPowerOfTwo(*this, p, n));
}

Value Emitter::tanh(Value x) {
  Value all = bits(x), sign = andI(all, i32(c::signMask, all));
  Value a = fromBits(andI(all, i32(c::magnitudeMask, all))), unit = f32(c::one, x);
  Value z = mul(a, a), q = horner(*this, z, {c::tanhQ0, c::tanhQ1, c::tanhQ2, c::tanhQ3, c::tanhQ4});
  Value near = add(a, mul(mul(a, z), q));
  Value far = sub(unit, mul(f32(c::two, x), rcp(add(exp(add(a, a)), unit))));
  Value small = cmp(CmpFPredicate::OLT, a, f32(c::tanhPolynomialEnd, x));
  return fromBits(orI(bits(select(small, near, far)), sign));
}

Value Emitter::erf(Value x) {
  Value all = bits(x), sign = andI(all, i32(c::signMask, all));
  Value a = fromBits(andI(all, i32(c::magnitudeMask, all))), saturated = f32(c::erfSaturated, x);
  Value p = horner(*this, mul(a, a), {c::erfP0, c::erfP1, c::erfP2, c::erfP3, c::erfP4, c::erfP5});
  Value near = add(a, mul(a, p));
  Value b = select(cmp(CmpFPredicate::OLT, a, saturated), a, saturated);
  Value q = horner(*this, b, {c::erfQ0, c::erfQ1, c::erfQ2, c::erfQ3, c::erfQ4, c::erfQ5, c::erfQ6});
  Value far = sub(f32(c::one, x), exp(fromBits(orI(bits(q), i32(c::signMask, all)))));
  Value v = select(cmp(CmpFPredicate::OLT, a, f32(c::erfPolynomialEnd, x)), near, far);
  return select(cmp(CmpFPredicate::UNO, x, x), f32(c::quietNaN, x), fromBits(orI(bits(v), sign)));
}

Value Emitter::sigmoid(Value x) {
  Value all = bits(x);
  Value e = exp(fromBits(orI(all, i32(c::signMask, all))));
  Value r = rcp(add(f32(c::one, x), e));
  return select(cmp(CmpFPredicate::OLT, x, f32(0, x)), mul(e, r), r);
}

Value Emitter::silu(Value x) { return mul(x, sigmoid(x)); }
