// A body is trapped once: seeded races are told all the same, in the call where they first are, and whether
// there is one is a matter of the program, not of the machine's pace.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/mutate.h"
#include "sim/program/verify.h"
#include "test/sim/support/decode.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/fresh_seed.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/naive_hazards.h"
#include "test/sim/support/pieces.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <iostream>

using namespace accord;
using namespace accord::test;
using isa::ElementType;
using isa::Opcode;
using program::Role;

namespace {

/// Machines on which commands come in other orders.
std::vector<Hardware> paces() {
  std::vector<Hardware> all(4, lutEdge());
  all[1].dma.outstanding = 1, all[1].vector.latencyCycles = 200;
  all[2].dma.outstanding = 8, all[2].dram.dataRateMtps = 800, all[2].issueCycles = 40;
  all[3].dma.engines = 1, all[3].dma.setupCycles = 300, all[3].queueDepth = 1;
  return all;
}

} // namespace

TEST_CASE("equal calls are trapped once", "[sim][system][hazards]") {
  sim::DramImage none;
  const auto one = simulateForked(decodeSequence(1, 6), lutEdge(), none, {});
  const auto five = simulateForked(decodeSequence(5, 6), lutEdge(), none, {});
  REQUIRE((one ? "" : one.error().message) == "");
  REQUIRE((five ? "" : five.error().message) == "");
  CHECK(one->bytesChecked > 10000);
  CHECK(five->bytesChecked == one->bytesChecked);
  // Each body once, whatever comes between.
  program::Sequence two = decodeSequence(4, 6);
  two.bodies.push_back(two.bodies[0]);
  two.calls[1].body = two.calls[2].body = 1;
  const auto both = simulateForked(two, lutEdge(), none, {});
  REQUIRE((both ? "" : both.error().message) == "");
  CHECK(both->bytesChecked == 2 * one->bytesChecked);
}

TEST_CASE("a seeded race is told in the call that first has it, in every mode", "[sim][system][hazards]") {
  size_t seeded = 0, told = 0;
  for (size_t racyCall : {0u, 2u, 3u}) {
    program::Sequence s = decodeSequence(4, 3);
    s.bodies.push_back(s.bodies[0]);
    for (size_t c = racyCall; c < 4; ++c)
      s.calls[c].body = 1;
    const std::vector<program::Deletion> all = program::deletions(s.bodies[0]);
    const NaiveHazards naive(s.bodies[0]);
    for (size_t d = 0; d < all.size(); d += 3) {
      program::Sequence mutant = s;
      mutant.bodies[1] = program::withDeletion(s.bodies[0], all[d]);
      if (naive.races(mutant.bodies[1]).empty())
        continue;
      for (bool values : {false, true}) {
        INFO(program::describe(s.bodies[0], all[d]) << ", call " << racyCall << ", values " << values);
        sim::SimOptions options;
        options.values = values;
        sim::DramImage image = values ? decodeArguments(mutant, 3) : sim::DramImage();
        const auto r = simulateForked(mutant, lutEdge(), image, options);
        ++seeded;
        REQUIRE_FALSE(r);
        const std::string &message = r.error().message;
        INFO(message);
        CHECK(message.find(": call " + std::to_string(racyCall) + " (layer " + std::to_string(racyCall) +
                           "): race: command ") != std::string::npos);
        CHECK(message.find(", and neither waits for the other") != std::string::npos);
        ++told;
      }
    }
  }
  std::cout << seeded << " races seeded, " << told << " told\n";
  CHECK(seeded >= 24);
  CHECK(told == seeded);
}

TEST_CASE("whether a program races is no matter of its pace", "[sim][system][hazards]") {
  const uint64_t base = freshSeed();
  const std::vector<Hardware> machines = paces();
  size_t programs = 0, wrong = 0, runs = 0, orders = 0;
  /// On every machine, and as the definition says.
  auto compare = [&](const program::Program &p, bool isWrong) {
    ++programs;
    wrong += isWrong;
    std::vector<size_t> first;
    for (const Hardware &h : machines) {
      sim::SimOptions options;
      options.commandTimes = true;
      sim::DramImage none;
      const auto r = simulateForked(p, h, none, options);
      ++runs;
      CHECK(bool(r) == !isWrong);
      if (!r)
        continue;
      std::vector<size_t> order(p.commands.size());
      for (size_t c = 0; c < order.size(); ++c)
        order[c] = c;
      std::stable_sort(order.begin(), order.end(),
                       [&](size_t a, size_t b) { return r->commands[a].start < r->commands[b].start; });
      if (first.empty())
        first = order;
      orders += order != first;
    }
  };
  for (uint64_t i = 0; i < 10; ++i) {
    const uint64_t seed = i < 5 ? i : base + i;
    INFO("seed " << seed);
    const Generated g = generate(seed);
    compare(g.program, false);
    const NaiveHazards naive(g.program);
    const auto all = program::deletions(g.program);
    for (size_t d = i % 3; d < all.size(); d += 3) {
      const program::Program mutant = program::withDeletion(g.program, all[d]);
      compare(mutant, !naive.races(mutant).empty());
    }
  }
  for (uint64_t i = 0; i < 60; ++i) {
    const uint64_t seed = i < 30 ? i : base + i;
    INFO("chaos " << seed);
    const program::Program p = generateChaos(seed);
    if (!program::verify(p))
      continue;
    const NaiveHazards naive(p);
    compare(p, !naive.races(p).empty() || !naive.uninitialized().empty());
  }
  std::cout << programs << " programs on " << machines.size() << " machines, " << runs << " runs: " << wrong
            << " programs wrong; " << orders << " runs in another order of starts\n";
  CHECK(wrong > 20);
  CHECK(programs > wrong + 10);
  CHECK(orders > 20);
}

TEST_CASE("operands that no program has are told in the call where they are", "[sim][system][hazards]") {
  // The second call of a clean body names a row that its table has not.
  Builder b;
  addGather(b, 1, true);
  program::Sequence s = program::sequenceOf(b.program);
  s.buffers[1].elements = 3;
  s.calls.resize(3, s.calls[0]);
  for (size_t c = 0; c < 3; ++c)
    s.calls[c].bindings[1].byteOffset = 4 * static_cast<int64_t>(c);
  sim::SimOptions options;
  options.values = true;
  for (size_t wrong : {0u, 1u, 2u}) {
    sim::DramImage image;
    int32_t named[] = {1, 2, 3};
    named[wrong] = 7;
    image.buffers[0] = std::vector<uint8_t>(160, 1);
    const auto *first = reinterpret_cast<const uint8_t *>(named);
    image.buffers[1] = std::vector<uint8_t>(first, first + 12);
    const auto r = simulateForked(s, lutEdge(), image, options);
    REQUIRE_FALSE(r);
    INFO(r.error().message);
    CHECK(r.error().message.find("call " + std::to_string(wrong) +
                                 " (test): command 1 (gather, test:1): "
                                 "index 0: expected 0 to 4, got 7") != std::string::npos);
  }
}
