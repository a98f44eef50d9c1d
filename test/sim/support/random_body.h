// Bodies of maps at random, of every primitive and function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/isa/map_body.h"

#include <random>

namespace accord::test {

/// At least `steps` steps over `inputs` inputs; it yields the last of its floats. Bits are taken of inputs
/// alone: those of a NaN that arithmetic makes are nobody's promise.
inline isa::MapBody randomBody(std::mt19937_64 &engine, unsigned inputs, unsigned steps,
                               bool withBits = true) {
  isa::MapBody body;
  body.inputs = static_cast<uint16_t>(inputs);
  std::vector<isa::Scalar> types(inputs, isa::Scalar::F32);
  // Constants that bodies have, and any bits.
  auto constant = [&]() -> uint32_t {
    constexpr uint32_t usual[] = {0,          0x80000000, 0x3f000000, 0x3f800000, 0x7f800000,
                                  0xff800000, 0x7fc00000, 1,          0x007fffff};
    return engine() % 2 ? usual[engine() % std::size(usual)] : static_cast<uint32_t>(engine());
  };
  // A step that does not stand is taken back; nearly every second one that is drawn is right.
  auto append = [&](isa::Step step) {
    isa::MapBody asked = body;
    asked.steps.push_back(step);
    asked.result = 0; // the first value is a float
    std::vector<isa::Scalar> known;
    if (!isa::check(asked, &known).empty())
      return;
    body.steps.push_back(step);
    types = known;
  };
  if (inputs == 0)
    append({isa::Primitive::F32, 0, {}, constant()});
  while (body.steps.size() < steps) {
    isa::Step step;
    step.op = static_cast<isa::Primitive>(engine() % isa::numPrimitives);
    if (step.op == isa::Primitive::CmpF)
      step.predicate = engine() % isa::numFloatPredicates;
    if (step.op == isa::Primitive::CmpI)
      step.predicate = engine() % isa::numIntegerPredicates;
    const isa::PrimitiveRow &row = isa::rowOf(step.op);
    if (row.kind == isa::PrimitiveRow::Constant)
      step.constant = step.op == isa::Primitive::I1 ? engine() % 2 : constant();
    for (unsigned i = 0; i < row.arity; ++i)
      step.operands[i] = static_cast<uint16_t>(engine() % types.size());
    if (step.op == isa::Primitive::Bits && (!withBits || step.operands[0] >= inputs))
      continue;
    append(step);
  }
  body.result = 0;
  for (size_t i = types.size(); i-- > 0;)
    if (types[i] == isa::Scalar::F32) {
      body.result = static_cast<uint16_t>(i);
      break;
    }
  return body;
}

} // namespace accord::test
