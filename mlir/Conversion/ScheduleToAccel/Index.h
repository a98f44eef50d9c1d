// Index values of tiled code as linear expressions of loop counters, so that tile sizes become numbers and
// offsets become a few multiplies and adds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/MapVector.h"
#include <functional>

namespace accord {

/// constant + Σ coefficient · term. A term is the counter of a loop, named by its induction variable (it runs
/// 0, 1, 2, …; lower bound and step are in the coefficients), or an index argument of the function.
struct Linear {
  int64_t constant = 0;
  llvm::MapVector<mlir::Value, int64_t> terms; // not the small one: gcc 12 warns of its copies without cause

  bool isConstant() const { return terms.empty(); }
};
Linear operator+(Linear a, const Linear &b);
Linear operator-(Linear a, const Linear &b);
Linear operator*(Linear a, int64_t by);

/// One loop of the source whose body is being emitted: either a loop of the target with a counter, or one
/// iteration.
struct ActiveLoop {
  mlir::scf::ForOp source;
  mlir::Value variable() const { return mlir::scf::ForOp(source).getInductionVar(); }
  int64_t trips;       ///< of the source, the smaller last one counted
  int64_t counts;      ///< values of the counter here (1 when fixed)
  mlir::Value counter; ///< of the target; null when fixed
  int64_t fixed = 0;   ///< the iteration emitted, without a counter
};

/// Evaluates index values of the source inside the loops that are being emitted.
class IndexEvaluator {
public:
  /// The size of a tensor's dimension inside these loops (tensor.dim).
  std::function<mlir::FailureOr<int64_t>(mlir::Value tensor, int64_t dim)> extentOf;
  /// Outermost first.
  mlir::SmallVector<ActiveLoop> loops;
  /// Index arguments of the source function, known when a program is emitted, and their values in the target.
  llvm::SmallMapVector<mlir::Value, mlir::Value, 2> scalars;

  /// The value of an index (or an attribute). Reports what it cannot evaluate at the value's op.
  mlir::FailureOr<Linear> evaluate(mlir::OpFoldResult value);
  /// The same where a number is needed; `what` names it in the error.
  mlir::FailureOr<int64_t> evaluateConstant(mlir::OpFoldResult value, mlir::Operation *at,
                                            llvm::StringRef what);
  /// Whether an i1 is known; nothing for one that changes with a counter. `condition` gets the linear value
  /// that is compared with zero (`!= 0`).
  mlir::FailureOr<std::optional<bool>> evaluateFlag(mlir::Value flag, Linear &condition);

  /// Bounds of a value over the counters; an index argument is anything from 0 to 2^40.
  int64_t lowest(const Linear &value) const { return bound(value, false); }
  int64_t highest(const Linear &value) const { return bound(value, true); }

  /// floor(value / by), exact: the coefficients must be multiples, or the quotient must not change.
  std::optional<Linear> divide(const Linear &value, int64_t by, bool roundUp = false) const;

  /// The value as index arithmetic of the target.
  mlir::OpFoldResult materialize(mlir::OpBuilder &b, mlir::Location loc, const Linear &value) const;

private:
  int64_t bound(const Linear &value, bool upper) const;
  const ActiveLoop *find(mlir::Value variable) const;
  std::optional<Linear> evaluate(mlir::AffineExpr expr, unsigned numDims,
                                 llvm::ArrayRef<Linear> operands) const;
};

} // namespace accord
