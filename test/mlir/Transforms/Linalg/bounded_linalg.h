// linalg on tensors, evaluated in double loop by loop as its maps and bodies say, with a bound on what f32
// may make of each value: a judge of raised programs that shares nothing with the raising.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace accord {

/// A value and how far Accord's f32 evaluation may be from it. Conditions are 0 or 1; error 1 where rounding
/// may have turned it.
struct Bounded {
  double value = 0, error = 0;
};

struct BoundedTensor {
  llvm::SmallVector<int64_t> shape;
  std::vector<Bounded> elements;
};

/// The results of a function of one block that holds linalg on f32 tensors, constants, views and nn.softmax
/// or nn.silu; index arguments and dynamic extents are `dynamic`. On failure `said` tells which op it cannot
/// do.
///
/// Bounds, u = 2^-24: an operation that rounds once adds u·|result| to what the errors of its operands make
/// of it; a division is a product with a reciprocal (1.5 ULP), exp 1 ULP, tanh and erf 2, rsqrt 1.5, as
/// sim/golden/README.md bounds them. Sums go term by term. First order with the errors themselves counted in,
/// so nothing is neglected but the rounding of double.
mlir::FailureOr<std::vector<BoundedTensor>> evaluateBounded(mlir::func::FuncOp function,
                                                            llvm::ArrayRef<BoundedTensor> arguments,
                                                            int64_t dynamic, std::string &said);

} // namespace accord
