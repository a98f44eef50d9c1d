// The built functions, step by step as README.md lists them ("Built functions").
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/functions.h"
#include "sim/golden/function_constants.h"
#include "sim/golden/primitives.h"

namespace accord::golden {
namespace {

float constant(uint32_t bits) { return floatOf(bits); }

/// 2^exponent, -126 <= exponent <= 127.
float powerOfTwo(int32_t exponent) {
  return floatOf(static_cast<uint32_t>(exponent + constants::exponentBias) << constants::mantissaBits);
}

/// v * 2^exponent in two steps, so that |exponent| <= 151 stays in range and only the second step can round.
float scaleByPowerOfTwo(float v, int32_t exponent) {
  const int32_t first = exponent >> 1;
  return mul(mul(v, powerOfTwo(first)), powerOfTwo(exponent - first));
}

/// |x| of finite x as mantissa bits and exponent: |x| = 1.mantissa * 2^exponent, subnormals included (0
/// counts as 2^-151, infinity as 2^128; their callers know them).
struct Parts {
  uint32_t mantissa;
  int32_t exponent;
};
Parts partsOf(uint32_t magnitude) {
  const bool subnormal = magnitude < constants::smallestNormal;
  const uint32_t scaled =
      subnormal ? bitsOf(mul(floatOf(magnitude), constant(constants::subnormalScale))) : magnitude;
  const int32_t bias = subnormal ? constants::subnormalBias : constants::exponentBias;
  return {scaled & constants::mantissaMask, static_cast<int32_t>(scaled >> constants::mantissaBits) - bias};
}

} // namespace

float rcp(float x) {
  const uint32_t sign = bitsOf(x) & constants::signMask;
  const uint32_t magnitude = bitsOf(x) & constants::magnitudeMask;
  const float one = constant(constants::one);
  const float two = constant(constants::two);

  const Parts parts = partsOf(magnitude);
  const float m = floatOf(parts.mantissa | constants::one); // [1, 2)
  float r = sub(constant(constants::rcpSeedOffset), mul(constant(constants::rcpSeedSlope), m));
  r = mul(r, sub(two, mul(m, r)));
  r = mul(r, sub(two, mul(m, r)));
  r = add(r,
          mul(r, sub(one, mul(m, r)))); // the last step adds a small residual: its own rounding weighs little
  const float scaled = scaleByPowerOfTwo(r, -parts.exponent); // of x = 0: 2^151, which is infinity

  const uint32_t result = magnitude == constants::infinity ? 0 : bitsOf(scaled);
  return floatOf(magnitude > constants::infinity ? constants::quietNaN : result | sign);
}

float rsqrt(float x) {
  const uint32_t sign = bitsOf(x) & constants::signMask;
  const uint32_t magnitude = bitsOf(x) & constants::magnitudeMask;
  const float half = constant(constants::half);
  const float one = constant(constants::one);
  const float oneAndHalf = constant(constants::oneAndHalf);

  const Parts parts = partsOf(magnitude);
  const int32_t odd = parts.exponent & 1;
  const float m = floatOf(parts.mantissa | static_cast<uint32_t>(odd + constants::exponentBias)
                                               << constants::mantissaBits); // [1, 4)
  const float halfM = mul(half, m);
  float r = floatOf(static_cast<uint32_t>(constants::rsqrtSeed) - (bitsOf(m) >> 1));
  r = mul(r, sub(oneAndHalf, mul(halfM, mul(r, r))));
  r = mul(r, sub(oneAndHalf, mul(halfM, mul(r, r))));
  r = add(r, mul(mul(half, r), sub(one, mul(mul(m, r), r))));
  const float scaled =
      mul(r, powerOfTwo(-((parts.exponent - odd) >> 1))); // exact: the result is always normal

  if (magnitude > constants::infinity || (sign && magnitude != 0))
    return constant(constants::quietNaN);
  if (magnitude == 0)
    return floatOf(constants::infinity | sign);
  return magnitude == constants::infinity ? floatOf(0) : scaled;
}

float exp(float x) {
  const float lowest = constant(constants::expLowest);
  const float highest = constant(constants::expHighest);
  const float aboveLowest = x > lowest ? x : lowest; // a NaN becomes lowest here and is put back at the end
  const float c = aboveLowest < highest ? aboveLowest : highest;

  const int32_t n = roundToInt(mul(c, constant(constants::log2e)));
  const float nf = fromInt(n);
  const float r = sub(sub(c, mul(nf, constant(constants::ln2High))), mul(nf, constant(constants::ln2Low)));
  float q = constant(constants::expQ4);
  q = add(mul(q, r), constant(constants::expQ3));
  q = add(mul(q, r), constant(constants::expQ2));
  q = add(mul(q, r), constant(constants::expQ1));
  q = add(mul(q, r), constant(constants::expQ0));
  const float p = add(add(mul(mul(r, r), q), r), constant(constants::one));

  return x != x ? constant(constants::quietNaN) : scaleByPowerOfTwo(p, n);
}

float tanh(float x) {
  const uint32_t sign = bitsOf(x) & constants::signMask;
  const float a = floatOf(bitsOf(x) & constants::magnitudeMask);
  const float one = constant(constants::one);

  const float z = mul(a, a);
  float q = constant(constants::tanhQ4);
  q = add(mul(q, z), constant(constants::tanhQ3));
  q = add(mul(q, z), constant(constants::tanhQ2));
  q = add(mul(q, z), constant(constants::tanhQ1));
  q = add(mul(q, z), constant(constants::tanhQ0));
  const float near = add(a, mul(mul(a, z), q));

  const float e = exp(add(a, a));
  const float far = sub(one, mul(constant(constants::two), rcp(add(e, one))));

  return floatOf(bitsOf(a < constant(constants::tanhPolynomialEnd) ? near : far) | sign);
}

float erf(float x) {
  const uint32_t sign = bitsOf(x) & constants::signMask;
  const float a = floatOf(bitsOf(x) & constants::magnitudeMask);

  const float z = mul(a, a);
  float p = constant(constants::erfP5);
  p = add(mul(p, z), constant(constants::erfP4));
  p = add(mul(p, z), constant(constants::erfP3));
  p = add(mul(p, z), constant(constants::erfP2));
  p = add(mul(p, z), constant(constants::erfP1));
  p = add(mul(p, z), constant(constants::erfP0));
  const float near = add(a, mul(a, p));

  const float saturated = constant(constants::erfSaturated);
  const float b = a < saturated ? a : saturated; // a NaN becomes 4 here and is put back at the end
  float q = constant(constants::erfQ6);
  q = add(mul(q, b), constant(constants::erfQ5));
  q = add(mul(q, b), constant(constants::erfQ4));
  q = add(mul(q, b), constant(constants::erfQ3));
  q = add(mul(q, b), constant(constants::erfQ2));
  q = add(mul(q, b), constant(constants::erfQ1));
  q = add(mul(q, b), constant(constants::erfQ0)); // positive
  const float far = sub(constant(constants::one), exp(floatOf(bitsOf(q) | constants::signMask)));

  const float v = a < constant(constants::erfPolynomialEnd) ? near : far;
  return x != x ? constant(constants::quietNaN) : floatOf(bitsOf(v) | sign);
}

float sigmoid(float x) {
  const float e = exp(floatOf(bitsOf(x) | constants::signMask)); // e^-|x|, never overflows
  const float r = rcp(add(constant(constants::one), e));
  return x < floatOf(0) ? mul(e, r) : r;
}

float silu(float x) { return mul(x, sigmoid(x)); }

} // namespace accord::golden
