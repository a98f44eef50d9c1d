// Does every backend that the machine has keep the device interface's promises, in its answers and its
// refusals?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/runtime/cpu/l3_text.h"
#include "test/runtime/devices.h"
#include <catch2/catch.hpp>
#include <iostream>

using namespace accord;
using namespace accord::test;
using Catch::Matchers::Contains;

namespace {

/// y = x + s·1, in place of nothing: element i of y is x[i] + s; s is a scalar.
const char *addScalar = R"(
func.func @program(%x: memref<100xi32> {accel.role = "argument", accel.name = "x"},
                   %y: memref<100xi32> {accel.role = "result"}, %s: index) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %v = arith.index_cast %s : index to i32
  scf.parallel (%i) = (%c0) to (%c100) step (%c1) {
    %a = memref.load %x[%i] : memref<100xi32>
    %b = arith.addi %a, %v : i32
    memref.store %b, %y[%i] : memref<100xi32>
  }
  return
}
)";

/// Too long for one dispatch of a GPU: what the first loop leaves in the program's own memory, the second
/// counts on, and the third adds the scalar to.
const char *longProgram = R"(
func.func @program(%x: memref<100xi32> {accel.role = "argument", accel.name = "x"},
                   %y: memref<100xi32> {accel.role = "result"}, %s: index) attributes {accel.program} {
  %own = memref.alloc() : memref<100xi32, #accel.mem<spm>>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %many = arith.constant 12000 : index
  %one = arith.constant 1 : i32
  %v = arith.index_cast %s : index to i32
  scf.parallel (%i) = (%c0) to (%c100) step (%c1) {
    %a = memref.load %x[%i] : memref<100xi32>
    memref.store %a, %own[%i] : memref<100xi32, #accel.mem<spm>>
    scf.for %j = %c0 to %many step %c1 {
      %b = memref.load %own[%i] : memref<100xi32, #accel.mem<spm>>
      %c = arith.addi %b, %one : i32
      memref.store %c, %own[%i] : memref<100xi32, #accel.mem<spm>>
    }
  }
  scf.for %r = %c0 to %c100 step %c1 {
    scf.parallel (%i) = (%c0) to (%c100) step (%c1) {
      %1 = arith.index_cast %r : index to i32
      scf.for %j = %c0 to %c100 step %c1 {
        %2 = arith.index_cast %j : index to i32
        %b = memref.load %own[%i] : memref<100xi32, #accel.mem<spm>>
        %3 = arith.xori %1, %2 : i32
        %c = arith.addi %b, %3 : i32
        memref.store %c, %own[%i] : memref<100xi32, #accel.mem<spm>>
      }
    }
  }
  scf.parallel (%i) = (%c0) to (%c100) step (%c1) {
    %a = memref.load %own[%i] : memref<100xi32, #accel.mem<spm>>
    %b = arith.addi %a, %v : i32
    memref.store %b, %y[%i] : memref<100xi32>
  }
  return
}
)";

std::vector<std::unique_ptr<rt::Device>> allDevices() {
  auto devices = openComputingDevices();
  auto null = rt::openDevice("null");
  REQUIRE(null);
  devices.push_back(std::move(*null));
  return devices;
}

template <typename T> T require(Expected<T> value) {
  if (!value)
    FAIL(value.error().message);
  return std::move(*value);
}
void require(Status status) {
  if (!status)
    FAIL(status.error().message);
}

/// A program for the device; the null device takes any bytes.
rt::Image programFor(const rt::Device &device) {
  if (device.kind() != rt::DeviceKind::Null)
    return require(buildFor(device, addScalar));
  rt::Image image;
  image.entry = "program";
  image.bytes = {0};
  image.scalars = 1;
  image.buffers = {{"x", rt::Role::Argument, rt::ElementType::I32, {100}},
                   {"", rt::Role::Result, rt::ElementType::I32, {100}}};
  return image;
}

} // namespace

TEST_CASE("listed devices open under their names, others are refused", "[conformance]") {
  std::vector<rt::DeviceInfo> listed = rt::listDevices();
  REQUIRE(listed.size() >= 2);
  CHECK(listed.front().name == "null");
  for (const rt::DeviceInfo &info : listed) {
    auto device = require(rt::openDevice(info.name));
    std::cout << "listed: " << info.name << ": " << info.description << std::endl;
    CHECK_THAT(device->exactMode().error().message, Contains("no self-test was run"));
  }
  CHECK_THAT(rt::openDevice("abacus").error().message,
             Contains("device: expected one of null, ") && Contains("got 'abacus'"));
  if (!offline())
    CHECK_THAT(rt::openDevice("vulkan:99").error().message,
               Contains("vulkan: expected one of 0 (") && Contains("got '99'"));
}

