// Schedules: written for a machine, applied to a payload.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Pass/Pass.h"
#include "sim/hardware/hardware.h"

namespace mlir {
class ModuleOp;
}

namespace accord {

#define GEN_PASS_DECL
#include "mlir/Transforms/Schedule/Passes.h.inc"

/// Attaches to every op that the default schedule cuts what it has to know of it.
void registerDefaultSchedules(mlir::DialectRegistry &registry);

/// schedule-for-hardware for a machine in memory.
std::unique_ptr<mlir::Pass> createScheduleForHardware(Hardware hardware);

/// The module's schedule (`@__transform_main` at its top level); null if it has none.
mlir::Operation *findSchedule(mlir::ModuleOp module);

/// Runs the schedule on a clone and replaces the module's content on success. After a refusal the module is
/// what it was, and the reason has been reported at the payload op with a note at the primitive.
llvm::LogicalResult applySchedule(mlir::ModuleOp module);

#define GEN_PASS_REGISTRATION
#include "mlir/Transforms/Schedule/Passes.h.inc"

} // namespace accord
