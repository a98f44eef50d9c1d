// From loops form to gpu form: distribute the parallel loops over one workgroup and flatten all memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/LoopsToGPU/LoopsToGPU.h"
#include "mlir/Conversion/LoopsToGPU/StepPlan.h"
#include "mlir/Conversion/LoopsToGPU/TripCount.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

namespace accord {
#define GEN_PASS_DEF_LOOPSTOGPU
#include "mlir/Conversion/LoopsToGPU/LoopsToGPU.h.inc"

using namespace mlir;

namespace {

constexpr uint64_t sliceAlignment = 64;

/// Where a memref of the program lives: elements of a rank-1 storage buffer, `offset + Σ index·stride`.
struct Place {
  Value buffer;
  OpFoldResult offset;
  SmallVector<OpFoldResult> strides;
};

/// f16 is moved as its bits: programs widen and narrow it by integer operations (numerics contract).
Type storedType(Type element) {
  return element.isF16() ? Type(IntegerType::get(element.getContext(), 16)) : element;
}

uint64_t byteWidth(Type element) { return llvm::divideCeil(element.getIntOrFloatBitWidth(), 8); }

bool isSupportedElement(Type type) {
  return type.isInteger(8) || type.isInteger(16) || type.isInteger(32) || type.isF16() || type.isF32();
}

/// Builds one kernel from one function.
class KernelBuilder {
public:
  KernelBuilder(func::FuncOp source, const StepLimits &limits, unsigned maxBindings)
      : source(source), limits(limits), maxBindings(maxBindings), workgroupSize(limits.workgroupSize),
        builder(source.getContext()) {}

  LogicalResult run();

private:
  LogicalResult placeAllocations();
  FailureOr<SmallVector<Type>> kernelInputs();
  LogicalResult bindArguments();
  void createKernel(ArrayRef<Type> inputs);
  LogicalResult cloneBlock(Block &block);
  LogicalResult cloneOp(Operation &op);
  LogicalResult cloneParallel(scf::ParallelOp op);
  LogicalResult distribute(scf::ParallelOp op, Value first, Value end);
  LogicalResult emitPlan(const StepPlan &plan, Value step);
  LogicalResult emitPiece(const StepPiece &piece, Value step);
  LogicalResult emitIteration(scf::ForOp loop, const StepPiece &piece, Value number, Value step);
  LogicalResult emitChunk(scf::ParallelOp op, const StepPiece &piece, Value step);
  LogicalResult cloneSubView(memref::SubViewOp op);
  LogicalResult cloneUniformStore(memref::StoreOp op);
  LogicalResult cloneRegions(Operation &op);

  Location loc() { return source.getLoc(); }
  Value constant(int64_t value) { return builder.create<arith::ConstantIndexOp>(loc(), value); }
  Value materialize(OpFoldResult v) {
    if (std::optional<int64_t> c = getConstantIntValue(v))
      return constant(*c);
    return v.get<Value>();
  }
  OpFoldResult add(OpFoldResult a, OpFoldResult b);
  OpFoldResult mul(OpFoldResult a, OpFoldResult b);
  OpFoldResult mapped(OpFoldResult v);
  FailureOr<Value> linearIndex(Operation *op, Value memref, ValueRange indices, Value &buffer);

