// One question to the ISA's table: may a command have these operands and fields? Programs and the dialect
// ask it in the same form, so they cannot differ.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/isa/table.h"

#include <array>
#include <string>

namespace accord::isa {

struct OperandFacts {
  std::array<int64_t, Operand::maxRank> sizes;
  uint8_t rank;
  ElementType type;
  Memory memory;
};

/// A command as it was found. Sizes are positive.
struct Facts {
  const CommandRow *row;
  static constexpr unsigned maxOperands = CommandRow::maxOperands + MapBody::maxInputs;
  std::array<OperandFacts, maxOperands> operands; ///< what is read, then what is written
  uint8_t reads = 0, writes = 0;
  uint16_t given = 0; ///< fields that it has, by bit
  uint16_t known = 0; ///< those of them whose value is known: all, in a program
  /// Its views are those that the machine touches, not yet so in the dialect (softmax).
  bool isResolved = false;
  std::array<int64_t, numFields> integers{}; ///< reals: in `reals`
  std::array<float, numFields> reals{};
  const MapBody *body = nullptr;             ///< that of Field::Body, itself checked
  std::array<int64_t, numSymbols> symbols{}; ///< bound by `check`

  bool has(Field a) const { return given & bit(a); }
  bool knows(Field a) const { return known & bit(a); }
  /// The number of an field, or of what stands for it.
  int64_t operator[](Field a) const {
    return integers[static_cast<unsigned>(has(a) ? a : row->find(a)->otherwise)];
  }
  int64_t operator[](Symbol s) const { return symbols[static_cast<unsigned>(s)]; }
  void set(Field a, int64_t value) {
    given |= bit(a), known |= bit(a);
    integers[static_cast<unsigned>(a)] = value;
  }
  void set(Field a, float value) {
    given |= bit(a), known |= bit(a);
    reals[static_cast<unsigned>(a)] = value;
  }
  void set(Field a, const MapBody *value) {
    given |= bit(a), known |= bit(a);
    body = value;
  }
  /// Has it, with a value that only a run tells.
  void setUnknown(Field a) { given |= bit(a); }
};

/// Empty when the command is one of the table's; else what is wrong first, as `expected X, got Y`. Fields
/// come before operands, operands in order, rules last.
std::string check(Facts &facts);

} // namespace accord::isa
