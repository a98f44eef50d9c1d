// The ISA's table as checks, one function per group of commands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/verify.h"
#include "sim/program/footprint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

namespace accord::program {
namespace {

using isa::ElementType;
using isa::Memory;
using isa::Opcode;
using Shape = Extents;

constexpr std::initializer_list<Memory> chipMemories = {Memory::L2, Memory::Spm, Memory::Acc, Memory::Reg};
constexpr int64_t addressAlign = 64;
constexpr int64_t maxBytes = int64_t(1) << 48; ///< of a memory; keeps every product below in range
constexpr int64_t maxRuns = int64_t(1) << 24;  ///< pieces of a view; every check of bytes takes time by them
constexpr int64_t maxRepeat = 1024;            ///< elements a view may have for each one of its buffer

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

std::string text(int64_t v) { return std::to_string(v); }
std::string text(const Shape &s) {
  std::string out = "[";
  for (size_t i = 0; i < s.size(); ++i)
    out += (i ? "," : "") + text(s[i]);
  return out + "]";
}

/// A view of a command. Its name is made only for messages.
struct Nth {
  const char *list;
  size_t index;
};
std::string text(Nth n) { return std::string(n.list) + " " + text(int64_t(n.index)); }

std::string expectedGot(const std::string &expected, const std::string &got) {
  return "expected " + expected + ", got " + got;
}

/// Checks one command; the first failure is kept.
class CommandChecker {
public:
  CommandChecker(const Program &p, const Command &c, size_t index) : p(p), c(c), index(index) {}

  std::string failure; ///< without the place

  void run() {
    checkTokens();
    for (size_t i = 0; i < c.reads.size() && failure.empty(); ++i)
      checkView(c.reads[i], {"read", i}, false);
    for (size_t i = 0; i < c.writes.size() && failure.empty(); ++i)
      checkView(c.writes[i], {"write", i}, true);
    if (c.accumulate && c.op != Opcode::Dequant && c.op != Opcode::Weigh)
      fail("accumulate only on dequant and weigh", name(c.op));
    if (c.live != Command::noLive && c.op != Opcode::Scores && c.op != Opcode::Weigh &&
        c.op != Opcode::Softmax)
      fail("live positions only on scores, weigh and softmax", name(c.op));
    if (!failure.empty())
      return;
    checkOperands();
    if (failure.empty())
      checkOverlaps();
  }

private:
  const Program &p;
  const Command &c;
  const size_t index;

  bool fail(const std::string &expected, const std::string &got) {
    if (failure.empty())
      failure = expectedGot(expected, got);
    return false;
  }

  void checkTokens() {
    for (uint32_t t : c.after) {
      if (t >= index)
        fail("tokens of earlier commands", "token " + text(t));
      else if (!isa::isCommand(p.commands[t].op))
        fail("tokens of commands", "token " + text(t) + ", a " + name(p.commands[t].op));
    }
    if (c.location >= p.locations.size())
      fail("a location below " + text(p.locations.size()), text(c.location));
    if (c.opName >= p.ops.size())
      fail("an op below " + text(p.ops.size()), text(c.opName));
  }

  void checkView(const View &v, Nth what, bool isOutput) {
    if (v.buffer >= p.buffers.size())
      return void(fail(text(what) + " of a buffer below " + text(p.buffers.size()), text(v.buffer)));
    if (v.sizes.size() > 4 || v.sizes.size() != v.strides.size())
      return void(fail(text(what) + " of rank 0 to 4 with a stride for each size",
                       text(v.sizes.size()) + " sizes and " + text(v.strides.size()) + " strides"));
    const Buffer &b = p.buffers[v.buffer];
    if (v.offset < 0 || v.offset >= b.elements)
      return void(
          fail(text(what) + " to start inside buffer " + b.name + " of " + text(b.elements) + " elements",
               "offset " + text(v.offset)));
    int64_t last = v.offset, elements = 1;
    for (size_t i = 0; i < v.sizes.size(); ++i) {
      if (v.sizes[i] < 1 || v.strides[i] < 0)
        return void(fail(text(what) + " of positive sizes and strides that are not negative",
                         "size " + text(v.sizes[i]) + " and stride " + text(v.strides[i])));
      // Division keeps the sum from overflowing on hostile numbers.
      if (v.sizes[i] > 1 && v.strides[i] > (b.elements - 1 - last) / (v.sizes[i] - 1))
        return void(
            fail(text(what) + " inside buffer " + b.name + " of " + text(b.elements) + " elements",
                 "offset " + text(v.offset) + ", sizes " + text(v.sizes) + ", strides " + text(v.strides)));
      last += (v.sizes[i] - 1) * v.strides[i];
      // Small strides repeat elements; a bound keeps a small file from asking for endless work.
      if (elements > std::min(maxRepeat * b.elements, maxBytes) / v.sizes[i])
        return void(fail(text(what) + " of at most " + text(maxRepeat) + " times the " + text(b.elements) +
                             " elements of buffer " + b.name,
                         "sizes " + text(v.sizes)));
      elements *= v.sizes[i];
    }
    if (countRuns(v) > maxRuns)
      return void(fail(text(what) + " of at most " + text(maxRuns) + " runs of bytes", text(countRuns(v))));
    if (isOutput)
      checkInjective(v, what);
  }

