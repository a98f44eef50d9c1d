// Writes and reads the file form. Numbers are LEB128 (signed ones zigzag), so most fields take one byte.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/serialize.h"
#include "sim/program/fields.h"
#include "sim/program/sequence.h"

#include <cstring>

namespace accord::program {
namespace {

constexpr std::string_view magic{"ACCPROG\0", 8};
constexpr uint32_t version = 4;
constexpr std::string_view sequenceMagic{"ACCSEQ\0\0", 8};
constexpr uint32_t sequenceVersion = 1;
constexpr unsigned numRoles = 4;

// Fewest bytes of one record: bounds what a count can claim.
constexpr uint64_t minString = 1, minBuffer = 6, minView = 3, minCommand = 6, minMapBody = 3, minStep = 2;
constexpr uint64_t minBody = 1, minCall = 3, minBinding = 2;

class Writer {
public:
  std::string out;

  void byte(uint8_t v) { out.push_back(static_cast<char>(v)); }
  void u32(uint32_t v) {
    for (int i = 0; i < 4; ++i)
      byte(static_cast<uint8_t>(v >> (8 * i)));
  }
  void number(uint64_t v) {
    while (v >= 0x80) {
      byte(static_cast<uint8_t>(v | 0x80));
      v >>= 7;
    }
    byte(static_cast<uint8_t>(v));
  }
  void integer(int64_t v) { number((static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v >> 63)); }
  void real(float v) {
    uint32_t bits;
    std::memcpy(&bits, &v, sizeof bits);
    u32(bits);
  }
  void text(const std::string &s) {
    number(s.size());
    out += s;
  }
  void texts(const std::vector<std::string> &list) {
    number(list.size());
    for (const std::string &s : list)
      text(s);
  }
  void buffers(const std::vector<Buffer> &list) {
    number(list.size());
    for (const Buffer &b : list) {
      text(b.name);
      byte(static_cast<uint8_t>(b.memory));
      byte(static_cast<uint8_t>(b.type));
      byte(static_cast<uint8_t>(b.role));
      integer(b.elements);
      integer(b.address);
    }
  }
  /// Of a step what its primitive has: a predicate, a constant, operands.
  void body(const isa::MapBody &body) {
    number(body.inputs);
    number(body.steps.size());
    for (const isa::Step &step : body.steps) {
      const isa::PrimitiveRow &row = isa::rowOf(step.op);
      byte(static_cast<uint8_t>(step.op));
      if (isa::isCompare(step.op))
        byte(step.predicate);
      if (row.kind == isa::PrimitiveRow::Constant)
        u32(step.constant);
      for (unsigned i = 0; i < row.arity; ++i)
        number(step.operands[i]);
    }
    number(body.result);
  }
  void view(const View &v) {
    number(v.buffer);
    integer(v.offset);
    byte(static_cast<uint8_t>(v.sizes.size()));
    for (int64_t s : v.sizes)
      integer(s);
    for (int64_t s : v.strides)
      integer(s);
  }
  void views(const CompactList<View> &list) {
    number(list.size());
    for (const View &v : list)
      view(v);
  }
};

/// Reads until the first failure; afterwards every read gives zero and `failure` holds the message.
class Reader {
public:
  Reader(std::string_view bytes, const std::string &name) : bytes(bytes), name(name) {}

  bool failed() const { return !failure.empty(); }
  Error error() const { return Error{failure}; }
  size_t offset() const { return at; }
  uint64_t remaining() const { return bytes.size() - at; }

