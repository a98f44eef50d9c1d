// Does the CUDA backend load, pack arguments, launch, tell errors and clean up? Against a stand-in for the
// driver, as test machines have none; values on a real GPU are the conformance suite's business.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "accord/device.h"
#include <catch2/catch.hpp>
#include <cstdlib>
#include <dlfcn.h>
#include <iostream>
#include <string>

using namespace accord;
using Catch::Matchers::Contains;

namespace {

std::string stubPath() { return STUB_CUDA_PATH; }

/// A variable of the environment for as long as this lives.
struct Variable {
  Variable(const char *name, const std::string &value) : name(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name); }
  const char *name;
};

rt::Image program() {
  rt::Image image;
  image.format = rt::ImageFormat::Ptx;
  std::string text = ".version 7.0 // the stub runs no PTX";
  image.bytes.assign(text.begin(), text.end());
  image.entry = "program";
  image.buffers = {{"x", rt::Role::Argument, rt::ElementType::I32, {100}},
                   {"y", rt::Role::Result, rt::ElementType::I32, {100}}};
  image.scalars = 1;
  image.scratch = {{rt::ElementType::I32, 64}};
  image.workgroupSize = 64;
  return image;
}

template <typename T> T require(Expected<T> value) {
  if (!value)
    FAIL(value.error().message);
  return std::move(*value);
}

} // namespace

TEST_CASE("a launch packs buffers, scalars and scratch in order and frees all", "[cuda]") {
  Variable library("ACCORD_CUDA_LIBRARY", stubPath());
  uint64_t compared = 0;
  {
    auto device = require(rt::openDevice("cuda"));
    CHECK(device->name() == "Stub GPU");
    CHECK(device->kind() == rt::DeviceKind::Cuda);
    CHECK(device->format() == rt::ImageFormat::Ptx);
    auto executable = require(device->load(program()));
    auto x = require(device->allocate(400)), y = require(device->allocate(400));
    auto queue = require(device->createQueue());
    std::vector<int32_t> values(100), result(100);
    for (int i = 0; i < 100; ++i)
      values[i] = i * 3;
    REQUIRE(x->upload(values.data(), 400));
    REQUIRE(queue->submit(*executable, {x.get(), y.get()}, {-17}));
    REQUIRE(queue->wait());
    REQUIRE(y->download(result.data(), 400));
    for (int i = 0; i < 100; ++i, ++compared)
      REQUIRE(result[i] == i * 3 - 17);
    CHECK_THAT(queue->submit(*executable, {x.get(), y.get()}, {int64_t(1) << 40}).error().message,
               Contains("Stub GPU: scalar 0: expected a value of 32 bits"));
    CHECK_THAT(queue->submit(*executable, {x.get(), y.get()}, {-(int64_t(1) << 40)}).error().message,
               Contains("Stub GPU: scalar 0: expected a value of 32 bits"));
    auto null = require(rt::openDevice("null"));
    auto foreign = require(null->allocate(400));
    CHECK_THAT(queue->submit(*executable, {foreign.get(), y.get()}, {1}).error().message,
               Contains("buffer 0: expected one of this device"));
  }
  void *stub = dlopen(stubPath().c_str(), RTLD_NOW | RTLD_NOLOAD);
  REQUIRE(stub);
  auto live = reinterpret_cast<int (*)()>(dlsym(stub, "stubLive"));
  REQUIRE(live);
  CHECK(live() == 0);
  std::cout << "cuda stub: " << compared << " values compared" << std::endl;
}

TEST_CASE("the steps of a program are launched in order, each with its number after the scalars", "[cuda]") {
  Variable library("ACCORD_CUDA_LIBRARY", stubPath());
  auto device = require(rt::openDevice("cuda"));
  rt::Image image = program();
  image.entry = "stepped";
  uint64_t compared = 0;
  for (uint32_t steps : {2u, 10u}) {
    image.steps = steps;
    auto executable = require(device->load(image));
    CHECK(executable->image().steps == steps);
    auto x = require(device->allocate(400)), y = require(device->allocate(400));
    auto queue = require(device->createQueue());
    std::vector<int32_t> values(100), result(100);
    for (int i = 0; i < 100; ++i)
      values[i] = i * 3;
    REQUIRE(x->upload(values.data(), 400));
    std::vector<int32_t> unwritten(100, 1 << 20);
    REQUIRE(y->upload(unwritten.data(), 400));
    REQUIRE(queue->submit(*executable, {x.get(), y.get()}, {-17}));
    REQUIRE(queue->wait());
    REQUIRE(y->download(result.data(), 400));
    for (int i = 0; i < 100; ++i, ++compared)
      REQUIRE(result[i] == (i < int(steps) * 10 ? i * 3 - 17 : 1 << 20));
  }
  image.steps = 0;
  CHECK_THAT(device->load(image).error().message, Contains("expected 1 to 2147483647 steps, got 0"));
  std::cout << "cuda stub, steps: " << compared << " values compared" << std::endl;
}

