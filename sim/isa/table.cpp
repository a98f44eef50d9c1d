// The words that rows are written in, and the rows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/isa/table.h"
#include "sim/isa/rules.h"

#include <string_view>

namespace accord::isa {
namespace {

constexpr Memories dram = bit(Memory::Dram), spm = bit(Memory::Spm), acc = bit(Memory::Acc);
constexpr Memories chip = bit(Memory::L2) | spm | acc | bit(Memory::Reg);

constexpr ElementTypes i8 = bit(ElementType::I8), i16 = bit(ElementType::I16), i32 = bit(ElementType::I32);
constexpr ElementTypes f16 = bit(ElementType::F16), f32 = bit(ElementType::F32);
constexpr ElementTypes floats = f16 | f32, any = i8 | i16 | i32 | floats;

constexpr auto M = Symbol::M, N = Symbol::N, K = Symbol::K, G = Symbol::G, T = Symbol::T, P = Symbol::P,
               W = Symbol::W, C = Symbol::C;
constexpr auto group = Field::Group, bits = Field::Bits, zero = Field::Zero, eps = Field::Eps,
               headDim = Field::HeadDim, halves = Field::Halves, live = Field::Live, heads = Field::Heads,
               scale = Field::Scale, chunk = Field::Chunk, actGroup = Field::ActGroup,
               weightGroup = Field::WeightGroup, accumulate = Field::Accumulate;

constexpr int64_t most = INT32_MAX;             ///< of an extent, and so of what divides one
constexpr int64_t positions = int64_t(1) << 48; ///< of live ones; sums of two stay in range
constexpr bool optional = true;                 ///< of a field
constexpr auto one = Operand::One, maybe = Operand::Optional;

constexpr Given groupOfFour = {group, 4, most, 4}, groupOfAny = {group, 1, most};
constexpr Given headsOfRows = {heads, 1, most}, widthOfHead = {headDim, 1, most};
constexpr Given seen = {live, -positions, positions};
constexpr Given continued = {accumulate, 0, 1, 1, optional};

/// x and y of [M,K].
#define ROWS(FROM, TO)                                                                                       \
  {                                                                                                          \
    {"x", chip, FROM, 2, {M, K}}, {                                                                          \
      "y", chip, TO, 2, { M, K }                                                                             \
    }                                                                                                        \
  }
} // namespace

// clang-format off
constexpr CommandRow commandRows[numCommands] = {
#define ACCORD_COMMAND(OP, ...) {Opcode::OP, __VA_ARGS__},
#include "sim/isa/commands.inc"
#undef ACCORD_COMMAND
};
// clang-format on

namespace {

constexpr bool inOrder() {
  for (unsigned i = 0; i < numCommands; ++i)
    if (commandRows[i].op != Opcode(i))
      return false;
  return true;
}
static_assert(inOrder(), "a row's place is its opcode");

constexpr FieldRow fieldRows[numFields] = {
    {"group", FieldRow::Integer, false, 0},     {"bits", FieldRow::Integer32, false, 0},
    {"zero", FieldRow::Integer32, false, 0},    {"eps", FieldRow::Real, false, 0},
    {"head_dim", FieldRow::Integer, false, 0},  {"halves", FieldRow::Flag, false, 0},
    {"live", FieldRow::Integer, true, -1},      {"heads", FieldRow::Integer, false, 0},
    {"scale", FieldRow::Real, false, 0},        {"chunk", FieldRow::Integer, false, 0},
    {"act_group", FieldRow::Integer, false, 0}, {"weight_group", FieldRow::Integer, false, 0},
    {"accumulate", FieldRow::Flag, true, 0},    {"body", FieldRow::Body, false, 0},
};

} // namespace

const char *name(Opcode op) {
  return isCommand(op) ? rowOf(op).name : op == Opcode::Wait ? "wait" : "barrier";
}

const CommandRow *findCommand(const char *name, unsigned length) {
  for (const CommandRow &row : commandRows)
    if (std::string_view(name, length) == row.name)
      return &row;
  return nullptr;
}

const FieldRow &rowOf(Field a) { return fieldRows[static_cast<unsigned>(a)]; }

} // namespace accord::isa
