// Passes that make a model a sequence of programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Pass/Pass.h"

namespace mlir {
class ModuleOp;
}

namespace accord {

/// Marks a function that holds nothing but calls and windows of buffers.
constexpr llvm::StringLiteral sequenceAttrName = "accel.sequence";
/// On an argument: the tensor of the parameter file that it is.
constexpr llvm::StringLiteral paramAttrName = "accel.param";
/// On an argument: the rotary table that it is ({head_dim, theta, scale, factors, table = "cos" or "sin"}).
constexpr llvm::StringLiteral ropeAttrName = "accel.rope";

#define GEN_PASS_DECL
#include "mlir/Transforms/Model/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "mlir/Transforms/Model/Passes.h.inc"

} // namespace accord
