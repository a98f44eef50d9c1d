// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/isa/text.h"

#include <functional>

namespace accord::isa {
namespace {

constexpr const char *onChip = "on chip";

std::string joined(unsigned count, const std::string &between,
                   const std::function<std::string(unsigned)> &part) {
  std::string all;
  for (unsigned i = 0; i < count; ++i)
    all += (i ? between : "") + part(i);
  return all;
}

template <typename Enum> std::string members(uint8_t set, unsigned count) {
  std::string names;
  for (unsigned i = 0; i < count; ++i)
    if (set >> i & 1)
      names += (names.empty() ? "" : " or ") + std::string(name(Enum(i)));
  return names;
}

std::string text(Term t) {
  switch (t.kind) {
  case Term::One:
    return "";
  case Term::Number:
    return std::to_string(t.value);
  case Term::Named:
    return std::string(1, letter(static_cast<Symbol>(t.value)));
  case Term::Given:
    return name(static_cast<Field>(t.value));
  }
  return "";
}

std::string shapeText(const Operand &operand) {
  if (operand.rank == anyShape)
    return "of any shape, rank ≤ 4";
  if (operand.rank == broadcast)
    return "[" + text(operand.shape[0]) + " or 1," + text(operand.shape[1]) + " or 1] or [" +
           text(operand.shape[1]) + " or 1]";
  return "[" + joined(operand.rank, ",", [&](unsigned d) { return text(operand.shape[d]); }) + "]";
}

std::string typeText(const CommandRow &row, const Operand &operand) {
  return operand.typeOf < 0 ? typesText(operand.types)
                            : "as " + std::string(row.operands[operand.typeOf].name);
}

std::string countText(const Operand &operand) {
  switch (operand.count) {
  case Operand::One:
    return "";
  case Operand::Optional:
    return "optional ";
  case Operand::List:
    return "up to " + std::to_string(MapBody::maxInputs) + " ";
  }
  return "";
}

/// "isum i32 [G,M,N] in acc"; on chip where nothing else is said.
std::string operandText(const CommandRow &row, const Operand &operand) {
  const std::string memories = memoriesText(operand.memories);
  return countText(operand) + std::string(operand.name) + " " + typeText(row, operand) + " " +
         shapeText(operand) + (memories == onChip ? "" : " in " + memories);
}

/// "RmsNorm" of "rms_norm".
std::string camel(const std::string &name) {
  std::string out;
  bool upper = true;
  for (char c : name) {
    if (c != '_')
      out += upper ? static_cast<char>(c - 'a' + 'A' * (c >= 'a')) : c;
    upper = c == '_';
  }
  return out;
}

std::string fieldType(const Given &given) {
  const FieldRow &row = rowOf(given.field);
  const std::string type = row.form == FieldRow::Real   ? "F32Attr"
                           : row.form == FieldRow::Flag ? "BoolAttr"
                           : row.form == FieldRow::Body ? "StrAttr"
                                                        : "I64Attr";
  return given.isOptional ? "OptionalAttr<" + type + ">" : type;
}

/// Operands of an op: what is read, what is written, what may be computed, tokens; then fields.
std::string argumentsText(const CommandRow &row) {
  std::string all = joined(row.numOperands(), ", ", [&](unsigned i) {
    const Operand &operand = row.operands[i];
    const char *count = operand.count == Operand::Optional ? "Optional<"
                        : operand.count == Operand::List   ? "Variadic<"
                                                           : "";
    return count + std::string(*count ? "AnyStridedMemRef>:$" : "AnyStridedMemRef:$") + operand.name;
  });
  for (bool computed : {true, false}) {
    for (unsigned i = 0; i < row.numGiven; ++i) {
      const Given &given = row.given[i];
      const FieldRow &field = rowOf(given.field);
      if (field.isComputed != computed)
        continue;
      const std::string type = field.form == FieldRow::Flag ? "I1" : "Index";
      all += ", " +
             (!computed          ? fieldType(given)
              : given.isOptional ? "Optional<" + type + ">"
                                 : type) +
             ":$" + field.name;
    }
    if (computed)
      all += ", Variadic<Accel_TokenType>:$after";
  }
  return all;
}

/// `ins` `(` $a `,` $b `:` type($a) `,` type($b) `)`
std::string listText(const CommandRow &row, const char *word, unsigned begin, unsigned count) {
  auto list = [&](const std::string &before, const std::string &after) {
    return joined(count, " ", [&](unsigned i) {
      const Operand &operand = row.operands[begin + i];
      const std::string one = before + "$" + operand.name + after;
      return operand.count == Operand::Optional ? "(`,` " + one + "^)?" : (i ? "`,` " : "") + one;
    });
  };
  const Operand &first = row.operands[begin];
  if (first.count == Operand::List) // there may be none
    return std::string("(`") + word + "` `(` $" + first.name + "^ `:` type($" + first.name + ") `)`)?";
  return std::string("`") + word + "` `(` " + list("", "") + " `:` " + list("type(", ")") + " `)`";
}

std::string formatText(const CommandRow &row) {
  if (row.operands[0].rank == anyShape) // a copy
    return "$source `to` $dest (`after` `(` $after^ `)`)? attr-dict `:` type($source) `to` type($dest)";
  std::string all = listText(row, "ins", 0, row.reads) + " " + listText(row, "outs", row.reads, row.writes);
  for (unsigned i = 0; i < row.numGiven; ++i) {
    const FieldRow &field = rowOf(row.given[i].field);
    const std::string word = field.name;
    if (field.isComputed)
      all += row.given[i].isOptional ? " (`" + word + "` `(` $" + word + "^ `)`)?"
                                     : " `" + word + "` `(` $" + word + " `)`";
  }
  return all + " (`after` `(` $after^ `)`)? attr-dict";
}

/// Several operands that may be none or many.
bool hasSegments(const CommandRow &row) {
  bool segments = row.lastRead() != Operand::One;
  for (unsigned i = 0; i < row.numGiven; ++i)
    segments |= rowOf(row.given[i].field).isComputed && row.given[i].isOptional;
  return segments;
}

std::string enumerator(const CommandRow &row) { return camel(row.name); }

std::string definition(const CommandRow &row) {
  std::string all = "def Accel_" + camel(row.name) + "Op : Accel_Command<\"" + row.name + "\", \"" +
                    enumerator(row) + "\"" + (hasSegments(row) ? ", [AttrSizedOperandSegments]" : "") +
                    "> {\n";
  all += "  let summary = \"" + std::string(row.summary) + "\";\n  let description = [{\n";
  all += "    `" + std::string(row.meaning) + "` (golden: " + row.golden + ").\n\n";
  all += "    | operand | memory | type | shape |\n    |---|---|---|---|\n";
  for (unsigned i = 0; i < row.numOperands(); ++i) {
    const Operand &operand = row.operands[i];
    all += "    | " + std::string(operand.name) +
           (operand.count == Operand::One
                ? ""
                : " (" + countText(operand).substr(0, countText(operand).size() - 1) + ")") +
           " | " + memoriesText(operand.memories) + " | " + typeText(row, operand) + " | " +
           shapeText(operand) + " |\n";
  }
  for (unsigned i = 0; i < row.numGiven; ++i)
    all += "\n    - " + text(row.given[i]);
  for (unsigned i = 0; i < row.numRules; ++i)
    all += "\n    - " + std::string(row.rules[i].text);
  all += "\n  }];\n  let arguments = (ins " + argumentsText(row) + ");\n";
  all += "  let assemblyFormat = [{\n    " + formatText(row) + "\n  }];\n}\n";
  return all;
}

} // namespace

std::string text(const Extent &e) {
  const std::string b = text(e.b), by = text(e.divisor);
  const std::string product = text(e.a) + (b.empty() ? "" : "·" + b);
  return by.empty() ? product : "⌈" + product + "/" + by + "⌉";
}

std::string memoryNames(Memories set) { return members<Memory>(set, numMemories); }
std::string typeNames(ElementTypes set) { return members<ElementType>(set, numElementTypes); }

std::string memoriesText(Memories set) {
  constexpr Memories chip = bit(Memory::L2) | bit(Memory::Spm) | bit(Memory::Acc) | bit(Memory::Reg);
  return set == chip ? onChip : memoryNames(set);
}

std::string typesText(ElementTypes set) {
  return set == (1u << numElementTypes) - 1 ? "any type" : typeNames(set);
}

std::string text(const Given &g) {
  const FieldRow &row = rowOf(g.field);
  std::string range;
  if (row.form == FieldRow::Body)
    range = "steps of f32 primitives and built functions, of as many inputs as it reads";
  else if (row.form == FieldRow::Flag)
    range = "a flag";
  else if (row.form == FieldRow::Real)
    range = g.least == 0 ? "finite, not negative" : "finite";
  else if (g.multipleOf > 1)
    range = "a positive multiple of " + std::to_string(g.multipleOf);
  else if (g.least < 0)
    range = "a number";
  else if (g.most >= INT32_MAX)
    range = "at least " + std::to_string(g.least);
  else
    range = std::to_string(g.least) + " to " + std::to_string(g.most);
  std::string all = std::string("`") + row.name + "`: " + range;
  if (g.otherwise != g.field)
    all += std::string("; `") + name(g.otherwise) + "` when absent";
  else if (g.isOptional)
    all += ", optional";
  return all;
}

std::string opDefinitions() {
  std::string all = "// The commands of the accel dialect, written by accord-isa out of sim/isa/table.cpp.\n"
                    "// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n";
  for (const CommandRow &row : commandRows)
    all += "\n" + definition(row);
  return all;
}

std::string commandPage() {
  std::string all = "| command | unit | reads | writes | value | golden |\n|---|---|---|---|---|---|\n";
  auto list = [](const CommandRow &row, unsigned begin, unsigned count) {
    return joined(count, "; ", [&](unsigned i) { return operandText(row, row.operands[begin + i]); });
  };
  for (const CommandRow &row : commandRows) {
    std::string meaning;
    for (const char *c = row.meaning; *c; ++c)
      meaning += *c == '|' ? "\\|" : std::string(1, *c);
    all += "| `" + std::string(row.name) + "` | " + name(row.unit) + " | " + list(row, 0, row.reads) + " | " +
           list(row, row.reads, row.writes) + " | " + meaning + " | " + row.golden + " |\n";
  }
  all += "\n| command | fields | rules |\n|---|---|---|\n";
  for (const CommandRow &row : commandRows)
    if (row.numGiven || row.numRules)
      all += "| `" + std::string(row.name) + "` | " +
             joined(row.numGiven, "; ", [&](unsigned i) { return text(row.given[i]); }) + " | " +
             joined(row.numRules, "; ", [&](unsigned i) { return std::string(row.rules[i].text); }) + " |\n";
  return all;
}

} // namespace accord::isa
