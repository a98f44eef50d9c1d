// From loops form to the LLVM dialect and to a CPU image. See README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace accord {

/// loops form -> LLVM dialect, on a module: parallel loops become loops, memory spaces go, on-chip buffers
/// become heap blocks freed at the return, memrefs become bare pointers, and each public function @f gets a
/// packed entry `void __accord_f(void **buffers, int64_t *scalars)`. No fast-math flag appears anywhere.
void buildLoopsToLLVMPipeline(mlir::OpPassManager &pm);
void registerLoopsToLLVMPasses();

/// What the CPU device loads: LLVM bitcode of `function` in `module`, which is an L3 program or loops form
/// and is left as it is. Buffers take role and name from the argument attributes `accel.role` and
/// `accel.name`; index arguments become the scalars. Fails, with the diagnostics emitted on the way in the
/// message, when a pass fails, the function is missing, or an argument is neither a static memref of i8, i16,
/// i32, f16, f32 nor an index.
Expected<rt::Image> buildCpuImage(mlir::ModuleOp module, llvm::StringRef function);

/// The buffers and the number of scalars that `function` takes, as an Image tells them (no bytes, no entry).
Expected<rt::Image> describeArguments(mlir::ModuleOp module, llvm::StringRef function);

} // namespace accord
