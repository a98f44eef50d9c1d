// Buffers, modules and launches through the CUDA driver; see cuda_device.h.
//
// The device's primary context is retained and made current around each call only, so that a caller's own use
// of CUDA is left alone. Modules are loaded with log buffers: what the driver's assembler says is in the
// error.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/cuda/cuda_device.h"
#include "runtime/backends/cuda/cuda_api.h"
#include <array>

namespace accord::rt {
namespace {

using cuda::Api;

/// One opened device; shared by all that was made with it.
struct CudaContext {
  std::shared_ptr<Api> api;
  cuda::DeviceId device = 0;
  cuda::Context context = nullptr;
  std::string name;
  int maxThreads = 0;

  ~CudaContext() {
    if (context)
      api->contextRelease(device);
  }
  Status check(cuda::Result result, std::string_view what) const { return api->check(result, name, what); }
};
using ContextPtr = std::shared_ptr<CudaContext>;

/// The context is current while this lives.
class Current {
public:
  explicit Current(const ContextPtr &context) : api(*context->api) { api.contextPush(context->context); }
  ~Current() {
    cuda::Context popped;
    api.contextPop(&popped);
  }

private:
  Api &api;
};

class CudaBuffer : public Buffer {
public:
  static Expected<std::unique_ptr<CudaBuffer>> create(ContextPtr context, uint64_t bytes) {
    if (bytes == 0)
      return Error{context->name + ": expected a buffer of at least 1 byte, got 0"};
    std::unique_ptr<CudaBuffer> self(new CudaBuffer(context, bytes));
    Current current(context);
    if (Status s = context->check(context->api->memAlloc(&self->pointer, bytes),
                                  "cuMemAlloc of " + std::to_string(bytes) + " bytes");
        !s)
      return s.error();
    return self;
  }
  ~CudaBuffer() override {
    Current current(context);
    if (pointer)
      context->api->memFree(pointer);
  }
  uint64_t size() const override { return bytes; }
  Status upload(const void *data, uint64_t count, uint64_t offset) override {
    if (Status s = checkRange(context->name, bytes, count, offset); !s || count == 0)
      return s;
    Current current(context);
    return context->check(context->api->copyToDevice(pointer + offset, data, count), "cuMemcpyHtoD");
  }
  Status download(void *data, uint64_t count, uint64_t offset) const override {
    if (Status s = checkRange(context->name, bytes, count, offset); !s || count == 0)
      return s;
    Current current(context);
    return context->check(context->api->copyToHost(data, pointer + offset, count), "cuMemcpyDtoH");
  }

  ContextPtr context;
  cuda::DevicePtr pointer = 0;

private:
  CudaBuffer(ContextPtr c, uint64_t bytes) : context(std::move(c)), bytes(bytes) {}
  uint64_t bytes;
};

class CudaExecutable : public Executable {
public:
  static Expected<std::unique_ptr<Executable>> create(ContextPtr context, const Image &image);
  ~CudaExecutable() override {
    Current current(context);
    if (module)
      context->api->moduleUnload(module);
  }
  const Image &image() const override { return description; }

