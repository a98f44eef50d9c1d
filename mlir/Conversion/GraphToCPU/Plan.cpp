// Steps in the order of the graph, first-fit memory by lifetime, and a barrier wherever two steps touch the
// same bytes in different hands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/GraphToCPU/Plan.h"
#include "mlir/Conversion/GraphToCPU/Kernels.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace accord::cpu;
namespace model = accord::model;
namespace nn = accord::nn;
namespace lut = accord::lut;

FailureOr<std::pair<int64_t, int64_t>> accord::cpu::rowsOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.getElementType().isIntOrFloat())
    return failure();
  int64_t bytes = tensor.getElementTypeBitWidth() / 8;
  // Tokens are one number a row, a vector of f32 (the weights of a norm) is one row.
  if (tensor.getRank() == 1 && tensor.getElementType().isInteger(32))
    return std::pair<int64_t, int64_t>(tensor.getDimSize(0), bytes);
  int64_t columns = tensor.getRank() == 0 ? 1 : tensor.getShape().back(), rows = 1;
  for (int64_t extent : tensor.getShape().drop_back(tensor.getRank() == 0 ? 0 : 1)) {
    if (ShapedType::isDynamic(extent) && tensor.getRank() > 2)
      return failure();
    rows = ShapedType::isDynamic(extent) ? extent : rows * extent;
  }
  if (ShapedType::isDynamic(columns) || bytes == 0)
    return failure();
  return std::pair<int64_t, int64_t>(rows, model::toCpuLine(columns * bytes));
}

namespace {

class Planner {
public:
  Planner(func::FuncOp function, const Globals &globals, const Forms &forms,
          const llvm::MapVector<Operation *, Plan> &callees)
      : function(function), globals(globals), forms(forms), callees(callees) {}

  FailureOr<Plan> run() {
    if (failed(arguments()) || failed(returned()))
      return failure();
    for (Operation &op : function.getBody().front())
      if (failed(visit(op)))
        return failure();
    allocate();
    placeBarriers();
    return std::move(plan);
  }

private:
  LogicalResult arguments() {
    for (BlockArgument argument : function.getArguments()) {
      Slot slot{Slot::Home::Argument, argument.getArgNumber()};
      if (argument.getType().isIndex())
        continue;
      auto tensor = dyn_cast<RankedTensorType>(argument.getType());
      // What is packed is only pointed to.
      if (auto rows = rowsOf(argument.getType()); succeeded(rows))
        std::tie(slot.rows, slot.rowBytes) = *rows;
      else if (!mlir::isa<MemRefType>(argument.getType()) &&
               !(tensor && mlir::isa<lut::WeightType>(tensor.getElementType()) && tensor.hasStaticShape()))
        return function.emitOpError()
               << "argument " << argument.getArgNumber()
               << ": expected tokens, rows, packed weights, a cache or an index, got " << argument.getType();
      bind(argument, slot);
      if (slot.rows == dynamicRows && !rowsSource)
        rowsSource = argument;
      for (Operation *user : argument.getUsers())
        if (auto cache = dyn_cast<nn::AttentionOp>(user))
          keyHeads = cast<MemRefType>(cache.getK().getType()).getDimSize(2);
        else if (auto append = dyn_cast<nn::CacheAppendOp>(user))
          keyHeads = cast<MemRefType>(append.getCache().getType()).getDimSize(2);
    }
    return success();
  }

  /// Values that the function returns are computed where the caller wants them.
  LogicalResult returned() {
    if (!llvm::hasSingleElement(function.getBody()))
      return function.emitOpError("expected straight-line code, got control flow");
    auto ret = cast<func::ReturnOp>(function.getBody().front().getTerminator());
    for (auto [i, value] : llvm::enumerate(ret.getOperands())) {
      auto rows = rowsOf(value.getType());
      if (failed(rows))
        return ret.emitOpError() << "result " << i << ": expected a matrix of numbers, got "
                                 << value.getType();
      Operation *producer = value.getDefiningOp();
      if (producer &&
          !mlir::isa<tensor::ExtractSliceOp, tensor::CastOp, nn::ParamOp, nn::RopeTableOp>(producer) &&
          !keepsRows(producer))
        resultOf.try_emplace(value, i);
    }
    return success();
  }

