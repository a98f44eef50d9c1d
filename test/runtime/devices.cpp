// Devices for tests; see devices.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/runtime/devices.h"
#include "dialects/Accel/Accel.h"
#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/SPIRV/SpirvTarget.h"
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace accord::test {

std::unique_ptr<mlir::MLIRContext> makeContext() {
  // One thread: modules are small and machines for tests are too.
  auto context = std::make_unique<mlir::MLIRContext>(mlir::MLIRContext::Threading::DISABLED);
  context->loadDialect<accel::AccelDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                       mlir::memref::MemRefDialect, mlir::scf::SCFDialect, mlir::vector::VectorDialect>();
  return context;
}

Expected<mlir::OwningOpRef<mlir::ModuleOp>> parseProgram(mlir::MLIRContext &context,
                                                         const std::string &text) {
  std::string diagnostics;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
    diagnostics += d.str() + "\n";
    return mlir::success();
  });
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  if (!module)
    return Error{"program: expected L3 or loops form, got " + diagnostics + text};
  return module;
}

Expected<rt::Image> buildFor(const rt::Device &device, const std::string &text, const std::string &function) {
  auto context = makeContext();
  auto module = parseProgram(*context, text);
  if (!module)
    return module.error();
  switch (device.format()) {
  case rt::ImageFormat::LlvmBitcode:
    return buildCpuImage(**module, function);
  case rt::ImageFormat::Spirv:
    return compileToSpirv(**module, function);
  default:
    return Error{device.name() + ": expected a format that tests build, got " +
                 std::string(toString(device.format()))};
  }
}

bool offline() {
  const char *value = std::getenv("ACCORD_OFFLINE");
  return value && std::strcmp(value, "1") == 0;
}

std::unique_ptr<rt::Device> openVulkanForTest() {
  auto device = rt::openDevice("vulkan");
  if (device)
    return std::move(*device);
  if (!offline())
    FAIL(device.error().message
         << " (Debian: mesa-vulkan-drivers has a software device; ACCORD_OFFLINE=1 skips)");
  std::cout << "skipped: " << device.error().message << std::endl;
  return nullptr;
}

std::vector<std::unique_ptr<rt::Device>> openComputingDevices() {
  std::vector<std::unique_ptr<rt::Device>> devices;
  auto cpu = rt::openDevice("cpu");
  if (!cpu)
    FAIL(cpu.error().message);
  devices.push_back(std::move(*cpu));
  if (auto vulkan = openVulkanForTest())
    devices.push_back(std::move(vulkan));
  static bool told = false;
  if (!told)
    for (const auto &device : devices)
      std::cout << "device: " << toString(device->kind()) << ": " << device->name() << std::endl;
  told = true;
  return devices;
}

} // namespace accord::test
