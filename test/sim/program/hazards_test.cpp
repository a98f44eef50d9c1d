// The static check against the definition, on random programs and on every deleted token.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/hazards.h"
#include "sim/program/mutate.h"
#include "sim/program/verify.h"
#include "test/sim/support/bodies.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/fresh_seed.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/naive_hazards.h"
#include "test/support/sanitized.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>

using namespace accord;
using namespace accord::test;
using program::RaceKind;

namespace {

struct Found {
  std::set<Byte> racy, undefined;
  std::set<std::pair<uint32_t, uint32_t>> pairs;
};

Found found(const program::Program &p) {
  Found f;
  for (const program::Race &r : program::findRaces(p, SIZE_MAX)) {
    if (r.kind != RaceKind::Uninitialized)
      f.pairs.insert({r.earlier, r.later});
    for (int64_t i = 0; i < r.bytes; ++i)
      (r.kind == RaceKind::Uninitialized ? f.undefined : f.racy)
          .insert({static_cast<int>(r.memory), r.address + i});
  }
  return f;
}

} // namespace

TEST_CASE("the static check equals the definition on random programs", "[sim][program][hazards]") {
  const uint64_t base = freshSeed();
  size_t programs = 0, racy = 0, pairs = 0, bytes = 0, conflicts = 0;
  for (uint64_t i = 0; i < 6000; ++i) {
    const uint64_t seed = i < 3000 ? i : base + i; // half of them the same in every run
    const program::Program p = generateChaos(seed);
    if (!program::verify(p))
      continue;
    const NaiveHazards naive(p);
    const auto races = naive.races(p);
    const Found f = found(p);
    INFO("seed " << seed);
    // Byte by byte the same; of the pairs on a byte the check may keep the first only.
    REQUIRE(f.racy == naive.racyBytes(p));
    REQUIRE(f.undefined == naive.uninitialized());
    for (auto pair : f.pairs)
      REQUIRE(races.count(pair));
    ++programs;
    racy += !races.empty();
    pairs += races.size(), bytes += f.racy.size(), conflicts += naive.conflicts();
  }
  std::cout << "hazards against definition: " << programs << " programs, " << racy << " racy, " << conflicts
            << " conflicting pairs, " << pairs << " racing, " << bytes << " racy bytes compared\n";
  CHECK(programs > 1500);
  CHECK(racy > 500);
  CHECK(racy < programs);
}

TEST_CASE("every token that is needed is missed by the static check, no other", "[sim][program][hazards]") {
  constexpr uint64_t seeds = sanitized ? 6 : 24;
  size_t deleted = 0, needed = 0, caught = 0, falseAlarms = 0;
  for (uint64_t seed = 100; seed < 100 + seeds; ++seed) {
    const Generated g = generate(seed);
    REQUIRE(program::verify(g.program));
    const auto clean = program::findRaces(g.program);
    INFO("seed " << seed << " " << g.shape);
    INFO((clean.empty() ? std::string() : program::describe(g.program, clean[0])));
    REQUIRE(clean.empty());
    const NaiveHazards naive(g.program);
    for (const program::Deletion &d : program::deletions(g.program)) {
      const program::Program mutant = program::withDeletion(g.program, d);
      const bool races = !naive.races(mutant).empty(), reported = !program::findRaces(mutant, 1).empty();
      ++deleted;
      needed += races;
      caught += races && reported;
      falseAlarms += !races && reported;
    }
  }
  std::cout << "deleted " << deleted << ", non-redundant " << needed << ", caught statically " << caught
            << ", false alarms " << falseAlarms << "\n";
  CHECK(needed > 200 * seeds / 24);
  CHECK(needed < deleted);
  CHECK(caught == needed);
  CHECK(falseAlarms == 0);
}

TEST_CASE("a race is told with both commands, buffers, bytes and places", "[sim][program][hazards]") {
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, isa::ElementType::F32, 64, program::Role::Argument);
  const uint32_t xs = b.buffer("xs", isa::Memory::Spm, isa::ElementType::F32, 64);
  const uint32_t ys = b.buffer("ys", isa::Memory::Spm, isa::ElementType::F32, 64);
  b.add(isa::Opcode::Load, {Builder::view(x, {1, 64})}, {Builder::view(xs, {1, 64})});
  b.map(siluBody, {Builder::view(xs, {1, 16}, 16)}, Builder::view(ys, {1, 16}));
  const auto races = program::findRaces(b.program);
  REQUIRE(races.size() == 1);
  CHECK(races[0].kind == RaceKind::ReadAfterWrite);
  CHECK(program::describe(b.program, races[0]) == "race on spm byte 0x40 (+64): command 1 (map, test:1) "
                                                  "reads xs that command 0 (load, test:0) writes as xs, "
                                                  "and neither waits for the other");
  CHECK(program::findRaces(b.program, 0).empty());

  b.program.commands[1].after = {0};
  CHECK(program::findRaces(b.program).empty());
  b.map(siluBody, {Builder::view(ys, {1, 17})}, Builder::view(xs, {1, 17}));
  const auto undefined = program::findRaces(b.program);
  REQUIRE(undefined.size() == 1);
  CHECK(program::describe(b.program, undefined[0]) ==
        "uninitialized spm byte 0x140 (+4): command 2 (map, test:2) "
        "reads ys, expected an earlier write, got none");
}

