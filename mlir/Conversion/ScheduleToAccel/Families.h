// The families of ops that have commands: each attaches its models of CommandLoweringInterface.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Conversion/ScheduleToAccel/CommandEmitter.h"
#include "mlir/Interfaces/CommandLowering.h"

namespace accord {

void registerProductLowerings(mlir::DialectRegistry &registry); ///< of the array, and what prepares for it
void registerElementwiseLowerings(mlir::DialectRegistry &registry); ///< values for themselves
void registerRowLowerings(mlir::DialectRegistry &registry);         ///< rows as a whole
void registerAttentionLowerings(mlir::DialectRegistry &registry);   ///< keys and values
void registerEmbedLowerings(mlir::DialectRegistry &registry);       ///< rows by token

/// The model of an op that is one command of the same operands in the same order, without attributes.
template <typename Op, isa::Opcode opcode>
struct OneCommand : CommandLoweringInterface::ExternalModel<OneCommand<Op, opcode>, Op> {
  mlir::LogicalResult lowerToCommands(mlir::Operation *, CommandEmitter &e) const {
    e.command(opcode, e.ins(), e.outs());
    return mlir::success();
  }
};

} // namespace accord