  /// Sorted by stride, each dimension has to step over all that the finer ones span.
  void checkInjective(const View &v, Nth what) {
    std::array<size_t, Shape::maxRank> dims;
    size_t count = 0;
    for (size_t d = 0; d < v.sizes.size(); ++d) {
      if (v.sizes[d] == 1)
        continue;
      size_t at = count++;
      for (; at > 0 && v.strides[dims[at - 1]] > v.strides[d]; --at)
        dims[at] = dims[at - 1];
      dims[at] = d;
    }
    int64_t span = 1;
    for (size_t i = 0; i < count; ++i) {
      const size_t d = dims[i];
      if (v.strides[d] < span)
        return void(fail(text(what) + " to name each element once",
                         "sizes " + text(v.sizes) + ", strides " + text(v.strides)));
      span += (v.sizes[d] - 1) * v.strides[d];
    }
  }

  bool counts(size_t minReads, size_t maxReads, size_t writes) {
    if (c.reads.size() < minReads || c.reads.size() > maxReads)
      return fail(text(minReads) + (maxReads > minReads ? " or " + text(maxReads) : "") + " reads",
                  text(c.reads.size()));
    if (c.writes.size() != writes)
      return fail(text(writes) + " writes", text(c.writes.size()));
    return true;
  }
  bool rank(const View &v, const char *what, size_t r) {
    return v.sizes.size() == r || fail(std::string(what) + " of rank " + text(r), text(v.sizes.size()));
  }
  bool is(const View &v, const char *what, const Shape &shape, ElementType type) {
    const Buffer &b = p.buffers[v.buffer];
    return (v.sizes == shape && b.type == type) ||
           fail(std::string(what) + " " + text(shape) + " " + name(type), text(v.sizes) + " " + name(b.type));
  }
  ElementType typeOf(const View &v) const { return p.buffers[v.buffer].type; }
  /// f32 or f16, which the unit widens.
  bool isFloat(const View &v, const char *what, const Shape &shape) {
    return is(v, what, shape, typeOf(v) == ElementType::F32 ? ElementType::F32 : ElementType::F16);
  }
  bool in(const View &v, const char *what, std::initializer_list<Memory> memories) {
    for (Memory m : memories)
      if (p.buffers[v.buffer].memory == m)
        return true;
    std::string wanted;
    for (Memory m : memories)
      wanted += (wanted.empty() ? "" : " or ") + std::string(name(m));
    return fail(std::string(what) + " in " + wanted, name(p.buffers[v.buffer].memory));
  }
  bool onChip() {
    for (const auto *list : {&c.reads, &c.writes})
      for (const View &v : *list)
        if (!in(v, "operands", chipMemories))
          return false;
    return true;
  }
  bool group() {
    return (c.group > 0 && c.group % 4 == 0 && c.group <= maxBytes) ||
           fail("a group that is a positive multiple of 4", text(c.group));
  }

