// The function, its loops, and the place of every tensor. See Lowering.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/CommandEmitter.h"
#include "mlir/Conversion/ScheduleToAccel/Lowering.h"

#include "dialects/Cust/Cust.h"
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/CommandLowering.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord {
namespace {

bool isCompute(Operation *op) {
  return mlir::isa<DestinationStyleOpInterface>(op) &&
         mlir::isa<lut::LUTDialect, nn::NNDialect>(op->getDialect());
}

/// Inputs that commands of the op fetch themselves: they are not loaded whole.
bool isFetched(OpOperand &operand) {
  auto lowered = dyn_cast<CommandLoweringInterface>(operand.getOwner());
  return lowered && lowered.fetches(operand);
}

/// A tensor whose content nothing has written: tensor.empty and what is cut from it.
bool isWithoutContent(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (mlir::isa<tensor::EmptyOp>(op))
      return true;
    if (!mlir::isa<tensor::ExtractSliceOp, tensor::CastOp>(op))
      return false;
    value = op->getOperand(0);
  }
  return false;
}

/// The value a use of a destination continues as: a loop's result, an op's tied result, the tensor inserted
/// into.
Value continuation(OpOperand &use) {
  Operation *user = use.getOwner();
  if (auto loop = dyn_cast<scf::ForOp>(user))
    return loop.getTiedLoopResult(&use);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(user))
    return use.getOperandNumber() == 1 ? insert.getResult() : Value();
  if (auto dps = dyn_cast<DestinationStyleOpInterface>(user); dps && isCompute(user) && dps.isDpsInit(&use))
    return dps.getTiedOpResult(&use);
  if (mlir::isa<tensor::CastOp>(user))
    return user->getResult(0);
  return Value();
}

/// The function result that a chain of destinations ends in, if any.
std::optional<unsigned> returnedAs(OpOperand &start) {
  SmallVector<Value> work = {continuation(start)};
  while (!work.empty()) {
    Value value = work.pop_back_val();
    for (OpOperand &use : value.getUses()) {
      if (mlir::isa<func::ReturnOp>(use.getOwner()))
        return use.getOperandNumber();
      if (Value next = continuation(use))
        work.push_back(next);
    }
  }
  return std::nullopt;
}

/// The use at which the chain of destinations behind a value starts; null where the value is no such chain's.
OpOperand *chainStart(Value value) {
  while (true) {
    OpOperand *use = nullptr;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
      if (!loop || argument == loop.getInductionVar())
        return nullptr;
      use = loop.getTiedLoopInit(argument);
    } else {
      Operation *op = value.getDefiningOp();
      if (mlir::isa<tensor::ExtractSliceOp, tensor::CastOp>(op)) {
        value = op->getOperand(0);
        continue;
      }
      if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
        value = insert.getDest();
        continue;
      }
      if (auto loop = dyn_cast<scf::ForOp>(op))
        use = loop.getTiedLoopInit(cast<OpResult>(value));
      else if (auto dps = dyn_cast<DestinationStyleOpInterface>(op))
        use = dps.getTiedOpOperand(cast<OpResult>(value));
    }
    if (!use)
      return nullptr;
    if (isWithoutContent(use->get()))
      return use;
    value = use->get();
  }
}

/// The loops whose counters an index depends on.
void collectLoops(Value value, SetVector<Operation *> &loops) {
  if (!value.getType().isIndex())
    return; // the tensor of a tensor.dim
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    if (auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
        loop && loop.getInductionVar() == value)
      loops.insert(loop);
    return;
  }
  for (Value operand : value.getDefiningOp()->getOperands())
    collectLoops(operand, loops);
}

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Whether the op that first writes a chain of destinations wants the whole of it in dram.
bool wantsDram(OpOperand &start) {
  OpOperand *writer = firstWriter(start);
  return writer && cust::livesInDram(writer->getOwner(), cust::operandName(*writer));
}

} // namespace