  func::FuncOp source;
  StepLimits limits;
  unsigned maxBindings;
  int64_t workgroupSize;
  OpBuilder builder;
  std::unique_ptr<StepPlan> plan; ///< Null: one dispatch.
  Value stepNumber;               ///< With a plan: the step of this dispatch.
  IRMapping values;
  DenseMap<Value, Place> places;
  /// A binding: the arguments that lie in it, and each one's first element.
  struct Binding {
    Type element;
    int64_t elements = 0;
    SmallVector<std::pair<BlockArgument, int64_t>> parts;
  };
  SmallVector<Binding> bindings;
  bool packed = false; ///< several arguments share a binding
  /// Arena of a stored element type: its size in bytes, and each allocation's offset in it.
  llvm::MapVector<Type, uint64_t> arenas;
  DenseMap<Operation *, uint64_t> sliceBytes;
  DenseMap<Type, Value> arenaBuffers;
  bool insideParallel = false;
};

OpFoldResult KernelBuilder::add(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getConstantIntValue(a), y = getConstantIntValue(b);
  if (x && y)
    return builder.getIndexAttr(*x + *y);
  if (x && *x == 0)
    return b;
  if (y && *y == 0)
    return a;
  Value lhs = materialize(a);
  Value rhs = materialize(b);
  return builder.create<arith::AddIOp>(loc(), lhs, rhs).getResult();
}

OpFoldResult KernelBuilder::mul(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> x = getConstantIntValue(a), y = getConstantIntValue(b);
  if (x && y)
    return builder.getIndexAttr(*x * *y);
  if ((x && *x == 0) || (y && *y == 0))
    return builder.getIndexAttr(0);
  if (x && *x == 1)
    return b;
  if (y && *y == 1)
    return a;
  Value lhs = materialize(a);
  Value rhs = materialize(b);
  return builder.create<arith::MulIOp>(loc(), lhs, rhs).getResult();
}

/// A value or constant of the source as the kernel has it.
OpFoldResult KernelBuilder::mapped(OpFoldResult v) {
  if (std::optional<int64_t> c = getConstantIntValue(v))
    return builder.getIndexAttr(*c);
  return values.lookup(v.get<Value>());
}

LogicalResult KernelBuilder::placeAllocations() {
  WalkResult result = source.walk([&](memref::AllocOp op) {
    MemRefType type = op.getType();
    if (op->getParentOfType<scf::ParallelOp>()) {
      op.emitOpError("expected on-chip buffers outside of scf.parallel");
      return WalkResult::interrupt();
    }
    if (!type.hasStaticShape() || !type.getLayout().isIdentity() ||
        !isSupportedElement(type.getElementType())) {
      op.emitOpError("expected a static identity-layout buffer of i8, i16, i32, f16 or f32, got ") << type;
      return WalkResult::interrupt();
    }
    uint64_t &end = arenas[storedType(type.getElementType())];
    sliceBytes[op] = end;
    end = llvm::alignTo(end + type.getNumElements() * byteWidth(type.getElementType()), sliceAlignment);
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  for (auto &[type, bytes] : arenas)
    if (bytes > maxBindingBytes)
      return source.emitOpError("expected at most ")
             << maxBindingBytes << " bytes of on-chip buffers of " << type << ", got " << bytes;
  return success();
}

/// One binding for each buffer or, where these would be too many, for each element type.
LogicalResult KernelBuilder::bindArguments() {
  unsigned scalars = 0, buffers = 0;
  for (BlockArgument arg : source.getArguments())
    ++(arg.getType().isIndex() ? scalars : buffers);
  packed = buffers + (scalars || plan ? 1 : 0) + arenas.size() > maxBindings;
  bool afterScalars = false;
  for (BlockArgument arg : source.getArguments()) {
    if (arg.getType().isIndex()) {
      afterScalars = true;
      continue;
    }
    auto type = dyn_cast<MemRefType>(arg.getType());
    if (!type || !type.hasStaticShape() || !type.getLayout().isIdentity() ||
        !isSupportedElement(type.getElementType()))
      return source.emitOpError("argument ")
             << arg.getArgNumber()
             << ": expected an index or a static identity-layout memref of i8, i16, i32, "
                "f16 or f32, got "
             << arg.getType();
    if (afterScalars)
      return source.emitOpError("argument ") << arg.getArgNumber() << ": expected buffers before scalars";
    Binding *binding = llvm::find_if(
        bindings, [&](const Binding &b) { return packed && b.element == type.getElementType(); });
    if (binding == bindings.end()) {
      binding = &bindings.emplace_back();
      binding->element = type.getElementType();
    }
    // Aligned as buffers are elsewhere; the first one of a binding needs nothing before it.
    int64_t first = llvm::alignTo(binding->elements, sliceAlignment);
    binding->parts.push_back({arg, first});
    binding->elements = first + type.getNumElements();
    uint64_t bytes = binding->elements * byteWidth(type.getElementType());
    if (bytes > maxBindingBytes)
      return source.emitOpError("argument ") << arg.getArgNumber() << ": expected at most " << maxBindingBytes
                                             << " bytes in one binding, got " << bytes;
  }
  return success();
}

/// The kernel's arguments: bindings, scalars, arenas. Memrefs become rank-1 buffers of static extent.
FailureOr<SmallVector<Type>> KernelBuilder::kernelInputs() {
  if (failed(bindArguments()))
    return failure();
  SmallVector<Type> inputs;
  for (const Binding &binding : bindings)
    inputs.push_back(MemRefType::get({binding.elements}, storedType(binding.element)));
  unsigned scalars = llvm::count_if(source.getArgumentTypes(), [](Type type) { return type.isIndex(); });
  if (unsigned words = scalars + (plan ? 1 : 0))
    inputs.push_back(MemRefType::get({words}, builder.getI32Type()));
  for (auto &[type, bytes] : arenas)
    inputs.push_back(MemRefType::get({int64_t(bytes / byteWidth(type))}, type));
  return inputs;
}

void KernelBuilder::createKernel(ArrayRef<Type> inputs) {
  auto module = source->getParentOfType<ModuleOp>();
  module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(), builder.getUnitAttr());
  builder.setInsertionPointAfter(source);
  auto gpuModule = builder.create<gpu::GPUModuleOp>(loc(), (source.getName() + "_gpu").str());
  builder.setInsertionPointToStart(gpuModule.getBody());
  auto type = builder.getFunctionType(inputs, {});
  auto kernel = builder.create<gpu::GPUFuncOp>(loc(), source.getName(), type);
  kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), builder.getUnitAttr());
  kernel.setKnownBlockSize(ArrayRef<int32_t>{int32_t(workgroupSize), 1, 1});
  builder.setInsertionPointToStart(&kernel.front());

