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
  /// Loop iterations that an invocation runs in one dispatch, at most; longer programs take several.
  uint64_t stepBudget = 32768;
  /// Leave out NoContraction: a fault for tests of the device self-test, never for use.
  bool withoutNoContraction = false;
};

/// Appends the passes from gpu form to a `spirv.module` in exact form.
void buildGPUToSpirvPipeline(mlir::OpPassManager &pm, const SpirvOptions &options = {});

/// The same under the name `accord-gpu-to-spirv`.
void registerSpirvPipeline();

/// Serializes the only `spirv.module` of `module`; storage buffers get the Coherent decoration, because
/// invocations read what others wrote.
mlir::FailureOr<std::vector<uint8_t>> serializeSpirv(mlir::ModuleOp module);

/// Compiles `function` of `program` (L3 or loops form; left as it was; without a name, its only
/// `accel.program`). The error is the first diagnostic.
Expected<rt::Image> compileToSpirv(mlir::ModuleOp program, llvm::StringRef function = {},
                                   const SpirvOptions &options = {});

} // namespace accord