  void fail(size_t where, const std::string &expected, const std::string &got) {
    if (!failed())
      failure = name + ": byte " + std::to_string(where) + ": expected " + expected + ", got " + got;
  }
  uint8_t byte(const char *what) {
    if (failed())
      return 0;
    if (at == bytes.size()) {
      fail(at, what, "end of file");
      return 0;
    }
    return static_cast<uint8_t>(bytes[at++]);
  }
  uint32_t u32(const char *what) {
    uint32_t v = 0;
    for (int i = 0; i < 4; ++i)
      v |= uint32_t(byte(what)) << (8 * i);
    return v;
  }
  uint64_t number(const char *what) {
    if (at < bytes.size() && static_cast<int8_t>(bytes[at]) >= 0 && !failed()) // nearly all are of one byte
      return static_cast<uint8_t>(bytes[at++]);
    return longNumber(what);
  }
  int64_t integer(const char *what) {
    uint64_t v = number(what);
    return static_cast<int64_t>((v >> 1) ^ (~(v & 1) + 1));
  }
  int32_t integer32(const char *what) {
    const size_t start = at;
    int64_t v = integer(what);
    if (v < INT32_MIN || v > INT32_MAX)
      fail(start, std::string(what) + " of 32 bits", std::to_string(v));
    return failed() ? 0 : static_cast<int32_t>(v);
  }
  /// As Extents keep it.
  int64_t extent(const char *what) {
    const size_t start = at;
    int64_t v = integer(what);
    if (v <= INT32_MIN || v > INT32_MAX)
      fail(start, std::string(what) + " of 32 bits", std::to_string(v));
    return failed() ? 0 : v;
  }
  /// A number below `end`.
  uint64_t below(const char *what, uint64_t end) {
    const size_t start = at;
    uint64_t v = number(what);
    if (v >= end)
      fail(start, std::string(what) + " below " + std::to_string(end), std::to_string(v));
    return failed() ? 0 : v;
  }
  /// A count of records that the limit allows and the rest of the file can hold.
  uint64_t count(const char *what, uint64_t limit, uint64_t recordBytes) {
    const size_t start = at;
    uint64_t v = number(what);
    if (v > limit)
      fail(start, "at most " + std::to_string(limit) + " " + what, std::to_string(v));
    else if (v > remaining() / recordBytes)
      fail(start, std::string(what) + " that fit in the remaining " + std::to_string(remaining()) + " bytes",
           std::to_string(v));
    return failed() ? 0 : v;
  }
  float real(const char *what) {
    const uint32_t bits = u32(what);
    float v;
    std::memcpy(&v, &bits, sizeof v);
    return v;
  }
  std::string text(const char *what) {
    uint64_t n = count(what, Limits::stringBytes, 1);
    std::string s(bytes.substr(at, n));
    at += n;
    return s;
  }
  std::vector<std::string> texts(const char *what, const char *each, uint64_t limit) {
    std::vector<std::string> list(count(what, limit, minString));
    for (size_t i = 0; i < list.size() && !failed(); ++i)
      list[i] = text(each);
    return list;
  }
  template <typename Enum> Enum enumerator(const char *what, unsigned values) {
    const size_t start = at;
    uint8_t v = byte(what);
    if (v >= values)
      fail(start, std::string(what) + " below " + std::to_string(values), std::to_string(v));
    return static_cast<Enum>(failed() ? 0 : v);
  }
  std::string_view block(uint64_t size) {
    const std::string_view part = bytes.substr(at, size);
    at += part.size();
    return part;
  }
  /// The first bytes of a file.
  void header(std::string_view magic, const char *what, uint32_t version) {
    for (char m : magic) {
      const size_t start = at;
      uint8_t b = byte(what);
      if (!failed() && b != static_cast<uint8_t>(m))
        fail(start, what, "byte " + std::to_string(b));
    }
    const size_t versionAt = at;
    const uint32_t got = u32("a version");
    if (!failed() && got != version)
      fail(versionAt, "version " + std::to_string(version), std::to_string(got));
  }
  std::vector<Buffer> buffers() {
    std::vector<Buffer> list(count("buffers", Limits::buffers, minBuffer));
    for (size_t i = 0; i < list.size() && !failed(); ++i) {
      Buffer &b = list[i];
      b.name = text("a buffer name");
      b.memory = enumerator<isa::Memory>("a memory", isa::numMemories);
      b.type = enumerator<isa::ElementType>("an element type", isa::numElementTypes);
      b.role = enumerator<Role>("a role", numRoles);
      b.elements = integer("an extent");
      b.address = integer("an address");
    }
    return list;
  }
  isa::MapBody body() {
    isa::MapBody b;
    b.inputs = static_cast<uint16_t>(below("inputs", isa::MapBody::maxInputs + 1));
    b.steps.resize(count("steps", isa::MapBody::maxSteps, minStep));
    for (isa::Step &step : b.steps) {
      step.op = enumerator<isa::Primitive>("a primitive", isa::numPrimitives);
      if (failed())
        return b;
      const isa::PrimitiveRow &row = isa::rowOf(step.op);
      if (isa::isCompare(step.op))
        step.predicate = byte("a predicate");
      if (row.kind == isa::PrimitiveRow::Constant)
        step.constant = u32("a constant");
      for (unsigned i = 0; i < row.arity; ++i)
        step.operands[i] = static_cast<uint16_t>(below("a value", b.inputs + b.steps.size()));
    }
    b.result = static_cast<uint16_t>(below("a value", b.inputs + b.steps.size()));
    return b;
  }
  View view(uint64_t numBuffers) {
    View v;
    v.buffer = static_cast<uint32_t>(below("a buffer", numBuffers));
    v.offset = integer("an offset");
    const unsigned rank = enumerator<uint8_t>("a rank", Limits::rank + 1);
    for (unsigned i = 0; i < rank && !failed(); ++i)
      v.sizes.push_back(extent("a size"));
    for (unsigned i = 0; i < rank && !failed(); ++i)
      v.strides.push_back(extent("a stride"));
    return v;
  }
  CompactList<View> views(uint64_t numBuffers) {
    CompactList<View> list;
    list.resize(count("views", Limits::views, minView));
    for (View &v : list) {
      v = view(numBuffers);
      if (failed())
        break;
    }
    return list;
  }

private:
  uint64_t longNumber(const char *what) {
    const size_t start = at;
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      uint8_t b = byte(what);
      if (failed())
        return 0;
      // The tenth byte has one bit left; a last byte of zero would be a second form of the same number.
      if ((shift == 63 && b > 1) || (shift > 0 && b == 0))
        break;
      v |= uint64_t(b & 0x7f) << shift;
      if (!(b & 0x80))
        return v;
    }
    fail(start, what, "a number of more bytes than it needs");
    return 0;
  }

