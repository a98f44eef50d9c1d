// Does a Vulkan device pass its self-test, is each primitive's fault caught by name, and what does the device
// do without NoContraction?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/Numerics/SelfTest.h"
#include "mlir/Target/SPIRV/SpirvTarget.h"
#include "test/runtime/devices.h"
#include <catch2/catch.hpp>
#include <iostream>

using namespace accord;
using Catch::Matchers::Contains;

namespace {

Expected<rt::Image> build(mlir::ModuleOp module, llvm::StringRef function) {
  return compileToSpirv(module, function);
}

Expected<rt::Image> buildUndecorated(mlir::ModuleOp module, llvm::StringRef function) {
  SpirvOptions options;
  options.withoutNoContraction = true;
  return compileToSpirv(module, function, options);
}

std::vector<rt::SelfTestCase> casesFor(ImageBuilder builder, llvm::StringRef fault = {}) {
  auto cases = buildSelfTestCases(builder, fault);
  if (!cases)
    FAIL(cases.error().message);
  return std::move(*cases);
}

} // namespace

TEST_CASE("every primitive passes on Vulkan", "[vulkan]") {
  auto device = test::openVulkanForTest();
  if (!device)
    return;
  CHECK_THAT(device->exactMode().error().message, Contains("no self-test was run"));
  Status ran = device->runSelfTest(casesFor(build));
  if (!ran)
    FAIL(ran.error().message);
  Status exact = device->exactMode();
  if (!exact)
    FAIL(exact.error().message);
  CHECK(device->selfTest().results.size() == selfTestPrimitives().size());
  for (const rt::PrimitiveResult &r : device->selfTest().results)
    CHECK(r.compared > 0);
  std::cout << "self-test: " << device->name() << ": " << device->selfTest().compared()
            << " values compared, " << device->selfTest().different() << " different" << std::endl;
}

TEST_CASE("a fault in one primitive is refused by its name on Vulkan", "[vulkan]") {
  auto device = test::openVulkanForTest();
  if (!device)
    return;
  unsigned caught = 0;
  for (const std::string &primitive : selfTestPrimitives()) {
    REQUIRE(device->runSelfTest(casesFor(build, primitive)));
    Status exact = device->exactMode();
    INFO(primitive);
    REQUIRE_FALSE(exact);
    CHECK_THAT(exact.error().message, Contains("primitive '" + primitive + "' differs in"));
    for (const rt::PrimitiveResult &r : device->selfTest().results)
      CHECK((r.different > 0) == (r.primitive == primitive));
    ++caught;
  }
  CHECK(caught == selfTestPrimitives().size());
  std::cout << "self-test: " << caught << " faults refused by name" << std::endl;
}

TEST_CASE("without NoContraction a device that folds is refused by name", "[vulkan]") {
  // Declared float modes keep lavapipe from folding as well, so they are left out for this device.
  setenv("ACCORD_VULKAN_FLOAT_MODES", "0", 1);
  auto device = test::openVulkanForTest();
  unsetenv("ACCORD_VULKAN_FLOAT_MODES");
  if (!device)
    return;
  auto run = [&](ImageBuilder builder, const char *what) {
    REQUIRE(device->runSelfTest(casesFor(builder)));
    for (const rt::PrimitiveResult &r : device->selfTest().results)
      if (r.different)
        std::cout << what << ": " << device->name() << ": '" << r.primitive << "' differs in " << r.different
                  << " of " << r.compared << ", " << r.firstDifference << std::endl;
    return device->exactMode();
  };
  Status decorated = run(build, "NoContraction alone");
  Status undecorated = run(buildUndecorated, "nothing declared");
  // Another driver may leave undecorated code alone; lavapipe does not.
  if (device->name().find("llvmpipe") == std::string::npos)
    return;
  CHECK(decorated);
  REQUIRE_FALSE(undecorated);
  CHECK_THAT(undecorated.error().message, Contains("primitive 'magic_add' differs in"));
}