  ContextPtr context;
  cuda::Function function = nullptr;
  std::vector<std::unique_ptr<CudaBuffer>> scratch;

private:
  explicit CudaExecutable(ContextPtr c) : context(std::move(c)) {}
  Status loadModule(const Image &image);
  cuda::Module module = nullptr;
  Image description;
};

Status CudaExecutable::loadModule(const Image &image) {
  std::string text(image.bytes.begin(), image.bytes.end()); // The driver wants the zero after it.
  std::array<char, 4096> info{}, errors{};
  std::array<int, 4> names{cuda::infoLogBuffer, cuda::infoLogBytes, cuda::errorLogBuffer,
                           cuda::errorLogBytes};
  std::array<void *, 4> values{info.data(), reinterpret_cast<void *>(info.size()), errors.data(),
                               reinterpret_cast<void *>(errors.size())};
  cuda::Result result =
      context->api->moduleLoad(&module, text.c_str(), unsigned(names.size()), names.data(), values.data());
  errors.back() = 0;
  std::string log = errors.data();
  while (!log.empty() && (log.back() == '\n' || log.back() == ' '))
    log.pop_back();
  std::string place = "'" + image.entry + "': ";
  if (Status s = context->check(result, place + "cuModuleLoadDataEx"); !s)
    return Error{s.error().message + (log.empty() ? "" : ": " + log)};
  return context->check(context->api->moduleGetFunction(&function, module, image.entry.c_str()),
                        place + "cuModuleGetFunction");
}

Expected<std::unique_ptr<Executable>> CudaExecutable::create(ContextPtr context, const Image &image) {
  if (Status s = checkImage(context->name, image, ImageFormat::Ptx); !s)
    return s.error();
  if (image.workgroupSize > uint32_t(context->maxThreads))
    return Error{context->name + ": '" + image.entry + "': expected at most " +
                 std::to_string(context->maxThreads) + " invocations in a workgroup, got " +
                 std::to_string(image.workgroupSize)};
  std::unique_ptr<CudaExecutable> self(new CudaExecutable(context));
  self->description = image;
  self->description.bytes.clear();
  {
    Current current(context);
    if (Status s = self->loadModule(image); !s)
      return s.error();
  }
  for (const ScratchBinding &binding : image.scratch) {
    auto buffer = CudaBuffer::create(context, binding.bytes);
    if (!buffer)
      return buffer.error();
    self->scratch.push_back(std::move(*buffer));
  }
  return std::unique_ptr<Executable>(std::move(self));
}

class CudaQueue : public Queue {
public:
  static Expected<std::unique_ptr<Queue>> create(ContextPtr context) {
    std::unique_ptr<CudaQueue> self(new CudaQueue(context));
    Current current(context);
    if (Status s = context->check(context->api->streamCreate(&self->stream, 0), "cuStreamCreate"); !s)
      return s.error();
    return std::unique_ptr<Queue>(std::move(self));
  }
  ~CudaQueue() override {
    (void)wait();
    Current current(context);
    if (stream)
      context->api->streamDestroy(stream);
  }
  Status submit(Executable &executable, const std::vector<Buffer *> &buffers,
                const std::vector<int64_t> &scalars) override;
  Status wait() override {
    if (!stream)
      return {};
    Current current(context);
    Status status = context->check(context->api->streamSynchronize(stream), "cuStreamSynchronize");
    pendingScalars.clear();
    return status;
  }

private:
  explicit CudaQueue(ContextPtr c) : context(std::move(c)) {}
  Status uploadScalars(const Image &image, const std::vector<int64_t> &scalars);
  Status launch(const CudaExecutable &executable, std::vector<cuda::DevicePtr> &pointers);
  ContextPtr context;
  cuda::Stream stream = nullptr;
  std::vector<std::unique_ptr<CudaBuffer>> pendingScalars;
};

Status CudaQueue::uploadScalars(const Image &image, const std::vector<int64_t> &scalars) {
  std::vector<int32_t> narrow;
  for (size_t i = 0; i < scalars.size(); ++i) {
    if (scalars[i] < INT32_MIN || scalars[i] > INT32_MAX)
      return Error{context->name + ": scalar " + std::to_string(i) + ": expected a value of 32 bits, got " +
                   std::to_string(scalars[i])};
    narrow.push_back(int32_t(scalars[i]));
  }
  if (image.steps > 1)
    narrow.push_back(0); // The number of the step.
  auto buffer = CudaBuffer::create(context, narrow.size() * sizeof(int32_t));
  if (!buffer)
    return buffer.error();
  if (Status s = (*buffer)->upload(narrow.data(), narrow.size() * sizeof(int32_t), 0); !s)
    return s;
  pendingScalars.push_back(std::move(*buffer));
  return {};
}

Status CudaQueue::submit(Executable &executable, const std::vector<Buffer *> &buffers,
                         const std::vector<int64_t> &scalars) {
  if (Status s = checkSubmit(context->name, executable.image(), buffers, scalars); !s)
    return s;
  auto *own = dynamic_cast<CudaExecutable *>(&executable);
  if (!own || own->context != context)
    return Error{context->name + ": expected an executable of this device, got another's"};
  std::vector<cuda::DevicePtr> pointers;
  for (size_t i = 0; i < buffers.size(); ++i) {
    auto *buffer = dynamic_cast<CudaBuffer *>(buffers[i]);
    if (!buffer || buffer->context != context)
      return Error{context->name + ": buffer " + std::to_string(i) +
                   ": expected one of this device, got another's"};
    pointers.push_back(buffer->pointer);
  }
  if (!scalars.empty() || own->image().steps > 1) {
    if (Status s = uploadScalars(own->image(), scalars); !s)
      return s;
    pointers.push_back(pendingScalars.back()->pointer);
  }
  for (const auto &memory : own->scratch)
    pointers.push_back(memory->pointer);
  return launch(*own, pointers);
}

/// All steps in the order of the stream, which runs one after the other.
Status CudaQueue::launch(const CudaExecutable &executable, std::vector<cuda::DevicePtr> &pointers) {
  const Image &image = executable.image();
  std::vector<void *> parameters;
  for (cuda::DevicePtr &pointer : pointers)
    parameters.push_back(&pointer);
  Current current(context);
  for (uint32_t step = 0; step < image.steps; ++step) {
    if (step > 0) {
      cuda::DevicePtr number = pendingScalars.back()->pointer + image.scalars * sizeof(int32_t);
      if (Status s = context->check(context->api->fillAsync(number, step, 1, stream), "cuMemsetD32Async"); !s)
        return s;
    }
    if (Status s = context->check(context->api->launch(executable.function, 1, 1, 1, image.workgroupSize, 1,
                                                       1, 0, stream, parameters.data(), nullptr),
                                  "cuLaunchKernel of '" + image.entry + "'");
        !s)
      return s;
  }
  return {};
}

class CudaDevice : public Device {
public:
  explicit CudaDevice(ContextPtr context) : context(std::move(context)) {}
  std::string name() const override { return context->name; }
  DeviceKind kind() const override { return DeviceKind::Cuda; }
  ImageFormat format() const override { return ImageFormat::Ptx; }
  Expected<std::unique_ptr<Buffer>> allocate(uint64_t bytes) override {
    auto buffer = CudaBuffer::create(context, bytes);
    if (!buffer)
      return buffer.error();
    return std::unique_ptr<Buffer>(std::move(*buffer));
  }
  Expected<std::unique_ptr<Executable>> load(const Image &image) override {
    return CudaExecutable::create(context, image);
  }
  Expected<std::unique_ptr<Queue>> createQueue() override { return CudaQueue::create(context); }

private:
  ContextPtr context;
};

std::string nameOf(const Api &api, cuda::DeviceId device) {
  char name[256] = {};
  return api.deviceGetName(name, sizeof name - 1, device) == 0 ? std::string(name)
                                                               : std::string("CUDA device");
}

} // namespace

std::vector<DeviceInfo> listCudaDevices() {
  auto api = Api::create();
  int count = 0;
  if (!api || (*api)->deviceGetCount(&count) != 0)
    return {};
  std::vector<DeviceInfo> found;
  for (int i = 0; i < count; ++i)
    if (cuda::DeviceId device; (*api)->deviceGet(&device, i) == 0)
      found.push_back({"cuda:" + std::to_string(i), nameOf(**api, device)});
  return found;
}

Expected<std::unique_ptr<Device>> openCudaDevice(std::string_view selector) {
  auto api = Api::create();
  if (!api)
    return api.error();
  int count = 0;
  if (Status s = (*api)->check((*api)->deviceGetCount(&count), "cuda", "cuDeviceGetCount"); !s)
    return s.error();
  bool isIndex = selector.size() <= 4 && selector.find_first_not_of("0123456789") == std::string_view::npos;
  int index = selector.empty() ? 0 : isIndex ? std::stoi(std::string(selector)) : -1;
  if (index < 0 || index >= count)
    return Error{"cuda: expected an index below " + std::to_string(count) +
                 " (the number of devices), got '" + std::string(selector.empty() ? "0" : selector) + "'"};
  auto context = std::make_shared<CudaContext>();
  context->api = *api;
  if (Status s = (*api)->check((*api)->deviceGet(&context->device, index), "cuda", "cuDeviceGet"); !s)
    return s.error();
  context->name = nameOf(**api, context->device);
  if (Status s = context->check(
          (*api)->deviceGetAttribute(&context->maxThreads, cuda::maxThreadsPerBlock, context->device),
          "cuDeviceGetAttribute");
      !s)
    return s.error();
  if (Status s = context->check((*api)->contextRetain(&context->context, context->device),
                                "cuDevicePrimaryCtxRetain");
      !s)
    return s.error();
  return std::unique_ptr<Device>(std::make_unique<CudaDevice>(context));
}

} // namespace accord::rt
