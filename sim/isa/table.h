// The table of the ISA: for each command its unit, operands, fields and rules. From it follow the verifiers
// of programs and of the dialect, the dialect's ops, names, the file form of a command, what the emitter
// writes, and the table of dialects/Accel/README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/isa/extent.h"
#include "sim/isa/map_body.h"

#include <string>

namespace accord::isa {

/// Sets, as bits by ordinal.
using Memories = uint8_t;
using ElementTypes = uint8_t;

/// An operand of a command: a strided view of rank 0 to 4. The last one that a command reads may be left out,
/// or be a list (when it is the only one).
struct Operand {
  static constexpr unsigned maxRank = 4;
  enum Count : uint8_t { One, Optional, List };

  const char *name;
  Memories memories;
  ElementTypes types;
  int8_t rank; ///< or anyShape, broadcast
  Extent shape[maxRank];
  Count count = One;
  int8_t typeOf = -1; ///< of the same type as this operand, beside being one of `types`
};
constexpr int8_t anyShape = -1;  ///< that of the first operand, whatever it is
constexpr int8_t broadcast = -2; ///< its shape of two axes, or 1 in an axis, or a vector of the second

/// An field of a command, and what it may be. Of reals, `least` is the only bound, and they are finite.
struct Given {
  Field field;
  int64_t least, most;
  int64_t multipleOf = 1;
  bool isOptional = false;
  /// The field that stands for an absent one (the group of scales is the group), else the same field.
  Field otherwise = field;
};

struct Facts;

/// What neither shapes nor ranges say. `broken` returns an empty text, or `expected X, got Y`.
struct Rule {
  const char *text; ///< for the page
  std::string (*broken)(const Facts &);
};

struct CommandRow {
  static constexpr unsigned maxOperands = 6, maxGiven = 6, maxRules = 3;

  Opcode op;
  const char *name;
  Unit unit;
  const char *summary; ///< one line
  const char *meaning; ///< the value of what is written
  const char *golden;  ///< functions of sim/golden
  uint8_t reads, writes;
  Operand operands[maxOperands]; ///< what is read, then what is written
  uint8_t numGiven = 0;
  Given given[maxGiven] = {};
  uint8_t numRules = 0;
  Rule rules[maxRules] = {};

  constexpr unsigned numOperands() const { return reads + writes; }
  constexpr Operand::Count lastRead() const { return reads ? operands[reads - 1].count : Operand::One; }
  constexpr unsigned fewestReads() const { return reads - (lastRead() != Operand::One); }
  constexpr unsigned mostReads() const {
    return lastRead() == Operand::List ? reads - 1 + MapBody::maxInputs : reads;
  }
  /// The row of operand `i` of a command that reads so many.
  constexpr const Operand &operandAt(unsigned i, unsigned numReads) const {
    return operands[i < numReads ? (i < reads ? i : reads - 1u) : i - numReads + reads];
  }
  constexpr const Given *find(Field a) const {
    for (unsigned i = 0; i < numGiven; ++i)
      if (given[i].field == a)
        return &given[i];
    return nullptr;
  }
};

/// By opcode.
extern const CommandRow commandRows[numCommands];

/// Only for isCommand(op).
inline const CommandRow &rowOf(Opcode op) { return commandRows[static_cast<unsigned>(op)]; }
/// The unit of a command. Only for isCommand(op).
inline Unit unitOf(Opcode op) { return rowOf(op).unit; }
const char *name(Opcode op);
/// The command of a name; null when there is none.
const CommandRow *findCommand(const char *name, unsigned length);

/// How an field is written down.
struct FieldRow {
  enum Form : uint8_t { Integer, Integer32, Real, Flag, Body };
  const char *name; ///< as the dialect and messages have it
  Form form;
  bool isComputed; ///< an operand of the dialect's op
  int64_t absent;  ///< its number in a program when a command has none
};
const FieldRow &rowOf(Field a);
inline const char *name(Field a) { return rowOf(a).name; }

constexpr uint8_t bit(Memory m) { return uint8_t(1u << static_cast<unsigned>(m)); }
constexpr uint8_t bit(ElementType t) { return uint8_t(1u << static_cast<unsigned>(t)); }
constexpr uint16_t bit(Field a) { return uint16_t(1u << static_cast<unsigned>(a)); }

} // namespace accord::isa
