// Passes on accel programs (L3).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Pass/Pass.h"
#include "sim/hardware/hardware.h"

namespace accord {

#define GEN_PASS_DECL
#include "mlir/Transforms/Accel/Passes.h.inc"

/// accel-assign-memory for a machine in memory.
std::unique_ptr<mlir::Pass> createAccelAssignMemory(Hardware hardware);

#define GEN_PASS_REGISTRATION
#include "mlir/Transforms/Accel/Passes.h.inc"

} // namespace accord
