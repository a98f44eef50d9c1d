// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/Numerics/MapBody.h"
#include "sim/golden/function_constants.h"

using namespace mlir;
using namespace accord;
using arith::CmpFPredicate;
using arith::CmpIPredicate;
using isa::Primitive;

namespace {

Value truth(numerics::Emitter &e, bool value, Value like) {
  return e.cmp(CmpIPredicate::ne, e.i32(value, like), e.i32(0, like));
}

/// By logic, since not every target compares truths. As signed numbers true is -1, as unsigned ones 1.
Value compareTruths(numerics::Emitter &e, CmpIPredicate predicate, Value x, Value y, Value like) {
  Value yes = truth(e, true, like);
  auto without = [&](Value a, Value b) { return e.andI(a, e.xorI(b, yes)); };
  auto implies = [&](Value a, Value b) { return e.orI(e.xorI(a, yes), b); };
  switch (predicate) {
  case CmpIPredicate::eq:
    return e.xorI(e.xorI(x, y), yes);
  case CmpIPredicate::ne:
    return e.xorI(x, y);
  case CmpIPredicate::slt:
  case CmpIPredicate::ugt:
    return without(x, y);
  case CmpIPredicate::sgt:
  case CmpIPredicate::ult:
    return without(y, x);
  case CmpIPredicate::sle:
  case CmpIPredicate::uge:
    return implies(y, x);
  case CmpIPredicate::sge:
  case CmpIPredicate::ule:
    return implies(x, y);
  }
  llvm_unreachable("a predicate");
}

/// Those that not every target knows by others.
Value compareFloats(numerics::Emitter &e, CmpFPredicate predicate, Value x, Value y, Value like) {
  switch (predicate) {
  case CmpFPredicate::AlwaysFalse:
  case CmpFPredicate::AlwaysTrue:
    return truth(e, predicate == CmpFPredicate::AlwaysTrue, like);
  case CmpFPredicate::ORD:
    return e.andI(e.cmp(CmpFPredicate::OEQ, x, x), e.cmp(CmpFPredicate::OEQ, y, y));
  case CmpFPredicate::UNO:
    return e.orI(e.cmp(CmpFPredicate::UNE, x, x), e.cmp(CmpFPredicate::UNE, y, y));
  default:
    return e.cmp(predicate, x, y);
  }
}

} // namespace

Value numerics::emitBody(Emitter &e, const isa::MapBody &body, ArrayRef<Value> inputs, Value like) {
  SmallVector<Value> values(inputs);
  for (const isa::Step &step : body.steps) {
    auto in = [&](unsigned i) { return values[step.operands[i]]; };
    auto emit = [&]() -> Value {
      switch (step.op) {
      case Primitive::F32:
        return e.f32(step.constant, like);
      case Primitive::I32:
        return e.i32(static_cast<int32_t>(step.constant), like);
      case Primitive::I1:
        return truth(e, step.constant, like);
      case Primitive::Add:
        return e.add(in(0), in(1));
      case Primitive::Sub:
        return e.sub(in(0), in(1));
      case Primitive::Mul:
        return e.mul(in(0), in(1));
      case Primitive::Neg:
        return e.fromBits(
            e.xorI(e.bits(in(0)), e.i32(static_cast<int32_t>(golden::constants::signMask), like)));
      case Primitive::CmpF:
        return compareFloats(e, static_cast<CmpFPredicate>(step.predicate), in(0), in(1), like);
      case Primitive::CmpI: {
        const auto predicate = static_cast<CmpIPredicate>(step.predicate);
        return getElementTypeOrSelf(in(0)).isInteger(1) ? compareTruths(e, predicate, in(0), in(1), like)
                                                        : e.cmp(predicate, in(0), in(1));
      }
      case Primitive::Select:
        return e.select(in(0), in(1), in(2));
      case Primitive::Bits:
        return e.bits(in(0));
      case Primitive::OfBits:
        return e.fromBits(in(0));
      case Primitive::And:
        return e.andI(in(0), in(1));
      case Primitive::Or:
        return e.orI(in(0), in(1));
      case Primitive::Xor:
        return e.xorI(in(0), in(1));
      case Primitive::Rcp:
        return e.rcp(in(0));
      case Primitive::Rsqrt:
        return e.rsqrt(in(0));
      case Primitive::Exp:
        return e.exp(in(0));
      case Primitive::Tanh:
        return e.tanh(in(0));
      case Primitive::Sigmoid:
        return e.sigmoid(in(0));
      case Primitive::Erf:
        return e.erf(in(0));
      }
      llvm_unreachable("a primitive");
    };
    values.push_back(emit());
  }
  return values[body.result];
}
