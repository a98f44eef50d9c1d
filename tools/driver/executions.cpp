// Programs on devices and in the simulator.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/executions.h"

#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"
#include "mlir/Target/AccelProgram/EmitProgram.h"
#include "mlir/Target/PTX/PtxTarget.h"
#include "mlir/Target/SPIRV/SpirvTarget.h"
#include "mlir/Target/SelfTestSource.h"
#include "runtime/backends/sim/sim_worker.h"
#include "sim/models/units.h"
#include "llvm/ADT/StringExtras.h"

namespace accord::driver {

namespace {

/// The image that a device of this format loads.
Expected<rt::Image> buildImage(rt::ImageFormat format, mlir::ModuleOp module, llvm::StringRef function) {
  switch (format) {
  case rt::ImageFormat::LlvmBitcode:
    return buildCpuImage(module, function);
  case rt::ImageFormat::Spirv:
    return compileToSpirv(module, function);
  case rt::ImageFormat::Ptx:
    return compileToPtx(module, function);
  case rt::ImageFormat::AccelProgram:
    break;
  }
  return Error{"device: expected a format that is code, got " + std::string(toString(format))};
}

/// The blocks of a machine's units.
std::vector<std::string> rtlOf(const Hardware &hardware) {
  std::vector<std::string> blocks;
  for (const sim::NamedUnit &unit : sim::unitsOf(hardware))
    if (const char *block = unit.model->kind().block; block && !llvm::is_contained(blocks, block))
      blocks.emplace_back(block);
  return blocks;
}

/// The program's buffers in a binding; one that is no pack of several is the buffer of its own number.
std::vector<rt::BindingPart> partsOf(const rt::BufferBinding &binding, size_t number) {
  return binding.parts.empty() ? std::vector<rt::BindingPart>{{uint32_t(number), 0}} : binding.parts;
}

} // namespace

Expected<CompiledProgram> programOf(Toolchain &toolchain, mlir::ModuleOp module, const std::string &entry,
                                    std::vector<int64_t> scalars, const Hardware &hardware,
                                    const std::string &path) {
  auto function = toolchain.entry(module, entry, path);
  if (!function)
    return function.error();
  auto signature = describeArguments(module, function->getName());
  if (!signature)
    return signature.error();
  if (signature->scalars != scalars.size())
    return Error{path + ": expected " + std::to_string(signature->scalars) + " values by --scalar, got " +
                 std::to_string(scalars.size())};
  return CompiledProgram{&toolchain, module, *function, std::move(scalars), std::move(*signature), hardware};
}

Expected<program::Program> commandStream(const CompiledProgram &compiled) {
  const Told told(compiled.toolchain->diagnostics());
  auto stream = emitProgram(compiled.function, compiled.scalars);
  if (failed(stream))
    return Error{compiled.function.getName().str() + ": expected an accel program, got " + told.cause()};
  return std::move(*stream);
}

Expected<Execution> Executor::run(const std::string &device, const CompiledProgram &compiled,
                                  const std::vector<Bytes> &arguments) {
  if (device == "sim" || device == "rtl")
    return simulate(compiled, arguments, device == "rtl");
  return runOnDevice(device, compiled, arguments);
}

Expected<Execution> Executor::runOnDevice(const std::string &name, const CompiledProgram &compiled,
                                          const std::vector<Bytes> &arguments) {
  auto &device = devices[name];
  if (!device) {
    auto opened = rt::openDevice(name, {selfTestSource()});
    if (!opened)
      return opened.error();
    device = std::move(*opened);
  }
  if (Status exact = device->exactMode(); !exact)
    return exact.error();
  auto compiler = compiled.toolchain->listener().begin(fileOf(compiled.module), "compile it");
  auto image = buildImage(device->format(), compiled.module, compiled.function.getName());
  if (!image)
    return image.error();
  auto executable = device->load(*image);
  if (!executable)
    return executable.error();
  compiler.reset();
  std::vector<std::unique_ptr<rt::Buffer>> owned;
  std::vector<rt::Buffer *> buffers;
  for (auto [i, binding] : llvm::enumerate(image->buffers)) {
    auto buffer = device->allocate(binding.bytes());
    if (!buffer)
      return buffer.error();
    for (rt::BindingPart part : partsOf(binding, i)) {
      const rt::BufferBinding &own = compiled.signature.buffers[part.buffer];
      if (own.role != rt::Role::Result)
        if (Status s = (*buffer)->upload(arguments[part.buffer].data(), arguments[part.buffer].size(),
                                         part.first * rt::bytesOf(own.type));
            !s)
          return s.error();
    }
    buffers.push_back(buffer->get());
    owned.push_back(std::move(*buffer));
  }
  auto queue = device->createQueue();
  if (!queue)
    return queue.error();
  if (Status s = (*queue)->submit(**executable, buffers, compiled.scalars); !s)
    return s.error();
  if (Status s = (*queue)->wait(); !s)
    return s.error();

  Execution result{device->name(), arguments, std::nullopt, device->selfTest().compared()};
  for (auto [i, binding] : llvm::enumerate(image->buffers))
    for (rt::BindingPart part : partsOf(binding, i)) {
      const rt::BufferBinding &own = compiled.signature.buffers[part.buffer];
      if (own.role == rt::Role::Argument)
        continue;
      Bytes &bytes = result.buffers[part.buffer];
      bytes.resize(own.bytes());
      if (Status s = buffers[i]->download(bytes.data(), bytes.size(), part.first * rt::bytesOf(own.type)); !s)
        return s.error();
    }
  return result;
}

Expected<Execution> Executor::simulate(const CompiledProgram &compiled, const std::vector<Bytes> &arguments,
                                       bool rtl) {
  auto stream = commandStream(compiled);
  if (!stream)
    return stream.error();
  sim::DramImage image;
  for (auto [i, binding] : llvm::enumerate(compiled.signature.buffers))
    if (binding.role != rt::Role::Result)
      image.buffers[i] = sim::Content::view(arguments[i].data(), arguments[i].size());
  sim::SimOptions options = simulation;
  options.values = true;
  if (rtl)
    options.rtl = rtlOf(compiled.hardware);
  auto simulated = rt::runInWorker(*stream, compiled.hardware, image, options);
  if (!simulated)
    return simulated.error();
  Execution result{compiled.hardware.name + (rtl ? " with RTL of " + llvm::join(options.rtl, ", ") : ""),
                   arguments, *simulated, 0};
  for (auto [i, binding] : llvm::enumerate(compiled.signature.buffers))
    if (binding.role != rt::Role::Argument)
      result.buffers[i] = image.buffers[i].take();
  return result;
}

Expected<std::vector<Bytes>> goldenResults(Toolchain &toolchain, mlir::func::FuncOp function,
                                           const std::vector<HostTensor> &arguments) {
  const Told told(toolchain.diagnostics());
  auto results = interpret(function, arguments);
  if (failed(results))
    return Error{function.getName().str() + ": expected a function that the interpreter runs, got " +
                 told.cause()};
  std::vector<Bytes> bytes;
  for (HostTensor &result : *results)
    bytes.push_back(std::move(result.bytes));
  return bytes;
}

Expected<Comparison> compareResults(const CompiledProgram &compiled, const std::vector<Bytes> &expected,
                                    const Execution &got) {
  Comparison all;
  size_t next = 0;
  for (auto [i, binding] : llvm::enumerate(compiled.signature.buffers)) {
    if (binding.role == rt::Role::Argument)
      continue;
    if (next == expected.size())
      return Error{compiled.function.getName().str() + ": expected " + std::to_string(next) +
                   " results, got more"};
    all.merge(compare(binding, expected[next++], got.buffers[i]));
  }
  if (next != expected.size())
    return Error{compiled.function.getName().str() + ": expected " + std::to_string(expected.size()) +
                 " results, got " + std::to_string(next)};
  if (all.compared == 0)
    return Error{compiled.function.getName().str() + ": expected values to compare, got none"};
  return all;
}

} // namespace accord::driver
