// accel-assign-memory: one buffer after the other, in turns where a memory is too small, refused when it is
// full.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Accel/Passes.h"

#include "dialects/Accel/Accel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/MathExtras.h"
#include <limits>
#include <map>

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_ACCELASSIGNMEMORY
#include "mlir/Transforms/Accel/Passes.h.inc"

namespace {

int64_t bytesOf(MemRefType type) {
  return type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

/// A buffer, and from which to which op of the function's block it is touched.
struct Placed {
  memref::AllocOp alloc;
  int64_t bytes = 0, address = 0;
  int64_t first = 0, last = std::numeric_limits<int64_t>::max(); ///< of one that nothing touches: always
};

/// First fit by first use: a buffer may take the place of one that is not touched any more. Tokens order a
/// buffer's own commands only, so a barrier stands where a place gets a new owner. Returns the end of the
/// last buffer.
int64_t share(MutableArrayRef<Placed> buffers, const DenseMap<Operation *, int64_t> &order, Block &block,
              SetVector<Operation *> &barriers) {
  SmallVector<Operation *> ops;
  for (Operation &op : block)
    ops.push_back(&op);
  for (Placed &buffer : buffers) {
    SmallVector<Value> views = {buffer.alloc};
    bool used = false;
    while (!views.empty())
      for (Operation *user : views.pop_back_val().getUsers()) {
        if (mlir::isa<memref::SubViewOp>(user)) {
          views.push_back(user->getResult(0));
          continue;
        }
        int64_t at = order.lookup(block.findAncestorOpInBlock(*user));
        buffer.first = used ? std::min(buffer.first, at) : at;
        buffer.last = used ? std::max(buffer.last, at) : at;
        used = true;
      }
  }
  SmallVector<Placed *> sorted, placed;
  for (Placed &buffer : buffers)
    sorted.push_back(&buffer);
  llvm::stable_sort(sorted, [](Placed *a, Placed *b) { return a->first < b->first; });
  int64_t end = 0;
  for (Placed *buffer : sorted) {
    auto overlaps = [&](Placed *other) {
      return other->address < buffer->address + buffer->bytes &&
             buffer->address < other->address + other->bytes;
    };
    buffer->address = 0;
    for (bool moved = true; moved;) {
      moved = false;
      for (Placed *other : placed)
        if (other->last >= buffer->first && overlaps(other)) {
          buffer->address = llvm::alignTo(other->address + other->bytes, 64);
          moved = true;
        }
    }
    for (Placed *other : placed)
      if (other->last < buffer->first && overlaps(other))
        barriers.insert(ops[buffer->first]);
    placed.push_back(buffer);
    end = std::max<int64_t>(end, llvm::alignTo(buffer->address + buffer->bytes, 64));
  }
  return end;
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
    std::map<accel::Memory, SmallVector<Placed>> memories;
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
      memories[*memory].push_back({alloc, bytesOf(alloc.getType())});
    });
    DenseMap<Operation *, int64_t> order;
    for (auto [i, op] : llvm::enumerate(program.getBody().front()))
      order[&op] = i;
    SetVector<Operation *> barriers;
    for (auto &[memory, buffers] : memories) {
      int64_t capacity = *capacityOf(memory), end = 0;
      for (Placed &buffer : buffers) {
        buffer.address = end;
        end = llvm::alignTo(end + buffer.bytes, 64);
      }
      if (end > capacity)
        end = share(buffers, order, program.getBody().front(), barriers);
      for (Placed &buffer : buffers)
        buffer.alloc->setAttr("accel.address",
                              IntegerAttr::get(IntegerType::get(&getContext(), 64), buffer.address));
      if (end <= capacity)
        continue;
      InFlightDiagnostic diag = program.emitOpError()
                                << "expected buffers of at most " << capacity << " bytes in "
                                << accel::stringifyMemory(memory) << " of " << machine->name << ", got "
                                << end
                                << "; smaller tiles or fewer buffers (cust.tile, cust.buffer) need less";
      for (Placed &buffer : buffers)
        diag.attachNote(buffer.alloc.getLoc()) << buffer.bytes << " bytes for " << buffer.alloc.getType();
      ok = failure();
    }
    for (Operation *op : barriers)
      OpBuilder(op).create<accel::BarrierOp>(op->getLoc());
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
