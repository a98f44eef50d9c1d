// Sequences: windows that fit and windows that do not, the file form, where buffers lie.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/sequence.h"
#include "sim/program/serialize.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/generator.h"

#include <catch2/catch.hpp>
#include <functional>
#include <iostream>
#include <random>

using namespace accord;
using namespace accord::test;
using isa::ElementType;
using isa::Memory;
using isa::Opcode;
using program::Role;

namespace {

/// copy: y = x of 16 floats, by way of the scratchpad; `tmp` is dram scratch.
program::Program copyBody() {
  Builder b;
  b.program.name = "copy";
  const uint32_t x = b.buffer("x", Memory::Dram, ElementType::F32, 16, Role::Argument);
  b.buffer("tmp", Memory::Dram, ElementType::F32, 16);
  const uint32_t s = b.buffer("s", Memory::Spm, ElementType::F32, 16);
  const uint32_t y = b.buffer("y", Memory::Dram, ElementType::F32, 16, Role::Result);
  const uint32_t load = b.add(Opcode::Load, {Builder::view(x, {16})}, {Builder::view(s, {16})});
  b.add(Opcode::Store, {Builder::view(s, {16})}, {Builder::view(y, {16})}, {load});
  return b.program;
}

/// Two calls: from weights to cache, from the one half of cache to the other.
program::Sequence model() {
  program::Sequence s;
  s.name = "model";
  s.hardwareHash = "hash";
  s.buffers = {{"weights", Memory::Dram, ElementType::F32, 64, 0, Role::Argument},
               {"cache", Memory::Dram, ElementType::F32, 32, 256, Role::InOut},
               {"bytes", Memory::Dram, ElementType::I8, 64, 384, Role::Internal}};
  s.bodies = {copyBody()};
  s.calls = {{0, "first", {{0, 4}, {1, 64}}}, {0, "second", {{1, 64}, {1, 0}}}};
  return s;
}

struct Broken {
  const char *message;
  std::function<void(program::Sequence &)> change;
};

const Broken broken[] = {
    {"body 0 (copy): command 0 (load): expected a location below 3, got 9",
     [](auto &s) { s.bodies[0].commands[0].location = 9; }},
    {"body 0 (copy): expected an argument that is only read, got a write of y",
     [](auto &s) { s.bodies[0].buffers[3].role = Role::Argument; }},
    {"buffer 2 (bytes): expected a buffer in dram, got spm",
     [](auto &s) { s.buffers[2].memory = Memory::Spm; }},
    {"buffer 1 (cache): expected an address aligned to 64, got 8", [](auto &s) { s.buffers[1].address = 8; }},
    {"buffer cache: expected dram buffers apart, got an overlap with weights at byte 192",
     [](auto &s) { s.buffers[1].address = 192; }},
    {"call 1 (second): expected a body below 1, got 1", [](auto &s) { s.calls[1].body = 1; }},
    {"call 0 (first): expected a binding for each of the 2 parameters of copy, got 1",
     [](auto &s) { s.calls[0].bindings.pop_back(); }},
    {"call 0 (first): parameter x: expected a buffer below 3, got 3",
     [](auto &s) { s.calls[0].bindings[0].buffer = 3; }},
    {"call 0 (first): parameter x: expected a buffer of elements of 4 bytes, got bytes of i8",
     [](auto &s) { s.calls[0].bindings[0] = {2, 0}; }},
    {"call 0 (first): parameter x: expected an offset that is a multiple of 4 bytes, got 2",
     [](auto &s) { s.calls[0].bindings[0].byteOffset = 2; }},
    {"call 0 (first): parameter x: expected an offset that is a multiple of 4 bytes, got -4",
     [](auto &s) { s.calls[0].bindings[0].byteOffset = -4; }},
    {"call 0 (first): parameter x: expected a window of 64 bytes inside the 256 of weights, got offset 196",
     [](auto &s) { s.calls[0].bindings[0].byteOffset = 196; }},
    {"call 0 (first): parameter x: expected a window of 64 bytes inside the 256 of weights, got offset "
     "9223372036854775804",
     [](auto &s) { s.calls[0].bindings[0].byteOffset = INT64_MAX - 3; }},
    {"call 0 (first): parameter y: expected a buffer that may be written, got argument weights",
     [](auto &s) { s.calls[0].bindings[1] = {0, 128}; }},
    {"call 1 (second): parameter x: expected a window apart from that of y, as y is written, got an overlap "
     "in "
     "cache at byte 60",
     [](auto &s) { s.calls[1].bindings[0].byteOffset = 60; }},
    {"call 1 (second): parameter y: expected a window apart from that of x, as y is written, got an overlap "
     "in "
     "cache at byte 4",
     [](auto &s) { s.calls[1].bindings = {{1, 0}, {1, 4}}; }},
};

} // namespace

