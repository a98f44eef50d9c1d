// Scalar bodies: from arith and math to the primitives and built functions of `nn.map`, and to other ops of
// nn.
//
// What arith states to the bit stays so, but for two things that exact mode lacks: a division becomes a
// product with the reciprocal, and 1 / (1 + e^-x) becomes sigmoid, whatever way it is written.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/Linalg/Raise.h"
#include <cmath>

using namespace mlir;
using arith::CmpFPredicate;

namespace accord::raise {
namespace {

/// Powers that are written out as products.
constexpr int64_t maxPower = 8;

class Translator {
public:
  explicit Translator(OpBuilder &b) : b(b) {}

  void set(Value from, Value to) { values[from] = to; }
  /// The map's value for one of the body; null where it is neither of the body nor a constant.
  Value find(Value value) {
    if (Value known = values.lookup(value))
      return known;
    if (FloatAttr number = constantOf(value))
      return values[value] = constant(value.getLoc(), number);
    return {};
  }
  LogicalResult translate(Operation &op);

private:
  /// The number that a value of the body is, also where it comes in as a filled operand; null if none is
  /// known.
  FloatAttr known(Value value) {
    if (FloatAttr number = constantOf(value))
      return number;
    Value mapped = values.lookup(value);
    return mapped ? constantOf(mapped) : FloatAttr();
  }
  bool isNumber(Value value, double wanted) {
    FloatAttr number = known(value);
    return number && number.getValue().isExactlyValue(wanted);
  }
  Value negated(Value value);
  Value sigmoidArgument(Value divisor);
  std::optional<int64_t> exponentOf(Value exponent);

  Value constant(Location loc, FloatAttr number) { return b.create<arith::ConstantOp>(loc, number); }
  Value number(Location loc, const APFloat &value) {
    return constant(loc, FloatAttr::get(b.getF32Type(), value));
  }
  Value integer(Location loc, uint32_t bits) {
    return b.create<arith::ConstantOp>(loc, b.getI32IntegerAttr(static_cast<int32_t>(bits)));
  }
  Value built(Location loc, nn::Function function, Value x) {
    return b.create<nn::BuiltOp>(loc, b.getF32Type(), function, x);
  }
  Value bits(Location loc, Value x) { return b.create<arith::BitcastOp>(loc, b.getI32Type(), x); }
  Value select(Location loc, CmpFPredicate predicate, Value a, Value than, Value yes, Value no) {
    Value condition = b.create<arith::CmpFOp>(loc, predicate, a, than);
    return b.create<arith::SelectOp>(loc, condition, yes, no);
  }

  Value divide(arith::DivFOp op, ValueRange in);
  Value extremum(Operation &op, ValueRange in, bool isMaximum);
  Value numericExtremum(Operation &op, ValueRange in, bool isMaximum);
  Value power(Location loc, Value x, int64_t n);
  FailureOr<Value> emit(Operation &op, ValueRange in);

