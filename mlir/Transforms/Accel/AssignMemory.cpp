// accel-assign-memory: one buffer after the other, refused when a memory is full.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Accel/Passes.h"

#include "dialects/Accel/Accel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_ACCELASSIGNMEMORY
#include "mlir/Transforms/Accel/Passes.h.inc"

namespace {

int64_t bytesOf(MemRefType type) {
  return type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

struct AssignMemory : impl::AccelAssignMemoryBase<AssignMemory> {
  using impl::AccelAssignMemoryBase<AssignMemory>::AccelAssignMemoryBase;
  explicit AssignMemory(Hardware machine) : machine(std::move(machine)) {}

  std::optional<int64_t> capacityOf(accel::Memory memory) const {
    switch (memory) {
    case accel::Memory::Spm:
      return machine->scratchpad.capacityBytes;
    case accel::Memory::Acc:
      return machine->accumulator.capacityBytes;
    default:
      return std::nullopt;
    }
  }

  LogicalResult assign(func::FuncOp program) {
    std::map<accel::Memory, std::pair<int64_t, SmallVector<memref::AllocOp>>> memories;
    LogicalResult ok = success();
    program.walk([&](memref::AllocOp alloc) {
      std::optional<accel::Memory> memory = accel::memoryOf(alloc.getType());
      if (memory == accel::Memory::Dram)
        return;
      if (!memory || !capacityOf(*memory)) {
        alloc.emitOpError() << "expected a buffer in dram, spm or acc: " << machine->name
                            << " has no such memory";
        ok = failure();
        return;
      }
      auto &[end, buffers] = memories[*memory];
      alloc->setAttr("accel.address", IntegerAttr::get(IntegerType::get(&getContext(), 64), end));
      end = llvm::alignTo(end + bytesOf(alloc.getType()), 64);
      buffers.push_back(alloc);
    });
    for (auto &[memory, used] : memories) {
      int64_t capacity = *capacityOf(memory);
      if (used.first <= capacity)
        continue;
      InFlightDiagnostic diag = program.emitOpError()
                                << "expected buffers of at most " << capacity << " bytes in "
                                << accel::stringifyMemory(memory) << " of " << machine->name << ", got "
                                << used.first
                                << "; smaller tiles or fewer buffers (cust.tile, cust.buffer) need less";
      for (memref::AllocOp alloc : used.second)
        diag.attachNote(alloc.getLoc()) << bytesOf(alloc.getType()) << " bytes for " << alloc.getType();
      ok = failure();
    }
    return ok;
  }

  void runOnOperation() override {
    if (!machine) {
      Expected<Hardware> read = loadHardware(hardware);
      if (!read) {
        getOperation().emitError() << read.error().message;
        return signalPassFailure();
      }
      machine = *read;
    }
    for (auto program : getOperation().getOps<func::FuncOp>())
      if (program->hasAttr("accel.program") && failed(assign(program)))
        signalPassFailure();
  }

  std::optional<Hardware> machine;
};

} // namespace

std::unique_ptr<Pass> createAccelAssignMemory(Hardware hardware) {
  return std::make_unique<AssignMemory>(std::move(hardware));
}

} // namespace accord
