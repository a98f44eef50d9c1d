// Scheduled tensor code to an accel program. See ScheduleToAccel.td and Lowering.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Pass/Pass.h"

namespace accord {

/// Attaches to every op that an accelerator has commands for how it becomes them.
void registerCommandLowerings(mlir::DialectRegistry &registry);

#define GEN_PASS_DECL
#include "mlir/Conversion/ScheduleToAccel/ScheduleToAccel.h.inc"

#define GEN_PASS_REGISTRATION
#include "mlir/Conversion/ScheduleToAccel/ScheduleToAccel.h.inc"

} // namespace accord