OpOperand *firstWriter(OpOperand &start) {
  if (isCompute(start.getOwner()))
    return &start;
  SmallVector<Value> work;
  if (auto loop = dyn_cast<scf::ForOp>(start.getOwner()))
    work.push_back(loop.getTiedLoopRegionIterArg(&start));
  while (!work.empty())
    for (OpOperand &use : work.pop_back_val().getUses()) {
      Operation *user = use.getOwner();
      if (mlir::isa<tensor::ExtractSliceOp, tensor::CastOp>(user))
        work.push_back(user->getResult(0));
      else if (auto loop = dyn_cast<scf::ForOp>(user))
        work.push_back(loop.getTiedLoopRegionIterArg(&use));
      else if (isCompute(user) && cast<DestinationStyleOpInterface>(user).isDpsInit(&use))
        return &use;
    }
  return nullptr;
}

LogicalResult Lowering::emitOp(DestinationStyleOpInterface op) {
  auto lowered = dyn_cast<CommandLoweringInterface>(op.getOperation());
  if (!lowered) // made since the function was looked through
    return op.emitOpError() << "has no command of an accelerator";
  CommandEmitter emitter(*this, op);
  return success(succeeded(emitter.open()) && succeeded(lowered.lowerToCommands(emitter)) &&
                 succeeded(emitter.close()));
}

void Lowering::notifyOperationInserted(Operation *op, OpBuilder::InsertPoint) {
  if (current && mlir::isa<accel::CommandOpInterface>(op))
    op->setAttr("accel.op", b.getStringAttr(opName(current)));
}

FailureOr<Program> Lowering::run() {
  bool ok =
      succeeded(createFunction()) && succeeded(analyse()) && succeeded(emitBlock(source.getBody().front()));
  if (ok) {
    b.create<func::ReturnOp>(source.getLoc());
    threadTokens(target, generations, aliases);
    return Program{target, lowered};
  }
  if (target) {
    // The body has no terminator yet; erasing needs none.
    target->dropAllReferences();
    target.erase();
  }
  return failure();
}

/// What has to be known before a loop is written: which inputs to load where, which destinations live across
/// loops, where chains of destinations lead, and how many buffers the users ask for.
LogicalResult Lowering::analyse() {
  DenseSet<std::pair<Value, Block *>> seen;
  LogicalResult ok = success();
  source.walk<WalkOrder::PreOrder>([&](Operation *op) {
    // Chains of destinations start at loops' and ops' operands without content.
    if (mlir::isa<scf::ForOp>(op) || isCompute(op)) {
      for (OpOperand &operand : op->getOpOperands()) {
        if (!mlir::isa<RankedTensorType>(operand.get().getType()) || !isWithoutContent(operand.get()))
          continue;
        Value result = continuation(operand);
        if (!result)
          continue; // an input: refused where it is read
        std::optional<unsigned> returned = returnedAs(operand);
        if (returned) {
          chains[&operand] = results[*returned];
          continue;
        }
        Root &root = roots.emplace_back();
        if (wantsDram(operand))
          root.dram.push_back(allocateDram(operand));
        else
          root.buffer = &bufferFor(&operand, "chain");
        chains[&operand] = &root;
      }
    }
    if (!isCompute(op))
      return WalkResult::advance();
    auto dps = cast<DestinationStyleOpInterface>(op);
    for (OpOperand &operand : op->getOpOperands()) {
      if (!mlir::isa<RankedTensorType>(operand.get().getType()))
        continue;
      int64_t count = cust::bufferCount(op, cust::operandName(operand));
      if (dps.isDpsInit(&operand)) {
        int64_t &wanted = slots[dps.getTiedOpResult(&operand)];
        wanted = std::max(wanted, count);
        if (failed(analyseDestination(op, operand)))
          return ok = failure(), WalkResult::interrupt();
        continue;
      }
      if (isFetched(operand))
        continue;
      // A value that stays on chip has the buffer of its chain. Any other is loaded.
      Value key = operand.get();
      OpOperand *start = chainStart(key);
      if (Root *root = start ? chains.lookup(start) : nullptr; root && root->buffer)
        key = continuation(*start);
      slots[key] = std::max(slots[key], count);
      Block *home = operand.get().getParentBlock();
      if (seen.insert({operand.get(), home}).second)
        loadsBefore[home->findAncestorOpInBlock(*op)].push_back(operand.get());
    }
    return WalkResult::advance();
  });
  return ok;
}

