// Compiles and runs graph programs through the device interface.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/mlir/Conversion/GraphToCPU/graph_program.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/RegisterAll.h"
#include "runtime/backends/cpu/cpu_device.h"
#include "runtime/backends/cpu/jit.h"

namespace accord::test {

const std::vector<CpuVariant> &cpuVariants() {
  static const std::vector<CpuVariant> variants = [] {
    std::vector<CpuVariant> all;
    for (const char *target : {"host", "avx2", "portable"})
      if (rt::checkTarget(target))
        all.push_back({target, target, chooseCpuTarget([&](llvm::StringRef feature) {
                         return rt::targetHasFeature(target, {feature.data(), feature.size()});
                       })});
    // Each way of the host that a lesser machine would choose.
    using Dot = CpuTarget::Dot;
    CpuTarget code = all.front().code;
    if (code.dot == Dot::Vnni512) {
      code.dot = Dot::Pairs512;
      all.push_back({"host with 16-bit pairs", "host", code});
    }
    return all;
  }();
  return variants;
}

namespace {

mlir::MLIRContext &context() {
  static auto *shared = [] {
    mlir::DialectRegistry registry;
    registerAllDialects(registry);
    auto *made = new mlir::MLIRContext(registry);
    made->disableMultithreading();
    return made;
  }();
  return *shared;
}

} // namespace

struct GraphProgram::State {
  std::unique_ptr<rt::Device> device;
  std::map<std::string, std::unique_ptr<rt::Executable>> entries;
  std::unique_ptr<rt::Queue> queue;
};

GraphProgram::~GraphProgram() = default;

GraphProgram::GraphProgram(const std::string &text, const CpuVariant &variant, unsigned threads)
    : state(std::make_unique<State>()) {
  INFO(variant.name << ", " << threads << " threads\n" << text);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context());
  REQUIRE(module);
  auto images = buildCpuGraphImages(*module, variant.code);
  INFO((images ? std::string() : images.error().message));
  REQUIRE(images);
  auto device = rt::openCpuDevice(variant.target, {threads, variant.code.fast});
  REQUIRE(device);
  state->device = std::move(*device);
  for (const rt::Image &image : *images) {
    auto executable = state->device->load(image);
    INFO((executable ? std::string() : executable.error().message));
    REQUIRE(executable);
    state->entries[image.entry] = std::move(*executable);
  }
  auto queue = state->device->createQueue();
  REQUIRE(queue);
  state->queue = std::move(*queue);
}

void GraphProgram::run(const std::string &entry, std::vector<Bytes> &buffers,
                       const std::vector<int64_t> &scalars) {
  auto found = state->entries.find("__accord_" + entry);
  REQUIRE(found != state->entries.end());
  rt::Executable &executable = *found->second;
  const rt::Image &image = executable.image();
  buffers.resize(image.buffers.size());
  std::vector<std::unique_ptr<rt::Buffer>> owned;
  std::vector<rt::Buffer *> pointers;
  for (size_t i = 0; i < buffers.size(); ++i) {
    const rt::BufferBinding &binding = image.buffers[i];
    uint64_t bytes = binding.bytes();
    if (!binding.shape.empty() && binding.shape[0] == rt::dynamicRows)
      bytes *= uint64_t(scalars.back());
    if (buffers[i].empty())
      buffers[i].assign(bytes, 0xcd);
    INFO(entry << ": buffer " << i);
    REQUIRE(buffers[i].size() == bytes);
    auto buffer = state->device->allocate(bytes);
    REQUIRE(buffer);
    REQUIRE((*buffer)->upload(buffers[i].data(), bytes));
    owned.push_back(std::move(*buffer));
    pointers.push_back(owned.back().get());
  }
  auto status = state->queue->submit(executable, pointers, scalars);
  INFO((status ? std::string() : status.error().message));
  REQUIRE(status);
  REQUIRE(state->queue->wait());
  for (size_t i = 0; i < buffers.size(); ++i)
    REQUIRE(owned[i]->download(buffers[i].data(), buffers[i].size()));
}

std::string refusal(const std::string &text) {
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&context(), [&](mlir::Diagnostic &d) { message += d.str(); });
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context());
  if (!module)
    return message;
  auto images = buildCpuGraphImages(*module, cpuVariants().front().code);
  return images ? "" : images.error().message;
}

} // namespace accord::test
