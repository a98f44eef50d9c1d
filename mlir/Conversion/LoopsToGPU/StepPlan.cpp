// Costs of loops, and the cut of a program into steps; see StepPlan.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/LoopsToGPU/StepPlan.h"
#include "mlir/Conversion/LoopsToGPU/TripCount.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/MathExtras.h"

namespace accord {

using namespace mlir;

namespace {

/// 1 + trips·(1 + body), at most 2^64 - 1.
uint64_t loopCost(uint64_t trips, uint64_t body) {
  return llvm::SaturatingMultiplyAdd<uint64_t>(trips, llvm::SaturatingAdd<uint64_t>(body, 1), 1);
}

class Planner {
public:
  Planner(func::FuncOp program, const StepLimits &limits) : program(program), limits(limits) {}

  FailureOr<std::unique_ptr<StepPlan>> run();

private:
  FailureOr<uint64_t> costOf(Block &block);
  FailureOr<uint64_t> costOf(Operation &op);

  LogicalResult plan(Block &block, StepPlan &into);
  bool isFree(Operation &op) const;
  LogicalResult cutLoop(scf::ForOp loop, StepPiece &piece);
  LogicalResult cutParallel(scf::ParallelOp op, StepPiece &piece);
  LogicalResult checkCrossing(const StepPlan &plan);

