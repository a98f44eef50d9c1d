// Random linalg functions, most of them of forms that Accord raises.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <random>
#include <string>

namespace accord {

/// Text of `func.func @f` with one elementwise generic of rank 0 to 4: operands with some of its axes,
/// sometimes permuted, at 0, filled with a constant, or behind an op that moves data; a body of a few
/// operations.
std::string randomElementwise(std::mt19937_64 &random);

/// Text of `func.func @f` with one sum of products: up to two axes of rows and of columns, sometimes a batch,
/// axes of factors and result sometimes permuted.
std::string randomContraction(std::mt19937_64 &random);

} // namespace accord
