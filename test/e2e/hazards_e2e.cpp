// Is each token of the compiler's programs that matters missed, before the run and in it, and no other?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/hazards.h"
#include "sim/program/mutate.h"
#include "test/e2e/hand_edits.h"
#include "test/mlir/support/schedule_variants.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/naive_hazards.h"

#include <cstdio>

using namespace accord;
using namespace accord::test;

namespace {

struct Tally {
  size_t programs = 0, deleted = 0, needed = 0, caught = 0, trapped = 0, corrupted = 0, refused = 0,
         falseAlarms = 0;
  uint64_t compared = 0;
};

std::set<Byte> racyBytes(const std::vector<program::Race> &races) {
  std::set<Byte> bytes;
  for (const program::Race &race : races)
    for (int64_t i = 0; i < race.bytes; ++i)
      bytes.insert({static_cast<int>(race.memory), race.address + i});
  return bytes;
}

/// True when the message names both commands of one of the pairs.
bool namesOneOf(const std::string &message, const program::Program &p,
                const std::set<std::pair<uint32_t, uint32_t>> &pairs) {
  for (auto [earlier, later] : pairs)
    if (message.find(program::describeCommand(p, earlier)) != std::string::npos &&
        message.find(program::describeCommand(p, later)) != std::string::npos)
      return true;
  return false;
}

/// One program, as compiled and with each of its tokens and barriers deleted in turn.
class Deletions {
public:
  Deletions(const Problem &problem, const Compiled &compiled, Tally &tally)
      : problem(problem), compiled(compiled), tally(tally),
        stream(must(driver::commandStream(compiled.program))), arguments(bind(problem, compiled)) {}

  void run() {
    REQUIRE(program::findRaces(stream).empty());
    const NaiveHazards naive(stream);
    REQUIRE(naive.races(stream).empty());
    REQUIRE(naive.uninitialized().empty());
    REQUIRE((runError(stream, true) == "" && different == 0));
    for (const program::Deletion &deletion : program::deletions(stream)) {
      INFO("deleted: " << program::describe(stream, deletion));
      runOne(program::withDeletion(stream, deletion), naive);
    }
    ++tally.programs;
  }

private:
  const Problem &problem;
  const Compiled &compiled;
  Tally &tally;
  const program::Program stream;
  const std::vector<driver::Bytes> arguments;
  uint64_t different = 0; ///< values of the last run that were not golden's

  /// The simulation's error, or nothing and the comparison with golden in `different`.
  std::string runError(const program::Program &p, bool trap) {
    sim::SimOptions options;
    options.values = true;
    options.trapRaces = trap;
    sim::DramImage image;
    const auto &buffers = compiled.program.signature.buffers;
    for (size_t i = 0; i < buffers.size(); ++i)
      if (buffers[i].role != rt::Role::Result)
        image.buffers[i] = arguments[i];
    const auto result = simulateForked(p, compiled.program.hardware, image, options);
    if (!result)
      return result.error().message;
    driver::Execution execution{"sim", arguments, *result, 0};
    for (size_t i = 0; i < buffers.size(); ++i)
      if (buffers[i].role != rt::Role::Argument)
        execution.buffers[i] = image.buffers.at(i).take();
    const driver::Comparison compared =
        must(driver::compareResults(compiled.program, problem.expected, execution));
    tally.compared += compared.compared;
    different = compared.different;
    return "";
  }

