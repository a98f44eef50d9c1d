// From a program to a PTX image for CUDA devices.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "mlir/Conversion/LoopsToGPU/LoopsToGPU.h"
#include "mlir/Target/PTX/PtxCheck.h"

namespace accord {

struct PtxOptions {
  /// Invocations of the workgroup (a block), 32..1024.
  unsigned workgroupSize = 64;
  /// Loop iterations that an invocation runs in one dispatch, at most; longer programs take several.
  uint64_t stepBudget = 32768;
  /// The oldest device it runs on, and the PTX version that its driver must know.
  std::string chip = "sm_80";
  std::string features = "+ptx70";
};

/// Appends the passes from gpu form to the NVVM dialect inside the gpu.module.
void buildGPUToNVVMPipeline(mlir::OpPassManager &pm);

/// The same under the name `accord-gpu-to-nvvm`.
void registerNVVMPipeline();

/// Compiles `function` of `program` (L3 or loops form; left as it was; without a name, its only
/// `accel.program`) to PTX text without a trailing NUL; the text has passed checkPtxRounding. Fails with the
/// first diagnostic.
Expected<rt::Image> compileToPtx(mlir::ModuleOp program, llvm::StringRef function = {},
                                 const PtxOptions &options = {});

} // namespace accord
