// The accel ISA's vocabulary: opcodes, units, memories, element types. One place for compiler, simulator and
// tools. The meaning of each command is written in dialects/Accel/README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::isa {

/// A unit executes the commands of its queue in order, one at a time.
enum class Unit : uint8_t { Load, Store, Table, Lut, Mac, Vector };
constexpr unsigned numUnits = 6;

enum class Opcode : uint8_t {
  Load,
  Store,
  Gather,
  Table,
  Lmma,
  Mma,
  Quantize,
  Dequant,
  RmsNorm,
  Softmax,
  Rope,
  Silu,
  SiluMul,
  Add,
  Relu2Mul,
  Narrow,
  Widen,
  Expand,
  Scores,
  Weigh,
  GroupSums, // the vector unit's
  Wait,
  Barrier // the command processor's own
};
constexpr unsigned numOpcodes = 23;

enum class Memory : uint8_t { Dram, L2, Spm, Acc, Reg };
constexpr unsigned numMemories = 5;

enum class ElementType : uint8_t { I8, I16, I32, F16, F32 };
constexpr unsigned numElementTypes = 5;

constexpr int64_t elementBytes(ElementType t) {
  return t == ElementType::I8 ? 1 : t == ElementType::I16 || t == ElementType::F16 ? 2 : 4;
}

/// True for the opcodes that a unit executes (not the command processor).
constexpr bool isCommand(Opcode op) { return op < Opcode::Wait; }

/// The unit of a command. Only for isCommand(op).
constexpr Unit unitOf(Opcode op) {
  switch (op) {
  case Opcode::Load:
  case Opcode::Gather:
    return Unit::Load;
  case Opcode::Store:
    return Unit::Store;
  case Opcode::Table:
    return Unit::Table;
  case Opcode::Lmma:
    return Unit::Lut;
  case Opcode::Mma:
    return Unit::Mac;
  default:
    return Unit::Vector;
  }
}

constexpr const char *name(Unit u) {
  constexpr const char *names[numUnits] = {"load", "store", "table", "lut", "mac", "vector"};
  return names[static_cast<unsigned>(u)];
}
constexpr const char *name(Opcode op) {
  constexpr const char *names[numOpcodes] = {
      "load",     "store",   "gather", "table", "lmma",       "mma",  "quantize",  "dequant",
      "rms_norm", "softmax", "rope",   "silu",  "silu_mul",   "add",  "relu2_mul", "narrow",
      "widen",    "expand",  "scores", "weigh", "group_sums", "wait", "barrier"};
  return names[static_cast<unsigned>(op)];
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
