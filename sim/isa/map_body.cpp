// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/isa/map_body.h"

#include <charconv>
#include <cmath>
#include <cstring>

namespace accord::isa {
namespace {

constexpr PrimitiveRow rows[numPrimitives] = {
    {"f32", 0, PrimitiveRow::Constant},   {"i32", 0, PrimitiveRow::Constant},
    {"i1", 0, PrimitiveRow::Constant},    {"add", 2, PrimitiveRow::Operation},
    {"sub", 2, PrimitiveRow::Operation},  {"mul", 2, PrimitiveRow::Operation},
    {"neg", 1, PrimitiveRow::Operation},  {"cmpf", 2, PrimitiveRow::Operation},
    {"cmpi", 2, PrimitiveRow::Operation}, {"select", 3, PrimitiveRow::Operation},
    {"bits", 1, PrimitiveRow::Free},      {"of_bits", 1, PrimitiveRow::Free},
    {"and", 2, PrimitiveRow::Operation},  {"or", 2, PrimitiveRow::Operation},
    {"xor", 2, PrimitiveRow::Operation},  {"rcp", 1, PrimitiveRow::Function},
    {"rsqrt", 1, PrimitiveRow::Function}, {"exp", 1, PrimitiveRow::Function},
    {"tanh", 1, PrimitiveRow::Function},  {"sigmoid", 1, PrimitiveRow::Function},
    {"erf", 1, PrimitiveRow::Function},
};
constexpr const char *floatPredicates[numFloatPredicates] = {"false", "oeq", "ogt", "oge", "olt", "ole",
                                                             "one",   "ord", "ueq", "ugt", "uge", "ult",
                                                             "ule",   "une", "uno", "true"};
constexpr const char *integerPredicates[numIntegerPredicates] = {"eq",  "ne",  "slt", "sle", "sgt",
                                                                 "sge", "ult", "ule", "ugt", "uge"};

unsigned numPredicates(Primitive op) {
  return op == Primitive::CmpF ? numFloatPredicates : op == Primitive::CmpI ? numIntegerPredicates : 0;
}

const char *name(Scalar type) { return type == Scalar::F32 ? "f32" : type == Scalar::I32 ? "i32" : "i1"; }

std::string expectedGot(const std::string &expected, const std::string &got) {
  return "expected " + expected + ", got " + got;
}

std::string valueName(unsigned value, unsigned inputs) {
  return value < inputs ? "x" + std::to_string(value) : "v" + std::to_string(value - inputs);
}

/// What the operands of a step have to be, and what it is then.
std::string typeOfStep(const Step &step, const std::vector<Scalar> &types, unsigned inputs, Scalar &type) {
  auto typeOf = [&](unsigned i) { return types[step.operands[i]]; };
  auto wants = [&](unsigned i, bool right, const char *expected) {
    return right ? ""
                 : expectedGot(valueName(step.operands[i], inputs) + " to be " + expected, name(typeOf(i)));
  };
  auto all = [&](Scalar wanted) -> std::string {
    for (unsigned i = 0; i < rowOf(step.op).arity; ++i)
      if (typeOf(i) != wanted)
        return wants(i, false, name(wanted));
    return "";
  };
  /// Two that are equal, no floats.
  auto integers = [&]() -> std::string {
    if (typeOf(0) == Scalar::F32)
      return wants(0, false, "i32 or i1");
    return wants(1, typeOf(1) == typeOf(0), name(typeOf(0)));
  };
  switch (step.op) {
  case Primitive::F32:
    type = Scalar::F32;
    return "";
  case Primitive::I32:
    type = Scalar::I32;
    return "";
  case Primitive::I1:
    type = Scalar::I1;
    return step.constant < 2 ? "" : expectedGot("0 or 1", std::to_string(step.constant));
  case Primitive::CmpF:
    type = Scalar::I1;
    return all(Scalar::F32);
  case Primitive::CmpI:
    type = Scalar::I1;
    return integers();
  case Primitive::Select:
    if (typeOf(0) != Scalar::I1)
      return wants(0, false, "i1");
    type = typeOf(1);
    return wants(2, typeOf(2) == typeOf(1), name(typeOf(1)));
  case Primitive::Bits:
    type = Scalar::I32;
    return all(Scalar::F32);
  case Primitive::OfBits:
    type = Scalar::F32;
    return all(Scalar::I32);
  case Primitive::And:
  case Primitive::Or:
  case Primitive::Xor:
    type = typeOf(0);
    return integers();
  case Primitive::Add:
  case Primitive::Sub:
  case Primitive::Mul:
  case Primitive::Neg:
  case Primitive::Rcp:
  case Primitive::Rsqrt:
  case Primitive::Exp:
  case Primitive::Tanh:
  case Primitive::Sigmoid:
  case Primitive::Erf:
    type = Scalar::F32;
    return all(Scalar::F32);
  }
  return "";
}

std::string checkStep(const Step &step, const std::vector<Scalar> &types, unsigned inputs, Scalar &type) {
  const PrimitiveRow &row = rowOf(step.op);
  for (unsigned i = 0; i < Step::maxOperands; ++i)
    if (i < row.arity ? step.operands[i] >= types.size() : step.operands[i] != 0)
      return i < row.arity ? expectedGot("a value below " + std::to_string(types.size()),
                                         std::to_string(step.operands[i]))
                           : expectedGot(std::to_string(row.arity) + " operands", "more");
  if (isCompare(step.op) ? step.predicate >= numPredicates(step.op) : step.predicate != 0)
    return expectedGot("a predicate below " + std::to_string(std::max(1u, numPredicates(step.op))),
                       std::to_string(step.predicate));
  if (row.kind != PrimitiveRow::Constant && step.constant)
    return expectedGot("no constant", std::to_string(step.constant));
  return typeOfStep(step, types, inputs, type);
}

float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::string hex(uint32_t bits) {
  char digits[16];
  char *const end = std::to_chars(digits, digits + sizeof digits, bits, 16).ptr;
  return "0x" + std::string(digits, end);
}

std::string constantText(const Step &step) {
  if (step.op == Primitive::I32)
    return std::to_string(static_cast<int32_t>(step.constant));
  if (step.op == Primitive::I1)
    return std::to_string(step.constant);
  const float value = floatOf(step.constant);
  if (!std::isfinite(value))
    return hex(step.constant);
  char digits[32];
  return std::string(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

/// Reads until the first failure; afterwards every question gives an empty answer.
class Parser {
public:
  Parser(std::string_view text, MapBody &body) : text(text), body(body) {}

  std::string run() {
    body = {};
    readInputs();
    while (failure.empty() && readStatement())
      ;
    if (failure.empty() && at < text.size())
      fail("the end after yield", quoted());
    if (failure.empty())
      failure = check(body);
    return failure;
  }

private:
  std::string_view text;
  MapBody &body;
  size_t at = 0;
  std::string failure;

  bool fail(const std::string &expected, const std::string &got) {
    if (failure.empty())
      failure = "column " + std::to_string(at + 1) + ": " + expectedGot(expected, got);
    return false;
  }
  void skipSpace() {
    while (at < text.size() && text[at] == ' ')
      ++at;
  }
  static bool isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '+';
  }
  /// The word here, without taking it.
  std::string_view peek() {
    skipSpace();
    size_t end = at;
    while (end < text.size() && isWord(text[end]))
      ++end;
    return text.substr(at, end - at);
  }
  std::string quoted() {
    const std::string_view word = peek();
    if (at < text.size() && word.empty() && (text[at] < ' ' || text[at] > '~'))
      return "byte " + std::to_string(static_cast<unsigned char>(text[at]));
    return at == text.size() ? "the end" : "'" + std::string(word.empty() ? text.substr(at, 1) : word) + "'";
  }
  std::string_view word() {
    const std::string_view found = peek();
    at += found.size();
    return found;
  }
  bool sign(char c) {
    skipSpace();
    if (at == text.size() || text[at] != c)
      return fail(std::string("'") + c + "'", quoted());
    ++at;
    return true;
  }
  template <typename Number> static bool whole(std::string_view word, Number &value, int base = 10) {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
    return error == std::errc() && end == word.data() + word.size() && !word.empty();
  }

  bool readInputs() {
    for (std::string_view next = peek(); !next.empty(); next = peek()) {
      if (next != "x" + std::to_string(body.inputs))
        return fail("x" + std::to_string(body.inputs) + " or ':'", quoted());
      if (body.inputs == MapBody::maxInputs)
        return fail("at most " + std::to_string(MapBody::maxInputs) + " inputs", quoted());
      at += next.size();
      ++body.inputs;
    }
    return sign(':');
  }

  /// False after the last one.
  bool readStatement() {
    if (peek() == "yield") {
      word();
      body.result = value();
      skipSpace();
      return false;
    }
    if (body.steps.size() == MapBody::maxSteps)
      return fail("at most " + std::to_string(MapBody::maxSteps) + " steps", quoted());
    const std::string result = "v" + std::to_string(body.steps.size());
    if (peek() != result)
      return fail(result + " = or yield", quoted());
    word();
    sign('=');
    Step step;
    if (!readPrimitive(step))
      return false;
    if (rowOf(step.op).kind == PrimitiveRow::Constant)
      readConstant(step);
    for (unsigned i = 0; i < rowOf(step.op).arity; ++i)
      step.operands[i] = value();
    sign(';');
    body.steps.push_back(step);
    return failure.empty();
  }

  bool readPrimitive(Step &step) {
    const std::string_view full = peek(), name = full.substr(0, full.find('.'));
    for (unsigned i = 0; i < numPrimitives; ++i) {
      if (name != rows[i].name)
        continue;
      step.op = Primitive(i);
      bool known = name.size() == full.size() && !isCompare(step.op);
      for (unsigned p = 0; p < numPredicates(step.op) && !known; ++p)
        if ((known = full == std::string(name) + "." + predicateName(step.op, p)))
          step.predicate = static_cast<uint8_t>(p);
      if (!known)
        break;
      word();
      return true;
    }
    return fail("a primitive or a built function", quoted());
  }

  bool readConstant(Step &step) {
    const std::string_view number = peek();
    float real = 0;
    int32_t integer = 0;
    bool right = false;
    if (step.op != Primitive::F32) {
      right = whole(number, integer);
      step.constant = static_cast<uint32_t>(integer);
    } else if (number.substr(0, 2) == "0x") {
      right = whole(number.substr(2), step.constant, 16);
    } else {
      const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), real);
      right = error == std::errc() && end == number.data() + number.size() && std::isfinite(real);
      std::memcpy(&step.constant, &real, sizeof real);
    }
    if (!right)
      return fail(std::string("a number of ") + rows[static_cast<unsigned>(step.op)].name, quoted());
    word();
    return true;
  }

