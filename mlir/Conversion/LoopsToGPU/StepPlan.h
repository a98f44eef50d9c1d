// How a program is cut into steps, each short enough for one dispatch.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include <memory>
#include <vector>

namespace accord {

struct StepPlan;

/// Part of a block. Steps are counted from the start of the block's plan.
struct StepPiece {
  enum class Kind {
    Free,  ///< Index arithmetic and views: outside of all steps, so every later piece may use them.
    Group, ///< Ops that share one step.
    Loop,  ///< One scf.for: `perStep` iterations a step, or `body->steps` steps an iteration.
    Chunks ///< One scf.parallel: `perStep` rounds of the workgroup a step.
  };
  Kind kind = Kind::Free;
  llvm::SmallVector<mlir::Operation *> ops;
  uint64_t first = 0, steps = 0;
  uint64_t perStep = 0;
  uint64_t trips = 0;             ///< Iterations of a Loop, rounds of a Chunks.
  std::unique_ptr<StepPlan> body; ///< Of a Loop one iteration of which is above the budget.
};

/// A block in pieces, in the order of the program.
struct StepPlan {
  std::vector<StepPiece> pieces;
  uint64_t steps = 0;
};

/// Loop iterations that one invocation runs in a dispatch, at most; a loop costs one more than its
/// iterations, because it is left at the start of an iteration. Devices that mask instead of branching pass
/// every loop of a kernel once, so all loops of the program count against each step.
struct StepLimits {
  uint64_t budget = 0;
  int64_t workgroupSize = 0;
};

/// The constant extents of an scf.parallel, or an error at it: its iterations in each dimension.
mlir::FailureOr<llvm::SmallVector<int64_t>> parallelTrips(mlir::scf::ParallelOp op);

/// How to cut `program`: null when all of it fits one dispatch. Fails, with an error at the op, when the
/// iterations of a loop have no constant bound, when a step cannot be brought below the budget, or when a
/// value other than index arithmetic would cross from one step to another.
mlir::FailureOr<std::unique_ptr<StepPlan>> planSteps(mlir::func::FuncOp program, const StepLimits &limits);

} // namespace accord
