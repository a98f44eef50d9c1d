// One row a command. See table.h for what a row says, dialects/Accel/README.md for what it means.
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
constexpr bool optional = true;

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
/// Two inputs and y, all f32 [M,K].
#define TWO(A, B)                                                                                            \
  {                                                                                                          \
    {A, chip, f32, 2, {M, K}}, {B, chip, f32, 2, {M, K}}, {                                                  \
      "y", chip, f32, 2, { M, K }                                                                            \
    }                                                                                                        \
  }

} // namespace

// clang-format off
constexpr CommandRow commandRows[numCommands] = {
    {Opcode::Load, "load", Unit::Load, "copy a strided tile from dram into an on-chip memory", "dest = source", "copy", 1, 1,
     {{"source", dram, any, anyShape, {}},
      {"dest", chip, any, anyShape, {}, false, 0}}},
    {Opcode::Store, "store", Unit::Store, "copy a strided tile from an on-chip memory into dram", "dest = source", "copy", 1, 1,
     {{"source", chip, any, anyShape, {}},
      {"dest", dram, any, anyShape, {}, false, 0}}},
    {Opcode::Gather, "gather", Unit::Load, "copy the rows of a dram table that on-chip indices name",
     "dest[m] = table[indices[m]]", "copy", 2, 1,
     {{"table", dram, any, 2, {N, W}},
      {"indices", chip, i32, 1, {M}},
      {"dest", chip, any, 2, {M, W}, false, 0}}},
    {Opcode::Table, "table", Unit::Table, "precompute half tables and group sums of int8 activations",
     "tables[m][t][i] = −a3 + Σ_{j<3} (i_j ? +a_j : −a_j), a_j = codes[m][4t+j]; asum[m][g] = Σ_{k in g} codes[m][k]",
     "halfTables, groupSums", 1, 2,
     {{"codes", chip, i8, 2, {M, K}},
      {"tables", chip, i16, 3, {M, ceilDiv(K, 4), 8}},
      {"asum", chip, i32, 2, {M, ceilDiv(K, group)}}},
     1, {groupOfFour}},
    {Opcode::Lmma, "lmma", Unit::Lut, "integer sums of a tile by the bit-serial LUT array",
     "isum[g][m][n] = Σ_{t in g} Σ_p lookup(tables[m][t], nibble(n,t,p)) << p", "lutSums", 2, 1,
     {{"tables", spm, i16, 3, {M, T, 8}},
      {"planes", spm, i8, 4, {ceilDiv(N, 64), T, P, 32}},
      {"isum", acc, i32, 3, {ceilDiv(Extent(T) * 4, group), M, N}}},
     1, {groupOfFour}, 1, {planesOfACode}},
    {Opcode::Mma, "mma", Unit::Mac, "integer sums of a tile by the int8 MAC array",
     "isum[g][m][n] = Σ_{k in g} (u(n,k) − zero)·codes[m][k], u decoded from the planes", "macSums", 2, 1,
     {{"codes", spm, i8, 2, {M, K}},
      {"planes", spm, i8, 4, {ceilDiv(N, 64), ceilDiv(K, 4), P, 32}},
      {"isum", acc, i32, 3, {ceilDiv(K, group), M, N}}},
     2, {groupOfFour, {zero, 0, 128}}, 2, {planesOfACode, codesOfInt8}},
    {Opcode::Quantize, "quantize", Unit::Vector, "int8 codes of rows, and a scale a group",
     "scales[m][g] = max |x| / 127, codes = x / scales, rounded", "quantizeAct", 1, 2,
     {{"x", chip, f32, 2, {M, K}},
      {"codes", chip, i8, 2, {M, K}},
      {"scales", chip, f32, 2, {M, ceilDiv(K, group)}}},
     1, {groupOfAny}},
    {Opcode::Dequant, "dequant", Unit::Vector, "integer sums times scales of activations and weights, groups ascending",
     "y[m][n] = Σ_g d·s·isum[g][m][n] (+ min·s·asum[m][g]); after y[m][n] itself when it accumulates", "lutEpilogue, scaleSums", 5, 1,
     {{"isum", chip, i32, 3, {G, M, N}},
      {"asum", chip, i32, 2, {M, G}},
      {"scales", chip, f32, 2, {M, ceilDiv(Extent(G) * group, actGroup)}},
      {"d", chip, floats, 3, {ceilDiv(N, 64), ceilDiv(Extent(G) * group, weightGroup), 64}},
      {"min", chip, floats, 3, {ceilDiv(N, 64), ceilDiv(Extent(G) * group, weightGroup), 64}, optional, 3},
      {"y", chip, f32, 2, {M, N}}},
     6, {groupOfFour, {bits, 0, 8}, {zero, 0, 255}, {actGroup, 1, most, 1, optional, group},
         {weightGroup, 1, most, 1, optional, group}, continued},
     3, {zeroOfACode, scalesOfWholeGroups, sumsOfF32}},
    {Opcode::RmsNorm, "rms_norm", Unit::Vector, "rows over their root mean square, times a weight",
     "y[m][k] = x[m][k] · rsqrt(mean of x[m]² + eps) · weight[k]", "rmsNorm", 2, 1,
     {{"x", chip, f32, 2, {M, K}},
      {"weight", chip, f32, 1, {K}},
      {"y", chip, f32, 2, {M, K}}},
     1, {{eps, 0, most}}},
    {Opcode::Softmax, "softmax", Unit::Vector, "softmax of each row, or of what its query sees",
     "y[m] = softmax(x[m]); with live, row m's first live + m/heads columns, then 0", "softmax, softmaxLive", 1, 1, ROWS(f32, f32),
     3, {{live, 1, positions, 1, optional}, {heads, 1, most, 1, optional}, {chunk, 1, most, 1, optional}},
     2, {liveTogether, liveColumns}},
    {Opcode::Rope, "rope", Unit::Vector, "rotary positions of each head", "pairs (i, i + D/2) of a head with halves, else (2i, 2i+1), turned",
     "rope", 3, 1,
     {{"x", chip, f32, 2, {M, K}},
      {"cos", chip, f32, 2, {M, ceilDiv(headDim, 2)}},
      {"sin", chip, f32, 2, {M, ceilDiv(headDim, 2)}},
      {"y", chip, f32, 2, {M, K}}},
     2, {{headDim, 2, most, 2}, {halves, 0, 1}}, 1, {wholeHeads}},
    {Opcode::Silu, "silu", Unit::Vector, "x · sigmoid(x)", "y = silu(x)", "silu", 1, 1, ROWS(f32, f32)},
    {Opcode::SiluMul, "silu_mul", Unit::Vector, "the gate of a SwiGLU", "y = silu(gate) · up", "siluMul", 2, 1, TWO("gate", "up")},
    {Opcode::Add, "add", Unit::Vector, "element by element", "y = a + b", "addRows", 2, 1, TWO("a", "b")},
    {Opcode::Relu2Mul, "relu2_mul", Unit::Vector, "the gate of a squared ReLU", "y = max(gate, 0)² · up", "relu2Mul", 2, 1, TWO("gate", "up")},
    {Opcode::Narrow, "narrow", Unit::Vector, "f32 to f16, to nearest even", "y = x", "narrow", 1, 1, ROWS(f32, f16)},
    {Opcode::Widen, "widen", Unit::Vector, "f16 to f32", "y = x", "widen", 1, 1, ROWS(f16, f32)},
    {Opcode::Expand, "expand", Unit::Vector, "rows of a quantized table as f32; codes are unsigned",
     "y[m][k] = d[m][g] · (codes[m][k] − zero) (+ min[m][g])", "expand", 3, 1,
     {{"codes", chip, i8, 2, {M, K}},
      {"d", chip, floats, 2, {M, ceilDiv(K, group)}},
      {"min", chip, floats, 2, {M, ceilDiv(K, group)}, optional, 1},
      {"y", chip, f32, 2, {M, K}}},
     2, {groupOfAny, {zero, 0, 255}}},
    {Opcode::Scores, "scores", Unit::Vector, "scores of queries on a tile of keys",
     "s[m·heads + h][p] = scale · Σ_d q[m][h·D+d]·k[p][h'·D+d] for p < live + m, else 0", "scores", 2, 1,
     {{"q", chip, f32, 2, {M, Extent(heads) * headDim}},
      {"k", chip, floats, 2, {P, C}},
      {"s", chip, f32, 2, {Extent(M) * heads, P}}},
     4, {headsOfRows, widthOfHead, {scale, INT64_MIN, most}, seen}, 1, {sharedHeads}},
    {Opcode::Weigh, "weigh", Unit::Vector, "values of a tile weighed by shares, positions ascending",
     "y[m][h·D+d] = Σ_{p < live + m} a[m·heads + h][p]·v[p][h'·D+d]; after y itself when it accumulates", "weigh", 2, 1,
     {{"a", chip, f32, 2, {Extent(M) * heads, P}},
      {"v", chip, floats, 2, {P, C}},
      {"y", chip, f32, 2, {M, Extent(heads) * headDim}}},
     4, {headsOfRows, widthOfHead, continued, seen}, 1, {sharedHeads}},
    {Opcode::GroupSums, "group_sums", Unit::Vector, "sums of int8 codes, a group each", "asum[m][g] = Σ_{k in g} codes[m][k]",
     "groupSums", 1, 1,
     {{"codes", chip, i8, 2, {M, K}},
      {"asum", chip, i32, 2, {M, ceilDiv(K, group)}}},
     1, {groupOfAny}},
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
    {"accumulate", FieldRow::Flag, true, 0},
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
