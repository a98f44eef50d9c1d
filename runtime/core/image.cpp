// Names, sizes and the checks that every backend shares.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "accord/device.h"
#include <algorithm>

namespace accord::rt {

std::string_view toString(ImageFormat format) {
  switch (format) {
  case ImageFormat::LlvmBitcode:
    return "LLVM bitcode";
  case ImageFormat::Spirv:
    return "SPIR-V";
  case ImageFormat::Ptx:
    return "PTX";
  case ImageFormat::AccelProgram:
    return "accel program";
  }
  return "unknown format";
}

std::string_view toString(ElementType type) {
  switch (type) {
  case ElementType::I8:
    return "i8";
  case ElementType::I16:
    return "i16";
  case ElementType::I32:
    return "i32";
  case ElementType::F16:
    return "f16";
  case ElementType::F32:
    return "f32";
  }
  return "unknown type";
}

uint64_t bytesOf(ElementType type) {
  switch (type) {
  case ElementType::I8:
    return 1;
  case ElementType::I16:
  case ElementType::F16:
    return 2;
  case ElementType::I32:
  case ElementType::F32:
    return 4;
  }
  return 0;
}

std::string_view toString(DeviceKind kind) {
  switch (kind) {
  case DeviceKind::Null:
    return "null";
  case DeviceKind::Cpu:
    return "cpu";
  case DeviceKind::Vulkan:
    return "vulkan";
  case DeviceKind::Cuda:
    return "cuda";
  case DeviceKind::Simulator:
    return "sim";
  }
  return "unknown device";
}

uint64_t BufferBinding::elements() const {
  uint64_t count = 1;
  for (int64_t extent : shape)
    count *= extent == dynamicRows ? 1 : uint64_t(extent);
  return count;
}

namespace {
std::string nameOf(const BufferBinding &binding, size_t index) {
  std::string name = "buffer " + std::to_string(index);
  return binding.name.empty() ? name : name + " ('" + binding.name + "')";
}
} // namespace

Status checkImage(std::string_view device, const Image &image, ImageFormat format) {
  std::string place = std::string(device) + ": image '" + image.entry + "': ";
  if (image.format != format)
    return Error{place + "expected " + std::string(toString(format)) + ", got " +
                 std::string(toString(image.format))};
  if (image.entry.empty())
    return Error{place + "expected the name of an entry point, got none"};
  if (image.bytes.empty())
    return Error{place + "expected a program, got 0 bytes"};
  if (image.workgroupSize == 0)
    return Error{place + "expected a workgroup of at least 1 invocation, got 0"};
  bool onGpu = image.format == ImageFormat::Spirv || image.format == ImageFormat::Ptx;
  if (image.steps == 0 || image.steps > uint32_t(INT32_MAX) || (image.steps > 1 && !onGpu))
    return Error{place + "expected " + (onGpu ? "1 to 2147483647 steps" : "1 step") + ", got " +
                 std::to_string(image.steps)};
  if (image.team.enabled && image.format != ImageFormat::LlvmBitcode)
    return Error{place + "expected a program for a team of threads as LLVM bitcode, got " +
                 std::string(toString(image.format))};
  for (size_t i = 0; i < image.buffers.size(); ++i)
    for (size_t axis = 0; axis < image.buffers[i].shape.size(); ++axis) {
      int64_t extent = image.buffers[i].shape[axis];
      bool rows = axis == 0 && extent == dynamicRows && image.team.dynamicRows;
      if (extent <= 0 && !rows)
        return Error{place + nameOf(image.buffers[i], i) + ": expected positive extents, got " +
                     std::to_string(extent)};
    }
  return {};
}

Status checkSubmit(std::string_view device, const Image &image, const std::vector<Buffer *> &buffers,
                   const std::vector<int64_t> &scalars) {
  std::string place = std::string(device) + ": submit of '" + image.entry + "': ";
  if (buffers.size() != image.buffers.size())
    return Error{place + "expected " + std::to_string(image.buffers.size()) + " buffers, got " +
                 std::to_string(buffers.size())};
  if (scalars.size() != image.scalars)
    return Error{place + "expected " + std::to_string(image.scalars) + " scalars, got " +
                 std::to_string(scalars.size())};
  int64_t rows = 1;
  if (image.team.dynamicRows) {
    rows = scalars.back();
    if (rows < 1 || rows > INT32_MAX)
      return Error{place + "expected 1 to 2147483647 rows, got " + std::to_string(rows)};
  }
  // A model has hundreds of parameters and few buffers that are written: only those are compared with all.
  auto checkOwn = [&](size_t i) -> Status {
    for (size_t j = 0; j < buffers.size(); ++j)
      if (j != i && buffers[j] == buffers[i])
        return Error{place + nameOf(image.buffers[std::max(i, j)], std::max(i, j)) +
                     ": expected a buffer of its own, got that of " +
                     nameOf(image.buffers[std::min(i, j)], std::min(i, j))};
    return {};
  };
  for (size_t i = 0; i < buffers.size(); ++i) {
    if (!buffers[i])
      return Error{place + nameOf(image.buffers[i], i) + ": expected a buffer, got none"};
    const BufferBinding &binding = image.buffers[i];
    uint64_t bytes = binding.bytes();
    if (!binding.shape.empty() && binding.shape[0] == dynamicRows)
      bytes *= uint64_t(rows);
    if (buffers[i]->size() < bytes)
      return Error{place + nameOf(binding, i) + ": expected at least " + std::to_string(bytes) +
                   " bytes, got " + std::to_string(buffers[i]->size())};
    if (binding.role != Role::Argument)
      if (Status s = checkOwn(i); !s)
        return s;
  }
  return {};
}

Status checkRange(std::string_view device, uint64_t size, uint64_t bytes, uint64_t offset) {
  if (offset > size || bytes > size - offset)
    return Error{std::string(device) + ": expected a range inside the buffer of " + std::to_string(size) +
                 " bytes, got " + std::to_string(bytes) + " bytes at " + std::to_string(offset)};
  return {};
}

} // namespace accord::rt
