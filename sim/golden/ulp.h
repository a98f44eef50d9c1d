// Errors of the built functions in ULP against double, for the tests and for golden-sweep.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::golden {

/// |got - exact| in units of the last place of f32 at `exact` (2^-149 for subnormals). A `got` of infinity
/// counts as 2^128, so an early overflow shows. Neither is NaN; exact is below 2^129 in magnitude.
double ulpError(float got, double exact);

/// A built function with its reference in double (the C library's) and the bound that the contract states.
struct BuiltFunction {
  const char *name;
  float (*built)(float);
  double (*reference)(double);
  double ulpBound;
};
extern const BuiltFunction builtFunctions[7];

struct SweepResult {
  uint64_t compared = 0;
  uint64_t correctlyRounded = 0;
  uint64_t specialMismatches = 0; ///< NaN against a number, a wrong infinity, a wrong sign
  double maxUlp = 0;
  uint32_t worstInput = 0; ///< bits of the input of maxUlp
  uint64_t hash =
      0; ///< of all results in order, every NaN as 0x7fc00000: the answer to the bit, to be pinned
};

/// Runs inputs 0, stride, 2*stride, ... < 2^32 (as bits).
SweepResult sweep(const BuiltFunction &function, uint64_t stride);

} // namespace accord::golden
