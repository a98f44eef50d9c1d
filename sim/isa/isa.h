// The accel ISA's vocabulary: opcodes, units, memories, element types, fields. One place for compiler,
// simulator and tools. What each command takes stands in table.h; what it means, in dialects/Accel/README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::isa {

/// A unit executes the commands of its queue in order, one at a time.
enum class Unit : uint8_t { Load, Store, Table, Lut, Mac, Vector };
constexpr unsigned numUnits = 6;

/// The commands of commands.inc, then the command processor's own. Numbers are those of the file form: a new
/// command goes last there, and the form's version up.
enum class Opcode : uint8_t {
#define ACCORD_COMMAND(OP, ...) OP,
#include "sim/isa/commands.inc"
#undef ACCORD_COMMAND
  Wait,
  Barrier
};
constexpr unsigned numCommands = static_cast<unsigned>(Opcode::Wait), numOpcodes = numCommands + 2;

enum class Memory : uint8_t { Dram, L2, Spm, Acc, Reg };
constexpr unsigned numMemories = 5;

enum class ElementType : uint8_t { I8, I16, I32, F16, F32 };
constexpr unsigned numElementTypes = 5;

/// What a command carries beside its operands. Accumulate and Live may be computed where the program is text.
enum class Field : uint8_t {
  Group,
  Bits,
  Zero,
  Eps,
  HeadDim,
  Halves,
  Live,
  Heads,
  Scale,
  Chunk,
  ActGroup,
  WeightGroup,
  Accumulate,
  Body
};
constexpr unsigned numFields = 14;

constexpr int64_t elementBytes(ElementType t) {
  constexpr int64_t bytes[numElementTypes] = {1, 2, 4, 2, 4};
  return bytes[static_cast<unsigned>(t)];
}

/// True for the opcodes that a unit executes (not the command processor).
constexpr bool isCommand(Opcode op) { return op < Opcode::Wait; }

constexpr const char *name(Unit u) {
  constexpr const char *names[numUnits] = {"load", "store", "table", "lut", "mac", "vector"};
  return names[static_cast<unsigned>(u)];
}
constexpr const char *name(Memory m) {
  constexpr const char *names[numMemories] = {"dram", "l2", "spm", "acc", "reg"};
  return names[static_cast<unsigned>(m)];
}
constexpr const char *name(ElementType t) {
  constexpr const char *names[numElementTypes] = {"i8", "i16", "i32", "f16", "f32"};
  return names[static_cast<unsigned>(t)];
}

} // namespace accord::isa
