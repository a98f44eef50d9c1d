// Passes between the gpu form and a SPIR-V binary.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace accord {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "mlir/Target/SPIRV/SpirvPasses.h.inc"

} // namespace accord