TEST_CASE("what the driver refuses becomes an error with its name and log", "[cuda]") {
  Variable library("ACCORD_CUDA_LIBRARY", stubPath());
  auto device = require(rt::openDevice("cuda:0"));
  rt::Image image = program();
  std::string broken = "broken";
  image.bytes.assign(broken.begin(), broken.end());
  CHECK_THAT(
      device->load(image).error().message,
      Contains(
          "'program': cuModuleLoadDataEx: expected success, got CUDA_ERROR_INVALID_PTX (as the stub says)") &&
          Contains("ptxas stub, line 1; syntax"));
  image = program();
  image.entry = "other";
  CHECK_THAT(device->load(image).error().message,
             Contains("'other': cuModuleGetFunction: expected success, got CUDA_ERROR_NOT_FOUND"));
  image = program();
  image.format = rt::ImageFormat::Spirv;
  CHECK_THAT(device->load(image).error().message, Contains("expected PTX, got SPIR-V"));
  image = program();
  image.workgroupSize = 512;
  CHECK_THAT(device->load(image).error().message,
             Contains("expected at most 256 invocations in a workgroup, got 512"));
  image.workgroupSize = 256;
  CHECK(device->load(image));
  CHECK_THAT(device->allocate(uint64_t(1) << 40).error().message,
             Contains("cuMemAlloc of 1099511627776 bytes") && Contains("CUDA_ERROR_OUT_OF_MEMORY"));

  auto executable = require(device->load(program()));
  auto x = require(device->allocate(400)), y = require(device->allocate(400));
  auto queue = require(device->createQueue());
  {
    Variable fails("STUB_CUDA_LAUNCH_FAILS", "1");
    CHECK_THAT(queue->submit(*executable, {x.get(), y.get()}, {1}).error().message,
               Contains("cuLaunchKernel of 'program': expected success, got CUDA_ERROR_LAUNCH_FAILED"));
  }
  REQUIRE(queue->submit(*executable, {x.get(), y.get()}, {1}));
  Variable fails("STUB_CUDA_SYNC_FAILS", "1");
  CHECK_THAT(queue->wait().error().message, Contains("cuStreamSynchronize: expected success"));
}

TEST_CASE("a missing driver, symbol or device is an error that names it", "[cuda]") {
  {
    Variable library("ACCORD_CUDA_LIBRARY", "/nonexistent/libcuda.so");
    CHECK_THAT(rt::openDevice("cuda").error().message,
               Contains("cuda: expected a driver '/nonexistent/libcuda.so'"));
  }
  {
    Variable library("ACCORD_CUDA_LIBRARY", "libm.so.6");
    CHECK_THAT(rt::openDevice("cuda").error().message,
               Contains("libm.so.6: expected cuInit, got a driver without it"));
  }
  Variable library("ACCORD_CUDA_LIBRARY", stubPath());
  CHECK_THAT(rt::openDevice("cuda:1").error().message,
             Contains("cuda: expected an index below 1") && Contains("got '1'"));
  CHECK_THAT(rt::openDevice("cuda:x").error().message, Contains("got 'x'"));
  Variable fails("STUB_CUDA_NO_INIT", "1");
  CHECK_THAT(rt::openDevice("cuda").error().message,
             Contains("cuInit: expected success, got CUDA_ERROR_NO_DEVICE"));
  // A driver that cannot start lists nothing. Other drivers have no part in this: Mesa's keeps what it found
  // of the caches of some processors when it is unloaded, which the leak checker takes for ours.
  Variable noVulkan("ACCORD_VULKAN_LOADER", "libno-such-loader.so");
  for (const rt::DeviceInfo &info : rt::listDevices())
    CHECK(info.name.rfind("cuda", 0) != 0);
}
