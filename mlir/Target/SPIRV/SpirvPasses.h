// Passes between the gpu form and a SPIR-V binary.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/SPIRV/IR/SPIRVDialect.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace accord {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "mlir/Target/SPIRV/SpirvPasses.h.inc"

} // namespace accord
