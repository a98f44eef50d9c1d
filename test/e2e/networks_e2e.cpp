// Do networks of every op, of any size, give golden's bits on every execution, whatever the machine?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/e2e/end_to_end.h"
#include "test/e2e/random_network.h"
#include "test/sim/support/fresh_seed.h"

#include <cstdio>
#include <cstdlib>

using namespace accord;
using namespace accord::test;

TEST_CASE("random networks give golden's bits on every execution", "[e2e][networks]") {
  // Two that are told apart by their arrays, and two that have room for everything or for little.
  Hardware tight = macMachine();
  tight.name = "tight-mac";
  tight.scratchpad.capacityBytes /= 2;
  const Hardware machines[] = {edgeMachine(), macMachine(), roomyMachine(), tight};
  const char *asked = std::getenv("ACCORD_RANDOM_NETWORKS");
  const uint64_t first = freshSeed(), count = asked ? std::strtoull(asked, nullptr, 10) : 24;
  driver::Executor executor;
  std::map<std::string, uint64_t> ops, perDevice;
  uint64_t runs = 0, different = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t seed = first + i;
    const std::string text = randomNetwork(seed, ops);
    INFO("seed " << seed << "\n" << text);
    driver::Toolchain toolchain;
    const Problem problem = makeProblem(toolchain, parse(toolchain, text), seed, i % 2);
    for (const Hardware &hardware : machines) {
      const Compiled compiled = compile(toolchain, parse(toolchain, text), hardware);
      for (const char *device : {"cpu", "vulkan", "sim"}) {
        if (&hardware != machines && std::string(device) == "vulkan" && i % 4)
          continue; // a machine changes the program's tiles alone
        const Run run = runOn(executor, device, problem, compiled);
        INFO(hardware.name << ", " << device << ": " << run.compared.firstDifference);
        CHECK(run.compared.different == 0);
        CHECK(run.compared.compared > 0);
        perDevice[device] += run.compared.compared;
        different += run.compared.different;
        ++runs;
      }
    }
  }
  std::printf("random networks: %llu from seed %llu, %llu runs, mismatches %llu; values compared:",
              static_cast<unsigned long long>(count), static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(runs), static_cast<unsigned long long>(different));
  for (const auto &[device, compared] : perDevice)
    std::printf(" %s %llu", device.c_str(), static_cast<unsigned long long>(compared));
  std::printf("; ops:");
  for (const auto &[op, times] : ops)
    std::printf(" %s %llu", op.c_str(), static_cast<unsigned long long>(times));
  std::printf("\n");
  CHECK((count < 20 || ops.size() >= 8));
}
