// Bounds of loops as linear forms of induction variables; see TripCount.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/LoopsToGPU/TripCount.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

namespace accord {

using namespace mlir;

namespace {

/// `constant` + Σ coefficient·value.
struct Linear {
  int64_t constant = 0;
  llvm::MapVector<Value, int64_t> terms;

  void add(const Linear &other, int64_t times) {
    constant += times * other.constant;
    for (auto [value, coefficient] : other.terms)
      terms[value] += times * coefficient;
  }
};

/// An index as sums and constant multiples of values that are computed otherwise.
Linear linearOf(Value value) {
  Linear result;
  if (std::optional<int64_t> constant = getConstantIntValue(value)) {
    result.constant = *constant;
    return result;
  }
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<arith::AddIOp, arith::SubIOp>(op)) {
    result = linearOf(op->getOperand(0));
    result.add(linearOf(op->getOperand(1)), mlir::isa<arith::AddIOp>(op) ? 1 : -1);
    return result;
  }
  if (isa_and_nonnull<arith::MulIOp>(op))
    for (unsigned i : {0, 1})
      if (std::optional<int64_t> factor = getConstantIntValue(op->getOperand(i))) {
        result.add(linearOf(op->getOperand(1 - i)), *factor);
        return result;
      }
  result.terms[value] = 1;
  return result;
}

/// The two of which `value` is the smaller: a minimum, or `a < b ? a : b`.
std::optional<std::pair<Value, Value>> minimumOf(Value value) {
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<arith::MinSIOp>(op))
    return std::pair(op->getOperand(0), op->getOperand(1));
  auto select = dyn_cast_or_null<arith::SelectOp>(op);
  auto compare = select ? select.getCondition().getDefiningOp<arith::CmpIOp>() : nullptr;
  if (!compare || compare.getLhs() != select.getTrueValue() || compare.getRhs() != select.getFalseValue())
    return std::nullopt;
  using P = arith::CmpIPredicate;
  if (llvm::is_contained({P::slt, P::sle}, compare.getPredicate()))
    return std::pair(compare.getLhs(), compare.getRhs());
  return std::nullopt;
}

std::optional<int64_t> mostOf(const Linear &linear);
std::optional<int64_t> mostBetween(const Linear &lower, Value upper);

/// Least and greatest value of an induction variable or of a remainder by a constant.
std::optional<std::pair<int64_t, int64_t>> rangeOf(Value value) {
  if (auto remainder = value.getDefiningOp<arith::RemUIOp>()) {
    std::optional<int64_t> by = getConstantIntValue(remainder.getRhs());
    return by && *by > 0 ? std::optional(std::pair<int64_t, int64_t>(0, *by - 1)) : std::nullopt;
  }
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return std::nullopt;
  Value lower, upper;
  Operation *parent = argument.getOwner()->getParentOp();
  if (auto loop = dyn_cast<scf::ForOp>(parent); loop && argument == loop.getInductionVar()) {
    lower = loop.getLowerBound();
    upper = loop.getUpperBound();
  } else if (auto parallel = dyn_cast<scf::ParallelOp>(parent)) {
    lower = parallel.getLowerBound()[argument.getArgNumber()];
    upper = parallel.getUpperBound()[argument.getArgNumber()];
  } else {
    return std::nullopt;
  }
  Linear negated;
  negated.add(linearOf(lower), -1);
  std::optional<int64_t> least = mostOf(negated), end = mostBetween({}, upper);
  if (!least || !end)
    return std::nullopt;
  return std::pair(-*least, std::max(-*least, *end - 1));
}

/// The greatest value, from the ranges of the terms that do not cancel.
std::optional<int64_t> mostOf(const Linear &linear) {
  int64_t most = linear.constant;
  for (auto [value, coefficient] : linear.terms) {
    if (coefficient == 0)
      continue;
    auto range = rangeOf(value);
    if (!range)
      return std::nullopt;
    most += coefficient * (coefficient > 0 ? range->second : range->first);
  }
  return most;
}

/// The most that `upper - lower` can be; a minimum is at most either of its operands.
std::optional<int64_t> mostBetween(const Linear &lower, Value upper) {
  Linear difference = linearOf(upper);
  difference.add(lower, -1);
  std::optional<int64_t> most = mostOf(difference);
  if (auto pair = minimumOf(upper))
    for (Value operand : {pair->first, pair->second})
      if (std::optional<int64_t> other = mostBetween(lower, operand))
        most = most ? std::min(*most, *other) : *other;
  return most;
}

} // namespace

FailureOr<uint64_t> mostTrips(scf::ForOp loop) {
  std::optional<int64_t> step = getConstantIntValue(loop.getStep());
  std::optional<int64_t> most = mostBetween(linearOf(loop.getLowerBound()), loop.getUpperBound());
  if (!most || !step || *step < 1)
    return loop.emitOpError("expected bounds with a constant range and a constant step, so that its "
                            "iterations can be counted"),
           failure();
  return *most > 0 ? llvm::divideCeil(uint64_t(*most), *step) : 0;
}

FailureOr<SmallVector<int64_t>> parallelTrips(scf::ParallelOp op) {
  SmallVector<int64_t> trips;
  for (auto [lower, upper, step] : llvm::zip(op.getLowerBound(), op.getUpperBound(), op.getStep())) {
    std::optional<int64_t> l = getConstantIntValue(lower), u = getConstantIntValue(upper),
                           s = getConstantIntValue(step);
    if (!l || !u || !s)
      return op.emitOpError("expected constant bounds and steps"), failure();
    trips.push_back(*u > *l ? llvm::divideCeil(*u - *l, *s) : 0);
  }
  return trips;
}

} // namespace accord
