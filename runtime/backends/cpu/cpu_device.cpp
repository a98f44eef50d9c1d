// The CPU device: host memory, code compiled at load, programs run in the caller's thread at submit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/cpu/cpu_device.h"
#include "runtime/backends/cpu/jit.h"
#include "runtime/core/team.h"
#include "sim/golden/primitives.h"
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <system_error>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace accord::rt {
namespace {

constexpr std::string_view deviceName = "cpu";
constexpr size_t alignment = 64; // a cache line, and the widest vector

struct FreeMemory {
  bool owned = true;
  void operator()(void *p) const {
    if (owned)
      std::free(p);
  }
};

class CpuBuffer : public Buffer {
public:
  CpuBuffer(void *memory, uint64_t bytes, bool owned = true)
      : memory(static_cast<uint8_t *>(memory), FreeMemory{owned}), bytes(bytes) {}
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
  CpuExecutable(const Image &loaded, std::shared_ptr<JitProgram> program, PackedEntry function)
      : description(loaded), program(std::move(program)), function(function) {
    description.bytes.clear();
  }
  const Image &image() const override { return description; }
  PackedEntry entry() const { return function; }

private:
  Image description;
  std::shared_ptr<JitProgram> program;
  PackedEntry function;
};

/// What the programs of a device run on. The workspace grows to the largest that a program asked for.
struct CpuTeam {
  explicit CpuTeam(unsigned threads) : threads(threads) {}
  /// Made when a program first needs it.
  Expected<Team *> team() {
    try {
      if (!made)
        made = std::make_unique<Team>(threads);
    } catch (const std::system_error &e) {
      return Error{"cpu: expected " + std::to_string(threads) + " threads, got: " + e.what()};
    }
    return made.get();
  }
  Status reserve(uint64_t bytes) {
    if (bytes <= workspaceBytes)
      return {};
    workspace.reset(static_cast<uint8_t *>(
        std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment)));
    workspaceBytes = workspace ? bytes : 0;
    if (!workspace)
      return Error{"cpu: expected " + std::to_string(bytes) + " bytes of memory for a workspace, got none"};
    return {};
  }

  std::mutex mutex; ///< held while a program runs
  unsigned threads;
  std::unique_ptr<Team> made;
  std::unique_ptr<uint8_t, FreeMemory> workspace;
  uint64_t workspaceBytes = 0;
};

class CpuQueue : public Queue {
public:
  explicit CpuQueue(CpuTeam &shared) : shared(shared) {}
  Status submit(Executable &executable, const std::vector<Buffer *> &buffers,
                const std::vector<int64_t> &scalars) override {
    const Image &image = executable.image();
    if (Status s = checkSubmit(deviceName, image, buffers, scalars); !s)
      return s;
    // The control bits are the calling thread's, and anyone may have changed them since the device was
    // opened.
    if (Status s = golden::checkFloatingPointMode(); !s)
      return s;
    std::vector<void *> pointers;
    for (Buffer *buffer : buffers)
      pointers.push_back(static_cast<CpuBuffer *>(buffer)->data());
    PackedEntry entry = static_cast<CpuExecutable &>(executable).entry();
    if (image.team.enabled)
      return runTeam(image.team, entry, std::move(pointers), scalars);
    std::vector<int64_t> values = scalars;
    entry(pointers.data(), values.data());
    return {};
  }
  Status wait() override { return {}; }

private:
  Status runTeam(const TeamProgram &program, PackedEntry entry, std::vector<void *> pointers,
                 const std::vector<int64_t> &scalars) {
    // Queues of one device share its threads and its workspace.
    std::lock_guard<std::mutex> lock(shared.mutex);
    Expected<Team *> made = shared.team();
    if (!made)
      return made.error();
    Team &team = **made;
    int64_t rows = program.dynamicRows ? scalars.back() : 1;
    if (Status s = shared.reserve(program.workspaceBytes(rows, team.size())); !s)
      return s;
    pointers.push_back(shared.workspace.get());
    std::vector<Status> modes(team.size());
    team.run([&](unsigned thread) {
      modes[thread] = golden::checkFloatingPointMode();
      // All or none: a thread that stayed away would be waited for in the first barrier.
      team.barrier();
      for (const Status &mode : modes)
        if (!mode)
          return;
      std::vector<int64_t> values = scalars;
      values.insert(values.end(), {int64_t(thread), int64_t(team.size()), reinterpret_cast<int64_t>(&team)});
      entry(pointers.data(), values.data());
    });
    for (const Status &mode : modes)
      if (!mode)
        return mode;
    return {};
  }

  CpuTeam &shared;
};

class CpuDevice : public Device {
public:
  CpuDevice(std::string target, const CpuOptions &options)
      : target(std::move(target)), model(cpuModel()), fast(options.fast), team(options.threads) {
    if (options.codeFolder.empty())
      return;
    if (auto opened = CodeCache::open(options.codeFolder))
      cache = std::move(*opened);
    else
      cacheProblem = opened.error().message;
  }
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
    // The entries of a model share their bytes: they are compiled once.
    std::shared_ptr<JitProgram> program = image.bytes == lastBytes ? last.lock() : nullptr;
    if (program) {
      auto entry = program->entry(image.entry);
      if (!entry)
        return entry.error();
      return std::unique_ptr<Executable>(std::make_unique<CpuExecutable>(image, std::move(program), *entry));
    }
    auto compiled = compileBitcode(image.bytes, image.entry, target,
                                   {fast, image.team.enabled, cache ? &*cache : nullptr});
    if (!compiled)
      return compiled.error();
    program = std::move(*compiled);
    origin = program->origin();
    last = program;
    lastBytes = image.bytes;
    PackedEntry entry = program->entry();
    return std::unique_ptr<Executable>(std::make_unique<CpuExecutable>(image, std::move(program), entry));
  }
  CodeOrigin codeOrigin() const { return cacheProblem.empty() ? origin : CodeOrigin{false, cacheProblem}; }
  Expected<unsigned> threads() {
    Expected<Team *> made = team.team();
    if (!made)
      return made.error();
    return (*made)->size();
  }
  Expected<std::unique_ptr<Queue>> createQueue() override {
    return std::unique_ptr<Queue>(std::make_unique<CpuQueue>(team));
  }

private:
  std::string target, model;
  bool fast;
  std::optional<CodeCache> cache;
  std::string cacheProblem;
  CodeOrigin origin;
  CpuTeam team;
  std::weak_ptr<JitProgram> last;
  std::vector<uint8_t> lastBytes;
};

} // namespace

