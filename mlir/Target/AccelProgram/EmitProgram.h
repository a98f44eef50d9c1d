// An accel program (L3) as the command stream that a command processor sees.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "sim/program/sequence.h"

namespace accord {

/// What a function may cost to resolve: ops, of a loop's body once an iteration (some ten seconds), and
/// commands (some gigabytes).
struct EmitLimits {
  uint64_t ops = uint64_t(1) << 27, commands = uint64_t(1) << 24;
};

/// Resolves a function with `accel.program` for one set of scalars (the values of its index arguments, in
/// order): loops are run, offsets computed, tokens become command numbers. Buffers: the memref arguments in
/// order (role and name from `accel.role` and `accel.name`), then allocations in program order, whose on-chip
/// addresses are `accel.address`. `accel.op` of a command (a string) names the op it is part of. Dram buffers
/// lie one after the other, aligned to 64 bytes. `hardwareHash` is passed on. Errors are reported at the op:
/// an op that is not a command, scf.for, memref.subview or index arithmetic; a missing address; a wrong
/// number of scalars; more ops or commands to run than `limits`, a number beyond 64 bits. Cost: about a
/// microsecond a command.
mlir::FailureOr<program::Program> emitProgram(mlir::func::FuncOp function, llvm::ArrayRef<int64_t> scalars,
                                              llvm::StringRef hardwareHash = "", EmitLimits limits = {});

/// Resolves a function with `accel.sequence`, whose bodies are emitted once for each set of scalars they are
/// run with; of a function with `accel.program`, a sequence of one call. Errors as above, and of windows that
/// do not fit
/// (`verify` of sim/program/sequence.h).
mlir::FailureOr<program::Sequence> emitSequence(mlir::func::FuncOp function, llvm::ArrayRef<int64_t> scalars,
                                                llvm::StringRef hardwareHash = "", EmitLimits limits = {});

} // namespace accord
