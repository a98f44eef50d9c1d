// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/isa/check.h"
#include "sim/isa/text.h"

#include <cmath>

namespace accord::isa {
namespace {

std::string text(int64_t v) { return std::to_string(v); }

std::string expectedGot(const std::string &expected, const std::string &got) {
  return "expected " + expected + ", got " + got;
}

std::string shapeText(const int64_t *sizes, unsigned rank) {
  std::string out = "[";
  for (unsigned i = 0; i < rank; ++i)
    out += (i ? "," : "") + text(sizes[i]);
  return out + "]";
}

int64_t times(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

int64_t valueOf(Term t, const Facts &f) {
  switch (t.kind) {
  case Term::One:
    return 1;
  case Term::Number:
    return t.value;
  case Term::Named:
    return f[static_cast<Symbol>(t.value)];
  case Term::Given:
    return f[static_cast<Field>(t.value)];
  }
  return 0;
}

int64_t valueOf(const Extent &e, const Facts &f) {
  const int64_t product = times(valueOf(e.a, f), valueOf(e.b, f)), by = valueOf(e.divisor, f);
  return product / by + (product % by != 0);
}

std::string rangeText(const Given &g) {
  const std::string what = name(g.field);
  if (g.multipleOf > 1)
    return what + " to be a positive multiple of " + text(g.multipleOf);
  if (g.most == INT32_MAX && g.least == 1)
    return what + " of at least 1";
  return what + " from " + text(g.least) + " to " + text(g.most);
}

std::string brokenNumber(const Facts &f, const Given &g) {
  const int64_t v = f.integers[static_cast<unsigned>(g.field)];
  if (v >= g.least && v <= g.most && v % g.multipleOf == 0)
    return "";
  return expectedGot(rangeText(g), text(v));
}

std::string brokenReal(const Facts &f, const Given &g) {
  const float v = f.reals[static_cast<unsigned>(g.field)];
  if (std::isfinite(v) && !(g.least == 0 && v < 0))
    return "";
  return expectedGot(std::string(g.least == 0 ? "a finite, not negative " : "a finite ") + name(g.field),
                     std::to_string(v));
}

std::string brokenBody(const Facts &f, const Given &g) {
  if (f.body->inputs == f.reads)
    return "";
  return expectedGot(std::string("a ") + name(g.field) + " of " + text(f.reads) + " inputs",
                     text(f.body->inputs));
}

std::string brokenValue(const Facts &f, const Given &g) {
  switch (rowOf(g.field).form) {
  case FieldRow::Integer:
  case FieldRow::Integer32:
  case FieldRow::Flag:
    return brokenNumber(f, g);
  case FieldRow::Real:
    return brokenReal(f, g);
  case FieldRow::Body:
    return brokenBody(f, g);
  }
  return "";
}

std::string brokenFields(const Facts &f) {
  uint16_t taken = 0;
  for (unsigned i = 0; i < f.row->numGiven; ++i) {
    const Given &g = f.row->given[i];
    taken |= bit(g.field);
    if (!f.has(g.field) && !g.isOptional)
      return expectedGot(name(g.field), "none");
    if (!f.knows(g.field))
      continue;
    std::string broken = brokenValue(f, g);
    if (!broken.empty())
      return broken;
  }
  if (const uint16_t more = f.given & ~taken)
    for (unsigned a = 0; a < numFields; ++a)
      if (more >> a & 1)
        return expectedGot(std::string("no ") + name(Field(a)), "one");
  return "";
}

std::string brokenCounts(const Facts &f) {
  const unsigned fewest = f.row->fewestReads(), most = f.row->mostReads();
  if (f.reads < fewest || f.reads > most)
    return expectedGot(
        text(fewest) + (fewest < most ? (most > fewest + 1 ? " to " : " or ") + text(most) : "") + " reads",
        text(f.reads));
  if (f.writes != f.row->writes)
    return expectedGot(text(f.row->writes) + " writes", text(f.writes));
  return "";
}

/// Each axis of a broadcast operand, from the last one on, is the whole one or 1.
std::string brokenBroadcast(const Facts &f, const Operand &row, const OperandFacts &got) {
  const int64_t m = valueOf(row.shape[0], f), n = valueOf(row.shape[1], f);
  bool right = (row.types & bit(got.type)) && (got.rank == 1 || got.rank == 2);
  for (unsigned i = 0; right && i < got.rank; ++i)
    right = got.sizes[i] == 1 || got.sizes[i] == (i + 1 == got.rank ? n : m);
  if (right)
    return "";
  return expectedGot(std::string(row.name) + " [" + text(m) + " or 1," + text(n) + " or 1] or [" + text(n) +
                         " or 1] " + typeNames(row.types),
                     shapeText(got.sizes.data(), got.rank) + " " + name(got.type));
}

std::string brokenShape(const Facts &f, const Operand &row, const OperandFacts &got) {
  if (row.rank == broadcast)
    return brokenBroadcast(f, row, got);
  OperandFacts wanted = f.operands[0];
  if (row.rank != anyShape) {
    wanted.rank = static_cast<uint8_t>(row.rank);
    for (int i = 0; i < row.rank; ++i)
      wanted.sizes[i] = valueOf(row.shape[i], f);
  }
  ElementTypes types = row.types;
  if (row.typeOf >= 0)
    types &= bit(f.operands[row.typeOf].type);
  bool same = wanted.rank == got.rank && (types & bit(got.type));
  for (unsigned i = 0; same && i < got.rank; ++i)
    same = wanted.sizes[i] == got.sizes[i];
  if (same)
    return "";
  return expectedGot(std::string(row.name) + " " + shapeText(wanted.sizes.data(), wanted.rank) + " " +
                         typeNames(types),
                     shapeText(got.sizes.data(), got.rank) + " " + name(got.type));
}

std::string brokenOperands(Facts &f) {
  const unsigned count = f.reads + f.writes;
  auto rowAt = [&](unsigned i) -> const Operand & { return f.row->operandAt(i, f.reads); };
  for (unsigned i = 0; i < count; ++i) {
    const Operand &row = rowAt(i);
    if (row.rank >= 0 && f.operands[i].rank != row.rank)
      return expectedGot(std::string(row.name) + " of rank " + text(row.rank), text(f.operands[i].rank));
    for (int d = 0; d < row.rank; ++d)
      if (row.shape[d].binds())
        if (int64_t &symbol = f.symbols[static_cast<unsigned>(row.shape[d].symbol())]; symbol == 0)
          symbol = f.operands[i].sizes[d];
  }
  for (unsigned i = 0; i < count; ++i) {
    const Operand &row = rowAt(i);
    if (std::string broken = brokenShape(f, row, f.operands[i]); !broken.empty())
      return broken;
    if (!(row.memories & bit(f.operands[i].memory)))
      return expectedGot(std::string(row.name) + " in " + memoryNames(row.memories),
                         name(f.operands[i].memory));
  }
  return "";
}

} // namespace

std::string check(Facts &f) {
  f.symbols = {};
  if (std::string broken = brokenCounts(f); !broken.empty())
    return broken;
  if (std::string broken = brokenFields(f); !broken.empty())
    return broken;
  if (std::string broken = brokenOperands(f); !broken.empty())
    return broken;
  for (unsigned i = 0; i < f.row->numRules; ++i)
    if (std::string broken = f.row->rules[i].broken(f); !broken.empty())
      return broken;
  return "";
}

} // namespace accord::isa