  unsigned newSlot(Slot slot) {
    slot.first = slot.last = plan.steps.size();
    plan.slots.push_back(slot);
    return plan.slots.size() - 1;
  }
  void bind(Value value, Slot slot) { plan.views[value] = View{newSlot(slot), {}}; }

  /// The slot of a step's result; `each` when every thread computes its own copy.
  FailureOr<unsigned> output(Value value, bool each) {
    auto rows = rowsOf(value.getType());
    if (failed(rows))
      return value.getDefiningOp()->emitOpError()
             << "expected a matrix of numbers as a result, got " << value.getType();
    Slot slot{each ? Slot::Home::Private : Slot::Home::Shared, 0, rows->first, rows->second};
    if (auto result = resultOf.find(value); result != resultOf.end()) {
      slot.home = Slot::Home::Result;
      slot.index = result->second;
    }
    bind(value, slot);
    return plan.views[value].slot;
  }

  const View &viewOf(Value value) { return plan.views.find(value)->second; }
  bool isResult(Value value) { return resultOf.count(value); }

  void reads(Step &step, Value value, Split split) {
    const View &view = viewOf(value);
    plan.slots[view.slot].last = plan.steps.size();
    step.accesses.push_back({view.slot, false, view.whole() ? split : Split{}});
  }
  LogicalResult writes(Step &step, Value value) {
    FailureOr<unsigned> slot = output(value, step.split.kind == Split::All);
    if (failed(slot))
      return failure();
    step.outputs.push_back(*slot);
    step.accesses.push_back({*slot, true, step.split});
    writers[*slot] = step.split;
    return success();
  }

  LogicalResult visit(Operation &op) {
    return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
        .Case<nn::ParamOp, nn::RopeTableOp>([&](auto global) {
          for (Value result : global->getResults()) {
            Slot slot{Slot::Home::Parameter, globals.indices.lookup(result)};
            if (auto rows = rowsOf(result.getType()); succeeded(rows))
              std::tie(slot.rows, slot.rowBytes) = *rows;
            bind(result, slot);
          }
          return success();
        })
        .Case([&](tensor::EmptyOp empty) { return checkRows(empty, empty.getDynamicSizes()); })
        .Case([&](tensor::DimOp dim) {
          auto axis = dim.getConstantIndex();
          if (!axis || *axis != 0)
            return LogicalResult(dim.emitOpError("expected dimension 0, the only one that is dynamic"));
          return success();
        })
        .Case<arith::ConstantOp, arith::AddIOp, arith::SubIOp, arith::MulIOp>([&](auto index) {
          Type type = index->getResult(0).getType();
          if (auto constant = dyn_cast<arith::ConstantOp>(index.getOperation());
              constant && mlir::isa<RankedTensorType>(type))
            return visitConstant(constant);
          if (!type.isIndex() && !type.isInteger(1))
            return LogicalResult(index->emitOpError("expected a number of type index, got ") << type);
          return success();
        })
        .Case([&](tensor::CastOp cast) {
          auto view = plan.views.find(cast.getSource());
          if (view == plan.views.end() || failed(rowsOf(cast.getType())))
            return LogicalResult(cast.emitOpError("expected rows of a known value"));
          View same = view->second;
          plan.views[cast.getResult()] = same;
          return success();
        })
        .Case<tensor::CollapseShapeOp, tensor::ExpandShapeOp>([&](auto view) { return visitView(view); })
        .Case([&](nn::MapOp map) { return visitElementwise(map); })
        .Case([&](nn::TransposeOp transpose) { return visitTranspose(transpose); })
        .Case([&](tensor::ExtractSliceOp slice) { return visitSlice(slice); })
        .Case([&](func::CallOp call) { return visitCall(call); })
        .Case([&](func::ReturnOp ret) { return visitReturn(ret); })
        .Case<nn::RMSNormOp, nn::SoftmaxOp, nn::EmbedOp>([&](auto rowOp) { return visitRows(rowOp); })
        .Case([&](lut::QuantizeActOp quantize) { return visitRows(quantize); })
        .Case<nn::AddOp, nn::SiluOp, nn::SiluMulOp, nn::Relu2MulOp>(
            [&](auto elementwise) { return visitElementwise(elementwise); })
        .Case([&](nn::RopeOp rope) { return visitRope(rope); })
        .Case([&](nn::CacheAppendOp append) { return visitAppend(append); })
        .Case([&](nn::AttentionOp attention) { return visitAttention(attention); })
        .Case([&](nn::MatmulOp matmul) { return visitMatmul(matmul); })
        .Case([&](lut::MPGemmOp gemm) { return visitGemm(gemm); })
        .Default([&](Operation *other) { return other->emitOpError("has no kernel for the CPU"); });
  }

