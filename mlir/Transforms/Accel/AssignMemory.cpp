// accel-assign-memory: one buffer after the other, in turns where a memory is too small, refused when it is
// full.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Accel/Passes.h"

#include "dialects/Accel/Accel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "sim/hardware/model_files.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <limits>
#include <map>
#include <random>

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_ACCELASSIGNMEMORY
#include "mlir/Transforms/Accel/Passes.h.inc"

namespace {

int64_t bytesOf(MemRefType type) {
  return type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

/// From which to which op of the function's block a buffer is touched; of one that nothing touches: always.
struct Span {
  int64_t first = 0, last = std::numeric_limits<int64_t>::max();
};

/// A place in a memory: of one buffer, or of several that take turns there (`accel.turn`), in program order.
struct Place {
  SmallVector<memref::AllocOp> allocs;
  SmallVector<Span> spans; ///< one for each
  int64_t bytes = 0, address = 0;

  bool overlaps(const Place &other) const {
    return other.address < address + bytes && address < other.address + other.bytes;
  }
  bool isLiveWith(const Place &other) const {
    return llvm::any_of(spans, [&](const Span &a) {
      return llvm::any_of(other.spans, [&](const Span &b) { return a.first <= b.last && b.first <= a.last; });
    });
  }
};

Span spanOf(memref::AllocOp alloc, const DenseMap<Operation *, int64_t> &order, Block &block) {
  Span span;
  bool used = false;
  SmallVector<Value> views = {alloc};
  while (!views.empty())
    for (Operation *user : views.pop_back_val().getUsers()) {
      if (mlir::isa<memref::SubViewOp>(user)) {
        views.push_back(user->getResult(0));
        continue;
      }
      int64_t at = order.lookup(block.findAncestorOpInBlock(*user));
      span = used ? Span{std::min(span.first, at), std::max(span.last, at)} : Span{at, at};
      used = true;
    }
  return span;
}

/// Lays places out in the order given: while there is `room` (bytes) behind all others, there; else first
/// fit, where a buffer may take what another one has while that one is not in use. Returns the end of the
/// last place.
int64_t layOut(ArrayRef<Place *> order, int64_t room) {
  int64_t end = 0;
  for (auto [i, place] : llvm::enumerate(order)) {
    // A place that nobody had costs no barrier, so it comes first.
    place->address = end + place->bytes <= room ? end : 0;
    for (bool moved = true; moved;) {
      moved = false;
      for (Place *other : order.take_front(i))
        if (place->overlaps(*other) && place->isLiveWith(*other)) {
          place->address = llvm::alignTo(other->address + other->bytes, 64);
          moved = true;
        }
    }
    end = std::max<int64_t>(end, llvm::alignTo(place->address + place->bytes, 64));
  }
  return end;
}

/// Finds a layout within `capacity`, if it can: by first use, with new places while there are any; as tight
/// as can be; large places before small ones; and then what did not fit goes first, until everything does,
/// from one order after another. Returns the end of the last place.
int64_t layOut(MutableArrayRef<Place> places, int64_t capacity) {
  constexpr int orders = 64, moves = 16;
  SmallVector<Place *> order;
  for (Place &place : places)
    order.push_back(&place);
  llvm::stable_sort(order, [](Place *a, Place *b) { return a->spans[0].first < b->spans[0].first; });
  for (int64_t room : {capacity, int64_t(0)})
    if (int64_t end = layOut(order, room); end <= capacity)
      return end;
  llvm::stable_sort(order, [](Place *a, Place *b) { return a->bytes > b->bytes; });
  std::minstd_rand random; // the same orders each time
  int64_t end = layOut(order, 0);
  for (int i = 0; i < orders * moves && end > capacity; ++i) {
    if (i % moves == moves - 1)
      std::shuffle(order.begin(), order.end(), random);
    else
      std::stable_partition(order.begin(), order.end(),
                            [&](Place *place) { return place->address + place->bytes > capacity; });
    end = layOut(order, 0);
  }
  return end;
}

/// A place of its own for each buffer: where turns at one address, which need no barrier, leave no room.
SmallVector<Place> withoutTurns(ArrayRef<Place> places) {
  SmallVector<Place> apart;
  for (const Place &place : places)
    for (auto [alloc, span] : llvm::zip_equal(place.allocs, place.spans)) {
      memref::AllocOp own = alloc;
      apart.push_back({{own}, {span}, bytesOf(own.getType()), 0});
    }
  return apart;
}

/// The most bytes that are in use at once.
int64_t peakOf(ArrayRef<Place> places) {
  int64_t peak = 0;
  for (const Place &at : places)
    for (const Span &span : at.spans) {
      int64_t live = 0;
      for (const Place &place : places)
        if (llvm::any_of(place.spans,
                         [&](const Span &s) { return s.first <= span.first && span.first <= s.last; }))
          live += llvm::alignTo(place.bytes, 64);
      peak = std::max(peak, live);
    }
  return peak;
}

/// Tokens order the commands of one place only, so a barrier stands where bytes go from one place to another.
void addBarriers(MutableArrayRef<Place> places, Block &block, SetVector<Operation *> &barriers) {
  SmallVector<Operation *> ops;
  for (Operation &op : block)
    ops.push_back(&op);
  SmallVector<Place *> placed;
  for (Place &place : places)
    placed.push_back(&place);
  for (Place *place : placed) {
    int64_t before = -1; // where the place was last its own
    for (const Span &span : place->spans) {
      bool taken = llvm::any_of(placed, [&](Place *other) {
        return other != place && place->overlaps(*other) && llvm::any_of(other->spans, [&](const Span &s) {
                 return s.last > before && s.last < span.first;
               });
      });
      if (taken)
        barriers.insert(ops[span.first]);
      before = span.last;
    }
  }
}

struct AssignMemory : impl::AccelAssignMemoryBase<AssignMemory> {
  using impl::AccelAssignMemoryBase<AssignMemory>::AccelAssignMemoryBase;
  explicit AssignMemory(Hardware given) : machine(std::move(given)) {
    hardware = machine->file; // for who prints the pipeline
  }

  std::optional<int64_t> capacityOf(accel::Memory memory) const {
    switch (memory) {
    case accel::Memory::Spm:
      return machine->scratchpad.capacityBytes;
    case accel::Memory::Acc:
      return machine->accumulator.capacityBytes;
    case accel::Memory::Dram:
    case accel::Memory::L2:
    case accel::Memory::Reg:
      break;
    }
    return std::nullopt;
  }

  LogicalResult assign(func::FuncOp program) {
    std::map<accel::Memory, SmallVector<Place>> memories;
    std::map<std::pair<accel::Memory, int64_t>, size_t> turns;
    Block &block = program.getBody().front();
    DenseMap<Operation *, int64_t> order;
    for (auto [i, op] : llvm::enumerate(block))
      order[&op] = i;
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
      SmallVector<Place> &places = memories[*memory];
      size_t number = places.size();
      if (auto turn = alloc->getAttrOfType<IntegerAttr>("accel.turn"))
        number = turns.try_emplace({*memory, turn.getInt()}, number).first->second;
      if (number == places.size())
        places.emplace_back();
      Place &place = places[number];
      place.allocs.push_back(alloc);
      place.spans.push_back(spanOf(alloc, order, block));
      place.bytes = std::max(place.bytes, bytesOf(alloc.getType()));
      alloc->removeAttr("accel.turn");
    });
    SetVector<Operation *> barriers;
    for (auto &[memory, places] : memories) {
      int64_t capacity = *capacityOf(memory), end = 0;
      for (Place &place : places) {
        place.address = end;
        end = llvm::alignTo(end + place.bytes, 64);
      }
      if (end > capacity) {
        end = layOut(places, capacity);
        if (SmallVector<Place> apart; end > capacity) {
          apart = withoutTurns(places);
          if (int64_t without = layOut(apart, capacity); without <= capacity) {
            end = without;
            places = std::move(apart);
          }
        }
        addBarriers(places, block, barriers);
      }
      for (Place &place : places)
        for (memref::AllocOp alloc : place.allocs)
          alloc->setAttr("accel.address",
                         IntegerAttr::get(IntegerType::get(&getContext(), 64), place.address));
      if (end <= capacity)
        continue;
      InFlightDiagnostic diag = program.emitOpError()
                                << "expected buffers of at most " << capacity << " bytes in "
                                << isa::name(memory) << " of " << machine->name << ", got " << end << " ("
                                << peakOf(places) << " at once)"
                                << "; smaller tiles or fewer buffers (cust.tile, cust.buffer) need less";
      for (Place &place : places)
        diag.attachNote(place.allocs[0].getLoc())
            << place.bytes << " bytes for " << place.allocs[0].getType();
      ok = failure();
    }
    for (Operation *op : barriers)
      OpBuilder(op).create<accel::BarrierOp>(op->getLoc());
    return ok;
  }

  void runOnOperation() override {
    if (!machine) {
      Expected<Hardware> read = openHardware(hardware);
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
