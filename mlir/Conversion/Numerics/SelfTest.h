// The device self-test as one program for every backend: a function per primitive of the numerics contract in
// loops form, inputs chosen to break it, and golden's answers. A backend brings only the step from MLIR to
// its image.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace accord {

/// The primitives in the order of the test: add, sub, mul, contraction, magic_add, int_to_float,
/// float_to_int, widen_f16, narrow_f16, select_max.
std::vector<std::string> selfTestPrimitives();

/// `builtin.module` with `func.func @selftest_<primitive>(inputs..., result)` in loops form: memrefs of rank
/// 1 with accel.role, one scf.parallel over all elements. `fault` names a primitive whose function is made
/// wrong in the way a device gets it wrong (a contracted multiply-add, a magic add folded away, truncation
/// instead of rounding, ...); empty: none; a name that is no primitive is an error.
Expected<mlir::OwningOpRef<mlir::ModuleOp>> buildSelfTestModule(mlir::MLIRContext &context,
                                                                llvm::StringRef fault = {});

/// From a module in loops form and the name of its function to an image, e.g. buildCpuImage.
using ImageBuilder = llvm::function_ref<Expected<rt::Image>(mlir::ModuleOp, llvm::StringRef)>;

/// One case a primitive: what rt::Device::runSelfTest takes.
Expected<std::vector<rt::SelfTestCase>> buildSelfTestCases(ImageBuilder build, llvm::StringRef fault = {});

} // namespace accord