  OpBuilder &b;
  llvm::DenseMap<Value, Value> values;
};

/// x of −x, however it is written; null for anything else.
Value Translator::negated(Value value) {
  if (auto negate = value.getDefiningOp<arith::NegFOp>())
    return negate.getOperand();
  if (auto product = value.getDefiningOp<arith::MulFOp>()) {
    if (isNumber(product.getLhs(), -1))
      return product.getRhs();
    if (isNumber(product.getRhs(), -1))
      return product.getLhs();
  }
  auto difference = value.getDefiningOp<arith::SubFOp>();
  return difference && isNumber(difference.getLhs(), 0) ? difference.getRhs() : Value();
}

/// x of 1 + e^-x; null for anything else.
Value Translator::sigmoidArgument(Value divisor) {
  auto sum = divisor.getDefiningOp<arith::AddFOp>();
  if (!sum)
    return {};
  bool first = isNumber(sum.getLhs(), 1);
  if (!first && !isNumber(sum.getRhs(), 1))
    return {};
  auto power = (first ? sum.getRhs() : sum.getLhs()).getDefiningOp<math::ExpOp>();
  return power ? negated(power.getOperand()) : Value();
}

Value Translator::divide(arith::DivFOp op, ValueRange in) {
  Location loc = op.getLoc();
  if (Value x = sigmoidArgument(op.getRhs())) {
    Value sigmoid = built(loc, nn::Function::Sigmoid, find(x));
    return isNumber(op.getLhs(), 1) ? sigmoid : b.create<arith::MulFOp>(loc, in[0], sigmoid).getResult();
  }
  if (FloatAttr divisor = known(op.getRhs())) {
    APFloat inverse(1.0f); // the nearest to it; of a power of two it is exact, and so is the quotient
    inverse.divide(divisor.getValue(), APFloat::rmNearestTiesToEven);
    Value factor = number(loc, inverse);
    return b.create<arith::MulFOp>(loc, in[0], factor);
  }
  Value inverse = built(loc, nn::Function::Rcp, in[1]);
  return isNumber(op.getLhs(), 1) ? inverse : b.create<arith::MulFOp>(loc, in[0], inverse).getResult();
}

/// arith.maximumf and minimumf to the bit: a NaN wins, and −0 is below +0.
Value Translator::extremum(Operation &op, ValueRange in, bool isMaximum) {
  Location loc = op.getLoc();
  for (unsigned i : {0u, 1u}) {
    FloatAttr limit = known(op.getOperand(i));
    // Against the zero that would lose to the other one, the short form takes the wrong one.
    if (!limit || limit.getValue().isNaN() ||
        (limit.getValue().isZero() && limit.getValue().isNegative() == isMaximum))
      continue;
    Value x = in[1 - i];
    return select(loc, isMaximum ? CmpFPredicate::UGT : CmpFPredicate::ULT, x, in[i], x, in[i]);
  }
  Value a = in[0], c = in[1], bitsA = bits(loc, a), bitsC = bits(loc, c);
  Value same = isMaximum ? b.create<arith::AndIOp>(loc, bitsA, bitsC).getResult()
                         : b.create<arith::OrIOp>(loc, bitsA, bitsC).getResult();
  Value equal = b.create<arith::BitcastOp>(loc, b.getF32Type(), same);
  Value unordered = b.create<arith::AddFOp>(loc, a, c);
  Value result = select(loc, CmpFPredicate::OEQ, a, c, equal, unordered);
  result = select(loc, isMaximum ? CmpFPredicate::OLT : CmpFPredicate::OGT, a, c, c, result);
  return select(loc, isMaximum ? CmpFPredicate::OGT : CmpFPredicate::OLT, a, c, a, result);
}

/// arith.maxnumf and minnumf: a number wins over a NaN; of two zeros either.
Value Translator::numericExtremum(Operation &op, ValueRange in, bool isMaximum) {
  Location loc = op.getLoc();
  Value unlessNaN = select(loc, CmpFPredicate::UNO, in[1], in[1], in[0], in[1]);
  return select(loc, isMaximum ? CmpFPredicate::OGT : CmpFPredicate::OLT, in[0], in[1], in[0], unlessNaN);
}

Value Translator::power(Location loc, Value x, int64_t n) {
  Value result = x;
  for (int64_t i = 1; i < n; ++i)
    result = b.create<arith::MulFOp>(loc, result, x);
  return result;
}

/// The exponent as a whole number from 1 to maxPower.
std::optional<int64_t> Translator::exponentOf(Value exponent) {
  int64_t n = 0;
  APInt integer;
  if (matchPattern(exponent, m_ConstantInt(&integer)) && integer.getSignificantBits() <= 32) {
    n = integer.getSExtValue();
  } else if (FloatAttr number = known(exponent)) {
    double value = number.getValueAsDouble();
    n = value >= 1 && value <= maxPower && value == std::floor(value) ? static_cast<int64_t>(value) : 0;
  }
  return n >= 1 && n <= maxPower ? std::optional(n) : std::nullopt;
}

/// Null, without an error, for an op that no map has.
FailureOr<Value> Translator::emit(Operation &op, ValueRange in) {
  Location loc = op.getLoc();
  auto call = [&](nn::Function function) -> FailureOr<Value> { return built(loc, function, in[0]); };
  return llvm::TypeSwitch<Operation *, FailureOr<Value>>(&op)
      .Case([&](arith::AddFOp) { return b.create<arith::AddFOp>(loc, in[0], in[1]).getResult(); })
      .Case([&](arith::SubFOp) { return b.create<arith::SubFOp>(loc, in[0], in[1]).getResult(); })
      .Case([&](arith::MulFOp) { return b.create<arith::MulFOp>(loc, in[0], in[1]).getResult(); })
      .Case([&](arith::NegFOp) { return b.create<arith::NegFOp>(loc, in[0]).getResult(); })
      .Case([&](arith::CmpFOp cmp) {
        return b.create<arith::CmpFOp>(loc, cmp.getPredicate(), in[0], in[1]).getResult();
      })
      .Case([&](arith::SelectOp) { return b.create<arith::SelectOp>(loc, in[0], in[1], in[2]).getResult(); })
      .Case([&](arith::AndIOp) { return b.create<arith::AndIOp>(loc, in[0], in[1]).getResult(); })
      .Case([&](arith::OrIOp) { return b.create<arith::OrIOp>(loc, in[0], in[1]).getResult(); })
      .Case([&](arith::XOrIOp) { return b.create<arith::XOrIOp>(loc, in[0], in[1]).getResult(); })
      .Case([&](arith::DivFOp divf) { return divide(divf, in); })
      .Case([&](arith::MaximumFOp) { return extremum(op, in, true); })
      .Case([&](arith::MinimumFOp) { return extremum(op, in, false); })
      .Case([&](arith::MaxNumFOp) { return numericExtremum(op, in, true); })
      .Case([&](arith::MinNumFOp) { return numericExtremum(op, in, false); })
      .Case([&](math::ExpOp) { return call(nn::Function::Exp); })
      .Case([&](math::ErfOp) { return call(nn::Function::Erf); })
      .Case([&](math::TanhOp) { return call(nn::Function::Tanh); })
      .Case([&](math::RsqrtOp) { return call(nn::Function::Rsqrt); })
      .Case([&](math::AbsFOp) {
        Value all = bits(loc, in[0]), mask = integer(loc, 0x7fffffff);
        Value magnitude = b.create<arith::AndIOp>(loc, all, mask);
        return b.create<arith::BitcastOp>(loc, b.getF32Type(), magnitude).getResult();
      })
      .Case([&](math::SqrtOp root) -> FailureOr<Value> {
        FloatAttr of = known(root.getOperand());
        if (!of)
          return op.emitOpError("expected a root of a constant, got one of a value; exact mode has rsqrt");
        // A double's root, rounded once more, is the nearest f32: 53 bits are enough (2·24 + 2).
        return number(loc, APFloat(static_cast<float>(std::sqrt(of.getValueAsDouble()))));
      })
      .Case<math::FPowIOp, math::PowFOp>([&](Operation *pow) -> FailureOr<Value> {
        std::optional<int64_t> n = exponentOf(pow->getOperand(1));
        if (!n)
          return op.emitOpError() << "expected a constant exponent from 1 to " << maxPower
                                  << ", got another or a value";
        return power(loc, in[0], *n);
      })
      .Default([](Operation *) { return Value(); });
}

LogicalResult Translator::translate(Operation &op) {
  if (op.getNumResults() != 1 || op.getNumRegions() != 0)
    return op.emitOpError(
        "expected an elementwise function of scalars (mlir/Transforms/Linalg/README.md lists "
        "the ops of a body), got this op");
  Type type = op.getResult(0).getType();
  // Constants are made where they are read, as f32; what makes them may be of any type.
  if (mlir::isa<arith::ConstantOp>(op) || constantOf(op.getResult(0)))
    return success();
  SmallVector<Value> in;
  for (auto [i, operand] : llvm::enumerate(op.getOperands())) {
    Value value = find(operand);
    bool isExponent = i == 1 && mlir::isa<math::FPowIOp>(op);
    if (!value && !isExponent && operand.getType().isF32())
      return op.emitOpError("expected values of the body and constants, got a value from outside of it");
    in.push_back(value);
  }
  bool scalars = type.isF32() || type.isInteger(1);
  for (Value value : in)
    scalars &= value || mlir::isa<math::FPowIOp>(op);
  if (!scalars || in.empty()) {
    InFlightDiagnostic error = op.emitOpError("expected f32 in the body of an elementwise op, got ");
    if (!in.empty())
      error << op.getOperand(0).getType() << " to ";
    return error << type;
  }
  FailureOr<Value> result = emit(op, in);
  if (failed(result))
    return failure();
  if (!*result)
    return op.emitOpError("expected an op that an elementwise body may hold "
                          "(mlir/Transforms/Linalg/README.md lists them), got this one");
  values[op.getResult(0)] = *result;
  return success();
}

/// Dead after idioms were taken out of the body.
void eraseDead(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block.getOperations())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

//===- Maps that are other ops of nn
//--------------------------------------------------------------------------===//

/// The map's input that a value of its body is, if it has the map's whole shape; null otherwise.
Value wholeInput(nn::MapOp map, Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return {};
  Value input = map.getInputs()[argument.getArgNumber()];
  return input.getType() == map.getOut().getType() ? input : Value();
}

/// x where `value` is sigmoid(x) of a whole input x.
Value wholeSigmoid(nn::MapOp map, Value value) {
  auto built = value.getDefiningOp<nn::BuiltOp>();
  return built && built.getFunction() == nn::Function::Sigmoid ? wholeInput(map, built.getX()) : Value();
}

/// x where `value` is x·sigmoid(x), in the map itself.
Value wholeSilu(nn::MapOp map, Value value) {
  auto product = value.getDefiningOp<arith::MulFOp>();
  if (!product)
    return {};
  for (auto [x, s] : {std::pair(product.getLhs(), product.getRhs()), {product.getRhs(), product.getLhs()}})
    if (Value input = wholeInput(map, x); input && wholeSigmoid(map, s) == input)
      return input;
  return {};
}

} // namespace

FailureOr<Value> buildBody(OpBuilder &b, Block &body, ArrayRef<Value> arguments) {
  Translator translator(b);
  for (auto [argument, value] : llvm::zip_equal(body.getArguments(), arguments))
    if (value)
      translator.set(argument, value);
  for (Operation &op : body.without_terminator())
    if (failed(translator.translate(op)))
      return failure();
  Operation *yield = body.getTerminator();
  Value result = translator.find(yield->getOperand(0));
  if (!result || !result.getType().isF32())
    return yield->emitOpError() << "expected an f32 of the body or a constant, got "
                                << yield->getOperand(0).getType() << (result ? "" : " from outside of it");
  b.create<nn::YieldOp>(yield->getLoc(), result);
  eraseDead(*b.getInsertionBlock());
  return result;
}

void recognize(nn::MapOp map) {
  OpBuilder b(map);
  Location loc = map.getLoc();
  Value out = map.getOut();
  TypeRange types = map->getResultTypes();
  Value yielded = cast<nn::YieldOp>(map.getBody().front().getTerminator()).getValue();
  auto replace = [&](Operation *op) {
    map->replaceAllUsesWith(op);
    map->erase();
  };
  if (Value x = wholeSilu(map, yielded))
    return replace(b.create<nn::SiluOp>(loc, types, x, out));
  if (auto sum = yielded.getDefiningOp<arith::AddFOp>()) {
    Value lhs = wholeInput(map, sum.getLhs()), rhs = wholeInput(map, sum.getRhs());
    if (lhs && rhs)
      return replace(b.create<nn::AddOp>(loc, types, lhs, rhs, out));
  }
  auto product = yielded.getDefiningOp<arith::MulFOp>();
  if (!product)
    return;
  for (auto [p, q] : {std::pair(product.getLhs(), product.getRhs()), {product.getRhs(), product.getLhs()}}) {
    Value other = wholeInput(map, q), input = wholeInput(map, p);
    if (!other)
      continue;
    if (Value gate = wholeSilu(map, p))
      return replace(b.create<nn::SiluMulOp>(loc, types, gate, other, out));
    if (!input || !input.hasOneUse())
      continue;
    // Made by an op of its own, which only this one reads.
    if (auto silu = input.getDefiningOp<nn::SiluOp>())
      return replace(b.create<nn::SiluMulOp>(loc, types, silu.getX(), other, out));
    if (auto producer = input.getDefiningOp<nn::MapOp>()) {
      Value s = cast<nn::YieldOp>(producer.getBody().front().getTerminator()).getValue();
      if (wholeSigmoid(producer, s) == other)
        return replace(b.create<nn::SiluOp>(loc, types, other, out));
    }
  }
}

} // namespace accord::raise
