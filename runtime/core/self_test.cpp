// The device self-test: runs each numerics primitive on values chosen to break it and compares every bit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "accord/device.h"
#include <cstdio>
#include <cstring>

namespace accord::rt {

uint64_t SelfTestReport::compared() const {
  uint64_t sum = 0;
  for (const PrimitiveResult &r : results)
    sum += r.compared;
  return sum;
}

uint64_t SelfTestReport::different() const {
  uint64_t sum = 0;
  for (const PrimitiveResult &r : results)
    sum += r.different;
  return sum;
}

namespace {

uint32_t elementAt(const std::vector<uint8_t> &bytes, uint64_t index, uint64_t width) {
  uint32_t bits = 0;
  std::memcpy(&bits, bytes.data() + index * width, width);
  return bits;
}

bool isNaN(uint32_t f32Bits) { return (f32Bits & 0x7fffffffu) > 0x7f800000u; }

std::string hex(uint32_t bits) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", bits);
  return text;
}

/// Runs one case to its end; the result is what the device wrote.
Expected<std::vector<uint8_t>> runCase(Device &device, Queue &queue, const SelfTestCase &test) {
  const Image &image = test.image;
  if (image.buffers.empty() || test.inputs.size() + 1 != image.buffers.size())
    return Error{"self-test of '" + test.primitive +
                 "': expected an input for every buffer but the last of " +
                 std::to_string(image.buffers.size()) + ", got " + std::to_string(test.inputs.size())};
  auto executable = device.load(image);
  if (!executable)
    return executable.error();
  std::vector<std::unique_ptr<Buffer>> owned;
  std::vector<Buffer *> buffers;
  for (size_t i = 0; i < image.buffers.size(); ++i) {
    auto buffer = device.allocate(image.buffers[i].bytes());
    if (!buffer)
      return buffer.error();
    // The result starts as a pattern that is no answer, so that an element never written is seen.
    std::vector<uint8_t> content =
        i < test.inputs.size() ? test.inputs[i] : std::vector<uint8_t>(image.buffers[i].bytes(), 0xa5);
    if (Status s = (*buffer)->upload(content.data(), content.size()); !s)
      return s.error();
    buffers.push_back(buffer->get());
    owned.push_back(std::move(*buffer));
  }
  if (Status s = queue.submit(**executable, buffers); !s)
    return s.error();
  if (Status s = queue.wait(); !s)
    return s.error();
  std::vector<uint8_t> result(image.buffers.back().bytes());
  if (Status s = buffers.back()->download(result.data(), result.size()); !s)
    return s.error();
  return result;
}

PrimitiveResult compare(const SelfTestCase &test, const std::vector<uint8_t> &got) {
  const BufferBinding &binding = test.image.buffers.back();
  uint64_t width = bytesOf(binding.type);
  PrimitiveResult result{test.primitive, 0, 0, ""};
  for (uint64_t i = 0; i < binding.elements(); ++i, ++result.compared) {
    uint32_t want = elementAt(test.expected, i, width), have = elementAt(got, i, width);
    if (want == have || (binding.type == ElementType::F32 && isNaN(want) && isNaN(have)))
      continue;
    if (result.different++ == 0)
      result.firstDifference = "case " + std::to_string(i) + ": expected " + hex(want) + ", got " + hex(have);
  }
  return result;
}

} // namespace

Status Device::runSelfTest(const std::vector<SelfTestCase> &cases) {
  report = {};
  selfTestError.clear();
  auto fail = [&](Error e) {
    selfTestError = e.message;
    return Status(std::move(e));
  };
  if (cases.empty())
    return fail(Error{name() + ": self-test: expected at least one primitive, got none"});
  auto queue = createQueue();
  if (!queue)
    return fail(queue.error());
  for (const SelfTestCase &test : cases) {
    if (test.image.buffers.empty() || test.expected.empty() ||
        test.expected.size() != test.image.buffers.back().bytes())
      return fail(Error{name() + ": self-test of '" + test.primitive +
                        "': expected an answer for the last buffer, got " +
                        std::to_string(test.expected.size()) + " bytes"});
    auto got = runCase(*this, **queue, test);
    if (!got)
      return fail(Error{"self-test of '" + test.primitive + "': " + got.error().message});
    report.results.push_back(compare(test, *got));
  }
  return {};
}

Status Device::exactMode() const {
  if (!selfTestError.empty())
    return Error{name() + ": no exact mode: " + selfTestError};
  for (const PrimitiveResult &r : report.results)
    if (r.different)
      return Error{name() + ": no exact mode: primitive '" + r.primitive + "' differs in " +
                   std::to_string(r.different) + " of " + std::to_string(r.compared) + " cases, " +
                   r.firstDifference};
  return {};
}

} // namespace accord::rt
