// From a program to a SPIR-V image for Vulkan.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "mlir/Conversion/LoopsToGPU/LoopsToGPU.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace accord {

struct SpirvOptions {
  /// Invocations of the workgroup, 32..1024. Devices must offer at least 128; lavapipe offers 1024.
  unsigned workgroupSize = 64;
  /// Leave out NoContraction: a fault for tests of the device self-test, never for use.
  bool withoutNoContraction = false;
};

/// Appends the passes from gpu form to a `spirv.module` in exact form.
void buildGPUToSpirvPipeline(mlir::OpPassManager &pm, const SpirvOptions &options = {});

/// Serializes the only `spirv.module` of `module`; storage buffers get the Coherent decoration, because invocations
/// read what others wrote.
mlir::FailureOr<std::vector<uint8_t>> serializeSpirv(mlir::ModuleOp module);

/// Compiles the only `accel.program` of `loops` (loops form; it is left as it was). The error is the first
/// diagnostic.
Expected<rt::Image> loopsToSpirv(mlir::ModuleOp loops, const SpirvOptions &options = {});

/// Compiles the only `accel.program` of `l3` (left as it was): accel-to-loops, then loopsToSpirv.
Expected<rt::Image> compileToSpirv(mlir::ModuleOp l3, const SpirvOptions &options = {});

} // namespace accord
