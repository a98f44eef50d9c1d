// What a map does with each element: a list of steps over scalars, checked and typed. One form for the
// dialect (text), for programs (numbers) and for whoever computes it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace accord::isa {

enum class Scalar : uint8_t { F32, I32, I1 };

/// The primitives and built functions of sim/golden/README.md. Numbers are those of the file form: a new one
/// goes last, and the form's version up.
enum class Primitive : uint8_t {
  F32, ///< a constant, by its bits
  I32,
  I1,
  Add,
  Sub,
  Mul,
  Neg,
  CmpF,
  CmpI,
  Select,
  Bits,   ///< of an f32, as i32
  OfBits, ///< the f32 of these bits
  And,
  Or,
  Xor,
  Rcp,
  Rsqrt,
  Exp,
  Tanh,
  Sigmoid,
  Erf
};
constexpr unsigned numPrimitives = 21;

/// What compares ask, in the numbers of MLIR's arith (so that nobody translates): of floats from `false` to
/// `true`, ordered ones first; of integers from `eq` to `uge`.
constexpr unsigned numFloatPredicates = 16, numIntegerPredicates = 10;

struct Step {
  static constexpr unsigned maxOperands = 3;

  Primitive op = Primitive::F32;
  uint8_t predicate = 0;               ///< of compares
  uint16_t operands[maxOperands] = {}; ///< values: inputs first, then steps in their order
  uint32_t constant = 0;               ///< of constants: bits

  bool operator==(const Step &o) const {
    return op == o.op && predicate == o.predicate && operands[0] == o.operands[0] &&
           operands[1] == o.operands[1] && operands[2] == o.operands[2] && constant == o.constant;
  }
};

struct MapBody {
  static constexpr unsigned maxInputs = 16, maxSteps = 1024;

  uint16_t inputs = 0; ///< f32 each
  std::vector<Step> steps;
  uint16_t result = 0; ///< the value that it yields, an f32

  bool operator==(const MapBody &o) const {
    return inputs == o.inputs && steps == o.steps && result == o.result;
  }
};

struct PrimitiveRow {
  enum Kind : uint8_t { Constant, Operation, Free, Function };
  const char *name;
  uint8_t arity;
  Kind kind; ///< Free: bits by another name
};
const PrimitiveRow &rowOf(Primitive op);
inline bool isCompare(Primitive op) { return op == Primitive::CmpF || op == Primitive::CmpI; }
const char *predicateName(Primitive op, unsigned predicate);

/// Empty when the body is whole: inputs and steps within their limits, operands that stand before their step
/// and are of its types, predicates and constants that there are, an f32 yielded. Else what is wrong first,
/// `step 3 (add): expected X, got Y`. `types`, where asked for, becomes the type of each value.
std::string check(const MapBody &body, std::vector<Scalar> *types = nullptr);

/// `x0 x1: v0 = sigmoid x0; v1 = mul x0 v0; v2 = mul v1 x1; yield v2`: inputs, steps in order, the result.
/// Constants are `f32 0.5` (or their bits, `f32 0x7fc00000`), `i32 -7`, `i1 1`; compares `cmpf.ogt x0 v0`.
/// \pre check(body) is empty
std::string text(const MapBody &body);

/// The body that `text` writes so; empty, or `column 12: expected X, got Y`. What it gives is checked.
std::string parse(std::string_view text, MapBody &body);

} // namespace accord::isa
