// Linear index values. See Index.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/Index.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord {

static void addScaled(Linear &a, const Linear &b, int64_t by) {
  a.constant += b.constant * by;
  for (auto [variable, coefficient] : b.terms)
    a.terms[variable] += coefficient * by;
  a.terms.remove_if([](auto &term) { return term.second == 0; });
}
Linear operator+(Linear a, const Linear &b) {
  addScaled(a, b, 1);
  return a;
}
Linear operator-(Linear a, const Linear &b) {
  addScaled(a, b, -1);
  return a;
}
Linear operator*(Linear a, int64_t by) {
  Linear result;
  addScaled(result, a, by);
  return result;
}

const ActiveLoop *IndexEvaluator::find(Value variable) const {
  const ActiveLoop *loop =
      llvm::find_if(loops, [&](const ActiveLoop &l) { return l.variable() == variable; });
  return loop == loops.end() ? nullptr : loop;
}

int64_t IndexEvaluator::bound(const Linear &value, bool upper) const {
  constexpr int64_t largestScalar = int64_t(1) << 40;
  int64_t result = value.constant;
  for (auto [variable, coefficient] : value.terms)
    if ((coefficient > 0) == upper)
      result += coefficient * (scalars.count(variable) ? largestScalar : find(variable)->counts - 1);
  return result;
}

std::optional<Linear> IndexEvaluator::divide(const Linear &value, int64_t by, bool roundUp) const {
  auto quotient = [&](int64_t v) {
    return roundUp ? llvm::divideCeilSigned(v, by) : llvm::divideFloorSigned(v, by);
  };
  Linear result;
  result.constant = quotient(value.constant);
  if (llvm::all_of(value.terms, [&](auto &term) { return term.second % by == 0; })) {
    for (auto [variable, coefficient] : value.terms)
      result.terms[variable] = coefficient / by;
    return result;
  }
  if (quotient(lowest(value)) != quotient(highest(value)))
    return std::nullopt;
  result.constant = quotient(lowest(value));
  return result;
}

std::optional<Linear> IndexEvaluator::evaluate(AffineExpr expr, unsigned numDims,
                                               ArrayRef<Linear> operands) const {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    Linear result;
    result.constant = constant.getValue();
    return result;
  }
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return operands[dim.getPosition()];
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return operands[numDims + symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  std::optional<Linear> lhs = evaluate(binary.getLHS(), numDims, operands);
  std::optional<Linear> rhs = evaluate(binary.getRHS(), numDims, operands);
  if (!lhs || !rhs)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Add)
    return *lhs + *rhs;
  if (expr.getKind() == AffineExprKind::Mul && lhs->isConstant())
    return *rhs * lhs->constant;
  if (!rhs->isConstant())
    return std::nullopt;
  int64_t by = rhs->constant;
  if (expr.getKind() == AffineExprKind::Mul)
    return *lhs * by;
  if (by <= 0)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::CeilDiv)
    return divide(*lhs, by, /*roundUp=*/true);
  std::optional<Linear> quotient = divide(*lhs, by);
  if (!quotient || expr.getKind() == AffineExprKind::FloorDiv)
    return quotient;
  return *lhs - *quotient * by; // mod
}