/// A buffer of the program's own in dram for the whole of a chain of destinations.
Value Lowering::allocateDram(OpOperand &start) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&target.getBody().front());
  RankedTensorType type = tensorType(start.get());
  auto dram = accel::MemoryAttr::get(b.getContext(), accel::Memory::Dram);
  auto alloc = b.create<memref::AllocOp>(
      start.getOwner()->getLoc(),
      MemRefType::get(type.getShape(), type.getElementType(), MemRefLayoutAttrInterface(), dram));
  alloc->setAttr("accel.name", b.getStringAttr(tileName(start)));
  return alloc;
}

/// Finds the outermost loop that hands a destination on without moving its window: the tile lives across it.
LogicalResult Lowering::analyseDestination(Operation *op, OpOperand &init) {
  OpOperand *start = isWithoutContent(init.get()) ? &init : chainStart(init.get());
  if (!start || !chains.count(start))
    return op->emitOpError() << "expected a destination that starts from tensor.empty";
  if (!chains[start]->buffer && start == &init && op->getParentOp() != source)
    return op->emitOpError() << "expected a returned result to be computed in place";
  if (chains[start]->buffer)
    return success();
  SetVector<Operation *> used;
  SmallVector<scf::ForOp> carriers; // innermost first
  Value value = init.get();
  while (true) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto loop = cast<scf::ForOp>(argument.getOwner()->getParentOp());
      carriers.push_back(loop);
      value = loop.getTiedLoopInit(argument)->get();
      continue;
    }
    Operation *by = value.getDefiningOp();
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(by))
      for (Value offset : slice.getOffsets())
        collectLoops(offset, used);
    if (!mlir::isa<tensor::ExtractSliceOp, tensor::CastOp>(by))
      break;
    value = by->getOperand(0);
  }
  for (scf::ForOp loop : llvm::reverse(carriers))
    if (!used.contains(loop)) {
      residentsOf[loop].push_back(&init);
      break;
    }
  return success();
}

FailureOr<Place> Lowering::placeOfDestination(OpOperand &init) {
  if (!isWithoutContent(init.get()))
    return placeOf(init.get());
  Place place;
  place.root = chains.lookup(&init);
  place.sizes = llvm::to_vector(tensorType(init.get()).getShape());
  // A tile cut from tensor.empty may be dynamic in the source; it is as large as the slice.
  if (auto slice = init.get().getDefiningOp<tensor::ExtractSliceOp>())
    for (auto [size, from] : llvm::zip_equal(place.sizes, slice.getMixedSizes())) {
      FailureOr<int64_t> known = index.evaluateConstant(from, slice, "size");
      if (failed(known))
        return failure();
      size = *known;
    }
  if (auto empty = init.get().getDefiningOp<tensor::EmptyOp>())
    for (auto [size, from] : llvm::zip_equal(place.sizes, empty.getMixedSizes())) {
      FailureOr<int64_t> known = index.evaluateConstant(from, empty, "size");
      if (failed(known))
        return failure();
      size = *known;
    }
  place.offsets.resize(place.sizes.size());
  return place;
}

FailureOr<Place> Lowering::placeOf(Value value) {
  if (auto root = arguments.find(value); root != arguments.end()) {
    Place place;
    place.root = root->second;
    place.sizes = llvm::to_vector(tensorType(value).getShape());
    place.offsets.resize(place.sizes.size());
    return place;
  }
  if (auto argument = dyn_cast<BlockArgument>(value))
    return placeOfDestination(
        *cast<scf::ForOp>(argument.getOwner()->getParentOp()).getTiedLoopInit(argument));
  Operation *op = value.getDefiningOp();
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return placeOfDestination(*loop.getTiedLoopInit(cast<OpResult>(value)));
  if (isCompute(op))
    return placeOfDestination(*cast<DestinationStyleOpInterface>(op).getTiedOpOperand(cast<OpResult>(value)));
  if (mlir::isa<tensor::CastOp>(op))
    return placeOf(op->getOperand(0));
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return placeOf(insert.getDest());
  auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
  if (!slice)
    return op->emitError() << "expected a tensor that this program computes, got one of '" << op->getName()
                           << "'";
  if (!slice.hasUnitStride())
    return slice.emitOpError() << "expected unit strides";
  if (slice.getType().getRank() != slice.getSourceType().getRank())
    return slice.emitOpError() << "expected a slice that keeps its rank";
  FailureOr<Place> place =
      isWithoutContent(slice.getSource()) ? FailureOr<Place>(Place()) : placeOf(slice.getSource());
  if (failed(place))
    return failure();
  if (!place->root)
    return slice.emitOpError() << "reads a tensor that nothing has written";
  for (auto [i, offset] : llvm::enumerate(slice.getMixedOffsets())) {
    FailureOr<Linear> linear = index.evaluate(offset);
    FailureOr<int64_t> size = index.evaluateConstant(slice.getMixedSizes()[i], slice, "size");
    if (failed(linear) || failed(size))
      return failure();
    place->offsets[i] = place->offsets[i] + *linear;
    place->sizes[i] = *size;
  }
  return place;
}

