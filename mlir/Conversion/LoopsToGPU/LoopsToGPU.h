// From a program's loops form to the gpu form shared by SPIR-V and NVVM, and what a caller must know to
// launch it. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace accord {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "mlir/Conversion/LoopsToGPU/LoopsToGPU.h.inc"

/// The names of the attributes of the gpu form.
inline constexpr llvm::StringLiteral bindingAttr =
    "accord.binding"; ///< TypeAttr: the memref as the caller sees it.
inline constexpr llvm::StringLiteral scalarsAttr = "accord.scalars"; ///< Unit: the buffer of scalars.
inline constexpr llvm::StringLiteral scratchAttr = "accord.scratch"; ///< TypeAttr: element type of an arena.

/// The largest storage buffer that every device of interest binds (maxStorageBufferRange of lavapipe).
inline constexpr uint64_t maxBindingBytes = uint64_t(128) << 20;

/// Appends the passes from loops form to gpu form.
void buildLoopsToGPUPipeline(mlir::OpPassManager &pm, const LoopsToGPUOptions &options = {});

/// How to call `kernel` (gpu form): everything of an Image but its format and bytes.
rt::Image describeKernel(mlir::gpu::GPUFuncOp kernel);

/// The only kernel of a module in gpu form; fails with a diagnostic when there is none or more than one.
mlir::FailureOr<mlir::gpu::GPUFuncOp> onlyKernel(mlir::ModuleOp module);

} // namespace accord