  unsigned next = 0;
  SmallVector<BlockArgument> scalars;
  DenseMap<Value, int64_t> numbers; // of the buffers, as the caller counts them
  for (BlockArgument arg : source.getArguments())
    if (arg.getType().isIndex())
      scalars.push_back(arg);
    else
      numbers[arg] = arg.getArgNumber();
  for (const Binding &binding : bindings) {
    SmallVector<int64_t> parts;
    for (auto [arg, first] : binding.parts) {
      auto type = cast<MemRefType>(arg.getType());
      Place place{kernel.getArgument(next), builder.getIndexAttr(first), {}};
      for (int64_t stride : computeStrides(type.getShape()))
        place.strides.push_back(builder.getIndexAttr(stride));
      places[arg] = std::move(place);
      parts.append({numbers[arg], first});
    }
    auto seen = MemRefType::get({binding.elements}, binding.element);
    if (packed) {
      kernel.setArgAttr(next, partsAttr, builder.getDenseI64ArrayAttr(parts));
      kernel.setArgAttr(next, "accel.role", builder.getStringAttr("inout"));
    } else {
      BlockArgument arg = binding.parts.front().first;
      for (StringRef name : {"accel.role", "accel.name"})
        if (Attribute attr = source.getArgAttr(arg.getArgNumber(), name))
          kernel.setArgAttr(next, name, attr);
      seen = MemRefType::get(cast<MemRefType>(arg.getType()).getShape(), binding.element);
    }
    kernel.setArgAttr(next++, bindingAttr, TypeAttr::get(seen));
  }
  if (!scalars.empty() || plan) {
    kernel.setArgAttr(next, scalarsAttr, builder.getUnitAttr());
    auto loadWord = [&](int64_t i) -> Value {
      Value at = constant(i);
      Value loaded = builder.create<memref::LoadOp>(loc(), kernel.getArgument(next), at);
      return builder.create<arith::IndexCastOp>(loc(), builder.getIndexType(), loaded);
    };
    for (auto [i, arg] : llvm::enumerate(scalars))
      values.map(arg, loadWord(i));
    if (plan) {
      kernel->setAttr(stepsAttr, builder.getI32IntegerAttr(int32_t(plan->steps)));
      stepNumber = loadWord(scalars.size());
    }
    ++next;
  }
  for (auto &entry : arenas) {
    kernel.setArgAttr(next, scratchAttr, TypeAttr::get(entry.first));
    arenaBuffers[entry.first] = kernel.getArgument(next++);
  }
}

FailureOr<Value> KernelBuilder::linearIndex(Operation *op, Value memref, ValueRange indices, Value &buffer) {
  auto it = places.find(memref);
  if (it == places.end())
    return op->emitOpError("expected a buffer of the program, got one made by an unknown op"), failure();
  const Place &place = it->second;
  OpFoldResult index = place.offset;
  for (auto [i, value] : llvm::enumerate(indices)) {
    OpFoldResult term = mul(mapped(value), place.strides[i]);
    index = add(index, term);
  }
  buffer = place.buffer;
  return materialize(index);
}

LogicalResult KernelBuilder::cloneSubView(memref::SubViewOp op) {
  auto it = places.find(op.getSource());
  if (it == places.end())
    return op.emitOpError("expected a subview of a buffer of the program");
  Place from = it->second;
  llvm::SmallBitVector dropped = op.getDroppedDims();
  Place place{from.buffer, from.offset, {}};
  for (unsigned d = 0; d < from.strides.size(); ++d) {
    OpFoldResult start = mul(mapped(op.getMixedOffsets()[d]), from.strides[d]);
    place.offset = add(place.offset, start);
    if (!dropped.test(d))
      place.strides.push_back(mul(mapped(op.getMixedStrides()[d]), from.strides[d]));
  }
  places[op.getResult()] = std::move(place);
  return success();
}

/// A store outside of any scf.parallel (what canonicalization leaves of a single iteration): the first
/// invocation writes, between barriers, so that nobody reads the old value late or the new one early.
LogicalResult KernelBuilder::cloneUniformStore(memref::StoreOp op) {
  builder.create<gpu::BarrierOp>(loc());
  Value id = builder.create<gpu::ThreadIdOp>(loc(), gpu::Dimension::x);
  Value zero = constant(0);
  Value first = builder.create<arith::CmpIOp>(loc(), arith::CmpIPredicate::eq, id, zero);
  auto only = builder.create<scf::IfOp>(loc(), first, /*withElseRegion=*/false);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&only.getThenRegion().front());
    insideParallel = true;
    LogicalResult result = cloneOp(*op);
    insideParallel = false;
    if (failed(result))
      return failure();
  }
  builder.create<gpu::BarrierOp>(loc());
  return success();
}