  func::FuncOp program;
  StepLimits limits;
  /// What a step may cost beside passing every loop of the kernel once.
  uint64_t available = 0;
  DenseMap<Operation *, uint64_t> costs;
};

FailureOr<uint64_t> Planner::costOf(Block &block) {
  uint64_t sum = 0;
  for (Operation &op : block.without_terminator()) {
    FailureOr<uint64_t> cost = costOf(op);
    if (failed(cost))
      return failure();
    sum = llvm::SaturatingAdd(sum, *cost);
  }
  return sum;
}

FailureOr<uint64_t> Planner::costOf(Operation &op) {
  auto known = costs.find(&op);
  if (known != costs.end())
    return known->second;
  uint64_t body = 0;
  for (Region &region : op.getRegions())
    for (Block &block : region) {
      FailureOr<uint64_t> cost = costOf(block);
      if (failed(cost))
        return failure();
      body = llvm::SaturatingAdd(body, *cost);
    }
  uint64_t cost = body;
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    FailureOr<uint64_t> trips = mostTrips(loop);
    if (failed(trips))
      return failure();
    cost = loopCost(*trips, body);
  } else if (auto parallel = dyn_cast<scf::ParallelOp>(op)) {
    FailureOr<SmallVector<int64_t>> trips = parallelTrips(parallel);
    if (failed(trips))
      return failure();
    uint64_t total = 1;
    for (int64_t n : *trips)
      total = llvm::SaturatingMultiply<uint64_t>(total, n);
    cost = loopCost(llvm::divideCeil(total, uint64_t(limits.workgroupSize)), body);
  }
  costs[&op] = cost;
  return cost;
}

bool Planner::isFree(Operation &op) const {
  if (mlir::isa<memref::AllocOp, memref::DeallocOp>(op))
    return true;
  bool arithmetic = op.getName().getDialectNamespace() == "arith" && op.getNumRegions() == 0;
  if (!arithmetic && !mlir::isa<memref::SubViewOp, memref::CastOp>(op))
    return false;
  // What is computed from a loaded value or from a loop's result stays with it.
  return llvm::all_of(op.getOperands(), [&](Value operand) {
    Operation *from = operand.getDefiningOp();
    return !from || from->getBlock() != op.getBlock() || isFree(*from);
  });
}

LogicalResult Planner::cutLoop(scf::ForOp loop, StepPiece &piece) {
  if (loop.getNumResults())
    return loop.emitOpError("expected no values carried by a loop of several steps, got ")
           << loop.getNumResults();
  for (Value bound : {loop.getLowerBound(), loop.getUpperBound()})
    if (!getConstantIntValue(bound))
      return loop.emitOpError("expected constant bounds of a loop of several steps");
  piece.kind = StepPiece::Kind::Loop;
  piece.trips = *mostTrips(loop);
  uint64_t iteration = llvm::SaturatingAdd<uint64_t>(*costOf(*loop.getBody()), 1);
  piece.perStep = (available - 1) / iteration;
  piece.steps = 0;
  if (piece.perStep > 0) {
    piece.steps = llvm::divideCeil(piece.trips, piece.perStep);
    return success();
  }
  piece.body = std::make_unique<StepPlan>();
  if (failed(plan(*loop.getBody(), *piece.body)))
    return failure();
  piece.steps = llvm::SaturatingMultiply(piece.trips, piece.body->steps);
  return success();
}

LogicalResult Planner::cutParallel(scf::ParallelOp op, StepPiece &piece) {
  SmallVector<int64_t> trips = *parallelTrips(op);
  uint64_t total = 1, round = llvm::SaturatingAdd<uint64_t>(*costOf(*op.getBody()), 1);
  for (int64_t n : trips)
    total *= n;
  piece.kind = StepPiece::Kind::Chunks;
  piece.trips = llvm::divideCeil(total, uint64_t(limits.workgroupSize));
  piece.perStep = (available - 1) / round;
  if (piece.perStep == 0)
    return op.emitOpError("expected one round of the workgroup to run at most ")
           << available - 1 << " loop iterations an invocation, got " << round;
  piece.steps = llvm::divideCeil(piece.trips, piece.perStep);
  return success();
}

LogicalResult Planner::plan(Block &block, StepPlan &into) {
  StepPiece open;
  open.kind = StepPiece::Kind::Group;
  uint64_t openCost = 0;
  auto append = [&](StepPiece piece) {
    piece.first = into.steps;
    into.steps = llvm::SaturatingAdd(into.steps, piece.steps);
    into.pieces.push_back(std::move(piece));
  };
  auto close = [&] {
    if (!open.ops.empty()) {
      open.steps = 1;
      append(std::move(open));
    }
    open = {};
    open.kind = StepPiece::Kind::Group;
    openCost = 0;
  };
  for (Operation &op : block.without_terminator()) {
    if (isFree(op)) {
      // Ahead of the open group, on which it does not depend.
      StepPiece piece;
      piece.ops.push_back(&op);
      append(std::move(piece));
      continue;
    }
    uint64_t cost = *costOf(op);
    if (cost > available || openCost + cost > available)
      close();
    if (cost <= available) {
      open.ops.push_back(&op);
      openCost += cost;
      continue;
    }
    StepPiece piece;
    piece.ops.push_back(&op);
    LogicalResult cut = failure();
    if (auto loop = dyn_cast<scf::ForOp>(op))
      cut = cutLoop(loop, piece);
    else if (auto parallel = dyn_cast<scf::ParallelOp>(op))
      cut = cutParallel(parallel, piece);
    else
      op.emitOpError("expected at most ")
          << available << " loop iterations an invocation in an op that is no loop, got " << cost;
    if (failed(cut))
      return failure();
    append(std::move(piece));
  }
  close();
  return checkCrossing(into);
}

/// Every value of a group is used in that group alone.
LogicalResult Planner::checkCrossing(const StepPlan &plan) {
  DenseMap<Operation *, const StepPiece *> pieceOf;
  for (const StepPiece &piece : plan.pieces)
    for (Operation *op : piece.ops)
      pieceOf[op] = &piece;
  for (const StepPiece &piece : plan.pieces) {
    if (piece.kind == StepPiece::Kind::Free)
      continue;
    for (Operation *op : piece.ops)
      for (Operation *user : op->getUsers()) {
        Operation *inBlock = op->getBlock()->findAncestorOpInBlock(*user);
        if (pieceOf.lookup(inBlock) != &piece)
          return op->emitOpError(
              "expected index arithmetic alone to cross from one step to another, got a result of this op");
      }
  }
  return success();
}

FailureOr<std::unique_ptr<StepPlan>> Planner::run() {
  FailureOr<uint64_t> cost = costOf(program.front());
  if (failed(cost))
    return failure();
  if (*cost <= limits.budget)
    return std::unique_ptr<StepPlan>();
  uint64_t loops = 0;
  program.walk([&](Operation *op) { loops += mlir::isa<scf::ForOp, scf::ParallelOp>(op); });
  if (loops + 1 >= limits.budget)
    return program.emitOpError("expected fewer loops than the ")
               << limits.budget << " loop iterations of a step, got " << loops,
           failure();
  available = limits.budget - loops;
  auto result = std::make_unique<StepPlan>();
  if (failed(plan(program.front(), *result)))
    return failure();
  if (result->steps > uint64_t(INT32_MAX))
    return program.emitOpError("expected at most ") << INT32_MAX << " steps, got " << result->steps,
           failure();
  return result;
}

} // namespace

FailureOr<std::unique_ptr<StepPlan>> planSteps(func::FuncOp program, const StepLimits &limits) {
  return Planner(program, limits).run();
}

} // namespace accord
