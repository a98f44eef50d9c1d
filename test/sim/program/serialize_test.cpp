// The file form: round trip, and what parse says of bytes that are none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/fields.h"
#include "sim/program/serialize.h"
#include "sim/program/verify.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/generator.h"
#include "test/support/replace_once.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <iostream>

using namespace accord;
using namespace accord::test;

namespace {

/// Calls `visit` for each field of a command's row.
template <typename Visit> void forEachField(isa::Opcode op, Visit visit) {
  if (isa::isCommand(op))
    for (unsigned i = 0; i < isa::rowOf(op).numGiven; ++i)
      visit(isa::rowOf(op).given[i].field);
}

} // namespace

TEST_CASE("a program comes back from its file form", "[sim][program]") {
  size_t programs = 0, commands = 0, fields = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    program::Program p = generate(seed).program;
    p.ops = {"", "attn_q", "ffn"};
    for (size_t i = 0; i < p.commands.size(); ++i) { // what the generator leaves alone
      program::Command &c = p.commands[i];
      c.opName = i % 3;
      forEachField(c.op, [&](isa::Field field) {
        program::visitField(c, field, [&](auto &value) {
          const auto n = static_cast<int64_t>(i) - 5;
          if (std::is_same_v<std::decay_t<decltype(value)>, uint32_t>)
            return; // a body that there is
          value = static_cast<std::decay_t<decltype(value)>>(
              std::is_floating_point_v<std::decay_t<decltype(value)>> ? static_cast<double>(n) / 3
                                                                      : static_cast<double>(n * 7));
        });
      });
    }
    const std::string bytes = program::serialize(p);
    const auto again = program::parse(bytes, "file");
    REQUIRE(again);
    CHECK(program::serialize(*again) == bytes);
    REQUIRE(again->commands.size() == p.commands.size());
    REQUIRE(again->buffers.size() == p.buffers.size());
    CHECK(again->name == p.name);
    CHECK(again->locations == p.locations);
    CHECK(again->ops == p.ops);
    for (size_t i = 0; i < p.buffers.size(); ++i) {
      CHECK(again->buffers[i].name == p.buffers[i].name);
      CHECK(again->buffers[i].bytes() == p.buffers[i].bytes());
      CHECK(again->buffers[i].address == p.buffers[i].address);
      CHECK(again->buffers[i].role == p.buffers[i].role);
    }
    for (size_t i = 0; i < p.commands.size(); ++i) {
      const program::Command &a = p.commands[i], &b = again->commands[i];
      CHECK(a.op == b.op);
      CHECK(a.after == b.after);
      REQUIRE(a.reads.size() == b.reads.size());
      for (size_t v = 0; v < a.reads.size(); ++v) {
        CHECK(a.reads[v].buffer == b.reads[v].buffer);
        CHECK(a.reads[v].offset == b.reads[v].offset);
        CHECK(a.reads[v].sizes == b.reads[v].sizes);
        CHECK(a.reads[v].strides == b.reads[v].strides);
      }
      CHECK(a.writes.size() == b.writes.size());
      forEachField(a.op, [&](isa::Field field) {
        program::visitField(a, field, [&](auto value) {
          program::visitField(b, field,
                              [&](auto other) { CHECK(value == static_cast<decltype(value)>(other)); });
        });
        ++fields;
      });
      CHECK(a.location == b.location);
      CHECK(a.opName == b.opName);
      ++commands;
    }
    ++programs;
  }
  std::cout << "round trips: " << programs << " programs, " << commands << " commands, " << fields
            << " fields\n";
  CHECK(commands > 100);
  CHECK(fields > 100);
}

TEST_CASE("extreme numbers survive", "[sim][program]") {
  Builder b;
  const uint32_t buffer = b.buffer("b", isa::Memory::Dram, isa::ElementType::F32, 1);
  b.program.buffers[0].elements = INT64_MAX, b.program.buffers[0].address = INT64_MIN;
  b.add(isa::Opcode::Dequant, {{buffer, INT64_MIN, {INT32_MAX}, {INT32_MIN + 1}}}, {});
  b.last().group = INT64_MIN, b.last().actGroup = INT64_MAX;
  b.last().bits = INT32_MIN, b.last().zero = INT32_MAX;
  b.add(isa::Opcode::Scores, {}, {});
  b.last().live = INT64_MIN, b.last().heads = INT64_MAX, b.last().scale = -INFINITY;
  const std::string bytes = program::serialize(b.program);
  const auto again = program::parse(bytes, "file");
  REQUIRE(again);
  CHECK(program::serialize(*again) == bytes);
  CHECK(again->commands[0].reads[0].offset == INT64_MIN);
  CHECK(again->commands[0].reads[0].sizes[0] == INT32_MAX);
  CHECK(again->commands[0].reads[0].strides[0] == INT32_MIN + 1);
  CHECK(again->commands[0].bits == INT32_MIN);
  CHECK(again->commands[0].zero == INT32_MAX);
  CHECK(again->commands[0].group == INT64_MIN);
  CHECK(again->commands[0].actGroup == INT64_MAX);
  CHECK(again->commands[1].live == INT64_MIN);
  CHECK(again->commands[1].heads == INT64_MAX);
  CHECK(again->commands[1].scale == -INFINITY);
  CHECK(again->buffers[0].address == INT64_MIN);
}