LogicalResult KernelBuilder::cloneParallel(scf::ParallelOp op) {
  FailureOr<SmallVector<int64_t>> trips = parallelTrips(op);
  if (failed(trips))
    return failure();
  int64_t total = 1;
  for (int64_t n : *trips)
    total *= n;
  if (total == 0)
    return success();
  Value id = builder.create<gpu::ThreadIdOp>(loc(), gpu::Dimension::x);
  return distribute(op, id, constant(total));
}

/// Distributes the iterations over the workgroup: from `first`, which is invocation i's, it takes every W-th
/// of the linear order below `end`.
LogicalResult KernelBuilder::distribute(scf::ParallelOp op, Value first, Value end) {
  if (insideParallel)
    return op.emitOpError("expected no scf.parallel inside another");
  if (op.getNumReductions())
    return op.emitOpError("expected no reductions");
  SmallVector<int64_t> lower, step, trips = *parallelTrips(op);
  for (auto [lb, st] : llvm::zip(op.getLowerBound(), op.getStep())) {
    lower.push_back(*getConstantIntValue(lb));
    step.push_back(*getConstantIntValue(st));
  }
  Value stride = constant(workgroupSize);
  auto loop = builder.create<scf::ForOp>(loc(), first, end, stride);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    Value rest = loop.getInductionVar();
    // The last dimension runs fastest, so neighbours in memory are neighbouring invocations.
    for (int64_t d = int64_t(trips.size()) - 1; d >= 0; --d) {
      Value index = rest;
      if (d > 0) {
        Value extent = constant(trips[d]);
        index = builder.create<arith::RemUIOp>(loc(), rest, extent);
        rest = builder.create<arith::DivUIOp>(loc(), rest, extent);
      }
      OpFoldResult scaled = mul(index, builder.getIndexAttr(step[d]));
      OpFoldResult shifted = add(scaled, builder.getIndexAttr(lower[d]));
      values.map(op.getInductionVars()[d], materialize(shifted));
    }
    insideParallel = true;
    LogicalResult result = cloneBlock(*op.getBody());
    insideParallel = false;
    if (failed(result))
      return failure();
  }
  builder.create<gpu::BarrierOp>(loc());
  return success();
}

/// scf.for and scf.if: the op with its regions cloned one by one.
LogicalResult KernelBuilder::cloneRegions(Operation &op) {
  OperationState state(op.getLoc(), op.getName());
  for (Value operand : op.getOperands())
    state.operands.push_back(values.lookup(operand));
  state.addTypes(op.getResultTypes());
  state.addAttributes(op.getAttrs());
  for (unsigned i = 0; i < op.getNumRegions(); ++i)
    state.addRegion();
  Operation *copy = builder.create(state);
  OpBuilder::InsertionGuard guard(builder);
  for (auto [from, to] : llvm::zip(op.getRegions(), copy->getRegions())) {
    if (from.empty())
      continue;
    Block *block = builder.createBlock(&to);
    for (BlockArgument arg : from.getArguments())
      values.map(arg, block->addArgument(arg.getType(), arg.getLoc()));
    builder.setInsertionPointToEnd(block);
    if (failed(cloneBlock(from.front())))
      return failure();
    // The terminator is an ordinary op with operands.
    builder.clone(*from.front().getTerminator(), values);
  }
  for (auto [from, to] : llvm::zip(op.getResults(), copy->getResults()))
    values.map(from, to);
  return success();
}