void *cpuMemory(Buffer &buffer) { return static_cast<CpuBuffer &>(buffer).data(); }
std::unique_ptr<Buffer> cpuView(Buffer &whole, uint64_t offset, uint64_t bytes) {
  return std::make_unique<CpuBuffer>(static_cast<uint8_t *>(cpuMemory(whole)) + offset, bytes,
                                     /*owned=*/false);
}

void cpuExpectDenseUse(Buffer &buffer) {
#ifdef __linux__
  constexpr uintptr_t page = uintptr_t(2) << 20;
  auto begin = reinterpret_cast<uintptr_t>(cpuMemory(buffer)), end = begin + buffer.size();
  begin = (begin + page - 1) / page * page;
  end = end / page * page;
  // Advice: a system that does not take it is slower, nothing else.
  if (begin < end)
    (void)madvise(reinterpret_cast<void *>(begin), end - begin, MADV_HUGEPAGE);
#endif
}

CodeOrigin cpuCodeOrigin(Device &device) { return static_cast<CpuDevice &>(device).codeOrigin(); }
Expected<unsigned> cpuThreads(Device &device) { return static_cast<CpuDevice &>(device).threads(); }

std::vector<DeviceInfo> listCpuDevices() { return {{"cpu", cpuModel()}}; }

Expected<std::unique_ptr<Device>> openCpuDevice(std::string_view target) { return openCpuDevice(target, {}); }

Expected<std::unique_ptr<Device>> openCpuDevice(std::string_view target, const CpuOptions &options) {
  if (Status s = checkTarget(target); !s)
    return s.error();
  if (Status s = golden::checkFloatingPointMode(); !s)
    return s.error();
  if (options.threads > maxCpuThreads)
    return Error{"cpu: expected at most " + std::to_string(maxCpuThreads) + " threads, got " +
                 std::to_string(options.threads)};
  return std::unique_ptr<Device>(std::make_unique<CpuDevice>(std::string(target), options));
}

} // namespace accord::rt