  LogicalResult visitConstant(arith::ConstantOp op) {
    auto rows = rowsOf(op.getType());
    if (failed(rows) || !mlir::isa<DenseElementsAttr, DenseResourceElementsAttr>(op.getValue()))
      return op.emitOpError() << "expected a matrix of numbers, dense or a dense resource, got "
                              << op.getType();
    bind(op, {Slot::Home::Constant, static_cast<unsigned>(plan.constants.size()), rows->first, rows->second});
    plan.constants.push_back(op);
    return success();
  }

  /// Every dynamic size must be the rows of the function's dynamic arguments: one number names them all.
  LogicalResult checkRows(Operation *op, ValueRange sizes) {
    for (Value size : sizes) {
      auto dim = size.getDefiningOp<tensor::DimOp>();
      auto source = dim ? plan.views.find(dim.getSource()) : plan.views.end();
      if (source == plan.views.end() || plan.slots[source->second.slot].rows != dynamicRows)
        return op->emitOpError("expected a dynamic size that is the rows (tensor.dim) of a dynamic argument");
    }
    return success();
  }

  int64_t rowsOfValue(Value value) { return rowsOf(value.getType())->first; }
  bool isSingle(Value value) { return rowsOfValue(value) == 1; }
  Split rowSplit(Value value) { return {Split::Rows, rowsOfValue(value)}; }
  Split tileSplit(Value value) {
    int64_t columns = cast<RankedTensorType>(value.getType()).getDimSize(1);
    return {Split::Tiles, (columns + model::cpuLanes - 1) / model::cpuLanes};
  }

  /// An init is only written, but the same value may be read by another operand of the op.
  LogicalResult knows(Operation *op) {
    auto destination = dyn_cast<DestinationStyleOpInterface>(op);
    for (OpOperand &operand : op->getOpOperands()) {
      const Type type = operand.get().getType();
      if (mlir::isa<RankedTensorType, MemRefType>(type) && !plan.views.count(operand.get()) &&
          !(destination && destination.isDpsInit(&operand)))
        return op->emitOpError("expected operands that an op of the graph computes, got one of type ")
               << type;
    }
    return success();
  }

  template <typename Op> LogicalResult visitRows(Op op) {
    if (failed(knows(op)))
      return failure();
    Step step;
    step.op = op;
    // A single row costs less than a barrier: every thread computes it for itself, unless the caller wants
    // it.
    bool each =
        isSingle(op->getResult(0)) && llvm::none_of(op->getResults(), [&](Value v) { return isResult(v); });
    step.split = each ? Split{} : rowSplit(op->getResult(0));
    for (OpOperand *input : op.getDpsInputOperands())
      reads(step, input->get(), step.split);
    for (Value result : op->getResults())
      if (failed(writes(step, result)))
        return failure();
    plan.steps.push_back(std::move(step));
    return success();
  }

  template <typename Op> LogicalResult visitElementwise(Op op) {
    if (failed(knows(op)))
      return failure();
    Step step;
    step.op = op;
    Value result = op->getResult(0);
    step.split = rowSplit(result);
    if (isSingle(result))
      step.split = tileSplit(result);
    for (OpOperand *input : op.getDpsInputOperands()) {
      auto writer = writers.find(viewOf(input->get()).slot);
      if ((writer != writers.end() && writer->second == tileSplit(result)))
        step.split = tileSplit(result);
    }
    for (OpOperand *input : op.getDpsInputOperands()) {
      auto map = dyn_cast<nn::MapOp>(op.getOperation());
      bool own = !map || Kernels::readsRowsAsItIs(map, input->get());
      reads(step, input->get(), own ? step.split : Split{});
    }
    if (failed(writes(step, result)))
      return failure();
    plan.steps.push_back(std::move(step));
    return success();
  }