  bool checkOperands() {
    switch (c.op) {
    case Opcode::Wait:
      return counts(0, 0, 0);
    case Opcode::Barrier:
      return counts(0, 0, 0) && (c.after.empty() || fail("no tokens", text(c.after.size())));
    case Opcode::Load:
    case Opcode::Store:
      return checkCopy();
    case Opcode::Gather:
      return checkGather();
    case Opcode::Table:
      return checkTable();
    case Opcode::Lmma:
      return checkLmma();
    case Opcode::Mma:
      return checkMma();
    case Opcode::Dequant:
      return onChip() && checkDequant();
    case Opcode::Expand:
      return onChip() && checkExpand();
    case Opcode::Scores:
      return onChip() && checkScores();
    case Opcode::Weigh:
      return onChip() && checkWeigh();
    case Opcode::GroupSums:
      return onChip() && checkGroupSums();
    default:
      return onChip() && checkRows();
    }
  }

  bool checkCopy() {
    if (!counts(1, 1, 1))
      return false;
    const View &from = c.reads[0], &to = c.writes[0];
    const View &dram = c.op == Opcode::Load ? from : to, &chip = c.op == Opcode::Load ? to : from;
    return is(to, "the destination", from.sizes, p.buffers[from.buffer].type) &&
           in(dram, c.op == Opcode::Load ? "the source" : "the destination", {Memory::Dram}) &&
           in(chip, c.op == Opcode::Load ? "the destination" : "the source", chipMemories);
  }

  bool checkGather() {
    if (!counts(2, 2, 1) || !rank(c.reads[0], "the table", 2) || !rank(c.reads[1], "the indices", 1))
      return false;
    const View &table = c.reads[0], &indices = c.reads[1];
    return is(indices, "the indices", indices.sizes, ElementType::I32) &&
           is(c.writes[0], "the destination", {indices.sizes[0], table.sizes[1]},
              p.buffers[table.buffer].type) &&
           in(table, "the table", {Memory::Dram}) && in(indices, "the indices", chipMemories) &&
           in(c.writes[0], "the destination", chipMemories);
  }

  bool checkTable() {
    if (!counts(1, 1, 2) || !rank(c.reads[0], "codes", 2) || !group())
      return false;
    const int64_t m = c.reads[0].sizes[0], k = c.reads[0].sizes[1];
    return is(c.reads[0], "codes", {m, k}, ElementType::I8) &&
           is(c.writes[0], "tables", {m, ceilDiv(k, 4), 8}, ElementType::I16) &&
           is(c.writes[1], "asum", {m, ceilDiv(k, c.group)}, ElementType::I32) && onChip();
  }

  bool checkLmma() {
    if (!counts(2, 2, 1) || !rank(c.reads[0], "tables", 3) || !rank(c.reads[1], "planes", 4) ||
        !rank(c.writes[0], "isum", 3) || !group())
      return false;
    const int64_t m = c.reads[0].sizes[0], t = c.reads[0].sizes[1];
    const int64_t n = c.writes[0].sizes[2], planes = c.reads[1].sizes[2];
    if (planes < 1 || planes > 8)
      return fail("1 to 8 planes", text(planes));
    return is(c.reads[0], "tables", {m, t, 8}, ElementType::I16) &&
           is(c.reads[1], "planes", {ceilDiv(n, 64), t, planes, 32}, ElementType::I8) &&
           is(c.writes[0], "isum", {ceilDiv(t * 4, c.group), m, n}, ElementType::I32) &&
           in(c.reads[0], "tables", {Memory::Spm}) && in(c.reads[1], "planes", {Memory::Spm}) &&
           in(c.writes[0], "isum", {Memory::Acc});
  }

  bool checkMma() {
    if (!counts(2, 2, 1) || !rank(c.reads[0], "codes", 2) || !rank(c.reads[1], "planes", 4) ||
        !rank(c.writes[0], "isum", 3) || !group())
      return false;
    const int64_t m = c.reads[0].sizes[0], k = c.reads[0].sizes[1];
    const int64_t n = c.writes[0].sizes[2], planes = c.reads[1].sizes[2];
    if (planes < 1 || planes > 8)
      return fail("1 to 8 planes", text(planes));
    const int64_t top = (int64_t(1) << planes) - 1;
    if (c.zero < 0 || c.zero > top || c.zero > 128 || top - c.zero > 127)
      return fail("codes u - zero that are int8 (-128 to 127)",
                  text(planes) + " planes with zero " + text(c.zero));
    return is(c.reads[0], "codes", {m, k}, ElementType::I8) &&
           is(c.reads[1], "planes", {ceilDiv(n, 64), ceilDiv(k, 4), planes, 32}, ElementType::I8) &&
           is(c.writes[0], "isum", {ceilDiv(k, c.group), m, n}, ElementType::I32) &&
           in(c.reads[0], "codes", {Memory::Spm}) && in(c.reads[1], "planes", {Memory::Spm}) &&
           in(c.writes[0], "isum", {Memory::Acc});
  }

