// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/MapBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace accord;
using isa::Primitive;

namespace {

Primitive primitiveOf(nn::Function function) {
  switch (function) {
  case nn::Function::Rcp:
    return Primitive::Rcp;
  case nn::Function::Rsqrt:
    return Primitive::Rsqrt;
  case nn::Function::Exp:
    return Primitive::Exp;
  case nn::Function::Tanh:
    return Primitive::Tanh;
  case nn::Function::Sigmoid:
    return Primitive::Sigmoid;
  case nn::Function::Erf:
    return Primitive::Erf;
  }
  llvm_unreachable("a built function");
}

isa::Step constantStep(arith::ConstantOp op) {
  isa::Step step;
  if (auto number = dyn_cast<FloatAttr>(op.getValue())) {
    step.constant = static_cast<uint32_t>(number.getValue().bitcastToAPInt().getZExtValue());
    return step;
  }
  step.op = op.getType().isInteger(1) ? Primitive::I1 : Primitive::I32;
  step.constant = static_cast<uint32_t>(cast<IntegerAttr>(op.getValue()).getValue().getZExtValue());
  return step;
}

isa::Step stepOf(Operation &op) {
  auto plain = [](Primitive primitive) {
    isa::Step step;
    step.op = primitive;
    return step;
  };
  auto compare = [](Primitive primitive, auto predicate) {
    isa::Step step;
    step.op = primitive;
    step.predicate = static_cast<uint8_t>(predicate);
    return step;
  };
  return llvm::TypeSwitch<Operation *, isa::Step>(&op)
      .Case([](arith::ConstantOp constant) { return constantStep(constant); })
      .Case([&](arith::AddFOp) { return plain(Primitive::Add); })
      .Case([&](arith::SubFOp) { return plain(Primitive::Sub); })
      .Case([&](arith::MulFOp) { return plain(Primitive::Mul); })
      .Case([&](arith::NegFOp) { return plain(Primitive::Neg); })
      .Case([&](arith::CmpFOp cmp) { return compare(Primitive::CmpF, cmp.getPredicate()); })
      .Case([&](arith::CmpIOp cmp) { return compare(Primitive::CmpI, cmp.getPredicate()); })
      .Case([&](arith::SelectOp) { return plain(Primitive::Select); })
      .Case([&](arith::BitcastOp cast) {
        return plain(cast.getType().isF32() ? Primitive::OfBits : Primitive::Bits);
      })
      .Case([&](arith::AndIOp) { return plain(Primitive::And); })
      .Case([&](arith::OrIOp) { return plain(Primitive::Or); })
      .Case([&](arith::XOrIOp) { return plain(Primitive::Xor); })
      .Case([&](nn::BuiltOp built) { return plain(primitiveOf(built.getFunction())); });
}

static_assert(static_cast<unsigned>(arith::CmpFPredicate::AlwaysTrue) + 1 == isa::numFloatPredicates &&
                  static_cast<unsigned>(arith::CmpIPredicate::uge) + 1 == isa::numIntegerPredicates,
              "predicates have the numbers of arith");

} // namespace

isa::MapBody nn::stepsOf(MapOp map) {
  isa::MapBody body;
  llvm::DenseMap<Value, uint16_t> numbers;
  for (BlockArgument input : map.getBody().getArguments())
    numbers.try_emplace(input, body.inputs++);
  Block &block = map.getBody().front();
  for (Operation &op : block.without_terminator()) {
    if (auto same = dyn_cast<arith::BitcastOp>(op); same && same.getType() == same.getIn().getType()) {
      numbers.try_emplace(same.getResult(), numbers.lookup(same.getIn()));
      continue;
    }
    isa::Step step = stepOf(op);
    for (auto [i, operand] : llvm::enumerate(op.getOperands()))
      step.operands[i] = numbers.lookup(operand);
    numbers.try_emplace(op.getResult(0), static_cast<uint16_t>(body.inputs + body.steps.size()));
    body.steps.push_back(step);
  }
  body.result = numbers.lookup(cast<YieldOp>(block.getTerminator()).getValue());
  return body;
}