  std::string_view bytes;
  const std::string &name;
  size_t at = 0;
  std::string failure;
};

/// Calls `each` for the fields of a command in the order of its row.
template <typename Each> void forEachField(isa::Opcode op, Each each) {
  if (!isa::isCommand(op))
    return;
  const isa::CommandRow &row = isa::rowOf(op);
  for (unsigned i = 0; i < row.numGiven; ++i)
    each(row.given[i].field);
}

void writeCommand(Writer &w, const Command &c, uint64_t index) {
  w.byte(static_cast<uint8_t>(c.op));
  w.number(c.after.size());
  for (uint32_t t : c.after)
    w.number(index - t); // a distance: near tokens take one byte
  w.views(c.reads);
  w.views(c.writes);
  forEachField(c.op, [&](isa::Field a) {
    visitField(c, a, [&](auto value) {
      if constexpr (std::is_same_v<decltype(value), bool>)
        w.byte(value);
      else if constexpr (std::is_same_v<decltype(value), float>)
        w.real(value);
      else if constexpr (std::is_same_v<decltype(value), uint32_t>)
        w.number(value);
      else
        w.integer(value);
    });
  });
  w.number(c.location);
  w.number(c.opName);
}

Command readCommand(Reader &r, uint64_t index, const Program &p) {
  Command c;
  c.op = r.enumerator<isa::Opcode>("an opcode", isa::numOpcodes);
  c.after.resize(r.count("tokens", index, 1));
  for (uint32_t &t : c.after) {
    const size_t start = r.offset();
    uint64_t distance = r.number("a token");
    if (distance < 1 || distance > index)
      r.fail(start, "a token of 1 to " + std::to_string(index) + " commands back", std::to_string(distance));
    if (r.failed())
      return c;
    t = static_cast<uint32_t>(index - distance);
  }
  c.reads = r.views(p.buffers.size());
  c.writes = r.views(p.buffers.size());
  forEachField(c.op, [&](isa::Field a) {
    visitField(c, a, [&](auto &value) {
      using Value = std::decay_t<decltype(value)>;
      if constexpr (std::is_same_v<Value, bool>)
        value = r.enumerator<uint8_t>(name(a), 2);
      else if constexpr (std::is_same_v<Value, float>)
        value = r.real(name(a));
      else if constexpr (std::is_same_v<Value, int32_t>)
        value = r.integer32(name(a));
      else if constexpr (std::is_same_v<Value, uint32_t>)
        value = static_cast<uint32_t>(r.below(name(a), p.bodies.size()));
      else
        value = r.integer(name(a));
    });
  });
  c.location = static_cast<uint32_t>(r.below("a location", p.locations.size()));
  c.opName = static_cast<uint32_t>(r.below("an op", p.ops.size()));
  return c;
}

} // namespace

