// From a program's loops form to the gpu form shared by SPIR-V and NVVM, and what a caller must know to
// launch it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace mlir::gpu {
class GPUFuncOp;
}

namespace accord {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "mlir/Conversion/LoopsToGPU/LoopsToGPU.h.inc"

/// The names of the attributes of the gpu form.
inline constexpr llvm::StringLiteral bindingAttr =
    "accord.binding"; ///< TypeAttr: the memref as the caller sees it.
inline constexpr llvm::StringLiteral partsAttr =
    "accord.parts"; ///< i64 array: of each buffer in a binding its number and its first element.
inline constexpr llvm::StringLiteral scalarsAttr = "accord.scalars"; ///< Unit: the buffer of scalars.
inline constexpr llvm::StringLiteral scratchAttr = "accord.scratch"; ///< TypeAttr: element type of an arena.
inline constexpr llvm::StringLiteral stepsAttr = "accord.steps"; ///< i32, on the kernel: how many dispatches.

/// The largest storage buffer that every device of interest binds (maxStorageBufferRange of lavapipe).
inline constexpr uint64_t maxBindingBytes = uint64_t(128) << 20;

/// Appends the passes from loops form to gpu form.
void buildLoopsToGPUPipeline(mlir::OpPassManager &pm, const LoopsToGPUOptions &options = {});

/// How to call `kernel` (gpu form): everything of an Image but its format and bytes.
rt::Image describeKernel(mlir::gpu::GPUFuncOp kernel);

/// A program in gpu form and how to call it (no format, no bytes yet).
struct GpuForm {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  rt::Image description;
};

/// Brings `function` of `source` (L3 or loops form; left as it was) to gpu form; without a name, the only
/// function with `accel.program`. The error is the first diagnostic.
Expected<GpuForm> buildGpuForm(mlir::ModuleOp source, llvm::StringRef function,
                               const LoopsToGPUOptions &options = {});

} // namespace accord