TEST_CASE("a race is told of the buffer that holds its byte, not of its neighbour",
          "[sim][program][hazards]") {
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, isa::ElementType::F32, 48, program::Role::Argument);
  uint32_t parts[3];
  for (int i = 0; i < 3; ++i) // one ends where the next begins
    parts[i] = b.buffer(std::string("part") + char('0' + i), isa::Memory::Spm, isa::ElementType::F32, 16);
  const uint32_t y = b.buffer("y", isa::Memory::Spm, isa::ElementType::F32, 16);
  auto whole = [](uint32_t buffer) { return Builder::view(buffer, {1, 16}); };
  for (int i = 0; i < 3; ++i)
    b.add(isa::Opcode::Load, {Builder::view(x, {1, 16}, 16 * i)}, {whole(parts[i])});
  for (int racy = 0; racy < 3; ++racy) {
    program::Program p = b.program;
    program::Command c;
    c.op = isa::Opcode::Rope, c.headDim = 16;
    for (uint32_t part : parts)
      c.reads.push_back(whole(part));
    c.writes.push_back(whole(y));
    // Loads complete in order, and a token of one covers those before it: the first to race is the one after.
    if (racy > 0)
      c.after = {uint32_t(racy - 1)};
    p.commands.push_back(c);
    const auto races = program::findRaces(p, 1);
    REQUIRE(races.size() == 1);
    const std::string name = std::string("part") + char('0' + racy);
    CHECK(program::describe(p, races[0])
              .find(" reads " + name + " that command " + std::to_string(racy) +
                    " (load, test:" + std::to_string(racy) + ") writes as " + name) != std::string::npos);
  }
}

TEST_CASE("the tokens and barriers of a program are all deleted, one at a time", "[sim][program][hazards]") {
  Builder b;
  b.add(isa::Opcode::Load, {}, {});
  b.add(isa::Opcode::Map, {}, {}, {0});
  b.add(isa::Opcode::Barrier, {}, {});
  b.add(isa::Opcode::Wait, {}, {}, {1, 0});
  b.add(isa::Opcode::Store, {}, {}, {3, 1, 0});
  std::vector<std::string> told;
  for (const program::Deletion &d : program::deletions(b.program)) {
    told.push_back(program::describe(b.program, d));
    const program::Program mutant = program::withDeletion(b.program, d);
    for (uint32_t i = 0; i < b.program.commands.size(); ++i) {
      const program::Command &was = b.program.commands[i], &is = mutant.commands[i];
      const bool barrier = was.op == isa::Opcode::Barrier;
      CHECK(is.op == (i == d.command && barrier ? isa::Opcode::Wait : was.op));
      std::vector<uint32_t> expected(was.after.begin(), was.after.end());
      if (i == d.command && !barrier)
        expected.erase(expected.begin() + d.index);
      CHECK(std::vector<uint32_t>(is.after.begin(), is.after.end()) == expected);
    }
  }
  CHECK(told == std::vector<std::string>{
                    "map 1: token of command 0 (load)", "barrier 2", "wait 3: token of command 1 (map)",
                    "wait 3: token of command 0 (load)", "store 4: token of command 3 (wait)",
                    "store 4: token of command 1 (map)", "store 4: token of command 0 (load)"});
}

