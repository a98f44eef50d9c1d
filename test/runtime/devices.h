// The devices that tests run on, and programs in the format each takes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace accord::test {

/// A context with the dialects of L3 and loops form.
std::unique_ptr<mlir::MLIRContext> makeContext();

/// Parses `text`; the error holds the diagnostics and the text.
Expected<mlir::OwningOpRef<mlir::ModuleOp>> parseProgram(mlir::MLIRContext &context, const std::string &text);

/// `function` of `text` as what `device` loads.
Expected<rt::Image> buildFor(const rt::Device &device, const std::string &text,
                             const std::string &function = "program");

/// ACCORD_OFFLINE=1: what the machine lacks is skipped with a printed reason.
bool offline();

/// A Vulkan device; without one the test fails, or with ACCORD_OFFLINE=1 prints why and returns null.
std::unique_ptr<rt::Device> openVulkanForTest();

/// Every device here that computes (null does not): cpu, and Vulkan as openVulkanForTest. Prints their names
/// once.
std::vector<std::unique_ptr<rt::Device>> openComputingDevices();

} // namespace accord::test