  bool checkGroupSums() {
    if (!counts(1, 1, 1) || !rank(c.reads[0], "codes", 2))
      return false;
    if (c.group < 1 || c.group > maxBytes)
      return fail("a group of at least 1", text(c.group));
    const int64_t m = c.reads[0].sizes[0], k = c.reads[0].sizes[1];
    return is(c.reads[0], "codes", {m, k}, ElementType::I8) &&
           is(c.writes[0], "asum", {m, ceilDiv(k, c.group)}, ElementType::I32);
  }

  bool checkDequant() {
    if (!counts(4, 5, 1) || !rank(c.reads[0], "isum", 3))
      return false;
    const int64_t g = c.reads[0].sizes[0], m = c.reads[0].sizes[1], n = c.reads[0].sizes[2];
    if (c.bits < 0 || c.bits > 8)
      return fail("bits from 0 to 8", text(c.bits));
    if (c.zero < 0 || c.zero >= (1 << c.bits))
      return fail("a zero point from 0 to " + text((1 << c.bits) - 1), text(c.zero));
    // Sums have to convert to f32 exactly (numerics contract); whole sums may be of 8-bit codes. 0: the group
    // is not stated here.
    const int64_t bits = c.bits ? c.bits : 8;
    if (c.group % 4)
      return fail("a group that is a multiple of 4", text(c.group));
    if (c.group < 0 || c.group > ((int64_t(1) << 24) - 1) / (128 * ((int64_t(1) << bits) - 1)))
      return fail("group * 128 * (2^bits - 1) below 2^24",
                  "group " + text(c.group) + " and bits " + text(bits));
    for (int64_t coarse : {c.actGroup, c.weightGroup})
      if (coarse < 0 || (coarse > 0 && (c.group == 0 || coarse % c.group)))
        return fail("groups of scales that are multiples of the group " + text(c.group), text(coarse));
    /// Scales along K of those that each span `coarse` elements.
    auto scales = [&](int64_t coarse) { return coarse ? ceilDiv(g, coarse / c.group) : g; };
    const Shape packed = {ceilDiv(n, 64), scales(c.weightGroup), 64};
    return is(c.reads[0], "isum", {g, m, n}, ElementType::I32) &&
           is(c.reads[1], "asum", {m, g}, ElementType::I32) &&
           is(c.reads[2], "scales", {m, scales(c.actGroup)}, ElementType::F32) &&
           isFloat(c.reads[3], "d", packed) &&
           (c.reads.size() < 5 || is(c.reads[4], "min", packed, typeOf(c.reads[3]))) &&
           is(c.writes[0], "y", {m, n}, ElementType::F32);
  }

  bool checkExpand() {
    if (!counts(2, 3, 1) || !rank(c.reads[0], "codes", 2))
      return false;
    const int64_t m = c.reads[0].sizes[0], k = c.reads[0].sizes[1];
    if (c.group < 1 || c.group > maxBytes)
      return fail("a group of at least 1", text(c.group));
    if (c.zero < 0 || c.zero > 255)
      return fail("a zero point from 0 to 255", text(c.zero));
    const Shape scales = {m, ceilDiv(k, c.group)};
    return is(c.reads[0], "codes", {m, k}, ElementType::I8) && isFloat(c.reads[1], "d", scales) &&
           (c.reads.size() < 3 || is(c.reads[2], "min", scales, typeOf(c.reads[1]))) &&
           is(c.writes[0], "y", {m, k}, ElementType::F32);
  }

  /// Queries or results [M,H*D] and keys or values [P,Hk*D], Hk a divisor of H, for scores and weigh.
  bool checkHeads(int64_t columns, const View &cache, const char *what) {
    if (!rank(cache, what, 2) || !isFloat(cache, what, cache.sizes))
      return false;
    if (c.heads < 1 || c.headDim < 1 || columns % c.heads || columns / c.heads != c.headDim)
      return fail("heads * head dimension " + text(columns), text(c.heads) + " * " + text(c.headDim));
    if (cache.sizes[1] % c.headDim || c.heads % (cache.sizes[1] / c.headDim))
      return fail(std::string(what) + " of heads of " + text(c.headDim) + ", a divisor of " + text(c.heads),
                  text(cache.sizes[1]) + " columns");
    return std::abs(c.live) <= maxBytes || fail("at most 2^48 live positions", text(c.live));
  }