TEST_CASE("a million commands are checked in seconds", "[sim][program][hazards]") {
  // A double-buffered stream: load a strided tile, work on it, store it.
  Builder b;
  constexpr int64_t tiles = 333334, rows = 16, cols = 64;
  const uint32_t x =
      b.buffer("x", isa::Memory::Dram, isa::ElementType::F32, rows * cols * 64, program::Role::Argument);
  const uint32_t y =
      b.buffer("y", isa::Memory::Dram, isa::ElementType::F32, rows * cols * 64, program::Role::Result);
  const uint32_t in = b.buffer("in", isa::Memory::Spm, isa::ElementType::F32, 2 * rows * cols);
  const uint32_t out = b.buffer("out", isa::Memory::Spm, isa::ElementType::F32, 2 * rows * cols);
  for (int64_t i = 0; i < tiles; ++i) {
    const uint32_t at = static_cast<uint32_t>(3 * i);
    const int64_t slot = i % 2 * rows * cols, tile = i % 64 * cols;
    auto strided = [&](uint32_t buffer) { return program::View{buffer, tile, {rows, cols}, {64 * cols, 1}}; };
    b.add(isa::Opcode::Load, {strided(x)}, {Builder::view(in, {rows, cols}, slot)},
          i < 2 ? std::vector<uint32_t>() : std::vector<uint32_t>{at - 5});
    b.map(siluBody, {Builder::view(in, {rows, cols}, slot)}, Builder::view(out, {rows, cols}, slot),
          i < 2 ? std::vector<uint32_t>{at} : std::vector<uint32_t>{at, at - 4});
    b.add(isa::Opcode::Store, {Builder::view(out, {rows, cols}, slot)}, {strided(y)}, {at + 1});
  }
  REQUIRE(b.program.commands.size() >= 1000000);
  const auto start = std::chrono::steady_clock::now();
  CHECK(program::findRaces(b.program).empty());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cout << b.program.commands.size() << " commands checked in " << seconds << " s\n";
  b.program.commands[999999].after.clear();
  CHECK_FALSE(program::findRaces(b.program).empty());
}

TEST_CASE("a gather reads its table and indices, an accumulating weigh its output",
          "[sim][program][hazards]") {
  using isa::ElementType;
  using isa::Memory;
  using isa::Opcode;
  Builder b;
  auto at = [](uint32_t buffer, std::vector<int64_t> sizes) {
    return Builder::view(buffer, std::move(sizes));
  };
  const uint32_t table = b.buffer("table", Memory::Dram, ElementType::F32, 50 * 8, program::Role::InOut);
  const uint32_t ids = b.buffer("ids", Memory::Dram, ElementType::I32, 4, program::Role::Argument);
  const uint32_t idsOnChip = b.buffer("ids.tile", Memory::Spm, ElementType::I32, 4);
  const uint32_t rows = b.buffer("rows", Memory::Spm, ElementType::F32, 4 * 8);
  const uint32_t y = b.buffer("y", Memory::Spm, ElementType::F32, 8);
  b.add(Opcode::Load, {at(ids, {4})}, {at(idsOnChip, {4})});
  b.add(Opcode::Gather, {at(table, {50, 8}), at(idsOnChip, {4})}, {at(rows, {4, 8})}); // same unit: ordered
  // Both outputs of the sums, 1 query of 1 head of 8 over 4 positions; the weights are a row of the rows.
  auto weigh = [&](bool accumulate, std::vector<uint32_t> after) {
    const uint32_t command =
        b.add(Opcode::Weigh, {at(rows, {1, 4}), at(rows, {4, 8})}, {at(y, {1, 8})}, std::move(after));
    b.last().heads = 1, b.last().headDim = 8, b.last().live = 4, b.last().accumulate = accumulate;
    return command;
  };
  weigh(false, {1});
  weigh(true, {});
  b.add(Opcode::Store, {at(rows, {1, 8})}, {at(table, {1, 8})}, {1});
  REQUIRE(program::verify(b.program));
  CHECK(program::findRaces(b.program).empty());

  auto only = [&](const program::Program &p) {
    const auto races = program::findRaces(p);
    REQUIRE(races.size() == 1);
    return std::make_tuple(races[0].kind, races[0].earlier, races[0].later);
  };
  program::Program mutant = b.program;
  mutant.commands[4].after.clear(); // the store reads rows that the gather writes, and writes its table
  const auto races = program::findRaces(mutant);
  CHECK(std::any_of(races.begin(), races.end(), [&](const program::Race &r) {
    return r.kind == RaceKind::WriteAfterRead && r.earlier == 1 && r.later == 4 && r.memory == Memory::Dram;
  }));
  mutant = b.program;
  mutant.commands.erase(mutant.commands.begin() + 2); // an output that nothing wrote, read
  mutant.commands[2].after = {1};
  mutant.commands[3].after = {1};
  CHECK(only(mutant) == std::make_tuple(RaceKind::Uninitialized, 2u, 2u));
  mutant.commands[2].accumulate = false;
  CHECK(program::findRaces(mutant).empty());
}