LogicalResult KernelBuilder::cloneOp(Operation &op) {
  if (auto parallel = dyn_cast<scf::ParallelOp>(op))
    return cloneParallel(parallel);
  if (mlir::isa<scf::ForOp, scf::IfOp>(op))
    return cloneRegions(op);
  if (auto view = dyn_cast<memref::SubViewOp>(op))
    return cloneSubView(view);
  if (auto alloc = dyn_cast<memref::AllocOp>(op)) {
    MemRefType type = alloc.getType();
    int64_t first = sliceBytes[alloc] / byteWidth(type.getElementType());
    Place place{arenaBuffers[storedType(type.getElementType())], builder.getIndexAttr(first), {}};
    for (int64_t stride : computeStrides(type.getShape()))
      place.strides.push_back(builder.getIndexAttr(stride));
    places[alloc.getResult()] = std::move(place);
    return success();
  }
  if (mlir::isa<memref::DeallocOp>(op))
    return success(); // An arena lives as long as its kernel.
  if (auto cast = dyn_cast<memref::CastOp>(op)) {
    auto it = places.find(cast.getSource());
    if (it == places.end() || !mlir::isa<MemRefType>(cast.getType()))
      return op.emitOpError("expected a cast of a buffer of the program");
    Place place = it->second;
    places[cast.getResult()] = std::move(place);
    return success();
  }
  if (auto load = dyn_cast<memref::LoadOp>(op)) {
    Value buffer;
    FailureOr<Value> index = linearIndex(&op, load.getMemref(), load.getIndices(), buffer);
    if (failed(index))
      return failure();
    Value loaded = builder.create<memref::LoadOp>(op.getLoc(), buffer, *index);
    if (loaded.getType() != load.getType())
      loaded = builder.create<arith::BitcastOp>(op.getLoc(), load.getType(), loaded);
    values.map(load.getResult(), loaded);
    return success();
  }
  if (auto store = dyn_cast<memref::StoreOp>(op)) {
    if (!insideParallel)
      return cloneUniformStore(store);
    Value buffer;
    FailureOr<Value> index = linearIndex(&op, store.getMemref(), store.getIndices(), buffer);
    if (failed(index))
      return failure();
    Value value = values.lookup(store.getValue());
    Type stored = cast<MemRefType>(buffer.getType()).getElementType();
    if (value.getType() != stored)
      value = builder.create<arith::BitcastOp>(op.getLoc(), stored, value);
    builder.create<memref::StoreOp>(op.getLoc(), value, buffer, *index);
    return success();
  }
  if (op.getName().getDialectNamespace() == "arith" && op.getNumRegions() == 0) {
    builder.clone(op, values);
    return success();
  }
  return op.emitOpError(
      "expected loops form (scf.parallel, scf.for, scf.if, memref.load, store, subview, alloc, "
      "arith), got this op");
}

LogicalResult KernelBuilder::cloneBlock(Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(cloneOp(op)))
      return failure();
  return success();
}

/// The pieces of a block in order, each but the free ones run only in its steps. The step number is the same
/// for all invocations, so barriers inside are reached by all or none.
LogicalResult KernelBuilder::emitPlan(const StepPlan &plan, Value step) {
  for (const StepPiece &piece : plan.pieces) {
    if (piece.kind == StepPiece::Kind::Free) {
      for (Operation *op : piece.ops)
        if (failed(cloneOp(*op)))
          return failure();
      continue;
    }
    if (piece.steps == 0)
      continue; // A loop without an iteration.
    Value first = constant(piece.first);
    Value local = builder.create<arith::SubIOp>(loc(), step, first);
    // Unsigned: a step before the first is far beyond the last.
    Value steps = constant(piece.steps);
    Value runs = builder.create<arith::CmpIOp>(loc(), arith::CmpIPredicate::ult, local, steps);
    auto only = builder.create<scf::IfOp>(loc(), runs, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&only.getThenRegion().front());
    if (failed(emitPiece(piece, local)))
      return failure();
  }
  return success();
}

