// Buffers, tokens and views of a program; what a command takes is asked of the ISA's table.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/verify.h"
#include "sim/isa/check.h"
#include "sim/program/fields.h"
#include "sim/program/footprint.h"

#include <algorithm>
#include <array>

namespace accord::program {
namespace {

using isa::Memory;
using isa::Opcode;
using Shape = Extents;

constexpr int64_t addressAlign = 64;
constexpr int64_t maxBytes = int64_t(1) << 48; ///< of a memory; keeps every product below in range
constexpr int64_t maxRuns = int64_t(1) << 24;  ///< pieces of a view; every check of bytes takes time by them
constexpr int64_t maxRepeat = 1024;            ///< elements a view may have for each one of its buffer

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

  void checkOperands() {
    if (!isa::isCommand(c.op)) {
      if (!c.reads.empty() || !c.writes.empty())
        fail("no operands", text(c.reads.size() + c.writes.size()));
      else if (c.op == Opcode::Barrier && !c.after.empty())
        fail("no tokens", text(c.after.size()));
      return;
    }
    isa::Facts facts{};
    facts.row = &isa::rowOf(c.op);
    facts.isResolved = true;
    if (c.reads.size() + c.writes.size() > facts.operands.size())
      return void(fail("at most " + text(facts.operands.size()) + " operands",
                       text(c.reads.size() + c.writes.size())));
    facts.reads = static_cast<uint8_t>(c.reads.size());
    facts.writes = static_cast<uint8_t>(c.writes.size());
    size_t index = 0;
    for (const auto *list : {&c.reads, &c.writes})
      for (const View &v : *list) {
        isa::OperandFacts &operand = facts.operands[index++];
        operand = {
            {}, static_cast<uint8_t>(v.sizes.size()), p.buffers[v.buffer].type, p.buffers[v.buffer].memory};
        std::copy(v.sizes.begin(), v.sizes.end(), operand.sizes.begin());
      }
    for (unsigned i = 0; i < isa::numFields; ++i)
      findField(isa::Field(i), facts);
    if (!failure.empty())
      return;
    if (const std::string broken = isa::check(facts); failure.empty())
      failure = broken;
  }

  /// What a command has to have is there whatever its number is; else a number other than that of absence is.
  void findField(isa::Field a, isa::Facts &facts) {
    const isa::Given *given = facts.row->find(a);
    const bool always = given && !given->isOptional;
    visitField(c, a, [&](auto value) {
      if (!always && value == static_cast<decltype(value)>(isa::rowOf(a).absent))
        return;
      if constexpr (std::is_floating_point_v<decltype(value)>)
        facts.set(a, value);
      else if constexpr (std::is_same_v<decltype(value), uint32_t>)
        findBody(a, value, facts);
      else
        facts.set(a, static_cast<int64_t>(value));
    });
  }

  void findBody(isa::Field a, uint32_t index, isa::Facts &facts) {
    if (index < p.bodies.size())
      facts.set(a, &p.bodies[index]);
    else
      fail(std::string("a ") + name(a) + " below " + text(p.bodies.size()), text(index));
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
  for (size_t i = 0; i < program.bodies.size(); ++i)
    if (const std::string broken = isa::check(program.bodies[i]); !broken.empty())
      return Error{"body " + text(i) + ": " + broken};
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