TEST_CASE("a sequence that breaks a rule is told which", "[sim][program]") {
  REQUIRE((program::verify(model()) ? "" : program::verify(model()).error().message) == "");
  size_t told = 0;
  for (const Broken &b : broken) {
    INFO(b.message);
    program::Sequence s = model();
    b.change(s);
    const Status status = program::verify(s);
    REQUIRE_FALSE(status);
    CHECK(status.error().message == b.message);
    ++told;
  }
  std::cout << "broken sequences told: " << told << "\n";
}

TEST_CASE("windows that are only read may overlap", "[sim][program]") {
  program::Sequence s = model();
  program::Program &body = s.bodies[0];
  body.buffers.push_back({"x2", Memory::Dram, ElementType::F32, 16, 4096, Role::Argument});
  for (program::Call &call : s.calls)
    call.bindings.push_back(call.bindings[0]);
  CHECK(program::verify(s));
  // A third one is compared with the furthest end, not with its neighbour.
  s.calls[1].bindings[2] = {1, 16};
  CHECK_FALSE(program::verify(s));
}

TEST_CASE("windows are apart when every two are of which one is written", "[sim][program]") {
  const uint64_t seed = 20261130;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  size_t apart = 0, overlapping = 0;
  for (int i = 0; i < 3000; ++i) {
    program::Sequence s;
    s.name = "windows";
    s.buffers = {{"cache", Memory::Dram, ElementType::F32, 64, 0, Role::InOut}};
    Builder b;
    program::Call call{0, "call", {}};
    std::vector<int64_t> begins, ends;
    std::vector<bool> written;
    for (uint64_t n = 2 + random() % 4; n-- > 0;) {
      // Windows of all lengths, so that a long one covers several short ones.
      const auto begin = int64_t(random() % 60), elements = int64_t(1 + random() % uint64_t(64 - begin));
      written.push_back(random() % 3 == 0);
      b.buffer("p", Memory::Dram, ElementType::F32, elements, written.back() ? Role::InOut : Role::Argument);
      call.bindings.push_back({0, 4 * begin});
      begins.push_back(begin), ends.push_back(begin + elements);
    }
    s.bodies = {b.program};
    s.calls = {call};
    bool meet = false;
    for (size_t x = 0; x < begins.size(); ++x)
      for (size_t y = 0; y < x; ++y)
        meet |= (written[x] || written[y]) && begins[x] < ends[y] && begins[y] < ends[x];
    const Status status = program::verify(s);
    CHECK(bool(status) == !meet);
    if (!status)
      CHECK(status.error().message.find(": expected a window apart from that of p") != std::string::npos);
    ++(meet ? overlapping : apart);
  }
  std::cout << apart << " calls with windows apart, " << overlapping << " without\n";
  CHECK(apart > 500);
  CHECK(overlapping > 500);
}

TEST_CASE("a program is a sequence of one call at its own addresses", "[sim][program]") {
  size_t buffers = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const program::Program p = generate(seed).program;
    const program::Sequence s = program::sequenceOf(p);
    REQUIRE(program::verify(s));
    REQUIRE(s.calls.size() == 1);
    const std::vector<int64_t> addresses = program::addressesIn(s, s.calls[0]);
    REQUIRE(addresses.size() == p.buffers.size());
    for (size_t i = 0; i < addresses.size(); ++i, ++buffers)
      CHECK(addresses[i] == p.buffers[i].address);
  }
  std::cout << buffers << " addresses compared\n";
}

TEST_CASE("windows and scratch have their addresses", "[sim][program]") {
  program::Sequence s = model();
  // x at byte 64 of cache, tmp behind the last buffer (448) at its own 64 modulo 4096, s as it is, y at 0.
  CHECK(program::addressesIn(s, s.calls[1]) == std::vector<int64_t>{320, 4160, 0, 256});
  s.buffers[2].address = 8192 - 64;
  CHECK(program::addressesIn(s, s.calls[1])[1] == 8192 + 64);
}