  bool checkScores() {
    if (!counts(2, 2, 1) || !rank(c.reads[0], "q", 2) || !checkHeads(c.reads[0].sizes[1], c.reads[1], "k"))
      return false;
    if (!std::isfinite(c.scale))
      return fail("a finite scale", std::to_string(c.scale));
    const int64_t m = c.reads[0].sizes[0];
    return is(c.reads[0], "q", c.reads[0].sizes, ElementType::F32) &&
           is(c.writes[0], "s", {m * c.heads, c.reads[1].sizes[0]}, ElementType::F32);
  }

  bool checkWeigh() {
    if (!counts(2, 2, 1) || !rank(c.writes[0], "y", 2) || !checkHeads(c.writes[0].sizes[1], c.reads[1], "v"))
      return false;
    const int64_t m = c.writes[0].sizes[0];
    return is(c.reads[0], "a", {m * c.heads, c.reads[1].sizes[0]}, ElementType::F32) &&
           is(c.writes[0], "y", c.writes[0].sizes, ElementType::F32);
  }

  /// Softmax over `columns` of `rows`: each row has a live column, and nothing past the last row's chunk is
  /// touched.
  bool checkLive(int64_t rows, int64_t columns) {
    if (c.live == Command::noLive)
      return (c.heads == 0 && c.chunk == 0) ||
             fail("no heads and no chunk without live positions", text(c.heads) + " and " + text(c.chunk));
    if (c.heads < 1 || rows % c.heads)
      return fail("heads that divide " + text(rows), text(c.heads));
    if (c.chunk < 1 || c.chunk > maxBytes)
      return fail("a chunk of at least 1", text(c.chunk));
    const int64_t last = c.live + rows / c.heads - 1;
    if (c.live < 1 || c.live > columns || last > columns)
      return fail("1 to " + text(columns) + " live positions",
                  text(c.live) + (last > c.live ? " to " + text(last) : ""));
    return columns <= ceilDiv(last, c.chunk) * c.chunk ||
           fail("at most " + text(ceilDiv(last, c.chunk) * c.chunk) + " columns for " + text(last) +
                    " live positions",
                text(columns));
  }

  static size_t rowInputs(Opcode op) {
    switch (op) {
    case Opcode::Rope:
      return 3;
    case Opcode::RmsNorm:
    case Opcode::SiluMul:
    case Opcode::Relu2Mul:
    case Opcode::Add:
      return 2;
    default:
      return 1;
    }
  }

  /// The vector commands over [M,K].
  bool checkRows() {
    if (!counts(rowInputs(c.op), rowInputs(c.op), c.op == Opcode::Quantize ? 2 : 1) ||
        !rank(c.reads[0], "x", 2))
      return false;
    const int64_t m = c.reads[0].sizes[0], k = c.reads[0].sizes[1];
    if (!is(c.reads[0], "x", {m, k}, c.op == Opcode::Widen ? ElementType::F16 : ElementType::F32))
      return false;
    switch (c.op) {
    case Opcode::Quantize:
      if (c.group < 1 || c.group > maxBytes)
        return fail("a group of at least 1", text(c.group));
      return is(c.writes[0], "codes", {m, k}, ElementType::I8) &&
             is(c.writes[1], "scales", {m, ceilDiv(k, c.group)}, ElementType::F32);
    case Opcode::RmsNorm:
      if (!(c.eps >= 0) || !std::isfinite(c.eps))
        return fail("a finite eps of at least 0", std::to_string(c.eps));
      if (!is(c.reads[1], "weight", {k}, ElementType::F32))
        return false;
      break;
    case Opcode::Rope:
      if (c.headDim < 2 || c.headDim % 2 || k % c.headDim)
        return fail("an even head dimension that divides " + text(k), text(c.headDim));
      if (!is(c.reads[1], "cos", {m, c.headDim / 2}, ElementType::F32) ||
          !is(c.reads[2], "sin", {m, c.headDim / 2}, ElementType::F32))
        return false;
      break;
    case Opcode::Softmax:
      if (!checkLive(m, k))
        return false;
      break;
    case Opcode::SiluMul:
    case Opcode::Relu2Mul:
    case Opcode::Add:
      if (!is(c.reads[1], "the second input", {m, k}, ElementType::F32))
        return false;
      break;
    default:
      break;
    }
    return is(c.writes[0], "y", {m, k}, c.op == Opcode::Narrow ? ElementType::F16 : ElementType::F32);
  }