TEST_CASE("buffers hold what was uploaded and keep their bounds", "[conformance]") {
  for (auto &device : allDevices()) {
    INFO(device->name());
    CHECK_THAT(device->allocate(0).error().message, Contains("at least 1 byte, got 0"));
    auto buffer = require(device->allocate(7));
    CHECK(buffer->size() == 7);
    Bytes in{1, 2, 3, 4, 5, 6, 7}, out(7);
    require(buffer->upload(in.data(), 7));
    require(buffer->upload(in.data(), 2, 5));
    require(buffer->download(out.data(), 7));
    CHECK(out == Bytes{1, 2, 3, 4, 5, 1, 2});
    require(buffer->download(out.data(), 0, 7));
    CHECK_THAT(buffer->upload(in.data(), 7, 1).error().message,
               Contains("buffer of 7 bytes, got 7 bytes at 1"));
    CHECK_THAT(buffer->upload(in.data(), 1, ~uint64_t(0)).error().message,
               Contains("expected a range inside"));
    CHECK_THAT(buffer->download(out.data(), 8).error().message, Contains("got 8 bytes at 0"));
  }
}

TEST_CASE("images that cannot run are refused when they are loaded", "[conformance]") {
  for (auto &device : allDevices()) {
    INFO(device->name());
    rt::Image good = programFor(*device);
    require(device->load(good));
    rt::Image bad = good;
    bad.entry.clear();
    CHECK_THAT(device->load(bad).error().message, Contains("expected the name of an entry point, got none"));
    bad = good;
    bad.bytes.clear();
    CHECK_THAT(device->load(bad).error().message, Contains("expected a program, got 0 bytes"));
    bad = good;
    bad.buffers[0].shape = {-1};
    CHECK_THAT(device->load(bad).error().message,
               Contains("buffer 0 ('x'): expected positive extents, got -1"));
    bad = good;
    bad.steps = 0;
    CHECK_THAT(device->load(bad).error().message, Contains("step") && Contains("got 0"));
    if (device->kind() == rt::DeviceKind::Null)
      continue;
    if (device->format() == rt::ImageFormat::LlvmBitcode) {
      bad.steps = 2;
      CHECK_THAT(device->load(bad).error().message, Contains("expected 1 step, got 2"));
    }
    bad = good;
    bad.format = rt::ImageFormat::AccelProgram;
    CHECK_THAT(device->load(bad).error().message, Contains("got accel program"));
    bad = good;
    bad.entry = "elsewhere";
    CHECK_THAT(device->load(bad).error().message, Contains("elsewhere"));
    // Neither a header nor the middle of a program makes a crash of garbage.
    bad = good;
    bad.bytes.assign(64, 0x5a);
    CHECK_FALSE(device->load(bad));
    bad = good;
    bad.bytes.resize(bad.bytes.size() / 8 * 4);
    CHECK_FALSE(device->load(bad));
  }
}

TEST_CASE("submits with wrong arguments are refused and change nothing", "[conformance]") {
  for (auto &device : allDevices()) {
    INFO(device->name());
    auto executable = require(device->load(programFor(*device)));
    CHECK(executable->image().buffers.size() == 2);
    auto queue = require(device->createQueue());
    auto x = require(device->allocate(400)), y = require(device->allocate(400)),
         small = require(device->allocate(399));
    auto refused = [&](const std::vector<rt::Buffer *> &buffers, const std::vector<int64_t> &scalars) {
      Status status = queue->submit(*executable, buffers, scalars);
      return status ? std::string() : status.error().message;
    };
    CHECK_THAT(refused({x.get()}, {1}), Contains("expected 2 buffers, got 1"));
    CHECK_THAT(refused({x.get(), y.get()}, {}), Contains("expected 1 scalars, got 0"));
    CHECK_THAT(refused({x.get(), y.get()}, {1, 2}), Contains("expected 1 scalars, got 2"));
    CHECK_THAT(refused({x.get(), nullptr}, {1}), Contains("buffer 1: expected a buffer, got none"));
    CHECK_THAT(refused({small.get(), y.get()}, {1}),
               Contains("buffer 0 ('x'): expected at least 400 bytes, got 399"));
    CHECK_THAT(refused({x.get(), x.get()}, {1}), Contains("expected a buffer of its own"));
    if (device->kind() == rt::DeviceKind::Vulkan) {
      CHECK_THAT(refused({x.get(), y.get()}, {int64_t(1) << 31}),
                 Contains("scalar 0: expected a value of 32 bits"));
      auto other = require(rt::openDevice("null"));
      auto foreign = require(other->allocate(400));
      CHECK_THAT(refused({foreign.get(), y.get()}, {1}), Contains("expected one of this device"));
      // The same device opened again is another: its buffers are not of this one's memory.
      auto again = require(rt::openDevice("vulkan"));
      auto twin = require(again->allocate(400));
      CHECK_THAT(refused({twin.get(), y.get()}, {1}), Contains("expected one of this device"));
      CHECK_THAT(refused({x.get(), y.get()}, {-(int64_t(1) << 31) - 1}),
                 Contains("scalar 0: expected a value of 32 bits"));
    }
    require(queue->wait());
  }
}