FailureOr<Linear> IndexEvaluator::evaluate(OpFoldResult value) {
  Linear result;
  if (std::optional<int64_t> constant = getConstantIntValue(value)) {
    result.constant = *constant;
    return result;
  }
  Value v = cast<Value>(value);
  Operation *op = v.getDefiningOp();
  if (!op) {
    if (scalars.count(v)) {
      result.terms[v] = 1;
      return result;
    }
    auto argument = cast<BlockArgument>(v);
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    const ActiveLoop *active = loop && loop.getInductionVar() == v ? find(v) : nullptr;
    if (!active)
      return emitError(v.getLoc(), "expected an index made of loops and constants, got an argument");
    FailureOr<Linear> lower = evaluate(loop.getLowerBound());
    FailureOr<int64_t> step = evaluateConstant(loop.getStep(), loop, "step");
    if (failed(lower) || failed(step))
      return failure();
    if (active->counter)
      result.terms[v] = *step;
    else
      result.constant = *step * active->fixed;
    return *lower + result;
  }

  auto operandsOf = [&](SmallVector<Linear> &operands) {
    for (Value operand : op->getOperands()) {
      FailureOr<Linear> linear = evaluate(OpFoldResult(operand));
      if (failed(linear))
        return failure();
      operands.push_back(*linear);
    }
    return success();
  };
  if (auto dim = dyn_cast<tensor::DimOp>(op); dim && dim.getConstantIndex()) {
    FailureOr<int64_t> extent = extentOf(dim.getSource(), *dim.getConstantIndex());
    if (failed(extent))
      return failure();
    result.constant = *extent;
    return result;
  }
  SmallVector<Linear> operands;
  if (mlir::isa<affine::AffineApplyOp, affine::AffineMinOp, affine::AffineMaxOp>(op)) {
    AffineMap map = cast<AffineMapAttr>(op->getAttr("map")).getValue();
    if (failed(operandsOf(operands)))
      return failure();
    SmallVector<Linear> values;
    for (AffineExpr expr : map.getResults()) {
      std::optional<Linear> part = evaluate(expr, map.getNumDims(), operands);
      if (!part)
        return op->emitError() << "expected an index that is linear in its loops";
      values.push_back(*part);
    }
    // Of a minimum, the part that no other one undercuts anywhere in the loops.
    bool isMax = mlir::isa<affine::AffineMaxOp>(op);
    for (const Linear &part : values)
      if (llvm::all_of(values, [&](const Linear &other) {
            return isMax ? lowest(part - other) >= 0 : highest(part - other) <= 0;
          }))
        return part;
    return op->emitError() << "expected a bound that is the same in all full tiles";
  }
  if (mlir::isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op)) {
    if (failed(operandsOf(operands)))
      return failure();
    if (mlir::isa<arith::AddIOp>(op))
      return operands[0] + operands[1];
    if (mlir::isa<arith::SubIOp>(op))
      return operands[0] - operands[1];
    if (operands[0].isConstant())
      return operands[1] * operands[0].constant;
    if (operands[1].isConstant())
      return operands[0] * operands[1].constant;
  }
  return op->emitError() << "expected an index made of loops and constants, got '" << op->getName() << "'";
}

FailureOr<int64_t> IndexEvaluator::evaluateConstant(OpFoldResult value, Operation *at, StringRef what) {
  FailureOr<Linear> linear = evaluate(value);
  if (failed(linear))
    return failure();
  if (!linear->isConstant())
    return at->emitError() << "expected a " << what << " that does not change with a loop";
  return linear->constant;
}

FailureOr<std::optional<bool>> IndexEvaluator::evaluateFlag(Value flag, Linear &condition) {
  APInt constant;
  if (matchPattern(flag, m_ConstantInt(&constant)))
    return std::optional<bool>(constant.getBoolValue());
  Operation *op = flag.getDefiningOp();
  if (auto either = dyn_cast_if_present<arith::OrIOp>(op)) {
    // Conditions are offsets compared with zero; offsets are not negative, so "either" is "the sum is not 0".
    Linear left, right;
    FailureOr<std::optional<bool>> a = evaluateFlag(either.getLhs(), left),
                                   b = evaluateFlag(either.getRhs(), right);
    if (failed(a) || failed(b))
      return failure();
    if ((*a && **a) || (*b && **b))
      return std::optional<bool>(true);
    if (*a && *b)
      return std::optional<bool>(false);
    condition = *a ? right : *b ? left : left + right;
    return std::optional<bool>();
  }
  auto compare = dyn_cast_if_present<arith::CmpIOp>(op);
  if (!compare || compare.getPredicate() != arith::CmpIPredicate::ne)
    return emitError(flag.getLoc(), "expected a flag that compares an index by 'ne', or a constant");
  FailureOr<Linear> lhs = evaluate(OpFoldResult(compare.getLhs())),
                    rhs = evaluate(OpFoldResult(compare.getRhs()));
  if (failed(lhs) || failed(rhs))
    return failure();
  condition = *lhs - *rhs;
  if (condition.isConstant())
    return std::optional<bool>(condition.constant != 0);
  if (lowest(condition) > 0)
    return std::optional<bool>(true);
  if (lowest(condition) < 0)
    return emitError(flag.getLoc(), "expected a flag that compares an offset with its smallest value");
  return std::optional<bool>();
}

OpFoldResult IndexEvaluator::materialize(OpBuilder &b, Location loc, const Linear &value) const {
  if (value.isConstant())
    return b.getIndexAttr(value.constant);
  Value sum;
  for (auto [variable, coefficient] : value.terms) {
    auto scalar = scalars.find(variable);
    Value term = scalar != scalars.end() ? scalar->second : find(variable)->counter;
    if (coefficient != 1) {
      Value by = b.create<arith::ConstantIndexOp>(loc, coefficient);
      term = b.create<arith::MulIOp>(loc, term, by);
    }
    sum = sum ? b.create<arith::AddIOp>(loc, sum, term).getResult() : term;
  }
  if (value.constant != 0) {
    Value constant = b.create<arith::ConstantIndexOp>(loc, value.constant);
    sum = b.create<arith::AddIOp>(loc, sum, constant);
  }
  return sum;
}

} // namespace accord