  /// Byte-exact where the bounds meet; nearly never the case, so the sort costs nothing.
  bool overlap(const View &a, const View &b) const {
    if (p.buffers[a.buffer].memory != p.buffers[b.buffer].memory)
      return false;
    const ByteRange ra = boundsOf(p, a), rb = boundsOf(p, b);
    if (ra.begin >= rb.end || rb.begin >= ra.end)
      return false;
    std::vector<ByteRange> runs;
    forEachRun(p, a, [&](int64_t at, int64_t n) { runs.push_back({at, at + n}); });
    std::sort(runs.begin(), runs.end(), [](ByteRange x, ByteRange y) { return x.end < y.end; });
    bool found = false;
    forEachRun(p, b, [&](int64_t at, int64_t n) {
      // All runs of a view are of one length, so they are sorted by their begin as well.
      auto it =
          std::upper_bound(runs.begin(), runs.end(), at, [](int64_t v, ByteRange r) { return v < r.end; });
      found = found || (it != runs.end() && it->begin < at + n);
    });
    return found;
  }

  void checkOverlaps() {
    for (size_t i = 0; i < c.writes.size(); ++i) {
      for (size_t j = 0; j < c.reads.size(); ++j)
        if (overlap(c.reads[j], c.writes[i]))
          fail("outputs apart from inputs", "write " + text(i) + " (" + p.buffers[c.writes[i].buffer].name +
                                                ") over read " + text(j) + " (" +
                                                p.buffers[c.reads[j].buffer].name + ")");
      for (size_t j = 0; j < i; ++j)
        if (overlap(c.writes[j], c.writes[i]))
          fail("outputs apart from each other", "write " + text(j) + " over write " + text(i));
    }
  }
};

Status verifyBuffers(const Program &p) {
  std::vector<const Buffer *> dram;
  for (size_t i = 0; i < p.buffers.size(); ++i) {
    const Buffer &b = p.buffers[i];
    const std::string place = "buffer " + text(i) + " (" + b.name + "): ";
    if (b.elements < 1 || b.elements > maxBytes / isa::elementBytes(b.type))
      return Error{place + expectedGot("1 to 2^48 bytes", text(b.elements) + " elements")};
    if (b.address < 0 || b.address % addressAlign || b.address > maxBytes)
      return Error{place + expectedGot("an address aligned to " + text(addressAlign), text(b.address))};
    if (b.role != Role::Internal && b.memory != Memory::Dram)
      return Error{place + expectedGot("an argument in dram", name(b.memory))};
    if (b.memory == Memory::Dram)
      dram.push_back(&b);
  }
  std::sort(dram.begin(), dram.end(),
            [](const Buffer *a, const Buffer *b) { return a->address < b->address; });
  for (size_t i = 1; i < dram.size(); ++i)
    if (dram[i - 1]->address + dram[i - 1]->bytes() > dram[i]->address)
      return Error{"buffer " + dram[i]->name + ": " +
                   expectedGot("dram buffers apart", "an overlap with " + dram[i - 1]->name + " at byte " +
                                                         text(dram[i]->address))};
  return {};
}

} // namespace

Status verify(const Program &program) {
  if (program.locations.empty())
    return Error{"locations: expected at least one, got none"};
  if (program.ops.empty() || !program.ops[0].empty())
    return Error{"ops: expected the empty name first, got " +
                 (program.ops.empty() ? "none" : "'" + program.ops[0] + "'")};
  if (Status s = verifyBuffers(program); !s)
    return s;
  for (size_t i = 0; i < program.commands.size(); ++i) {
    const Command &c = program.commands[i];
    CommandChecker checker(program, c, i);
    checker.run();
    if (!checker.failure.empty())
      return Error{"command " + text(i) + " (" + name(c.op) + "): " + checker.failure};
  }
  return {};
}

} // namespace accord::program