  uint16_t value() {
    const std::string_view name = peek();
    const bool isStep = !name.empty() && name[0] == 'v';
    unsigned number = 0;
    const unsigned begin = isStep ? body.inputs : 0;
    const size_t known = isStep ? body.steps.size() : body.inputs;
    if (name.size() < 2 || (name[0] != 'x' && !isStep) || !whole(name.substr(1), number) || number >= known) {
      fail("a value that stands before", quoted());
      return 0;
    }
    word();
    return static_cast<uint16_t>(begin + number);
  }
};

} // namespace

const PrimitiveRow &rowOf(Primitive op) { return rows[static_cast<unsigned>(op)]; }

const char *predicateName(Primitive op, unsigned predicate) {
  return op == Primitive::CmpF ? floatPredicates[predicate] : integerPredicates[predicate];
}

std::string check(const MapBody &body, std::vector<Scalar> *types) {
  if (body.inputs > MapBody::maxInputs)
    return expectedGot("at most " + std::to_string(MapBody::maxInputs) + " inputs",
                       std::to_string(body.inputs));
  if (body.steps.size() > MapBody::maxSteps)
    return expectedGot("at most " + std::to_string(MapBody::maxSteps) + " steps",
                       std::to_string(body.steps.size()));
  std::vector<Scalar> known(body.inputs, Scalar::F32);
  for (size_t i = 0; i < body.steps.size(); ++i) {
    Scalar type = Scalar::F32;
    if (std::string broken = checkStep(body.steps[i], known, body.inputs, type); !broken.empty())
      return "step " + std::to_string(i) + " (" + rowOf(body.steps[i].op).name + "): " + broken;
    known.push_back(type);
  }
  if (body.result >= known.size())
    return expectedGot("a result below " + std::to_string(known.size()), std::to_string(body.result));
  if (known[body.result] != Scalar::F32)
    return expectedGot(valueName(body.result, body.inputs) + ", which it yields, to be f32",
                       name(known[body.result]));
  if (types)
    *types = std::move(known);
  return "";
}

std::string text(const MapBody &body) {
  std::string all;
  for (unsigned i = 0; i < body.inputs; ++i)
    all += (i ? " x" : "x") + std::to_string(i);
  all += ":";
  for (size_t i = 0; i < body.steps.size(); ++i) {
    const Step &step = body.steps[i];
    const PrimitiveRow &row = rowOf(step.op);
    all += " v" + std::to_string(i) + " = " + row.name;
    if (isCompare(step.op))
      all += std::string(".") + predicateName(step.op, step.predicate);
    if (row.kind == PrimitiveRow::Constant)
      all += " " + constantText(step);
    for (unsigned o = 0; o < row.arity; ++o)
      all += " " + valueName(step.operands[o], body.inputs);
    all += ";";
  }
  return all + " yield " + valueName(body.result, body.inputs);
}

std::string parse(std::string_view text, MapBody &body) { return Parser(text, body).run(); }

} // namespace accord::isa