  /// A view whose rows are the rows of what it views.
  static bool keepsRows(Operation *op) {
    if (!mlir::isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
      return false;
    auto from = cast<RankedTensorType>(op->getOperand(0).getType()),
         to = cast<RankedTensorType>(op->getResult(0).getType());
    auto rows = rowsOf(from), same = rowsOf(to);
    auto columns = [](RankedTensorType type) { return type.getRank() ? type.getShape().back() : 1; };
    return succeeded(rows) && succeeded(same) && rows->first == same->first && columns(from) == columns(to);
  }
  template <typename Op> LogicalResult visitView(Op op) {
    auto source = plan.views.find(op.getSrc());
    if (source == plan.views.end())
      return op.emitOpError("expected a view of a value that an op of the graph computes");
    if (keepsRows(op)) {
      View same = source->second;
      plan.views[op.getResult()] = same;
      return success();
    }
    if (!op.getSrcType().hasStaticShape() || !op.getResultType().hasStaticShape())
      return op.emitOpError("expected static shapes, where rows do not stay rows");
    return visitMoved(op, op.getSrc());
  }
  /// Elements move: each thread writes rows of its own, and reads anywhere.
  LogicalResult visitMoved(Operation *op, Value source) {
    Step step;
    step.op = op;
    step.split = rowSplit(op->getResult(0));
    reads(step, source, Split{});
    if (failed(writes(step, op->getResult(0))))
      return failure();
    plan.steps.push_back(std::move(step));
    return success();
  }
  LogicalResult visitTranspose(nn::TransposeOp op) {
    if (failed(knows(op)))
      return failure();
    if (!cast<ShapedType>(op.getX().getType()).hasStaticShape())
      return op.emitOpError() << "expected a static shape, got " << op.getX().getType();
    // Products pack what they read: there, from the matrix as it was.
    bool packed = llvm::all_of(op->getUsers(), [&](Operation *user) {
      auto matmul = dyn_cast<nn::MatmulOp>(user);
      return matmul && matmul.getB() == op->getResult(0) && matmul.getA() != matmul.getB();
    });
    return packed ? success() : visitMoved(op, op.getX());
  }

  /// Single rows are split by the heads of the keys, so that a thread's queries, keys and values are its own.
  Split headSplit(Value rows, int64_t heads) {
    return isSingle(rows) ? Split{Split::Heads, keyHeads && heads % keyHeads == 0 ? keyHeads : heads}
                          : rowSplit(rows);
  }

  LogicalResult visitRope(nn::RopeOp op) {
    if (failed(knows(op)))
      return failure();
    Step step;
    step.op = op;
    step.split =
        headSplit(op.getX(), cast<RankedTensorType>(op.getX().getType()).getDimSize(1) / op.getHeadDim());
    reads(step, op.getX(), step.split);
    for (Value angles : SmallVector<Value, 2>{op.getCos(), op.getSin()})
      reads(step, angles, Split{});
    if (failed(writes(step, op->getResult(0))))
      return failure();
    plan.steps.push_back(std::move(step));
    return success();
  }

  LogicalResult checkCache(Operation *op, Value cache) {
    if (!mlir::isa<BlockArgument>(cache))
      return op->emitOpError("expected a cache that is an argument of the function");
    return success();
  }

  LogicalResult visitAppend(nn::CacheAppendOp op) {
    if (failed(knows(op)) || failed(checkCache(op, op.getCache())))
      return failure();
    Step step;
    step.op = op;
    step.split = headSplit(op.getX(), cast<MemRefType>(op.getCache().getType()).getDimSize(2));
    reads(step, op.getX(), step.split);
    step.accesses.push_back({viewOf(op.getCache()).slot, true, step.split});
    plan.steps.push_back(std::move(step));
    return success();
  }

  LogicalResult visitAttention(nn::AttentionOp op) {
    if (failed(knows(op)) || failed(checkCache(op, op.getK())) || failed(checkCache(op, op.getV())))
      return failure();
    Step step;
    step.op = op;
    auto cache = cast<MemRefType>(op.getK().getType());
    int64_t heads = cache.getDimSize(2);
    step.split = isSingle(op.getQ()) ? Split{Split::Heads, heads} : Split{Split::Units, heads};
    Split read = isSingle(op.getQ()) ? step.split : Split{};
    for (Value input : SmallVector<Value, 3>{op.getQ(), op.getK(), op.getV()})
      reads(step, input, read);
    if (failed(writes(step, op->getResult(0))))
      return failure();
    scratch = std::max(scratch, Kernels::attentionScratch(cache, op.getHeads()));
    plan.steps.push_back(std::move(step));
    return success();
  }

  /// True where the graph computes the second factor, so that it is packed here; else the caller packs it.
  static bool computesFactor(nn::MatmulOp op) {
    Operation *producer = op.getB().getDefiningOp();
    return producer && !mlir::isa<nn::ParamOp>(producer);
  }
  LogicalResult packFactor(nn::MatmulOp op) {
    auto type = cast<RankedTensorType>(op.getB().getType());
    auto transpose = op.getB().getDefiningOp<nn::TransposeOp>();
    Value rows = transpose ? transpose.getX() : op.getB();
    if (!type.hasStaticShape() || !plan.views.count(rows))
      return op.emitOpError()
             << "expected a second factor of static shape that an op of the graph computes, got " << type;
    Step step;
    step.packing =
        Packing{rows, bool(transpose), type.getDimSize(0), type.getDimSize(1), type.getElementType()};
    model::CpuFloats packed = floatsOf(type.getElementType(), type.getShape());
    step.split = {Split::Tiles, packed.tiles()};
    reads(step, rows, Split{});
    unsigned slot = newSlot({Slot::Home::Shared, 0, packed.tiles(), packed.tileBytes()});
    step.outputs.push_back(slot);
    step.accesses.push_back({slot, true, step.split});
    plan.steps.push_back(std::move(step));
    plan.packed[op] = slot;
    return success();
  }

  LogicalResult visitMatmul(nn::MatmulOp op) {
    bool computed = computesFactor(op);
    if (failed(computed ? packFactor(op) : knows(op)))
      return failure();
    if (!plan.views.count(op.getA()))
      return op.emitOpError("expected a first factor that an op of the graph computes");
    Step step;
    step.op = op;
    step.split = tileSplit(op->getResult(0));
    reads(step, op.getA(), Split{});
    if (computed) {
      unsigned slot = plan.packed[op];
      plan.slots[slot].last = plan.steps.size();
      step.accesses.push_back({slot, false, step.split});
    } else {
      reads(step, op.getB(), Split{});
    }
    if (failed(writes(step, op->getResult(0))))
      return failure();
    plan.steps.push_back(std::move(step));
    return success();
  }

  LogicalResult visitGemm(lut::MPGemmOp op) {
    if (failed(knows(op)))
      return failure();
    APInt accumulate;
    if (op.getAccumulate() &&
        (!matchPattern(op.getAccumulate(), m_ConstantInt(&accumulate)) || !accumulate.isZero()))
      return op.emitOpError("expected a product that starts from its first term, got one that accumulates");
    auto weights = cast<RankedTensorType>(op.getW().getType());
    auto type = cast<lut::WeightType>(weights.getElementType());
    int64_t group = lut::scaleGroup(op.getActGroup(), type);
    model::CpuWeights packed = weightsOf(type, weights.getShape());
    if (type.getGroup() % 4 || group % packed.unit())
      return op.emitOpError() << "expected scale groups in multiples of " << packed.unit() << ", got "
                              << group;
    std::optional<unsigned> sums;
    if (type.getZero() || type.getHasMin())
      sums = sumsFor({op.getQ(), group, type.getZero()}, weights.getDimSize(1));
    Step step;
    step.op = op;
    step.split = tileSplit(op->getResult(0));
    for (Value input : SmallVector<Value, 3>{op.getQ(), op.getS(), op.getW()})
      reads(step, input, Split{});
    if (sums) {
      plan.slots[*sums].last = plan.steps.size();
      step.accesses.push_back({*sums, false, Split{}});
    }
    if (failed(writes(step, op->getResult(0))))
      return failure();
    plan.steps.push_back(std::move(step));
    return success();
  }

  /// The slot of the sums of codes, computed here unless they have been.
  unsigned sumsFor(GroupSums wanted, int64_t k) {
    for (auto &[known, slot] : plan.sums)
      if (known.codes == wanted.codes && known.group == wanted.group && known.zero == wanted.zero)
        return slot;
    Step step;
    step.sums = wanted;
    bool each = isSingle(wanted.codes);
    step.split = each ? Split{} : rowSplit(wanted.codes);
    reads(step, wanted.codes, step.split);
    int64_t groups = (k + wanted.group - 1) / wanted.group;
    unsigned slot = newSlot({each ? Slot::Home::Private : Slot::Home::Shared, 0, rowsOfValue(wanted.codes),
                             model::toCpuLine(4 * groups)});
    step.outputs.push_back(slot);
    step.accesses.push_back({slot, true, step.split});
    plan.steps.push_back(std::move(step));
    plan.sums.push_back({wanted, slot});
    return slot;
  }

  LogicalResult visitSlice(tensor::ExtractSliceOp op) {
    auto source = plan.views.find(op.getSource());
    auto type = op.getSourceType();
    if (source == plan.views.end() || type.getRank() != 2 || op.getType().getRank() != 2 ||
        failed(rowsOf(type)) ||
        llvm::any_of(op.getStaticStrides(), [](int64_t stride) { return stride != 1; }))
      return op.emitOpError("expected whole rows of a matrix that an op of the graph computes");
    if (op.isDynamicOffset(1) || op.isDynamicSize(1))
      return op.emitOpError("expected static columns");
    int64_t column = op.getStaticOffset(1);
    if (op.isDynamicSize(0) && failed(checkRows(op, op.getSizes())))
      return failure();
    View view = source->second;
    view.columnBytes += column * type.getElementTypeBitWidth() / 8;
    if (op.isDynamicOffset(0)) {
      if (view.rowOffset)
        return op.emitOpError("expected rows of a value, got rows of rows");
      view.rowOffset = op.getDynamicOffset(0);
    } else {
      view.fixedRow += op.getStaticOffset(0);
    }
    plan.views[op.getResult()] = view;
    return success();
  }

  LogicalResult visitCall(func::CallOp op) {
    if (failed(knows(op)))
      return failure();
    Step step;
    step.op = op;
    step.split = Split{Split::Units, 0};
    for (Value operand : op.getOperands())
      if (!operand.getType().isIndex())
        reads(step, operand, Split{});
    for (Value result : op.getResults())
      if (failed(writes(step, result)))
        return failure();
    plan.steps.push_back(std::move(step));
    return success();
  }

  LogicalResult visitReturn(func::ReturnOp op) {
    for (auto [i, value] : llvm::enumerate(op.getOperands())) {
      auto view = plan.views.find(value);
      if (view == plan.views.end())
        return op.emitOpError() << "result " << i << ": expected a value that an op of the graph computes";
      const Slot &slot = plan.slots[view->second.slot];
      if (slot.home == Slot::Home::Result && slot.index == i && view->second.whole())
        continue;
      auto rows = *rowsOf(value.getType());
      Step step;
      step.split = rowSplit(value);
      reads(step, value, step.split);
      unsigned target = newSlot({Slot::Home::Result, static_cast<unsigned>(i), rows.first, rows.second});
      step.copy = {viewOf(value), target};
      step.accesses.push_back({target, true, step.split});
      plan.steps.push_back(std::move(step));
    }
    return success();
  }

  void allocate() {
    struct Arena {
      SmallVector<unsigned> placed;
      int64_t bytes = 0;
    } shared, perRow, own;
    for (auto [i, slot] : llvm::enumerate(plan.slots)) {
      if (slot.home != Slot::Home::Shared && slot.home != Slot::Home::Private)
        continue;
      Arena &arena = slot.home == Slot::Home::Private ? own : slot.rows == dynamicRows ? perRow : shared;
      place(slot, bytesOf(slot), arena.placed);
      arena.placed.push_back(i);
      arena.bytes = std::max(arena.bytes, slot.offset + bytesOf(slot));
    }
    plan.sharedBytes = shared.bytes;
    plan.sharedBytesPerRow = perRow.bytes;
    plan.privateBytes = own.bytes;
    int64_t deepest = 0, deepestPerRow = 0, deepestPrivate = 0;
    for (const Step &step : plan.steps)
      if (auto call = dyn_cast_or_null<func::CallOp>(step.op)) {
        const Plan &callee = calleePlan(call);
        deepest = std::max(deepest, callee.totalShared);
        deepestPerRow = std::max(deepestPerRow, callee.totalSharedPerRow);
        deepestPrivate = std::max(deepestPrivate, callee.totalPrivate);
      }
    plan.totalShared = plan.sharedBytes + deepest;
    plan.totalSharedPerRow = plan.sharedBytesPerRow + deepestPerRow;
    // A step's scratch lies where a callee's memory does: no step is both.
    plan.totalPrivate = plan.privateBytes + std::max(model::toCpuLine(scratch), deepestPrivate);
  }

  const Plan &calleePlan(func::CallOp call) {
    Operation *callee = SymbolTable::lookupNearestSymbolFrom(call, call.getCalleeAttr());
    return callees.find(callee)->second;
  }

  static int64_t bytesOf(const Slot &slot) {
    return slot.rows == dynamicRows ? model::toCpuLine(slot.rowBytes)
                                    : model::toCpuLine(slot.rows * slot.rowBytes);
  }

  /// Lifetimes that end a little later than they do: memory that is taken at once costs a barrier.
  static constexpr int slack = 3;
  static bool alive(const Slot &a, const Slot &b) {
    return a.first <= b.last + slack && b.first <= a.last + slack;
  }

  void place(Slot &slot, int64_t bytes, ArrayRef<unsigned> placed) {
    SmallVector<std::pair<int64_t, int64_t>> taken;
    for (unsigned i : placed)
      if (alive(plan.slots[i], slot))
        taken.push_back({plan.slots[i].offset, plan.slots[i].offset + bytesOf(plan.slots[i])});
    llvm::sort(taken);
    int64_t at = 0;
    for (auto [begin, end] : taken) {
      if (at + bytes <= begin)
        break;
      at = std::max(at, end);
    }
    slot.offset = at;
  }

  bool isCache(const Slot &slot) {
    return slot.home == Slot::Home::Argument &&
           mlir::isa<MemRefType>(function.getArgument(slot.index).getType());
  }

  bool overlap(unsigned a, unsigned b) {
    if (a == b)
      return plan.slots[a].home != Slot::Home::Private;
    const Slot &x = plan.slots[a], &y = plan.slots[b];
    if (x.home != Slot::Home::Shared || y.home != Slot::Home::Shared ||
        (x.rows == dynamicRows) != (y.rows == dynamicRows))
      return false;
    return x.offset < y.offset + bytesOf(y) && y.offset < x.offset + bytesOf(x);
  }

  void placeBarriers() {
    SmallVector<Access> pending;
    auto conflicts = [&](const Access &now) {
      return llvm::any_of(pending, [&](const Access &before) {
        bool own = before.slot == now.slot && before.split == now.split && now.split.kind != Split::All &&
                   now.split.kind != Split::Units;
        return (before.write || now.write) && !own && overlap(before.slot, now.slot);
      });
    };
    // What another function could touch: not a thread's own, and no constant.
    auto anything = [&] {
      return llvm::any_of(pending, [&](const Access &a) {
        const Slot &slot = plan.slots[a.slot];
        return slot.home == Slot::Home::Shared || slot.home == Slot::Home::Result || isCache(slot);
      });
    };
    for (Step &step : plan.steps) {
      bool call = isa_and_nonnull<func::CallOp>(step.op);
      step.barrier = call ? anything() : llvm::any_of(step.accesses, conflicts);
      if (step.barrier)
        pending.clear();
      // A function leaves nothing pending, and what it wrote is everybody's.
      if (!call)
        pending.append(step.accesses.begin(), step.accesses.end());
    }
    plan.barrierAtEnd = anything();
  }

  func::FuncOp function;
  const Globals &globals;
  const Forms &forms;
  const llvm::MapVector<Operation *, Plan> &callees;
  Plan plan;
  llvm::DenseMap<Value, unsigned> resultOf;
  llvm::DenseMap<unsigned, Split> writers;
  Value rowsSource;
  int64_t keyHeads = 0, scratch = 0;
};

} // namespace

FailureOr<Plan> accord::cpu::planFunction(func::FuncOp function, const Globals &globals, const Forms &forms,
                                          const llvm::MapVector<Operation *, Plan> &callees) {
  return Planner(function, globals, forms, callees).run();
}