TEST_CASE("submissions run in order and are complete after wait", "[conformance]") {
  uint64_t compared = 0;
  for (auto &device : openComputingDevices()) {
    INFO(device->name());
    auto executable = require(device->load(programFor(*device)));
    auto queue = require(device->createQueue());
    auto a = require(device->allocate(400)), b = require(device->allocate(512));
    std::vector<int32_t> values(100);
    for (int i = 0; i < 100; ++i)
      values[i] = i * 1000 - 7;
    require(a->upload(values.data(), 400));
    // a -> b -> a -> b, each adding its own scalar: any other order gives another sum.
    require(queue->submit(*executable, {a.get(), b.get()}, {5}));
    require(queue->submit(*executable, {b.get(), a.get()}, {-300}));
    require(queue->submit(*executable, {a.get(), b.get()}, {2147000}));
    require(queue->wait());
    require(queue->wait());
    std::vector<int32_t> first(100), second(100);
    require(a->download(first.data(), 400));
    require(b->download(second.data(), 400));
    for (int i = 0; i < 100; ++i, compared += 2) {
      REQUIRE(first[i] == i * 1000 - 7 - 295);
      REQUIRE(second[i] == i * 1000 - 7 - 295 + 2147000);
    }
  }
  REQUIRE(compared > 0);
  std::cout << "submissions: " << compared << " values compared" << std::endl;
}

TEST_CASE("long programs are complete and in order, their own memory kept between steps", "[conformance]") {
  uint64_t compared = 0;
  int32_t added = 12000;
  for (int r = 0; r < 100; ++r)
    for (int j = 0; j < 100; ++j)
      added += r ^ j;
  for (auto &device : openComputingDevices()) {
    INFO(device->name());
    rt::Image image = require(buildFor(*device, longProgram));
    CHECK((image.steps > 1) == (device->format() != rt::ImageFormat::LlvmBitcode));
    CHECK(image.scalars == 1);
    auto executable = require(device->load(image));
    CHECK(executable->image().steps == image.steps);
    auto queue = require(device->createQueue());
    auto a = require(device->allocate(400)), b = require(device->allocate(400));
    std::vector<int32_t> values(100), first(100), second(100);
    for (int i = 0; i < 100; ++i)
      values[i] = i * 1000 - 7;
    require(a->upload(values.data(), 400));
    require(queue->submit(*executable, {a.get(), b.get()}, {5}));
    require(queue->submit(*executable, {b.get(), a.get()}, {-300}));
    require(queue->wait());
    require(a->download(first.data(), 400));
    require(b->download(second.data(), 400));
    for (int i = 0; i < 100; ++i, compared += 2) {
      REQUIRE(second[i] == values[i] + added + 5);
      REQUIRE(first[i] == values[i] + 2 * added - 295);
    }
    std::cout << "long program: " << device->name() << ": " << image.steps << " steps" << std::endl;
  }
  REQUIRE(compared > 0);
  std::cout << "long programs: " << compared << " values compared" << std::endl;
}

TEST_CASE("a device that computes nothing has no exact mode", "[conformance]") {
  auto null = require(rt::openDevice("null"));
  rt::SelfTestCase test;
  test.primitive = "add";
  test.image = programFor(*null);
  test.image.scalars = 0;
  test.inputs = {Bytes(400, 0)};
  test.expected = Bytes(400, 0);
  require(null->runSelfTest({test}));
  CHECK_THAT(null->exactMode().error().message, Contains("primitive 'add' differs in 100 of 100 cases"));
  // Opened with a self-test it has run it, for its format.
  auto opened =
      require(rt::openDevice("null", {[&](rt::ImageFormat format) -> Expected<std::vector<rt::SelfTestCase>> {
                               CHECK(format == null->format());
                               return std::vector<rt::SelfTestCase>{test};
                             }}));
  CHECK(opened->selfTest().compared() == 100);
  CHECK_THAT(opened->exactMode().error().message, Contains("primitive 'add' differs in 100 of 100 cases"));
  CHECK_FALSE(null->runSelfTest({}));
  CHECK_FALSE(null->exactMode());
  test.expected.clear();
  CHECK_FALSE(null->runSelfTest({test}));
}
