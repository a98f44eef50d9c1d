// Does every execution give golden's bits for every model, and would it show if one did not?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/e2e/end_to_end.h"

#include <cstdio>
#include <map>

using namespace accord;
using namespace accord::test;

namespace {

std::vector<std::string> devicesFor(bool lookup) {
  std::vector<std::string> devices{"cpu", "cpu:portable", "vulkan", "sim"};
  if (lookup) // The other operations, and other machines, have nothing for the LUT array.
    devices.push_back("rtl");
  return devices;
}

} // namespace

TEST_CASE("every execution gives golden's bits for every model", "[e2e][parity]") {
  const Hardware machines[] = {edgeMachine(), macMachine()};
  driver::Executor executor;
  size_t models = 0, runs = 0;
  uint64_t compared = 0, different = 0, nans = 0;
  std::map<std::string, uint64_t> perDevice, perMachine;
  // The operations are the vector unit's, which both machines have alike; products run on both.
  auto check = [&](const std::string &path, const Hardware &hardware, bool gemm) {
    driver::Toolchain toolchain;
    const Compiled compiled = compile(toolchain, must(toolchain.load(path)), hardware);
    ++models;
    for (uint64_t seed : {1, 2}) {
      const Problem problem = makeProblem(toolchain, must(toolchain.load(path)), seed, seed == 2);
      for (const HostTensor &argument : problem.arguments)
        if (argument.kind == ElementKind::F32)
          for (int64_t i = 0; i < argument.numElements(); ++i)
            nans += !std::isfinite(argument.data<float>()[i]);
      for (const std::string &device : devicesFor(gemm && hardware.lutArray)) {
        Run run = runOn(executor, device, problem, compiled);
        INFO(path << " on " << hardware.name << ", " << device << ", seed " << seed << ": "
                  << run.compared.firstDifference);
        CHECK(run.compared.different == 0);
        CHECK((device != "rtl" || run.execution.simulated->rtlCommands > 0));
        compared += run.compared.compared;
        different += run.compared.different;
        perDevice[device] += run.compared.compared;
        perMachine[hardware.name] += run.compared.compared;
        ++runs;
      }
    }
  };
  for (const std::string &path : modelFiles("networks/ops"))
    check(path, machines[0], false);
  for (const Hardware &hardware : machines)
    for (const std::string &path : modelFiles("networks/gemm"))
      check(path, hardware, true);
  std::printf("parity: models %zu, runs %zu, values compared %llu (", models, runs,
              static_cast<unsigned long long>(compared));
  for (const auto &[device, count] : perDevice)
    std::printf("%s%s %llu", device == perDevice.begin()->first ? "" : ", ", device.c_str(),
                static_cast<unsigned long long>(count));
  for (const auto &[machine, count] : perMachine)
    std::printf("; %s %llu", machine.c_str(), static_cast<unsigned long long>(count));
  std::printf("), mismatches %llu; %llu arguments were infinite or NaN, seeds 1 and 2\n",
              static_cast<unsigned long long>(different), static_cast<unsigned long long>(nans));
  CHECK(models >= 16);
  CHECK(perMachine.size() == 2);
  CHECK(perDevice.size() == 5);
  CHECK(nans > 0);
  CHECK(compared > 0);
  CHECK(different == 0);
}

TEST_CASE("one wrong bit of one weight shows in every execution", "[e2e][parity]") {
  const Hardware hardware = edgeMachine();
  driver::Executor executor;
  driver::Toolchain toolchain;
  const int64_t M = 8, N = 192;
  const std::string text = gemmText(true, M, N, 576);
  const Problem problem = makeProblem(toolchain, parse(toolchain, text), 1, false);
  const Compiled compiled = compile(toolchain, parse(toolchain, text), hardware);
  std::vector<driver::Bytes> arguments = bind(problem, compiled);
  const auto &buffers = compiled.program.signature.buffers;
  size_t planes = 0;
  while (planes < buffers.size() && buffers[planes].shape.size() != 4) // [N/64][tables][planes][32]
    ++planes;
  REQUIRE(planes < buffers.size());
  // Lane 70 of table 5, most significant plane, its low bit: the second block of 64 lanes, byte 3, low
  // nibble.
  const size_t tables = buffers[planes].shape[1], bits = buffers[planes].shape[2];
  arguments[planes].at(((1 * tables + 5) * bits + (bits - 1)) * 32 + 3) ^= 1;
  size_t caught = 0;
  std::vector<driver::Bytes> first;
  for (const std::string &device : devicesFor(true)) {
    INFO("execution " << device);
    const driver::Execution execution = must(executor.run(device, compiled.program, arguments));
    const driver::Comparison compared =
        must(driver::compareResults(compiled.program, problem.expected, execution));
    // Only the column of that weight can change, and in every execution to the same wrong bits.
    CHECK(compared.compared == static_cast<uint64_t>(M * N));
    CHECK(compared.different >= 1);
    CHECK(compared.different <= static_cast<uint64_t>(M));
    CHECK(compared.firstDifference.find("[70]: expected") != std::string::npos);
    if (first.empty())
      first = execution.buffers;
    CHECK(execution.buffers == first);
    caught += compared.different > 0;
  }
  std::printf("one wrong weight bit: caught on %zu of %zu executions\n", caught, devicesFor(true).size());
  CHECK(caught == devicesFor(true).size());
}

TEST_CASE("one wrong bit of a result shows in the comparison", "[e2e][parity]") {
  const Hardware hardware = edgeMachine();
  driver::Executor executor;
  size_t caught = 0, models = 0;
  for (const std::string &path : modelFiles("networks/ops")) {
    INFO(path);
    driver::Toolchain toolchain;
    const Compiled compiled = compile(toolchain, must(toolchain.load(path)), hardware);
    const Problem problem = makeProblem(toolchain, must(toolchain.load(path)), 1, false);
    Run run = runOn(executor, "cpu", problem, compiled);
    REQUIRE(run.compared.different == 0);
    const auto &buffers = compiled.program.signature.buffers;
    for (size_t i = 0; i < buffers.size(); ++i)
      if (buffers[i].role != rt::Role::Argument) {
        driver::Execution wrong = run.execution;
        wrong.buffers[i].at(wrong.buffers[i].size() / 2) ^= 1;
        const driver::Comparison compared =
            must(driver::compareResults(compiled.program, problem.expected, wrong));
        CHECK(compared.different == 1);
        CHECK(compared.firstDifference != "");
        caught += compared.different == 1;
        ++models;
      }
  }
  std::printf("one wrong result bit: caught in %zu of %zu results\n", caught, models);
  CHECK(models > 0);
}