TEST_CASE("a sequence comes back from its file form", "[sim][program]") {
  size_t sequences = 0, mutants = 0, refused = 0, cut = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    program::Sequence s = model();
    s.bodies.push_back(generate(seed).program);
    const std::string bytes = program::serialize(s);
    const auto again = program::parseSequence(bytes, "file");
    REQUIRE((again ? "" : again.error().message) == "");
    CHECK(program::serialize(*again) == bytes);
    CHECK(again->name == "model");
    CHECK(again->hardwareHash == "hash");
    REQUIRE(again->buffers.size() == 3);
    CHECK(again->buffers[1].role == Role::InOut);
    CHECK(program::serialize(again->bodies[1]) == program::serialize(s.bodies[1]));
    REQUIRE(again->calls.size() == 2);
    CHECK(again->calls[1].name == "second");
    CHECK(again->calls[0].bindings[1].buffer == 1);
    CHECK(again->calls[0].bindings[1].byteOffset == 64);
    ++sequences;
    for (size_t n = 0; n < bytes.size(); ++n, ++cut) {
      const auto part = program::parseSequence(std::string_view(bytes).substr(0, n), "cut");
      REQUIRE_FALSE(part);
      REQUIRE(part.error().message.rfind("cut: ", 0) == 0);
    }
    for (size_t i = 0; i < bytes.size(); ++i)
      for (int change : {0x01, 0x04, 0x40, 0x80, 0xff}) {
        std::string mutant = bytes;
        mutant[i] = static_cast<char>(mutant[i] ^ change);
        ++mutants;
        const auto other = program::parseSequence(mutant, "m");
        if (!other)
          ++refused;
        else
          REQUIRE(program::serialize(*other) == mutant);
      }
  }
  std::cout << sequences << " sequences, " << cut << " cut, " << mutants << " changed, " << refused
            << " of them refused\n";
  CHECK(refused > 0);
  CHECK(refused < mutants);
}

TEST_CASE("a broken file of a sequence is told with its byte", "[sim][program]") {
  auto message = [](const std::string &bytes) {
    const auto s = program::parseSequence(bytes, "s");
    return s ? "" : s.error().message;
  };
  const std::string good = program::serialize(model());
  CHECK(message("") == "s: byte 0: expected the magic ACCSEQ, got end of file");
  CHECK(message(program::serialize(copyBody())) == "s: byte 3: expected the magic ACCSEQ, got byte 80");
  CHECK(message(good + "x") ==
        "s: byte " + std::to_string(good.size()) + ": expected the end of the file, got 1 more bytes");
  std::string other = good;
  other[8] = 7;
  CHECK(message(other) == "s: byte 8: expected version 1, got 7");
  const size_t body = good.find("ACCPROG");
  other = good;
  other[body] = 'x';
  CHECK(message(other) ==
        "s: body 0 at byte " + std::to_string(body) + ": byte 0: expected the magic ACCPROG, got byte 120");
  other = good.substr(0, 12) + std::string("\1m\1h\0\xff\xff\x03", 8);
  CHECK(message(other) == "s: byte 17: expected bodies that fit in the remaining 0 bytes, got 65535");
}

TEST_CASE("a command takes little memory", "[sim][program]") {
  CHECK(sizeof(program::Extents) == 16);
  CHECK(sizeof(program::View) == 48);
  CHECK(sizeof(program::CompactList<program::View>) == 16);
  CHECK(sizeof(program::CompactList<uint32_t>) == 16);
}

TEST_CASE("extents are a short vector", "[sim][program]") {
  program::Extents e = {3, 4};
  CHECK(e.size() == 2);
  e.push_back(5), e.push_back(6);
  CHECK(e.size() == 4);
  CHECK(e == program::Extents{3, 4, 5, 6});
  e[0] = int64_t(1) << 40;
  CHECK(e[0] == program::Extents::beyond);
  e[0] = e[3] = INT32_MAX;
  CHECK(e[0] * e[3] == int64_t(INT32_MAX) * INT32_MAX); // as of 64 bits
  e.pop_back();
  CHECK(e.size() == 3);
  CHECK(e != program::Extents{INT32_MAX, 4, 5, 6});
  e.clear();
  CHECK(e.empty());
}

TEST_CASE("compact lists keep their elements through growth, copies and moves", "[sim][program]") {
  size_t checked = 0;
  for (uint32_t n = 0; n < 40; ++n) {
    program::CompactList<uint32_t> a;
    for (uint32_t i = 0; i < n; ++i)
      a.push_back(i * 7);
    program::CompactList<uint32_t> b = a, c = std::move(a);
    CHECK(b == c);
    REQUIRE(c.size() == n);
    for (uint32_t i = 0; i < n; ++i, ++checked)
      CHECK(c[i] == i * 7);
    if (n == 0)
      continue;
    c.erase(c.begin() + n / 2);
    CHECK(c.size() == n - 1);
    CHECK(c != b);
    CHECK((n / 2 + 1 == n || c[n / 2] == (n / 2 + 1) * 7));
    c = {1, 2, 3};
    CHECK(c.back() == 3);
    a = c; // of a list that was moved from
    CHECK(a == c);
    c.resize(5);
    CHECK(c[4] == 0);
    c.clear();
    CHECK(c.empty());
  }
  CHECK(checked == 780);
}
