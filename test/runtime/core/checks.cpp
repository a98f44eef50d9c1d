// What all backends share, on a device made for it: the checks of a submission, and the judge of the
// self-test.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "accord/device.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <functional>

using namespace accord;
using Catch::Matchers::Contains;

namespace {

class Memory : public rt::Buffer {
public:
  explicit Memory(uint64_t size) : bytes(size) {}
  uint64_t size() const override { return bytes.size(); }
  Status upload(const void *data, uint64_t count, uint64_t offset) override {
    std::copy_n(static_cast<const uint8_t *>(data), count, bytes.begin() + offset);
    return {};
  }
  Status download(void *data, uint64_t count, uint64_t offset) const override {
    std::copy_n(bytes.begin() + offset, count, static_cast<uint8_t *>(data));
    return {};
  }
  std::vector<uint8_t> bytes;
};

class Loaded : public rt::Executable {
public:
  explicit Loaded(const rt::Image &image) : description(image) {}
  const rt::Image &image() const override { return description; }

private:
  rt::Image description;
};

/// Writes what it is told to into the last buffer, from its begin.
class Scripted : public rt::Device {
public:
  std::vector<uint32_t> writes;

  std::string name() const override { return "scripted"; }
  rt::DeviceKind kind() const override { return rt::DeviceKind::Null; }
  rt::ImageFormat format() const override { return rt::ImageFormat::LlvmBitcode; }
  Expected<std::unique_ptr<rt::Buffer>> allocate(uint64_t bytes) override {
    return std::unique_ptr<rt::Buffer>(std::make_unique<Memory>(bytes));
  }
  Expected<std::unique_ptr<rt::Executable>> load(const rt::Image &image) override {
    return std::unique_ptr<rt::Executable>(std::make_unique<Loaded>(image));
  }
  Expected<std::unique_ptr<rt::Queue>> createQueue() override {
    return std::unique_ptr<rt::Queue>(std::make_unique<Writing>(writes));
  }

private:
  class Writing : public rt::Queue {
  public:
    explicit Writing(const std::vector<uint32_t> &writes) : writes(writes) {}
    Status submit(rt::Executable &, const std::vector<rt::Buffer *> &buffers,
                  const std::vector<int64_t> &) override {
      return buffers.back()->upload(writes.data(), writes.size() * 4, 0);
    }
    Status wait() override { return {}; }

  private:
    const std::vector<uint32_t> &writes;
  };
};

/// What the judge says of a device that gives `writes` where `expected` is right.
std::string judged(const std::vector<uint32_t> &expected, const std::vector<uint32_t> &writes,
                   rt::ElementType type = rt::ElementType::F32) {
  rt::SelfTestCase test;
  test.primitive = "add";
  const int64_t count = int64_t(expected.size());
  test.image.entry = "add";
  test.image.buffers = {{"x", rt::Role::Argument, type, {count}}, {"y", rt::Role::Result, type, {count}}};
  test.inputs = {std::vector<uint8_t>(expected.size() * 4)};
  test.expected.resize(expected.size() * 4);
  std::memcpy(test.expected.data(), expected.data(), test.expected.size());
  Scripted device;
  device.writes = writes;
  REQUIRE(device.runSelfTest({test}));
  CHECK(device.selfTest().compared() == expected.size());
  Status exact = device.exactMode();
  CHECK(bool(exact) == (device.selfTest().different() == 0));
  return exact ? "" : exact.error().message;
}

} // namespace

TEST_CASE("one different bit in one case is no exact mode") {
  const std::vector<uint32_t> right = {0x3f800000, 0x40000000, 0, 0x80000000};
  CHECK(judged(right, right).empty());
  for (size_t i = 0; i < right.size(); ++i) {
    std::vector<uint32_t> wrong = right;
    wrong[i] ^= 1;
    CHECK_THAT(judged(right, wrong),
               Contains("primitive 'add' differs in 1 of 4 cases, case " + std::to_string(i) + ": expected"));
  }
}

TEST_CASE("a case that a device never answers differs, whatever is right") {
  CHECK_THAT(judged({0, 0, 0}, {0, 0}), Contains("differs in 1 of 3 cases, case 2: expected 0x00000000"));
  CHECK_THAT(judged({0, 0}, {}), Contains("differs in 2 of 2 cases"));
}

TEST_CASE("any NaN is right for a NaN of f32, and nothing else") {
  const uint32_t nan = 0x7fc00000, other = 0xffc00001, one = 0x3f800000;
  CHECK(judged({nan}, {other}).empty());
  CHECK_THAT(judged({nan}, {one}), Contains("differs in 1 of 1"));
  CHECK_THAT(judged({nan}, {0x7f800000}), Contains("differs in 1 of 1")); // infinity
  CHECK_THAT(judged({one}, {nan}), Contains("differs in 1 of 1"));
  CHECK_THAT(judged({nan}, {other}, rt::ElementType::I32), Contains("differs in 1 of 1"));
}

TEST_CASE("a range lies in its buffer, begin and end") {
  CHECK(rt::checkRange("cpu", 7, 7, 0));
  CHECK(rt::checkRange("cpu", 7, 0, 7));
  CHECK(rt::checkRange("cpu", 7, 2, 5));
  for (auto [bytes, offset] :
       {std::pair<uint64_t, uint64_t>{7, 1}, {8, 0}, {0, 8}, {3, 5}, {1, ~uint64_t(0)}})
    CHECK_THAT(rt::checkRange("cpu", 7, bytes, offset).error().message,
               Contains("expected a range inside the buffer of 7 bytes"));
}

TEST_CASE("a buffer of rows holds as many as are submitted") {
  rt::Image image;
  image.entry = "rows";
  image.scalars = 2;
  image.team.enabled = image.team.dynamicRows = true;
  image.buffers = {{"x", rt::Role::Argument, rt::ElementType::F32, {rt::dynamicRows, 3}},
                   {"w", rt::Role::Argument, rt::ElementType::F32, {5}},
                   {"y", rt::Role::Result, rt::ElementType::F32, {rt::dynamicRows, 3}}};
  Memory x(7 * 12), w(20), y(7 * 12);
  auto submit = [&](int64_t position, int64_t rows) {
    Status s = rt::checkSubmit("cpu", image, {&x, &w, &y}, {position, rows});
    return s ? "" : s.error().message;
  };
  CHECK(submit(100, 7).empty());
  CHECK(submit(0, 1).empty());
  CHECK_THAT(submit(0, 8), Contains("buffer 0 ('x'): expected at least 96 bytes, got 84"));
  CHECK_THAT(submit(0, 0), Contains("expected 1 to 2147483647 rows, got 0"));
  // What is written is nobody else's, before it or behind it.
  for (const std::vector<rt::Buffer *> &buffers :
       {std::vector<rt::Buffer *>{&y, &w, &y}, std::vector<rt::Buffer *>{&x, &y, &y}})
    CHECK_FALSE(rt::checkSubmit("cpu", image, buffers, {0, 1}));
  CHECK_FALSE(rt::checkSubmit("cpu", image, {&x, &w, &y}, {0}));
  CHECK_FALSE(rt::checkSubmit("cpu", image, {&x, &w, &y}, {0, 0, 1}));
  image.buffers[0].role = rt::Role::InOut;
  CHECK_FALSE(rt::checkSubmit("cpu", image, {&x, &x, &y}, {0, 1}));
  CHECK(rt::checkSubmit("cpu", image, {&x, &w, &y}, {0, 1}));
}
