// Raising linalg on tensors to the ops of L0.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Pass/Pass.h"

namespace mlir {
class ModuleOp;
}

namespace accord {

#define GEN_PASS_DECL
#include "mlir/Transforms/Linalg/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mlir/Transforms/Linalg/Passes.h.inc"

} // namespace accord
