// The null device; see null_device.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/null/null_device.h"
#include <cstring>

namespace accord::rt {
namespace {

constexpr std::string_view deviceName = "null";

class NullBuffer : public Buffer {
public:
  explicit NullBuffer(uint64_t bytes) : memory(bytes) {}
  uint64_t size() const override { return memory.size(); }
  Status upload(const void *data, uint64_t bytes, uint64_t offset) override {
    if (Status s = checkRange(deviceName, size(), bytes, offset); !s)
      return s;
    if (bytes)
      std::memcpy(memory.data() + offset, data, bytes);
    return {};
  }
  Status download(void *data, uint64_t bytes, uint64_t offset) const override {
    if (Status s = checkRange(deviceName, size(), bytes, offset); !s)
      return s;
    if (bytes)
      std::memcpy(data, memory.data() + offset, bytes);
    return {};
  }

private:
  std::vector<uint8_t> memory; // A real backend: device memory.
};

class NullExecutable : public Executable {
public:
  explicit NullExecutable(const Image &loaded) : description(loaded) {
    // A real backend compiles `loaded.bytes` here and allocates `loaded.scratch`.
    description.bytes.clear();
  }
  const Image &image() const override { return description; }

private:
  Image description;
};

class NullQueue : public Queue {
public:
  Status submit(Executable &executable, const std::vector<Buffer *> &buffers,
                const std::vector<int64_t> &scalars) override {
    // A real backend launches after this check; buffers are its own type by construction of the device.
    return checkSubmit(deviceName, executable.image(), buffers, scalars);
  }
  Status wait() override { return {}; }
};

class NullDevice : public Device {
public:
  std::string name() const override { return std::string(deviceName); }
  DeviceKind kind() const override { return DeviceKind::Null; }
  ImageFormat format() const override { return ImageFormat::LlvmBitcode; }
  Expected<std::unique_ptr<Buffer>> allocate(uint64_t bytes) override {
    if (bytes == 0)
      return Error{std::string(deviceName) + ": expected a buffer of at least 1 byte, got 0"};
    return std::unique_ptr<Buffer>(std::make_unique<NullBuffer>(bytes));
  }
  Expected<std::unique_ptr<Executable>> load(const Image &image) override {
    // Any format will do: nothing runs.
    if (Status s = checkImage(deviceName, image, image.format); !s)
      return s.error();
    return std::unique_ptr<Executable>(std::make_unique<NullExecutable>(image));
  }
  Expected<std::unique_ptr<Queue>> createQueue() override {
    return std::unique_ptr<Queue>(std::make_unique<NullQueue>());
  }
};

} // namespace

Expected<std::unique_ptr<Device>> openNullDevice() {
  return std::unique_ptr<Device>(std::make_unique<NullDevice>());
}

} // namespace accord::rt
