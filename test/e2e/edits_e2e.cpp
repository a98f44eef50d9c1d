// Does every legal edit, of a schedule or of a program by hand, give golden's bits wherever it runs, and
// cycles of its own?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/hazards.h"
#include "sim/program/serialize.h"
#include "test/e2e/hand_edits.h"
#include "test/mlir/support/schedule_variants.h"

#include <cstdio>
#include <set>

using namespace accord;
using namespace accord::test;

namespace {

/// What has been run so far.
struct Tally {
  size_t programs = 0, onVulkan = 0, inRtl = 0;
  uint64_t compared = 0, different = 0;
  std::set<uint64_t> cycles;

  uint64_t add(const Run &run) {
    INFO(run.compared.firstDifference);
    CHECK(run.compared.different == 0);
    compared += run.compared.compared;
    different += run.compared.different;
    return run.execution.simulated ? run.execution.simulated->cycles : 0;
  }
};

/// Everywhere if `everywhere`, else in the simulator and on the CPU.
void runAll(driver::Executor &executor, const Problem &problem, const Compiled &compiled, bool everywhere,
            Tally &tally) {
  program::Program stream = must(driver::commandStream(compiled.program));
  std::vector<program::Race> races = program::findRaces(stream, 1);
  if (!races.empty())
    FAIL(program::describe(stream, races[0]));
  const uint64_t cycles = tally.add(runOn(executor, "sim", problem, compiled));
  CHECK(cycles > 0);
  tally.cycles.insert(cycles);
  tally.add(runOn(executor, "cpu", problem, compiled));
  ++tally.programs;
  if (!everywhere)
    return;
  tally.add(runOn(executor, "vulkan", problem, compiled));
  ++tally.onVulkan;
  Run rtl = runOn(executor, "rtl", problem, compiled);
  CHECK(tally.add(rtl) == cycles);
  CHECK(rtl.execution.simulated->rtlCommands > 0);
  ++tally.inRtl;
}

void print(const char *what, const Tally &t, uint32_t seed) {
  std::printf("%s: variants %zu (%zu also on vulkan, %zu also with RTL), values compared %llu, mismatches "
              "%llu, distinct "
              "cycle counts %zu (%llu..%llu), seed %u\n",
              what, t.programs, t.onVulkan, t.inRtl, static_cast<unsigned long long>(t.compared),
              static_cast<unsigned long long>(t.different), t.cycles.size(),
              static_cast<unsigned long long>(*t.cycles.begin()),
              static_cast<unsigned long long>(*t.cycles.rbegin()), seed);
}

} // namespace

TEST_CASE("edited schedules give golden's bits in cycles of their own", "[e2e][edits]") {
  const uint32_t seed = variantSeed();
  std::mt19937 random(seed);
  const Hardware hardware = roomyMachine();
  driver::Executor executor;
  Tally all;
  for (bool q4 : {true, false})
    for (int64_t M : {1, 8}) {
      driver::Toolchain toolchain;
      const Problem problem =
          makeProblem(toolchain, parse(toolchain, gemmText(q4, M, 192, 576)), random(), false);
      const std::string payload = payloadOf(toolchain, problem, hardware);
      std::set<std::string> programs;
      const size_t before = all.cycles.size();
      for (int tries = 0; programs.size() < 14 && tries < 100; ++tries) {
        const std::string schedule = randomVariant(M, 192, 576, random).schedule();
        INFO("seed " << seed << ", " << (q4 ? "q4_1" : "q8_0") << " M = " << M << "\n" << schedule);
        const Compiled compiled = compile(toolchain, parse(toolchain, payload + schedule), hardware);
        // A schedule that differs in a number without effect here is the same variant.
        if (programs.insert(program::serialize(must(driver::commandStream(compiled.program)))).second)
          runAll(executor, problem, compiled, programs.size() % 7 == 1, all);
      }
      REQUIRE(programs.size() == 14);
      CHECK(all.cycles.size() > before);
    }
  print("edited schedules", all, seed);
  CHECK(all.programs >= 50);
  CHECK(all.onVulkan >= 6);
  CHECK(all.inRtl >= 6);
  CHECK(all.compared > 0);
  CHECK(all.different == 0);
  CHECK(all.cycles.size() > 10);
}

TEST_CASE("programs edited by hand give golden's bits", "[e2e][edits]") {
  const uint32_t seed = variantSeed();
  std::mt19937 random(seed);
  const Hardware hardware = roomyMachine();
  driver::Executor executor;
  Tally all;
  for (bool q4 : {true, false})
    for (int64_t M : {1, 8}) {
      driver::Toolchain toolchain;
      const Problem problem =
          makeProblem(toolchain, parse(toolchain, gemmText(q4, M, 192, 576)), random(), false);
      // Two tiles along k and two slots for each of what they load: there is a turn to take.
      const ScheduleVariant base{M, 64, 288, {2, 2, 2, 1, 1}, {}};
      const Compiled compiled = compile(
          toolchain, parse(toolchain, payloadOf(toolchain, problem, hardware) + base.schedule()), hardware);
      const std::string unedited = program::serialize(must(driver::commandStream(compiled.program)));
      for (HandEdit edit : handEdits) {
        INFO("seed " << seed << ", " << (q4 ? "q4_1" : "q8_0") << " M = " << M << ", " << name(edit));
        const Compiled changed = edited(toolchain, compiled, edit);
        CHECK(program::serialize(must(driver::commandStream(changed.program))) != unedited);
        runAll(executor, problem, changed, q4 && M == 8, all);
      }
    }
  print("edited by hand", all, seed);
  CHECK(all.programs == 20);
  CHECK(all.compared > 0);
  CHECK(all.different == 0);
  CHECK(all.cycles.size() > 4);
}
