// The CPU device: host memory, code compiled at load, programs run in the caller's thread at submit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/cpu/cpu_device.h"
#include "runtime/backends/cpu/jit.h"
#include "sim/golden/primitives.h"
#include <cstdlib>
#include <cstring>

namespace accord::rt {
namespace {

constexpr std::string_view deviceName = "cpu";
constexpr size_t alignment = 64; // a cache line, and the widest vector

struct FreeMemory {
  void operator()(void *p) const { std::free(p); }
};

class CpuBuffer : public Buffer {
public:
  CpuBuffer(void *memory, uint64_t bytes) : memory(static_cast<uint8_t *>(memory)), bytes(bytes) {}
  uint64_t size() const override { return bytes; }
  Status upload(const void *data, uint64_t count, uint64_t offset) override {
    if (Status s = checkRange(deviceName, bytes, count, offset); !s)
      return s;
    if (count)
      std::memcpy(memory.get() + offset, data, count);
    return {};
  }
  Status download(void *data, uint64_t count, uint64_t offset) const override {
    if (Status s = checkRange(deviceName, bytes, count, offset); !s)
      return s;
    if (count)
      std::memcpy(data, memory.get() + offset, count);
    return {};
  }
  void *data() { return memory.get(); }

private:
  std::unique_ptr<uint8_t, FreeMemory> memory;
  uint64_t bytes;
};

class CpuExecutable : public Executable {
public:
  CpuExecutable(const Image &loaded, std::unique_ptr<JitProgram> program)
      : description(loaded), program(std::move(program)) {
    description.bytes.clear();
  }
  const Image &image() const override { return description; }
  PackedEntry entry() const { return program->entry(); }

private:
  Image description;
  std::unique_ptr<JitProgram> program;
};

class CpuQueue : public Queue {
public:
  Status submit(Executable &executable, const std::vector<Buffer *> &buffers,
                const std::vector<int64_t> &scalars) override {
    if (Status s = checkSubmit(deviceName, executable.image(), buffers, scalars); !s)
      return s;
    // The control bits are the calling thread's, and anyone may have changed them since the device was
    // opened.
    if (Status s = golden::checkFloatingPointMode(); !s)
      return s;
    std::vector<void *> pointers;
    for (Buffer *buffer : buffers)
      pointers.push_back(static_cast<CpuBuffer *>(buffer)->data());
    std::vector<int64_t> values = scalars;
    static_cast<CpuExecutable &>(executable).entry()(pointers.data(), values.data());
    return {};
  }
  Status wait() override { return {}; }
};

class CpuDevice : public Device {
public:
  explicit CpuDevice(std::string target) : target(std::move(target)), model(cpuModel()) {}
  std::string name() const override { return model; }
  DeviceKind kind() const override { return DeviceKind::Cpu; }
  ImageFormat format() const override { return ImageFormat::LlvmBitcode; }
  Expected<std::unique_ptr<Buffer>> allocate(uint64_t bytes) override {
    if (bytes == 0)
      return Error{std::string(deviceName) + ": expected a buffer of at least 1 byte, got 0"};
    if (bytes > SIZE_MAX - alignment)
      return Error{std::string(deviceName) + ": expected a buffer that fits memory, got " +
                   std::to_string(bytes) + " bytes"};
    void *memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (!memory)
      return Error{std::string(deviceName) + ": expected " + std::to_string(bytes) +
                   " bytes of memory, got none"};
    return std::unique_ptr<Buffer>(std::make_unique<CpuBuffer>(memory, bytes));
  }
  Expected<std::unique_ptr<Executable>> load(const Image &image) override {
    if (Status s = checkImage(deviceName, image, format()); !s)
      return s.error();
    if (!image.scratch.empty())
      return Error{"cpu: image '" + image.entry +
                   "': expected a program that allocates its own memory, got " +
                   std::to_string(image.scratch.size()) + " scratch bindings"};
    auto program = compileBitcode(image.bytes, image.entry, target);
    if (!program)
      return program.error();
    return std::unique_ptr<Executable>(std::make_unique<CpuExecutable>(image, std::move(*program)));
  }
  Expected<std::unique_ptr<Queue>> createQueue() override {
    return std::unique_ptr<Queue>(std::make_unique<CpuQueue>());
  }

private:
  std::string target, model;
};

} // namespace

std::vector<DeviceInfo> listCpuDevices() { return {{"cpu", cpuModel()}}; }

Expected<std::unique_ptr<Device>> openCpuDevice(std::string_view target) {
  if (Status s = checkTarget(target); !s)
    return s.error();
  if (Status s = golden::checkFloatingPointMode(); !s)
    return s.error();
  return std::unique_ptr<Device>(std::make_unique<CpuDevice>(std::string(target)));
}

} // namespace accord::rt
