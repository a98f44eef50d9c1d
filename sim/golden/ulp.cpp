// Measures the built functions against double.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/ulp.h"
#include "sim/golden/function_constants.h"
#include "sim/golden/functions.h"
#include "sim/golden/primitives.h"
#include <algorithm>
#include <cmath>

namespace accord::golden {
namespace {
double rcpDouble(double x) { return 1.0 / x; }
double rsqrtDouble(double x) { return 1.0 / std::sqrt(x); }
double expDouble(double x) { return std::exp(x); }
double tanhDouble(double x) { return std::tanh(x); }
double erfDouble(double x) { return std::erf(x); }
double sigmoidDouble(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double siluDouble(double x) { return x * sigmoidDouble(x); }
} // namespace

const BuiltFunction builtFunctions[7] = {
    {"rcp", rcp, rcpDouble, 1.5},
    {"rsqrt", rsqrt, rsqrtDouble, 1.5},
    {"exp", exp, expDouble, 1.0},
    {"tanh", tanh, tanhDouble, 2.0},
    {"sigmoid", sigmoid, sigmoidDouble, 3.5},
    {"silu", silu, siluDouble, 53.0},
    {"erf", erf, erfDouble, 2.0},
};

double ulpError(float got, double exact) {
  int exponent;
  std::frexp(exact, &exponent); // |exact| in [2^(exponent-1), 2^exponent)
  const double ulp = std::ldexp(1.0, std::clamp(exponent - 24, -149, 104));
  const double value = std::isinf(got) ? std::copysign(std::ldexp(1.0, 128), got) : static_cast<double>(got);
  return std::fabs(value - exact) / ulp;
}

SweepResult sweep(const BuiltFunction &function, uint64_t stride) {
  SweepResult result;
  result.hash = 0xcbf29ce484222325; // FNV-1a, a word at a time
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += stride) {
    const float x = floatOf(static_cast<uint32_t>(bits));
    const float got = function.built(x);
    const double exact = function.reference(x);
    const float nearest = static_cast<float>(exact);
    ++result.compared;
    result.hash = (result.hash ^ (std::isnan(got) ? constants::quietNaN : bitsOf(got))) * 0x100000001b3;
    if (bitsOf(got) == bitsOf(nearest) || (std::isnan(got) && std::isnan(exact))) {
      ++result.correctlyRounded;
      if (!std::isnan(exact) && !std::isinf(got))
        result.maxUlp = std::max(result.maxUlp, 0.5);
      continue;
    }
    // Past the largest float by more than an ulp, infinity is the only right answer.
    if (std::isnan(got) || std::isnan(exact) || std::signbit(got) != std::signbit(exact) ||
        std::fabs(exact) >= std::ldexp(1.0, 129) || std::isinf(x)) {
      ++result.specialMismatches;
      result.worstInput = static_cast<uint32_t>(bits);
      continue;
    }
    const double error = ulpError(got, exact);
    if (error > result.maxUlp) {
      result.maxUlp = error;
      result.worstInput = static_cast<uint32_t>(bits);
    }
  }
  return result;
}

} // namespace accord::golden