LogicalResult Lowering::emitBlock(Block &block) {
  for (Operation &op : block) {
    // What stands in the program for an op bears its name; what is loaded before a loop, that of its first
    // op.
    if (mlir::isa<scf::ForOp>(op))
      op.walk<WalkOrder::PreOrder>([&](Operation *inner) {
        if (!isCompute(inner))
          return WalkResult::advance();
        current = inner;
        return WalkResult::interrupt();
      });
    else if (isCompute(&op))
      current = &op;
    // A chain that stays on chip gets its buffer where it starts.
    for (OpOperand &operand : op.getOpOperands()) {
      Root *root = chains.lookup(&operand);
      if (!root || !root->buffer)
        continue;
      FailureOr<Place> place = placeOfDestination(operand);
      if (failed(place))
        return failure();
      begin(*root->buffer, place->sizes, tensorType(operand.get()).getElementType(), accel::Memory::Spm,
            slotsOf(continuation(operand)), tileName(operand), op.getLoc());
    }
    for (Value value : loadsBefore.lookup(&op))
      if (failed(load(value)))
        return failure();
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      if (failed(emitLoop(loop)))
        return failure();
      continue;
    }
    if (isCompute(&op)) {
      if (failed(emitOp(cast<DestinationStyleOpInterface>(op))))
        return failure();
      continue;
    }
    if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
      // Nothing moves: the tile was computed where it is inserted. Anything else would be a copy.
      FailureOr<Place> tile = placeOf(insert.getSource()), into = placeOf(insert.getDest());
      if (failed(tile) || failed(into))
        return failure();
      bool same = tile->root == into->root && tile->offsets.size() == into->offsets.size();
      for (auto [i, offset] : llvm::enumerate(insert.getMixedOffsets())) {
        FailureOr<Linear> linear = index.evaluate(offset);
        if (failed(linear))
          return failure();
        if (!same)
          break;
        Linear apart = into->offsets[i] + *linear - tile->offsets[i];
        same &= apart.isConstant() && apart.constant == 0;
      }
      if (!same)
        return insert.emitOpError() << "expected a tile that was computed in place, as tiling makes it";
      continue;
    }
    if (auto ret = dyn_cast<func::ReturnOp>(op)) {
      for (OpOperand &operand : ret->getOpOperands()) {
        FailureOr<Place> place = placeOf(operand.get());
        if (failed(place))
          return failure();
        if (place->root != results[operand.getOperandNumber()])
          return ret.emitOpError() << "expected result #" << operand.getOperandNumber()
                                   << " to be computed by an op of this function, and returned once";
      }
      continue;
    }
    if (mlir::isa<scf::YieldOp, tensor::ExtractSliceOp, tensor::EmptyOp, tensor::CastOp, tensor::DimOp>(op) ||
        mlir::isa<arith::ArithDialect, affine::AffineDialect>(op.getDialect()))
      continue; // evaluated where used
    return op.emitError() << "expected lut and nn ops in scf.for loops, got '" << op.getName() << "'";
  }
  return success();
}

FailureOr<ActiveLoop> Lowering::activate(scf::ForOp loop, int64_t &rest) {
  FailureOr<Linear> lower = index.evaluate(OpFoldResult(loop.getLowerBound()));
  FailureOr<Linear> upper = index.evaluate(OpFoldResult(loop.getUpperBound()));
  FailureOr<int64_t> step = index.evaluateConstant(loop.getStep(), loop, "step");
  if (failed(lower) || failed(upper) || failed(step))
    return failure();
  Linear length = *upper - *lower;
  if (!length.isConstant() || length.constant <= 0)
    return loop.emitOpError() << "expected a number of iterations that is known and not 0";
  rest = length.constant % *step;
  return ActiveLoop{loop, llvm::divideCeilSigned(length.constant, *step), length.constant / *step, Value()};
}

