// Writes and reads the file form. Numbers are LEB128 (signed ones zigzag), so most fields take one byte.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/serialize.h"

#include <cstring>

namespace accord::program {
namespace {

constexpr std::string_view magic{"ACCPROG\0", 8};
constexpr uint32_t version = 1;
enum : uint8_t { FlagAccumulate = 1, FlagHalves = 2, FlagsAll = 3 };
constexpr unsigned numRoles = 4;

// Fewest bytes of one record: bounds what a count can claim.
constexpr uint64_t minString = 1, minBuffer = 6, minView = 3, minCommand = 14;

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
  void text(const std::string &s) {
    number(s.size());
    out += s;
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
  void views(const std::vector<View> &list) {
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
  std::string text(const char *what) {
    uint64_t n = count(what, Limits::stringBytes, 1);
    std::string s(bytes.substr(at, n));
    at += n;
    return s;
  }
  template <typename Enum> Enum enumerator(const char *what, unsigned values) {
    const size_t start = at;
    uint8_t v = byte(what);
    if (v >= values)
      fail(start, std::string(what) + " below " + std::to_string(values), std::to_string(v));
    return static_cast<Enum>(failed() ? 0 : v);
  }
  View view(uint64_t numBuffers) {
    View v;
    v.buffer = static_cast<uint32_t>(below("a buffer", numBuffers));
    v.offset = integer("an offset");
    const unsigned rank = enumerator<uint8_t>("a rank", Limits::rank + 1);
    for (unsigned i = 0; i < rank && !failed(); ++i)
      v.sizes.push_back(integer("a size"));
    for (unsigned i = 0; i < rank && !failed(); ++i)
      v.strides.push_back(integer("a stride"));
    return v;
  }
  std::vector<View> views(uint64_t numBuffers) {
    std::vector<View> list(count("views", Limits::views, minView));
    for (View &v : list) {
      v = view(numBuffers);
      if (failed())
        break;
    }
    return list;
  }

private:
  std::string_view bytes;
  const std::string &name;
  size_t at = 0;
  std::string failure;
};

void writeCommand(Writer &w, const Command &c, uint64_t index) {
  w.byte(static_cast<uint8_t>(c.op));
  w.byte((c.accumulate ? FlagAccumulate : 0) | (c.halves ? FlagHalves : 0));
  w.number(c.after.size());
  for (uint32_t t : c.after)
    w.number(index - t); // a distance: near tokens take one byte
  w.views(c.reads);
  w.views(c.writes);
  w.integer(c.group);
  w.integer(c.bits);
  w.integer(c.zero);
  uint32_t eps;
  std::memcpy(&eps, &c.eps, sizeof eps);
  w.u32(eps);
  w.integer(c.headDim);
  w.number(c.location);
}

Command readCommand(Reader &r, uint64_t index, uint64_t numBuffers, uint64_t numLocations) {
  Command c;
  c.op = r.enumerator<isa::Opcode>("an opcode", isa::numOpcodes);
  const uint8_t flags = r.enumerator<uint8_t>("flags", FlagsAll + 1);
  c.accumulate = flags & FlagAccumulate;
  c.halves = flags & FlagHalves;
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
  c.reads = r.views(numBuffers);
  c.writes = r.views(numBuffers);
  c.group = r.integer("a group");
  c.bits = r.integer32("bits");
  c.zero = r.integer32("a zero point");
  const uint32_t eps = r.u32("eps");
  std::memcpy(&c.eps, &eps, sizeof eps);
  c.headDim = r.integer("a head dimension");
  c.location = static_cast<uint32_t>(r.below("a location", numLocations));
  return c;
}

} // namespace

std::string serialize(const Program &program) {
  Writer w;
  w.out = magic;
  w.u32(version);
  w.text(program.name);
  w.text(program.hardwareHash);
  w.number(program.locations.size());
  for (const std::string &l : program.locations)
    w.text(l);
  w.number(program.buffers.size());
  for (const Buffer &b : program.buffers) {
    w.text(b.name);
    w.byte(static_cast<uint8_t>(b.memory));
    w.byte(static_cast<uint8_t>(b.type));
    w.byte(static_cast<uint8_t>(b.role));
    w.integer(b.elements);
    w.integer(b.address);
  }
  w.number(program.commands.size());
  for (size_t i = 0; i < program.commands.size(); ++i)
    writeCommand(w, program.commands[i], i);
  return std::move(w.out);
}

Expected<Program> parse(std::string_view bytes, const std::string &name) {
  Reader r(bytes, name);
  for (char m : magic) {
    const size_t start = r.offset();
    uint8_t b = r.byte("the magic ACCPROG");
    if (!r.failed() && b != static_cast<uint8_t>(m))
      r.fail(start, "the magic ACCPROG", "byte " + std::to_string(b));
  }
  const size_t versionAt = r.offset();
  const uint32_t got = r.u32("a version");
  if (!r.failed() && got != version)
    r.fail(versionAt, "version " + std::to_string(version), std::to_string(got));

  Program p;
  p.name = r.text("a name");
  p.hardwareHash = r.text("a hardware hash");
  p.locations.resize(r.count("locations", Limits::locations, minString));
  for (size_t i = 0; i < p.locations.size() && !r.failed(); ++i)
    p.locations[i] = r.text("a location");
  p.buffers.resize(r.count("buffers", Limits::buffers, minBuffer));
  for (size_t i = 0; i < p.buffers.size() && !r.failed(); ++i) {
    Buffer &b = p.buffers[i];
    b.name = r.text("a buffer name");
    b.memory = r.enumerator<isa::Memory>("a memory", isa::numMemories);
    b.type = r.enumerator<isa::ElementType>("an element type", isa::numElementTypes);
    b.role = r.enumerator<Role>("a role", numRoles);
    b.elements = r.integer("an extent");
    b.address = r.integer("an address");
  }
  const uint64_t numCommands = r.count("commands", Limits::commands, minCommand);
  for (uint64_t i = 0; i < numCommands && !r.failed(); ++i)
    p.commands.push_back(readCommand(r, i, p.buffers.size(), p.locations.size()));
  if (!r.failed() && r.remaining())
    r.fail(r.offset(), "the end of the file", std::to_string(r.remaining()) + " more bytes");
  if (r.failed())
    return r.error();
  return p;
}

} // namespace accord::program
