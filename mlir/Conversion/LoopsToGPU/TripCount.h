// How often the loops of a program run.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace accord {

/// The iterations of `loop`, at most: exact for constant bounds. Bounds may be sums, differences, constant
/// multiples and minima of induction variables and of remainders by a constant; what they have in common
/// cancels. An error at the loop when they are anything else.
mlir::FailureOr<uint64_t> mostTrips(mlir::scf::ForOp loop);

/// The iterations of an scf.parallel in each dimension, or an error at it when its bounds are no constants.
mlir::FailureOr<llvm::SmallVector<int64_t>> parallelTrips(mlir::scf::ParallelOp op);

} // namespace accord
