// The edits as changes of ops; every result goes through text, addresses and the static check again.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/e2e/hand_edits.h"

#include "dialects/Accel/Accel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Accel/Passes.h"

namespace accord::test {

namespace {

using namespace mlir;

/// The loop that holds the array's command.
scf::ForOp innerLoop(ModuleOp module) {
  scf::ForOp loop;
  module.walk([&](accel::CommandOpInterface op) {
    if (mlir::isa<accel::LmmaOp, accel::MmaOp>(op))
      loop = dyn_cast<scf::ForOp>(op->getParentOp());
  });
  REQUIRE(loop);
  return loop;
}

SmallVector<accel::LoadOp> loadsOf(scf::ForOp loop) {
  return llvm::to_vector(loop.getBody()->getOps<accel::LoadOp>());
}

/// What takes turns over slots counts to `slots`; buffers selected by it get as many. How many there were of
/// both.
std::pair<size_t, size_t> setSlots(ModuleOp module, int64_t slots) {
  SmallVector<arith::RemUIOp> turns;
  module.walk([&](arith::RemUIOp op) { turns.push_back(op); });
  size_t buffers = 0;
  for (arith::RemUIOp turn : turns) {
    OpBuilder builder(turn);
    for (Operation *user : llvm::make_early_inc_range(turn->getUsers()))
      if (auto view = dyn_cast<memref::SubViewOp>(user))
        if (auto alloc = view.getSource().getDefiningOp<memref::AllocOp>()) {
          auto type = alloc.getType();
          SmallVector<int64_t> shape(type.getShape());
          shape[0] = std::max(shape[0], slots);
          alloc.getResult().setType(
              MemRefType::get(shape, type.getElementType(), type.getLayout(), type.getMemorySpace()));
          ++buffers;
        }
    turn.getRhsMutable().assign(builder.create<arith::ConstantIndexOp>(turn.getLoc(), slots));
  }
  return {turns.size(), buffers};
}

/// Moves `op`, and what of its operands stands in the same block behind `place`, to before `place`.
void moveUp(Operation *op, Operation *place) {
  for (Value operand : op->getOperands())
    if (Operation *source = operand.getDefiningOp();
        source && source->getBlock() == place->getBlock() && place->isBeforeInBlock(source))
      moveUp(source, place);
  op->moveBefore(place);
}

void apply(ModuleOp module, HandEdit edit) {
  scf::ForOp loop = innerLoop(module);
  SmallVector<accel::LoadOp> loads = loadsOf(loop);
  OpBuilder builder(loop);
  switch (edit) {
  case HandEdit::OneSlot:
    REQUIRE(setSlots(module, 1).first > 0);
    builder.setInsertionPointToStart(loop.getBody());
    builder.create<accel::BarrierOp>(loop.getLoc());
    break;
  case HandEdit::ThreeSlots:
    REQUIRE(setSlots(module, 3).second > 0);
    break;
  case HandEdit::SwapLoads:
    REQUIRE(loads.size() > 1);
    moveUp(loads[1], loads[0]);
    break;
  case HandEdit::BarrierEach:
    builder.setInsertionPoint(loop.getBody()->getTerminator());
    builder.create<accel::BarrierOp>(loop.getLoc());
    break;
  case HandEdit::WaitEach:
    REQUIRE(!loads.empty());
    for (accel::LoadOp load : loads) {
      builder.setInsertionPointAfter(load);
      builder.create<accel::WaitOp>(load.getLoc(), ValueRange{load.getToken()});
    }
    break;
  }
}

} // namespace

const char *name(HandEdit edit) {
  const char *names[] = {"one slot and a barrier", "three slots", "loads swapped", "a barrier each round",
                         "a wait for each load"};
  return names[static_cast<int>(edit)];
}

Compiled edited(driver::Toolchain &toolchain, const Compiled &original, HandEdit edit) {
  INFO("edit: " << name(edit));
  Module copy(cast<ModuleOp>((*original.module)->clone()));
  apply(*copy, edit);
  Module module = parse(toolchain, driver::print(*copy));
  PassManager pm(&toolchain.context());
  pm.addPass(createAccelAssignMemory(original.program.hardware));
  pm.addPass(createAccelCheckHazards());
  INFO(driver::print(*module));
  REQUIRE(succeeded(pm.run(*module)));
  return adopt(toolchain, std::move(module), original.program.hardware);
}

} // namespace accord::test