LogicalResult Lowering::emitLoop(scf::ForOp loop) {
  int64_t rest = 0;
  FailureOr<ActiveLoop> active = activate(loop, rest);
  if (failed(active) || failed(beginResidents(loop)))
    return failure();
  Block &body = *loop.getBody();
  int64_t full = active->counts;
  if (full > 1) {
    Value zero = b.create<arith::ConstantIndexOp>(loop.getLoc(), 0);
    Value end = b.create<arith::ConstantIndexOp>(loop.getLoc(), full);
    Value one = b.create<arith::ConstantIndexOp>(loop.getLoc(), 1);
    auto written = b.create<scf::ForOp>(loop.getLoc(), zero, end, one);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(written.getBody()->getTerminator());
    active->counter = written.getInductionVar();
    index.loops.push_back(*active);
    if (failed(emitBlock(body)))
      return failure();
    index.loops.pop_back();
  }
  // A single iteration needs no loop; the last, smaller one gets a body of its own.
  active->counter = Value();
  active->counts = 1;
  for (int64_t i = full > 1 ? full : 0; i < active->trips; ++i) {
    active->fixed = i;
    index.loops.push_back(*active);
    if (failed(emitBlock(body)))
      return failure();
    index.loops.pop_back();
  }
  for (OpOperand *init : residentsOf.lookup(loop)) {
    Resident &resident = residents[init];
    current = init->getOwner();
    if (failed(store(window(resident.buffer->view, SmallVector<Linear>(resident.region.sizes.size()),
                            resident.region.sizes, loop.getLoc()),
                     resident.region, init->getOwner()->getLoc())))
      return failure();
    residents.erase(init);
  }
  return success();
}

/// Opens the tiles that live across `loop`: as large as what its inner loops sweep, with the outer ones
/// fixed.
LogicalResult Lowering::beginResidents(scf::ForOp loop) {
  for (OpOperand *init : residentsOf.lookup(loop)) {
    SmallVector<scf::ForOp> inner; // outermost first
    for (auto at = init->getOwner()->getParentOfType<scf::ForOp>(); at;
         at = at->getParentOfType<scf::ForOp>()) {
      inner.insert(inner.begin(), at);
      if (at == loop)
        break;
    }
    size_t outer = index.loops.size();
    llvm::SmallDenseMap<Operation *, int64_t> rests;
    for (scf::ForOp at : inner) {
      int64_t rest = 0;
      FailureOr<ActiveLoop> active = activate(at, rest);
      if (failed(active))
        return failure();
      rests[at] = rest;
      // Symbolic: the counter stands for all full tiles and is never written.
      active->counts = std::max<int64_t>(active->counts, 1);
      active->counter = at.getInductionVar();
      index.loops.push_back(*active);
    }
    FailureOr<Place> place = placeOfDestination(*init);
    if (failed(place))
      return failure();
    for (auto [offset, size] : llvm::zip_equal(place->offsets, place->sizes)) {
      Linear fixed;
      fixed.constant = offset.constant;
      int64_t swept = size;
      for (auto [at, coefficient] : offset.terms) {
        const ActiveLoop *active =
            llvm::find_if(index.loops, [&, at = at](auto &l) { return l.variable() == at; });
        if (active == index.loops.end() || static_cast<size_t>(active - index.loops.begin()) < outer) {
          fixed.terms[at] = coefficient;
          continue;
        }
        swept += coefficient * (active->trips - 1);
        if (int64_t rest = rests[active->source];
            rest && active->trips > 1) // the last tile is the loop's rest
          swept -= coefficient - rest;
      }
      offset = fixed;
      size = swept;
    }
    index.loops.truncate(outer);
    auto dps = cast<DestinationStyleOpInterface>(init->getOwner());
    OnChip &buffer = bufferFor(init, "swept");
    begin(buffer, place->sizes, tensorType(init->get()).getElementType(), accel::Memory::Spm,
          slotsOf(dps.getTiedOpResult(init)), tileName(*init), init->getOwner()->getLoc());
    residents[init] = {&buffer, *place};
  }
  return success();
}

} // namespace accord
