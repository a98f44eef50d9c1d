// The built functions: elementary functions over the primitives alone, so that every target gets the same
// bits. Steps, constants, special values and measured errors: README.md, "Built functions".
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace accord::golden {

/// 1/x. rcp(+-0) = +-inf, rcp(+-inf) = +-0, NaN -> NaN; subnormal inputs and results are kept.
float rcp(float x);
/// 1/sqrt(x). rsqrt(+-0) = +-inf, rsqrt(inf) = 0; x < 0 and NaN -> NaN; subnormal inputs are kept.
float rsqrt(float x);
/// e^x. Overflow -> inf, underflow is gradual, exp(-inf) = 0, NaN -> NaN.
float exp(float x);
/// tanh(+-inf) = +-1, tanh(+-0) = +-0, NaN -> NaN.
float tanh(float x);
/// The error function, 2/sqrt(pi) times the integral of e^-t^2 from 0 to x. erf(+-inf) = +-1, erf(+-0) = +-0,
/// NaN -> NaN.
float erf(float x);
/// 1/(1 + e^-x). sigmoid(-inf) = 0, sigmoid(inf) = 1, NaN -> NaN.
float sigmoid(float x);
/// x * sigmoid(x), one multiplication more than sigmoid. silu(-inf) is NaN (-inf * 0).
float silu(float x);

} // namespace accord::golden