/// One piece at `step` of its own steps.
LogicalResult KernelBuilder::emitPiece(const StepPiece &piece, Value step) {
  if (piece.kind == StepPiece::Kind::Group) {
    for (Operation *op : piece.ops)
      if (failed(cloneOp(*op)))
        return failure();
    return success();
  }
  if (piece.kind == StepPiece::Kind::Chunks)
    return emitChunk(cast<scf::ParallelOp>(piece.ops.front()), piece, step);
  auto loop = cast<scf::ForOp>(piece.ops.front());
  if (piece.body) {
    Value steps = constant(piece.body->steps);
    Value number = builder.create<arith::DivUIOp>(loc(), step, steps);
    Value inner = builder.create<arith::RemUIOp>(loc(), step, steps);
    return emitIteration(loop, piece, number, inner);
  }
  if (piece.perStep == 1)
    return emitIteration(loop, piece, step, {});
  Value width = constant(piece.perStep), trips = constant(piece.trips), one = constant(1);
  Value first = builder.create<arith::MulIOp>(loc(), step, width);
  Value last = builder.create<arith::AddIOp>(loc(), first, width);
  Value end = builder.create<arith::MinUIOp>(loc(), last, trips);
  auto some = builder.create<scf::ForOp>(loc(), first, end, one);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(some.getBody());
  return emitIteration(loop, piece, some.getInductionVar(), {});
}

/// Iteration `number` of a loop; of a cut body, its `step`.
LogicalResult KernelBuilder::emitIteration(scf::ForOp loop, const StepPiece &piece, Value number,
                                           Value step) {
  OpFoldResult scaled = mul(number, builder.getIndexAttr(*getConstantIntValue(loop.getStep())));
  OpFoldResult shifted = add(scaled, builder.getIndexAttr(*getConstantIntValue(loop.getLowerBound())));
  values.map(loop.getInductionVar(), materialize(shifted));
  return piece.body ? emitPlan(*piece.body, step) : cloneBlock(*loop.getBody());
}

/// The rounds of a parallel loop that are `step`'s.
LogicalResult KernelBuilder::emitChunk(scf::ParallelOp op, const StepPiece &piece, Value step) {
  SmallVector<int64_t> trips = *parallelTrips(op);
  int64_t total = 1;
  for (int64_t n : trips)
    total *= n;
  Value width = constant(piece.perStep * workgroupSize), all = constant(total);
  Value start = builder.create<arith::MulIOp>(loc(), step, width);
  Value last = builder.create<arith::AddIOp>(loc(), start, width);
  Value end = builder.create<arith::MinUIOp>(loc(), last, all);
  Value id = builder.create<gpu::ThreadIdOp>(loc(), gpu::Dimension::x);
  Value first = builder.create<arith::AddIOp>(loc(), start, id);
  return distribute(op, first, end);
}

LogicalResult KernelBuilder::run() {
  if (!source.getBody().hasOneBlock() || source.getNumResults() != 0)
    return source.emitOpError("expected one block and no results");
  FailureOr<std::unique_ptr<StepPlan>> steps = planSteps(source, limits);
  if (failed(steps))
    return failure();
  plan = std::move(*steps);
  if (failed(placeAllocations()))
    return failure();
  FailureOr<SmallVector<Type>> inputs = kernelInputs();
  if (failed(inputs))
    return failure();
  createKernel(*inputs);
  if (failed(plan ? emitPlan(*plan, stepNumber) : cloneBlock(source.front())))
    return failure();
  builder.create<gpu::ReturnOp>(loc());
  source.erase();
  return success();
}

struct LoopsToGPUPass : impl::LoopsToGPUBase<LoopsToGPUPass> {
  using LoopsToGPUBase::LoopsToGPUBase;

  void runOnOperation() override {
    if (workgroupSize < 32 || workgroupSize > 1024) {
      getOperation().emitError("accord-loops-to-gpu: expected workgroup-size in 32..1024, got ")
          << unsigned(workgroupSize);
      return signalPassFailure();
    }
    SmallVector<func::FuncOp> programs;
    for (func::FuncOp func : getOperation().getOps<func::FuncOp>())
      if (func->hasAttr("accel.program"))
        programs.push_back(func);
    for (func::FuncOp func : programs) {
      KernelBuilder kernel(func, {stepBudget, workgroupSize}, maxBindings);
      if (failed(kernel.run()))
        return signalPassFailure();
    }
  }
};

} // namespace

void buildLoopsToGPUPipeline(OpPassManager &pm, const LoopsToGPUOptions &options) {
  // No canonicalization before: it turns an scf.parallel of one iteration into stores that need two barriers
  // each.
  pm.addPass(createLoopsToGPU(options));
  // Joins the bit casts around f16 loads with those of the widening, and shares index arithmetic.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

} // namespace accord