TEST_CASE("numbers beyond their field are refused, and a second form of a number", "[sim][program]") {
  Builder b;
  const uint32_t buffer = b.buffer("b", isa::Memory::Dram, isa::ElementType::F32, 1);
  b.add(isa::Opcode::Dequant, {{buffer, 0, {INT32_MAX}, {INT32_MIN + 1}}}, {});
  b.last().bits = INT32_MIN, b.last().zero = INT32_MAX;
  const std::string bytes = program::serialize(b.program);
  REQUIRE(program::parse(bytes, "p"));
  auto after = [&](const std::string &from, const std::string &to) {
    const auto p = program::parse(replaceOnce(bytes, from, to), "p");
    const std::string message = p ? "p: byte 0: accepted" : p.error().message;
    return message.substr(message.find(": ", 3) + 2);
  };
  // Zigzag and LEB128: the size's and zero's 2^32 - 2, the stride's 2^32 - 3, bits' 2^32 - 1; each with its
  // neighbour in the file.
  const std::string rank = "\x01", size = "\xfe\xff\xff\xff\x0f", stride = "\xfd\xff\xff\xff\x0f",
                    bits = "\xff\xff\xff\xff\x0f", over = "\x80\x80\x80\x80\x10",
                    under = "\x81\x80\x80\x80\x10";
  CHECK(after(rank + size, rank + over) == "expected a size of 32 bits, got 2147483648");
  CHECK(after(rank + size, rank + bits) == "expected a size of 32 bits, got -2147483648");
  CHECK(after(stride, over) == "expected a stride of 32 bits, got 2147483648");
  CHECK(after(stride, bits) == "expected a stride of 32 bits, got -2147483648");
  CHECK(after(bits + size, under + size) == "expected bits of 32 bits, got -2147483649");
  CHECK(after(bits + size, bits + over) == "expected zero of 32 bits, got 2147483648");

  // The length of the program's name: of ten bytes the last has one bit, and none ends in zeros.
  const std::string nine(9, '\x80');
  auto named = [&](const std::string &length) { return after("\x04test", length + "test"); };
  CHECK(named("\x04").find("expected ") == std::string::npos);
  CHECK(named(nine + "\x01") == "expected at most 65536 a name, got 9223372036854775808");
  for (const std::string &length : {nine + "\x02", nine + "\x7f", nine + "\x80", std::string("\x84\x00", 2),
                                    std::string("\x84\x80\x00", 3)})
    CHECK(named(length) == "expected a name, got a number of more bytes than it needs");
}

TEST_CASE("every truncation is an error with its byte", "[sim][program]") {
  const std::string bytes = program::serialize(generate(3).program);
  for (size_t n = 0; n < bytes.size(); ++n) {
    const auto p = program::parse(std::string_view(bytes).substr(0, n), "cut");
    REQUIRE_FALSE(p);
    REQUIRE(p.error().message.rfind("cut: byte ", 0) == 0);
  }
  const auto longer = program::parse(bytes + "x", "long");
  REQUIRE_FALSE(longer);
  CHECK(longer.error().message ==
        "long: byte " + std::to_string(bytes.size()) + ": expected the end of the file, got 1 more bytes");
}

TEST_CASE("every changed byte is an error or another program", "[sim][program]") {
  const std::string bytes = program::serialize(generate(5).program);
  size_t mutants = 0, refused = 0, unverified = 0;
  for (size_t i = 0; i < bytes.size(); ++i)
    for (int change : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x7f, 0xff}) {
      std::string mutant = bytes;
      mutant[i] = static_cast<char>(mutant[i] ^ change);
      ++mutants;
      const auto p = program::parse(mutant, "m");
      if (!p) {
        ++refused;
        continue;
      }
      REQUIRE(program::serialize(*p) == mutant);
      unverified += !program::verify(*p);
    }
  std::cout << "bytes changed: " << mutants << ", refused by parse " << refused << ", by verify "
            << unverified << "\n";
  CHECK(refused > 0);
  CHECK(unverified > 0);
}

TEST_CASE("parse says what it expected and where", "[sim][program]") {
  auto message = [](const std::string &bytes) { return program::parse(bytes, "p").error().message; };
  const std::string good = program::serialize(Builder().program);
  CHECK(message("") == "p: byte 0: expected the magic ACCPROG, got end of file");
  CHECK(message("ELF") == "p: byte 0: expected the magic ACCPROG, got byte 69");
  std::string other = good;
  other[8] = 9;
  CHECK(message(other) == "p: byte 8: expected version 4, got 9");
  // name "test" of 4 bytes, hash "0", then the count of locations
  const size_t counts = 12 + 5 + 2;
  other = good.substr(0, counts) + "\xff\xff\xff\x07"; // 2^24 - 1 locations in no bytes
  CHECK(message(other) == "p: byte 19: expected locations that fit in the remaining 0 bytes, got 16777215");
  other = good.substr(0, counts) + "\x80\x80\x80\x80\x10";
  CHECK(message(other) == "p: byte 19: expected at most 16777216 locations, got 4294967296");
  const size_t ops = counts + 1 + 8; // one location, "unknown"
  other = good.substr(0, ops) + "\xff\xff\x3f";
  CHECK(message(other) == "p: byte 28: expected ops that fit in the remaining 0 bytes, got 1048575");
  other = good.substr(0, ops) + "\x81\x80\x40";
  CHECK(message(other) == "p: byte 28: expected at most 1048576 ops, got 1048577");
  other = good.substr(0, counts) + std::string("\x80\x00", 2);
  CHECK(message(other) == "p: byte 19: expected locations, got a number of more bytes than it needs");
}
