// Checks that PTX text keeps the numerics contract.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <string_view>

namespace accord {

/// What the check looked at.
struct PtxRounding {
  uint64_t adds = 0, subs = 0, muls = 0; ///< f32 instructions, all `.rn` and without `.ftz`.
  uint64_t instructions = 0;             ///< All instructions of the text.
};

/// Every f32 add, sub and mul must be spelled `.rn` (without it ptxas may contract a mul and an add) and must
/// keep subnormals (no `.ftz`, nor on any other instruction); there must be no fma, mad.f32, div, sqrt,
/// rsqrt, rcp, ex2, lg2, sin, cos, tanh, NaN-propagating min or max on floats, nothing `.approx`, and no
/// call. The error names the line, its number and what was expected. Text without instructions fails.
Expected<PtxRounding> checkPtxRounding(std::string_view text);

} // namespace accord