std::string serialize(const Program &program) {
  Writer w;
  w.out = magic;
  w.u32(version);
  w.text(program.name);
  w.text(program.hardwareHash);
  w.texts(program.locations);
  w.texts(program.ops);
  w.buffers(program.buffers);
  w.number(program.bodies.size());
  for (const isa::MapBody &body : program.bodies)
    w.body(body);
  w.number(program.commands.size());
  for (size_t i = 0; i < program.commands.size(); ++i)
    writeCommand(w, program.commands[i], i);
  return std::move(w.out);
}

Expected<Program> parse(std::string_view bytes, const std::string &name) {
  Reader r(bytes, name);
  r.header(magic, "the magic ACCPROG", version);

  Program p;
  p.name = r.text("a name");
  p.hardwareHash = r.text("a hardware hash");
  p.locations = r.texts("locations", "a location", Limits::locations);
  p.ops = r.texts("ops", "an op", Limits::ops);
  p.buffers = r.buffers();
  p.bodies.resize(r.count("bodies of maps", Limits::mapBodies, minMapBody));
  for (size_t i = 0; i < p.bodies.size() && !r.failed(); ++i)
    p.bodies[i] = r.body();
  const uint64_t numCommands = r.count("commands", Limits::commands, minCommand);
  p.commands.reserve(numCommands);
  for (uint64_t i = 0; i < numCommands && !r.failed(); ++i)
    p.commands.push_back(readCommand(r, i, p));
  if (!r.failed() && r.remaining())
    r.fail(r.offset(), "the end of the file", std::to_string(r.remaining()) + " more bytes");
  if (r.failed())
    return r.error();
  return p;
}

std::string serialize(const Sequence &sequence) {
  Writer w;
  w.out = sequenceMagic;
  w.u32(sequenceVersion);
  w.text(sequence.name);
  w.text(sequence.hardwareHash);
  w.buffers(sequence.buffers);
  w.number(sequence.bodies.size());
  for (const Program &body : sequence.bodies)
    w.text(serialize(body));
  w.number(sequence.calls.size());
  for (const Call &call : sequence.calls) {
    w.number(call.body);
    w.text(call.name);
    w.number(call.bindings.size());
    for (const Binding &b : call.bindings) {
      w.number(b.buffer);
      w.integer(b.byteOffset);
    }
  }
  return std::move(w.out);
}

Expected<Sequence> parseSequence(std::string_view bytes, const std::string &name) {
  Reader r(bytes, name);
  r.header(sequenceMagic, "the magic ACCSEQ", sequenceVersion);
  Sequence s;
  s.name = r.text("a name");
  s.hardwareHash = r.text("a hardware hash");
  s.buffers = r.buffers();
  const uint64_t numBodies = r.count("bodies", Limits::bodies, minBody);
  for (uint64_t i = 0; i < numBodies && !r.failed(); ++i) {
    const uint64_t size = r.count("bytes of a body", bytes.size(), 1);
    if (r.failed())
      break;
    const std::string place = name + ": body " + std::to_string(i) + " at byte " + std::to_string(r.offset());
    Expected<Program> body = parse(r.block(size), place);
    if (!body)
      return body.error();
    s.bodies.push_back(std::move(*body));
  }
  s.calls.resize(r.count("calls", Limits::calls, minCall));
  for (size_t i = 0; i < s.calls.size() && !r.failed(); ++i) {
    Call &call = s.calls[i];
    call.body = static_cast<uint32_t>(r.below("a body", s.bodies.size()));
    call.name = r.text("a call's name");
    call.bindings.resize(r.count("bindings", Limits::buffers, minBinding));
    for (size_t b = 0; b < call.bindings.size() && !r.failed(); ++b) {
      call.bindings[b].buffer = static_cast<uint32_t>(r.below("a buffer", s.buffers.size()));
      call.bindings[b].byteOffset = r.integer("an offset");
    }
  }
  if (!r.failed() && r.remaining())
    r.fail(r.offset(), "the end of the file", std::to_string(r.remaining()) + " more bytes");
  if (r.failed())
    return r.error();
  return s;
}

} // namespace accord::program