  void runOne(const program::Program &mutant, const NaiveHazards &naive) {
    const auto pairs = naive.races(mutant);
    const auto races = program::findRaces(mutant, SIZE_MAX);
    ++tally.deleted;
    // The static check: the definition's bytes exactly, and no pair that it does not have.
    CHECK(races.empty() == pairs.empty());
    CHECK(racyBytes(races) == naive.racyBytes(mutant));
    for (const program::Race &race : races)
      CHECK(pairs.count({race.earlier, race.later}) == 1);
    const std::string trap = runError(mutant, true);
    if (pairs.empty()) {
      CHECK(trap == "");
      CHECK(different == 0);
      tally.falseAlarms += !races.empty() + (trap != "");
      return;
    }
    ++tally.needed;
    tally.caught += !races.empty();
    INFO("trap: " << trap);
    const bool named = trap.find("race: ") != std::string::npos && namesOneOf(trap, mutant, pairs);
    CHECK(named);
    tally.trapped += named;
    const std::string error = runError(mutant, false);
    // Operands that no ordered program has are refused: values were wrong there as well.
    tally.refused += error != "";
    tally.corrupted += error != "" || different > 0;
  }
};

} // namespace

TEST_CASE("each deleted token of a compiled program that is needed traps, no other", "[e2e][hazards]") {
  const uint32_t seed = variantSeed();
  std::mt19937 random(seed);
  Tally all;
  size_t variants = 0, multiplied = 0;
  // Small products with tails, on both machines: the definition is a closure over sets of bytes.
  for (bool multiplies : {false, true})
    for (bool q4 : {true, false})
      for (int64_t M : {1, 3}) {
        const int64_t N = 128, K = 160;
        const Hardware hardware = roomyMachine(multiplies ? macMachine() : edgeMachine());
        driver::Toolchain toolchain;
        const Problem problem =
            makeProblem(toolchain, parse(toolchain, gemmText(q4, M, N, K)), random(), false);
        const std::string payload = payloadOf(toolchain, problem, hardware);
        const std::string what = std::string(multiplies ? "mac, " : "lut, ") + (q4 ? "q4_1" : "q8_0");
        for (int i = 0; i < (multiplies ? 3 : 6); ++i, ++variants) {
          ScheduleVariant variant = randomVariant(M, N, K, random);
          variant.multiplies = multiplies;
          const std::string schedule = variant.schedule();
          INFO("seed " << seed << ", " << what << " M = " << M << "\n" << schedule);
          Deletions(problem, compile(toolchain, parse(toolchain, payload + schedule), hardware), all).run();
          multiplied += multiplies;
        }
        // By hand: waits and barriers, some of which say nothing new.
        const ScheduleVariant base{M, 64, 96, {2, 2, 2, 1, 1}, {}, multiplies};
        const Compiled compiled = compile(toolchain, parse(toolchain, payload + base.schedule()), hardware);
        for (HandEdit edit : handEdits) {
          INFO("seed " << seed << ", " << what << " M = " << M << ", " << name(edit));
          Deletions(problem, edited(toolchain, compiled, edit), all).run();
        }
      }
  // The models themselves, on the machine they are for.
  auto model = [&](const std::string &path, const Hardware &hardware) {
    INFO(path << " on " << hardware.name);
    driver::Toolchain toolchain;
    const Problem problem = makeProblem(toolchain, must(toolchain.load(path)), random(), false);
    Deletions(problem, compile(toolchain, must(toolchain.load(path)), hardware), all).run();
  };
  for (const std::string &path : modelFiles("networks/ops"))
    model(path, edgeMachine());
  for (const std::string &path : modelFiles("networks/gemm")) {
    model(path, edgeMachine());
    model(path, macMachine());
  }
  std::printf("programs %zu (%zu variants), deleted %zu, non-redundant %zu, caught statically %zu, trapped "
              "%zu, corrupted "
              "%zu (%zu refused), false alarms %zu, values compared %llu, seed %u\n",
              all.programs, variants, all.deleted, all.needed, all.caught, all.trapped, all.corrupted,
              all.refused, all.falseAlarms, static_cast<unsigned long long>(all.compared), seed);
  CHECK(variants == 36);
  CHECK(multiplied == 12);
  CHECK(all.deleted > 0);
  CHECK(all.needed > 0);
  CHECK(all.needed < all.deleted);
  CHECK(all.caught == all.needed);
  CHECK(all.trapped == all.needed);
  CHECK(all.corrupted > 0);
  CHECK(all.falseAlarms == 0);
  CHECK(all.compared > 0);
}
