// Values mode: the simulator's bytes are golden's, and every token that is deleted shows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/hazards.h"
#include "sim/program/mutate.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/fresh_seed.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/naive_hazards.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <iostream>

using namespace accord;
using namespace accord::test;

namespace {

/// Results that differ in their bits; NaNs equal each other. Counts what it compared.
size_t mismatches(const sim::DramImage &expected, const sim::DramImage &got, size_t &compared) {
  size_t wrong = 0;
  for (const auto &[index, content] : expected.buffers) {
    const sim::Content &other = got.buffers.at(index);
    REQUIRE(content.size() == other.size());
    for (size_t i = 0; i < content.size(); i += 4) {
      float a, b;
      std::memcpy(&a, content.data() + i, 4);
      std::memcpy(&b, other.data() + i, 4);
      wrong += std::memcmp(&a, &b, 4) != 0 && !(std::isnan(a) && std::isnan(b));
      ++compared;
    }
  }
  return wrong;
}

sim::SimOptions valuesMode(bool trap) {
  sim::SimOptions options;
  options.values = true;
  options.trapRaces = trap;
  return options;
}

} // namespace

TEST_CASE("simulated values are golden's to the bit", "[sim][system]") {
  const uint64_t base = freshSeed();
  const Hardware hardware = lutEdge();
  size_t programs = 0, compared = 0, wrong = 0;
  uint64_t cycles = 0;
  for (uint64_t i = 0; i < 60; ++i) {
    const uint64_t seed = i < 30 ? i : base + i;
    const Generated g = generate(seed);
    INFO("seed " << seed << " " << g.shape);
    sim::DramImage image = g.arguments;
    const auto result = simulateForked(g.program, hardware, image, valuesMode(true));
    REQUIRE((result ? "" : result.error().message) == "");
    const size_t differ = mismatches(g.expected, image, compared);
    CHECK(differ == 0);
    wrong += differ;
    // The same program without values takes the same time.
    sim::DramImage none;
    const auto timing = simulateForked(g.program, hardware, none, {});
    REQUIRE(timing);
    CHECK(timing->cycles == result->cycles);
    CHECK(result->bytesChecked > 0);
    cycles += result->cycles;
    ++programs;
  }
  std::cout << programs << " programs, " << compared << " values compared, " << wrong << " mismatches, "
            << cycles << " cycles\n";
  CHECK(compared > 1000);
}

TEST_CASE("every deleted token that is needed traps, and may corrupt values", "[sim][system]") {
  const Hardware hardware = lutEdge();
  size_t deleted = 0, needed = 0, caught = 0, trapped = 0, corrupted = 0, benign = 0, falseAlarms = 0,
         compared = 0;
  for (uint64_t seed = 200; seed < 212; ++seed) {
    const Generated g = generate(seed);
    const NaiveHazards naive(g.program);
    for (const program::Deletion &d : program::deletions(g.program)) {
      const program::Program mutant = program::withDeletion(g.program, d);
      const bool races = !naive.races(mutant).empty();
      INFO("seed " << seed << " " << g.shape << ": " << program::describe(g.program, d));
      sim::DramImage image = g.arguments;
      const auto trap = simulateForked(mutant, hardware, image, valuesMode(true));
      ++deleted;
      needed += races;
      if (!trap)
        CHECK(trap.error().message.find("race: ") != std::string::npos);
      trapped += races && !trap;
      const bool reported = !program::findRaces(mutant, 1).empty();
      caught += races && reported;
      falseAlarms += !races && reported;
      falseAlarms += !races && !trap;
      if (races) {
        image = g.arguments;
        const auto run = simulateForked(mutant, hardware, image, valuesMode(false));
        // A refusal names operands that no ordered program has: corrupted as well.
        if (!run)
          CHECK(run.error().message.find("expected") != std::string::npos);
        const bool wrong = !run || mismatches(g.expected, image, compared) > 0;
        corrupted += wrong;
        benign += !wrong;
      } else if (trap) {
        CHECK(mismatches(g.expected, image, compared) == 0);
      }
    }
  }
  std::cout << "deleted " << deleted << ", non-redundant " << needed << ", caught statically " << caught
            << ", trapped " << trapped << ", corrupted " << corrupted << ", timing-benign " << benign
            << ", false alarms " << falseAlarms << ", values compared " << compared << "\n";
  CHECK(needed > 50);
  CHECK(needed < deleted);
  CHECK(caught == needed);
  CHECK(trapped == needed);
  CHECK(corrupted > 0);
  CHECK(falseAlarms == 0);
}
