// Does the CPU pass its self-test on every target, is each primitive's fault caught by name, and are wrong
// images refused?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"
#include "mlir/Conversion/Numerics/SelfTest.h"
#include "runtime/backends/cpu/cpu_device.h"
#include "test/runtime/cpu/l3_text.h"
#include <catch2/catch.hpp>
#include <cfenv>
#include <iostream>

using namespace accord;
using Catch::Matchers::Contains;

TEST_CASE("every primitive passes on every target", "[cpu]") {
  auto cases = buildSelfTestCases(buildCpuImage);
  if (!cases)
    FAIL(cases.error().message);
  REQUIRE(cases->size() == selfTestPrimitives().size());
  for (const char *target : {"host", "avx2", "portable"}) {
    auto device = rt::openCpuDevice(target);
    if (!device) {
      std::cout << "self-test: target " << target << " skipped: " << device.error().message << std::endl;
      REQUIRE(std::string(target) == "avx2");
      continue;
    }
    CHECK_THAT((*device)->exactMode().error().message, Contains("no self-test was run"));
    Status ran = (*device)->runSelfTest(*cases);
    if (!ran)
      FAIL(ran.error().message);
    Status exact = (*device)->exactMode();
    if (!exact)
      FAIL(exact.error().message);
    for (const rt::PrimitiveResult &r : (*device)->selfTest().results)
      CHECK(r.compared > 0);
    std::cout << "self-test: " << (*device)->name() << ", target " << target << ": "
              << (*device)->selfTest().compared() << " values compared" << std::endl;
  }
}

TEST_CASE("a fault in one primitive is refused by its name", "[cpu]") {
  auto device = rt::openCpuDevice();
  REQUIRE(device);
  for (const std::string &primitive : selfTestPrimitives()) {
    auto cases = buildSelfTestCases(buildCpuImage, primitive);
    if (!cases)
      FAIL(cases.error().message);
    REQUIRE((*device)->runSelfTest(*cases));
    Status exact = (*device)->exactMode();
    INFO(primitive);
    REQUIRE_FALSE(exact);
    CHECK_THAT(exact.error().message, Contains("primitive '" + primitive + "' differs in"));
    for (const rt::PrimitiveResult &r : (*device)->selfTest().results)
      CHECK((r.different > 0) == (r.primitive == primitive));
  }
  CHECK_THAT(buildSelfTestCases(buildCpuImage, "divide").error().message, Contains("got 'divide'"));
}

TEST_CASE("the cpu device refuses what it cannot run", "[cpu]") {
  CHECK_THAT(rt::openCpuDevice("z80").error().message,
             Contains("expected target host, avx2 or portable, got 'z80'"));
  REQUIRE(rt::openCpuDevice("host", {rt::maxCpuThreads}));
  CHECK_THAT(rt::openCpuDevice("host", {rt::maxCpuThreads + 1}).error().message,
             Contains("expected at most 1024 threads, got 1025"));
  auto device = rt::openCpuDevice();
  REQUIRE(device);
  CHECK_THAT((*device)->allocate(0).error().message, Contains("at least 1 byte"));

  rt::Image image;
  image.entry = "nothing";
  image.bytes = {1, 2, 3, 4};
  CHECK_THAT((*device)->load(image).error().message, Contains("cpu: image 'nothing'"));

  const std::string calls = "func.func private @elsewhere()\nfunc.func @program(%x: memref<4xf32>) {\n"
                            "  func.call @elsewhere() : () -> ()\n  return\n}\n";
  auto unresolved = test::buildProgram(calls);
  if (!unresolved)
    FAIL(unresolved.error().message);
  CHECK_THAT((*device)->load(*unresolved).error().message, Contains("elsewhere"));

  CHECK_THAT(test::buildProgram("func.func @other() { return }").error().message,
             Contains("function 'program': expected a definition in the module, got none"));
  CHECK_THAT(test::buildProgram("func.func @program(%x: memref<?xf32>) { return }").error().message,
             Contains("argument 0: expected a dense static memref"));
  CHECK_THAT(
      test::buildProgram("func.func @program(%x: memref<4xf32, strided<[2]>>) { return }").error().message,
      Contains("argument 0: expected a dense static memref"));
}

TEST_CASE("programs of one length are not taken for each other", "[cpu]") {
  auto writing = [](int value) {
    auto image = test::buildProgram("func.func @program(%y: memref<1xi32> {accel.role = \"result\"}) {\n"
                                    "  %c0 = arith.constant 0 : index\n  %v = arith.constant " +
                                    std::to_string(value) +
                                    " : i32\n  memref.store %v, %y[%c0] : memref<1xi32>\n  return\n}\n");
    if (!image)
      FAIL(image.error().message);
    return *image;
  };
  const std::vector<rt::Image> images = {writing(20), writing(21), writing(20)};
  REQUIRE(images[0].bytes.size() == images[1].bytes.size());
  REQUIRE(images[0].bytes != images[1].bytes);
  auto device = rt::openCpuDevice();
  REQUIRE(device);
  // All stay loaded, so that the first one's code is there when the second comes.
  std::vector<std::unique_ptr<rt::Executable>> loaded;
  auto queue = (*device)->createQueue();
  REQUIRE(queue);
  for (const rt::Image &image : images) {
    auto executable = (*device)->load(image);
    REQUIRE(executable);
    loaded.push_back(std::move(*executable));
  }
  for (size_t i : {0, 1, 2}) {
    auto buffer = (*device)->allocate(4);
    REQUIRE(buffer);
    REQUIRE((*queue)->submit(*loaded[i], {buffer->get()}));
    REQUIRE((*queue)->wait());
    int32_t value = 0;
    REQUIRE((*buffer)->download(&value, 4));
    CHECK(value == (i == 1 ? 21 : 20));
  }
}

TEST_CASE("a changed rounding mode is refused at submit", "[cpu]") {
  auto device = rt::openCpuDevice();
  REQUIRE(device);
  auto image =
      test::buildProgram("func.func @program(%x: memref<1xf32> {accel.role = \"result\"}) { return }");
  REQUIRE(image);
  REQUIRE(test::runImage(**device, *image, {}));
  std::fesetround(FE_UPWARD);
  auto after = test::runImage(**device, *image, {});
  std::fesetround(FE_TONEAREST);
  REQUIRE_FALSE(after);
  CHECK_FALSE(after.error().message.empty());
}
