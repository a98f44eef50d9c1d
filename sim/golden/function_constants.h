// The constants of the built functions as f32 bits (i32 where said): the one table that golden, the README
// and every compiler expansion read. The steps that use them are in README.md, "Built functions".
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::golden::constants {

// Layout of an f32.
constexpr uint32_t signMask = 0x80000000;
constexpr uint32_t magnitudeMask = 0x7fffffff;
constexpr uint32_t mantissaMask = 0x007fffff;
constexpr uint32_t infinity = 0x7f800000;
constexpr uint32_t quietNaN = 0x7fc00000;
constexpr uint32_t smallestNormal = 0x00800000; ///< 2^-126
constexpr int32_t mantissaBits = 23;
constexpr int32_t exponentBias = 127;

// Shared numbers.
constexpr uint32_t half = 0x3f000000;           ///< 0.5
constexpr uint32_t one = 0x3f800000;            ///< 1
constexpr uint32_t oneAndHalf = 0x3fc00000;     ///< 1.5
constexpr uint32_t two = 0x40000000;            ///< 2
constexpr uint32_t roundingMagic = 0x4b400000;  ///< 1.5 * 2^23
constexpr uint32_t subnormalScale = 0x4b800000; ///< 2^24, makes every subnormal but 0 normal, exactly
constexpr int32_t subnormalBias = 151;          ///< exponentBias + 24

// rcp: line through the minimax reciprocal of a mantissa in [1,2), relative error 1/17.
constexpr uint32_t rcpSeedOffset = 0x3fb4b4b5; ///< 24/17
constexpr uint32_t rcpSeedSlope = 0x3ef0f0f1;  ///< 8/17

// rsqrt: the integer seed, relative error 0.0344.
constexpr int32_t rsqrtSeed = 0x5f3759df; ///< i32

// exp: Cody-Waite reduction and the minimax q of e^r = 1 + r + r^2*q(r), |r| <= ln(2)/2, relative error
// 2^-28.
constexpr uint32_t expLowest = 0xc2d00000;  ///< -104, below which e^x rounds to 0
constexpr uint32_t expHighest = 0x42b20000; ///< 89, above which e^x overflows
constexpr uint32_t log2e = 0x3fb8aa3b;      ///< log2(e)
constexpr uint32_t ln2High = 0x3f317200;    ///< ln(2) to 15 bits, so that n*ln2High is exact for |n| <= 150
constexpr uint32_t ln2Low = 0x35bfbe8e;     ///< ln(2) - ln2High
constexpr uint32_t expQ0 = 0x3efffffe;
constexpr uint32_t expQ1 = 0x3e2aaa48;
constexpr uint32_t expQ2 = 0x3d2aac7a;
constexpr uint32_t expQ3 = 0x3c091d36;
constexpr uint32_t expQ4 = 0x3ab511a9;

// tanh: minimax q of tanh(a) = a + a^3*q(a^2) below tanhPolynomialEnd, relative error 2^-27.
constexpr uint32_t tanhPolynomialEnd = 0x3f200000; ///< 0.625
constexpr uint32_t tanhQ0 = 0xbeaaaa99;
constexpr uint32_t tanhQ1 = 0x3e088393;
constexpr uint32_t tanhQ2 = 0xbd5c1e2d;
constexpr uint32_t tanhQ3 = 0x3ca9134d;
constexpr uint32_t tanhQ4 = 0xbbbaf0e6;

// erf: minimax p of erf(a) = a + a*p(a^2) below erfPolynomialEnd, relative error 2^-29; above it minimax q of
// erf(a) = 1 - e^-q(a), 2^-28 of the result; from erfSaturated on the result rounds to 1.
constexpr uint32_t erfPolynomialEnd = 0x3f400000; ///< 0.75
constexpr uint32_t erfSaturated = 0x40800000;     ///< 4
constexpr uint32_t erfP0 = 0x3e0375d4;
constexpr uint32_t erfP1 = 0xbec0939d;
constexpr uint32_t erfP2 = 0x3de71567;
constexpr uint32_t erfP3 = 0xbcdbd3ae;
constexpr uint32_t erfP4 = 0x3ba78c45;
constexpr uint32_t erfP5 = 0xba309f28;
constexpr uint32_t erfQ0 = 0x37b3a2df;
constexpr uint32_t erfQ1 = 0x3f907082;
constexpr uint32_t erfQ2 = 0x3f22c686;
constexpr uint32_t erfQ3 = 0x3dd7608e;
constexpr uint32_t erfQ4 = 0xbcbb2c63;
constexpr uint32_t erfQ5 = 0x3b5217ab;
constexpr uint32_t erfQ6 = 0xb95f852e;

// quantizeAct.
constexpr uint32_t codeLimit = 0x42fe0000;      ///< 127
constexpr uint32_t inverseLimit = 0x3c010204;   ///< f32(1/127)
constexpr uint32_t smallestScaled = 0x0d800000; ///< 2^-100, amax below it gives scale 0

} // namespace accord::golden::constants
