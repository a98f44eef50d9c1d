// Do programs of more loop iterations than a device runs in one dispatch give golden's bits in steps, and
// what happens to them without steps?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/SPIRV/SpirvTarget.h"
#include "test/runtime/cpu/compare.h"
#include "test/runtime/cpu/l3_text.h"
#include "test/runtime/devices.h"
#include "tools/driver/executions.h"
#include <algorithm>

using namespace accord;
using namespace accord::test;
using Catch::Matchers::Contains;

namespace {

template <typename T> T require(Expected<T> value) {
  if (!value)
    FAIL(value.error().message);
  return std::move(*value);
}

/// Three loops that add one to each of 64 elements 30,000 times: 90,000 iterations of one invocation.
const char *counting = R"(
func.func @program(%y: memref<64xi32> {accel.role = "inout"}) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %many = arith.constant 30000 : index
  %one = arith.constant 1 : i32
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    scf.for %j = %c0 to %many step %c1 {
      %v = memref.load %y[%i] : memref<64xi32>
      %w = arith.addi %v, %one : i32
      memref.store %w, %y[%i] : memref<64xi32>
    }
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    scf.for %j = %c0 to %many step %c1 {
      %v = memref.load %y[%i] : memref<64xi32>
      %w = arith.addi %v, %one : i32
      memref.store %w, %y[%i] : memref<64xi32>
    }
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    scf.for %j = %c0 to %many step %c1 {
      %v = memref.load %y[%i] : memref<64xi32>
      %w = arith.addi %v, %one : i32
      memref.store %w, %y[%i] : memref<64xi32>
    }
  }
  return
}
)";

rt::Image compileCounting(uint64_t stepBudget) {
  auto context = makeContext();
  auto module = require(parseProgram(*context, counting));
  SpirvOptions options;
  options.stepBudget = stepBudget;
  return require(compileToSpirv(*module, "program", options));
}

std::vector<int32_t> count(rt::Device &device, const rt::Image &image) {
  auto after = require(runImage(device, image, {Bytes(256, 0)}));
  std::vector<int32_t> counts(64);
  std::memcpy(counts.data(), after[0].data(), 256);
  return counts;
}

} // namespace

TEST_CASE("lavapipe ends the loops of an invocation after 65,535 iterations; steps stay below", "[vulkan]") {
  auto device = openVulkanForTest();
  if (!device)
    return;
  rt::Image stepped = compileCounting(32768), whole = compileCounting(uint64_t(1) << 32);
  CHECK(stepped.steps == 3);
  CHECK(whole.steps == 1);
  uint64_t compared = requireSame(count(*device, stepped), std::vector<int32_t>(64, 90000), "counts");
  std::cout << "iterations of 90000 in 3 steps: " << compared << " counts compared, 0 different" << std::endl;
  // LP_MAX_TGSI_LOOP_ITERATIONS of Mesa's gallivm: one limiter for all loops of an invocation. The loops
  // around and the ends of loops count too. Should a later Mesa pass this, the budget may grow.
  int32_t counted = count(*device, whole)[0];
  std::cout << "iterations of 90000 in 1 dispatch: " << counted << " on " << device->name() << std::endl;
  if (device->name().find("llvmpipe") != std::string::npos) {
    CHECK(counted > 65000);
    CHECK(counted <= 65536);
  } else {
    CHECK(counted == 90000);
  }
}

TEST_CASE("an invocation that alone is above the budget is refused", "[vulkan]") {
  auto context = makeContext();
  auto module = require(parseProgram(*context, counting));
  SpirvOptions options;
  options.stepBudget = 30000;
  CHECK_THAT(compileToSpirv(*module, "program", options).error().message,
             Contains("expected one round of the workgroup to run at most") && Contains("got 30002"));
}

TEST_CASE("a feed-forward block gives golden's bits in steps, at every workgroup size", "[vulkan]") {
  auto device = openVulkanForTest();
  if (!device)
    return;
  const std::string root = std::getenv("ACCORD_SOURCE_DIR");
  const std::string path = root + "/models/networks/blocks/ffn.mlir";
  Hardware hardware = require(loadHardware(root + "/models/hardware/lut-edge.yaml"));
  driver::Toolchain toolchain;
  auto model = require(toolchain.load(path));
  mlir::OwningOpRef<mlir::ModuleOp> program = model->clone();
  if (Status s = toolchain.raise(*program, Level::L3, hardware, path); !s)
    FAIL(s.error().message);
  auto source = require(toolchain.entry(*model, "", path));
  auto compiled = require(driver::programOf(toolchain, *program, "", {}, hardware, path));
  uint64_t seed = testSeed("feed-forward block");
  // The last one cuts bodies and single parallel loops as well.
  uint32_t mostSteps = 0;
  for (auto [workgroupSize, stepBudget] :
       {std::pair(32u, 32768u), {64u, 32768u}, {256u, 32768u}, {64u, 400u}}) {
    INFO("workgroup " << workgroupSize << ", budget " << stepBudget);
    SpirvOptions options;
    options.workgroupSize = workgroupSize;
    options.stepBudget = stepBudget;
    rt::Image image = require(compileToSpirv(*program, "", options));
    CHECK(image.steps > 1);
    mostSteps = std::max(mostSteps, image.steps);
    uint64_t compared = 0;
    for (bool special : {false, true}) {
      auto arguments = require(driver::randomArguments(source, seed + special, special));
      auto expected = require(driver::goldenResults(toolchain, source, arguments));
      auto bound = require(driver::bindArguments(source, arguments, image.buffers));
      std::vector<Bytes> inputs;
      for (size_t i = 0; i < image.buffers.size(); ++i)
        if (image.buffers[i].role != rt::Role::Result)
          inputs.push_back(bound[i]);
      driver::Execution got{device->name(), require(runImage(*device, image, inputs)), std::nullopt, 0};
      driver::Comparison all = require(driver::compareResults(compiled, expected, got));
      INFO(all.firstDifference);
      CHECK(all.different == 0);
      compared += all.compared;
    }
    std::cout << "ffn, workgroup " << workgroupSize << ", budget " << stepBudget << ": " << image.steps
              << " steps, " << compared << " values compared" << std::endl;
  }
  CHECK(mostSteps > 200);
}
