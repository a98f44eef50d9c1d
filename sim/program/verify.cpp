// The ISA's table as checks, one function per group of commands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/verify.h"
#include "sim/program/footprint.h"

#include <cmath>
#include <initializer_list>
#include <numeric>

namespace accord::program {
namespace {

using isa::ElementType;
using isa::Memory;
using isa::Opcode;
using Shape = std::vector<int64_t>;

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
      checkView(c.reads[i], "read " + text(i), false);
    for (size_t i = 0; i < c.writes.size() && failure.empty(); ++i)
      checkView(c.writes[i], "write " + text(i), true);
    if (c.accumulate && c.op != Opcode::Dequant)
      fail("accumulate only on dequant", name(c.op));
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
  }

  void checkView(const View &v, const std::string &what, bool isOutput) {
    if (v.buffer >= p.buffers.size())
      return void(fail(what + " of a buffer below " + text(p.buffers.size()), text(v.buffer)));
    if (v.sizes.size() > 4 || v.sizes.size() != v.strides.size())
      return void(fail(what + " of rank 0 to 4 with a stride for each size",
                       text(v.sizes.size()) + " sizes and " + text(v.strides.size()) + " strides"));
    const Buffer &b = p.buffers[v.buffer];
    if (v.offset < 0 || v.offset >= b.elements)
      return void(fail(what + " to start inside buffer " + b.name + " of " + text(b.elements) + " elements",
                       "offset " + text(v.offset)));
    int64_t last = v.offset, elements = 1;
    for (size_t i = 0; i < v.sizes.size(); ++i) {
      if (v.sizes[i] < 1 || v.strides[i] < 0)
        return void(fail(what + " of positive sizes and strides that are not negative",
                         "size " + text(v.sizes[i]) + " and stride " + text(v.strides[i])));
      // Division keeps the sum from overflowing on hostile numbers.
      if (v.sizes[i] > 1 && v.strides[i] > (b.elements - 1 - last) / (v.sizes[i] - 1))
        return void(
            fail(what + " inside buffer " + b.name + " of " + text(b.elements) + " elements",
                 "offset " + text(v.offset) + ", sizes " + text(v.sizes) + ", strides " + text(v.strides)));
      last += (v.sizes[i] - 1) * v.strides[i];
      // Small strides repeat elements; a bound keeps a small file from asking for endless work.
      if (elements > std::min(maxRepeat * b.elements, maxBytes) / v.sizes[i])
        return void(fail(what + " of at most " + text(maxRepeat) + " times the " + text(b.elements) +
                             " elements of buffer " + b.name,
                         "sizes " + text(v.sizes)));
      elements *= v.sizes[i];
    }
    if (countRuns(v) > maxRuns)
      return void(fail(what + " of at most " + text(maxRuns) + " runs of bytes", text(countRuns(v))));
    if (isOutput)
      checkInjective(v, what);
  }

  /// Sorted by stride, each dimension has to step over all that the finer ones span.
  void checkInjective(const View &v, const std::string &what) {
    std::vector<size_t> dims(v.sizes.size());
    std::iota(dims.begin(), dims.end(), 0);
    std::sort(dims.begin(), dims.end(), [&](size_t a, size_t b) { return v.strides[a] < v.strides[b]; });
    int64_t span = 1;
    for (size_t d : dims) {
      if (v.sizes[d] == 1)
        continue;
      if (v.strides[d] < span)
        return void(fail(what + " to name each element once",
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
  bool in(const View &v, const char *what, std::initializer_list<Memory> memories) {
    std::string wanted;
    for (Memory m : memories) {
      if (p.buffers[v.buffer].memory == m)
        return true;
      wanted += (wanted.empty() ? "" : " or ") + std::string(name(m));
    }
    return fail(std::string(what) + " in " + wanted, name(p.buffers[v.buffer].memory));
  }
  bool onChip() {
    for (const auto *list : {&c.reads, &c.writes})
      for (const View &v : *list)
        if (!in(v, "operands", {Memory::L2, Memory::Spm, Memory::Acc, Memory::Reg}))
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
    case Opcode::Table:
      return checkTable();
    case Opcode::Lmma:
      return checkLmma();
    case Opcode::Dequant:
      return onChip() && checkDequant();
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
           in(chip, c.op == Opcode::Load ? "the destination" : "the source",
              {Memory::L2, Memory::Spm, Memory::Acc, Memory::Reg});
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

  bool checkDequant() {
    if (!counts(4, 5, 1) || !rank(c.reads[0], "isum", 3))
      return false;
    const int64_t g = c.reads[0].sizes[0], m = c.reads[0].sizes[1], n = c.reads[0].sizes[2];
    if (c.bits < 1 || c.bits > 8)
      return fail("bits from 1 to 8", text(c.bits));
    if (c.zero < 0 || c.zero >= (1 << c.bits))
      return fail("a zero point from 0 to " + text((1 << c.bits) - 1), text(c.zero));
    // Sums have to convert to f32 exactly (numerics contract). 0: the group is not stated here.
    if (c.group < 0 || c.group > ((int64_t(1) << 24) - 1) / (128 * ((int64_t(1) << c.bits) - 1)))
      return fail("group * 128 * (2^bits - 1) below 2^24",
                  "group " + text(c.group) + " and bits " + text(c.bits));
    const Shape packed = {ceilDiv(n, 64), g, 64};
    return is(c.reads[0], "isum", {g, m, n}, ElementType::I32) &&
           is(c.reads[1], "asum", {m, g}, ElementType::I32) &&
           is(c.reads[2], "scales", {m, g}, ElementType::F32) &&
           is(c.reads[3], "d", packed, ElementType::F16) &&
           (c.reads.size() < 5 || is(c.reads[4], "min", packed, ElementType::F16)) &&
           is(c.writes[0], "y", {m, n}, ElementType::F32);
  }

  /// The vector commands over f32 [M,K].
  bool checkRows() {
    const size_t inputs = c.op == Opcode::Rope                                                          ? 3
                          : c.op == Opcode::Quantize || c.op == Opcode::Softmax || c.op == Opcode::Silu ? 1
                                                                                                        : 2;
    if (!counts(inputs, inputs, c.op == Opcode::Quantize ? 2 : 1) || !rank(c.reads[0], "x", 2))
      return false;
    const int64_t m = c.reads[0].sizes[0], k = c.reads[0].sizes[1];
    if (!is(c.reads[0], "x", {m, k}, ElementType::F32))
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
    case Opcode::SiluMul:
    case Opcode::Add:
      if (!is(c.reads[1], "the second input", {m, k}, ElementType::F32))
        return false;
      break;
    default:
      break;
    }
    return is(c.writes[0], "y", {m, k}, ElementType::F32);
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
