// Writes planned functions: each step a call of its kernel with the thread's share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/GraphToCPU/Kernels.h"
#include "mlir/Conversion/GraphToCPU/Plan.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace accord;
using namespace accord::cpu;

namespace {

constexpr llvm::StringLiteral barrierName = "accord_team_barrier";

/// What every function of the SPMD form takes behind its own arguments and results.
enum Context : unsigned { Buffers, Shared, Private, Rows, Thread, Threads, Team, contextArguments };

SmallVector<Type> contextTypes(OpBuilder &b) {
  Type pointer = LLVM::LLVMPointerType::get(b.getContext()), number = b.getI64Type();
  return {pointer, pointer, pointer, number, number, number, pointer};
}

std::string spmdName(StringRef name) { return ("graph_" + name).str(); }

class Writer {
public:
  Writer(func::FuncOp graph, const Plan &plan, const Forms &forms, Kernels &kernels, const CpuTarget &target)
      : graph(graph), plan(plan), forms(forms), kernels(kernels),
        b(OpBuilder::atBlockEnd(graph->getParentOfType<ModuleOp>().getBody())), c(b, graph.getLoc(), target) {
  }

  void run() {
    SmallVector<Type> types;
    for (Type type : graph.getArgumentTypes())
      types.push_back(type.isIndex() ? Type(b.getI64Type()) : c.ptrType());
    unsigned results = types.size();
    types.append(graph.getNumResults(), c.ptrType());
    unsigned context = types.size();
    types.append(contextTypes(b));
    auto f = b.create<func::FuncOp>(graph.getLoc(), spmdName(graph.getName()), b.getFunctionType(types, {}));
    f.setPrivate();
    f->setAttr("passthrough", b.getStrArrayAttr({"noinline", "nounwind"}));
    Block *entry = f.addEntryBlock();
    b.setInsertionPointToStart(entry);
    for (auto [i, argument] : llvm::enumerate(graph.getArguments())) {
      arguments.push_back(entry->getArgument(i));
      if (argument.getType().isIndex())
        numbers[argument] = entry->getArgument(i);
    }
    for (unsigned i = 0; i < graph.getNumResults(); ++i)
      resultPointers.push_back(entry->getArgument(results + i));
    for (unsigned i = 0; i < contextArguments; ++i)
      here.push_back(entry->getArgument(context + i));
    for (const Step &step : plan.steps) {
      if (step.barrier)
        barrier();
      c.loc = step.op ? step.op->getLoc() : graph.getLoc();
      write(step);
    }
    if (plan.barrierAtEnd && graph.isPrivate())
      barrier();
    b.create<func::ReturnOp>(graph.getLoc());
  }

private:
  void barrier() { b.create<func::CallOp>(c.loc, barrierName, TypeRange(), ValueRange(here[Team])); }

  Value rowCount(int64_t rows) { return rows == dynamicRows ? here[Rows] : c.i64(rows); }

  /// An index of the graph as i64.
  Value number(Value index) {
    if (auto known = numbers.find(index); known != numbers.end())
      return known->second;
    Operation *op = index.getDefiningOp();
    Value value =
        llvm::TypeSwitch<Operation *, Value>(op)
            .Case([&](arith::ConstantOp constant) {
              return c.i64(cast<IntegerAttr>(constant.getValue()).getInt());
            })
            .Case([&](arith::AddIOp add) { return c.add(number(add.getLhs()), number(add.getRhs())); })
            .Case([&](arith::SubIOp sub) { return c.e.subI(number(sub.getLhs()), number(sub.getRhs())); })
            .Case([&](arith::MulIOp mul) { return c.mul(number(mul.getLhs()), number(mul.getRhs())); })
            .Case([&](tensor::DimOp dim) {
              int64_t rows = cast<RankedTensorType>(dim.getSource().getType()).getDimSize(0);
              return rowCount(rows);
            });
    return numbers[index] = value;
  }

  Value slotPointer(const Slot &slot) {
    switch (slot.home) {
    case Slot::Home::Argument:
      return arguments[slot.index];
    case Slot::Home::Result:
      return resultPointers[slot.index];
    case Slot::Home::Parameter:
      return c.load(c.ptrType(), c.at(here[Buffers], 8 * int64_t(slot.index)));
    case Slot::Home::Constant:
      return constantPointer(slot.index);
    case Slot::Home::Private:
      return c.at(here[Private], slot.offset);
    case Slot::Home::Shared:
      if (slot.rows != dynamicRows)
        return c.at(here[Shared], slot.offset);
      return c.at(here[Shared], c.add(c.mul(here[Rows], slot.offset), plan.sharedBytes));
    }
    llvm_unreachable("every home has an address");
  }

  /// The address of a constant: its rows, padded, in the module's data.
  Value constantPointer(unsigned index) {
    std::string name = ("constant_" + graph.getName() + "_" + Twine(index)).str();
    auto module = graph->getParentOfType<ModuleOp>();
    if (!module.lookupSymbol(name)) {
      SmallVector<int8_t> rows = constantRows(plan.constants[index]);
      auto type = LLVM::LLVMArrayType::get(b.getI8Type(), rows.size());
      auto data = DenseElementsAttr::get(RankedTensorType::get({int64_t(rows.size())}, b.getI8Type()),
                                         ArrayRef(rows));
      OpBuilder::atBlockBegin(module.getBody())
          .create<LLVM::GlobalOp>(c.loc, type, /*isConstant=*/true, LLVM::Linkage::Private, name, data,
                                  /*alignment=*/model::cpuLine);
    }
    return b.create<LLVM::AddressOfOp>(c.loc, c.ptrType(), name);
  }
  static SmallVector<int8_t> constantRows(arith::ConstantOp op) {
    auto type = cast<RankedTensorType>(op.getType());
    auto [rows, stride] = *cpu::rowsOf(type);
    int64_t size = type.getElementTypeBitWidth() / 8,
            columns = type.getNumElements() / std::max<int64_t>(rows, 1);
    SmallVector<int8_t> bytes(rows * stride, 0);
    auto place = [&](int64_t i) { return bytes.data() + i / columns * stride + i % columns * size; };
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(op.getValue())) {
      AsmResourceBlob *blob = resource.getRawHandle().getBlob();
      for (int64_t i = 0; blob && i < std::min<int64_t>(type.getNumElements(), blob->getData().size() / size);
           ++i)
        std::memcpy(place(i), blob->getData().data() + i * size, size);
      return bytes;
    }
    auto store = [&](int64_t i, const llvm::APInt &bits) {
      uint64_t value = bits.getZExtValue();
      std::memcpy(place(i), &value, size);
    };
    if (auto floats = dyn_cast<DenseFPElementsAttr>(op.getValue()))
      for (auto [i, value] : llvm::enumerate(floats.getValues<llvm::APFloat>()))
        store(i, value.bitcastToAPInt());
    else
      for (auto [i, value] :
           llvm::enumerate(cast<DenseIntElementsAttr>(op.getValue()).getValues<llvm::APInt>()))
        store(i, value);
    return bytes;
  }

  RowsArgument rowsOf(const View &view) {
    const Slot &slot = plan.slots[view.slot];
    Value base = slotPointer(slot), stride = c.i64(slot.rowBytes);
    base = c.at(base, view.fixedRow * slot.rowBytes + view.columnBytes);
    if (view.rowOffset)
      base = c.at(base, c.mul(number(view.rowOffset), slot.rowBytes));
    return {base, stride};
  }
  RowsArgument rowsOf(Value value) { return rowsOf(plan.views.find(value)->second); }
  RowsArgument rowsOf(unsigned slot) {
    return {slotPointer(plan.slots[slot]), c.i64(plan.slots[slot].rowBytes)};
  }
  Value pointerOf(Value value) { return rowsOf(value).base; }

  /// The thread's part of 0 .. count.
  RangeArgument share(Value count) {
    auto bound = [&](Value thread) {
      return b.create<arith::DivUIOp>(c.loc, c.mul(thread, count), here[Threads]);
    };
    return {bound(here[Thread]), bound(c.add(here[Thread], 1))};
  }
  RangeArgument everything(Value count) { return {c.i64(0), count}; }
  RangeArgument rowRange(const Split &split, int64_t rows) {
    return split.kind == Split::Rows ? share(rowCount(rows)) : everything(rowCount(rows));
  }
  RangeArgument tileRange(const Split &split, int64_t tiles) {
    return split.kind == Split::Tiles ? share(c.i64(tiles)) : everything(c.i64(tiles));
  }
  RangeArgument headRange(const Split &split, int64_t heads) {
    if (split.kind != Split::Heads)
      return everything(c.i64(heads));
    RangeArgument range = share(c.i64(split.count));
    return {c.mul(range.begin, heads / split.count), c.mul(range.end, heads / split.count)};
  }

  struct CallBuilder {
    SmallVector<Value> operands;
    CallBuilder &operator<<(Value v) {
      operands.push_back(v);
      return *this;
    }
    CallBuilder &operator<<(const RowsArgument &r) { return *this << r.base << r.stride; }
    CallBuilder &operator<<(const RangeArgument &r) { return *this << r.begin << r.end; }
  };
  void call(func::FuncOp kernel, const CallBuilder &with) {
    b.create<func::CallOp>(c.loc, kernel, with.operands);
  }

  static ArrayRef<int64_t> shapeOf(Value value) { return cast<ShapedType>(value.getType()).getShape(); }

  void write(const Step &step) {
    if (step.sums)
      return writeSums(step);
    if (step.packing)
      return writePacking(step);
    if (step.copy) {
      const Slot &target = plan.slots[step.copy->second];
      call(kernels.copyRows(), CallBuilder() << rowsOf(step.copy->first) << rowsOf(step.copy->second)
                                             << c.i64((target.rowBytes + 63) / 64)
                                             << rowRange(step.split, target.rows));
      return;
    }
    llvm::TypeSwitch<Operation *>(step.op)
        .Case<nn::RMSNormOp, nn::SoftmaxOp, nn::EmbedOp, lut::QuantizeActOp, nn::RopeOp, nn::CacheAppendOp,
              nn::AttentionOp, nn::MatmulOp, nn::TransposeOp, lut::MPGemmOp, func::CallOp>(
            [&](auto op) { writeOp(step, op); })
        .Case<tensor::CollapseShapeOp, tensor::ExpandShapeOp>([&](auto op) { writeView(step, op); })
        .Case<nn::AddOp, nn::SiluOp, nn::SiluMulOp, nn::Relu2MulOp, nn::MapOp>([&](auto op) {
          CallBuilder with;
          for (OpOperand *input : op.getDpsInputOperands())
            with << rowsOf(input->get());
          ArrayRef<int64_t> shape = shapeOf(op->getResult(0));
          with << rowsOf(op->getResult(0)) << rowRange(step.split, shape[0])
               << tileRange(step.split, (shape[1] + model::cpuLanes - 1) / model::cpuLanes);
          auto map = dyn_cast<nn::MapOp>(op.getOperation());
          call(map ? kernels.map(map) : kernels.elementwise(op), with);
        });
  }

  static int64_t elementBytes(Value value) {
    return cast<ShapedType>(value.getType()).getElementTypeBitWidth() / 8;
  }
  void writePacking(const Step &step) {
    const Packing &packing = *step.packing;
    model::CpuFloats packed = floatsOf(packing.element, {packing.n, packing.k});
    call(kernels.pack(packed.elementBytes, packing.turned),
         CallBuilder() << rowsOf(packing.rows) << slotPointer(plan.slots[step.outputs[0]])
                       << c.i64(packed.tileBytes()) << c.i64(packing.k) << c.i64(packing.n)
                       << tileRange(step.split, packed.tiles()));
  }
  void writeOp(const Step &step, nn::TransposeOp op) {
    ArrayRef<int64_t> shape = shapeOf(op->getResult(0));
    call(kernels.transpose(elementBytes(op.getX())),
         CallBuilder() << rowsOf(op.getX()) << rowsOf(op->getResult(0)) << c.i64(shape[1])
                       << rowRange(step.split, shape[0]));
  }
  template <typename Op> void writeView(const Step &step, Op op) {
    auto columns = [](RankedTensorType type) { return type.getRank() ? type.getShape().back() : 1; };
    call(kernels.reshape(elementBytes(op.getSrc())),
         CallBuilder() << rowsOf(op.getSrc()) << rowsOf(op.getResult()) << c.i64(columns(op.getSrcType()))
                       << c.i64(columns(op.getResultType()))
                       << rowRange(step.split, cpu::rowsOf(op.getResultType())->first));
  }

  void writeSums(const Step &step) {
    const GroupSums &sums = *step.sums;
    ArrayRef<int64_t> shape = shapeOf(sums.codes);
    call(kernels.groupSums(shape[1], sums.group, sums.zero),
         CallBuilder() << rowsOf(sums.codes) << rowsOf(step.outputs[0]) << c.i64(shape[1] / sums.group)
                       << rowRange(step.split, shape[0]));
  }

  void writeOp(const Step &step, nn::RMSNormOp op) {
    ArrayRef<int64_t> shape = shapeOf(op.getX());
    call(kernels.rmsNorm(shape[1], op.getEps()), CallBuilder() << rowsOf(op.getX()) << pointerOf(op.getW())
                                                               << rowsOf(op->getResult(0))
                                                               << rowRange(step.split, shape[0]));
  }
  void writeOp(const Step &step, nn::SoftmaxOp op) {
    ArrayRef<int64_t> shape = shapeOf(op.getX());
    call(kernels.softmax(shape[1]),
         CallBuilder() << rowsOf(op.getX()) << rowsOf(op->getResult(0)) << rowRange(step.split, shape[0]));
  }
  void writeOp(const Step &step, nn::EmbedOp op) {
    call(kernels.embed(cast<RankedTensorType>(op.getTable().getType())),
         CallBuilder() << rowsOf(op.getTokens()) << pointerOf(op.getTable()) << rowsOf(op->getResult(0))
                       << rowRange(step.split, shapeOf(op.getTokens())[0]));
  }
  void writeOp(const Step &step, lut::QuantizeActOp op) {
    ArrayRef<int64_t> shape = shapeOf(op.getX());
    int64_t group = op.getGroup();
    call(kernels.quantizeAct(shape[1], group),
         CallBuilder() << rowsOf(op.getX()) << rowsOf(op->getResult(0)) << rowsOf(op->getResult(1))
                       << c.i64(shape[1] / group) << c.i64((shape[1] + group - 1) / group)
                       << rowRange(step.split, shape[0]));
  }
  void writeOp(const Step &step, nn::RopeOp op) {
    ArrayRef<int64_t> shape = shapeOf(op.getX());
    int64_t heads = shape[1] / op.getHeadDim();
    call(kernels.rope(op.getHeadDim(), op.getStyle()),
         CallBuilder() << rowsOf(op.getX()) << rowsOf(op.getCos()) << rowsOf(op.getSin())
                       << rowsOf(op->getResult(0)) << rowRange(step.split, shape[0])
                       << headRange(step.split, heads));
  }

  Value layerOf(Value cache, Value layer) {
    model::CpuCache shape = cacheOf(cast<MemRefType>(cache.getType()));
    int64_t bytes =
        shape.heads * (forms.lookup(cache) == Form::Keys ? shape.keyHeadBytes() : shape.valueHeadBytes());
    return c.at(pointerOf(cache), c.mul(number(layer), bytes));
  }
  void writeOp(const Step &step, nn::CacheAppendOp op) {
    auto cache = cast<MemRefType>(op.getCache().getType());
    call(kernels.cacheAppend(cache, forms.lookup(op.getCache()) == Form::Keys),
         CallBuilder() << rowsOf(op.getX()) << layerOf(op.getCache(), op.getLayer())
                       << number(op.getPosition()) << rowRange(step.split, shapeOf(op.getX())[0])
                       << headRange(step.split, cache.getDimSize(2)));
  }
  void writeOp(const Step &step, nn::AttentionOp op) {
    auto cache = cast<MemRefType>(op.getK().getType());
    int64_t keyHeads = cache.getDimSize(2);
    Value units = c.mul(rowCount(shapeOf(op.getQ())[0]), keyHeads), stride = c.i64(1);
    RangeArgument range = {here[Thread], units};
    // One row: heads as they were rotated. More: later rows have more to do, so they are dealt out in turn.
    if (step.split.kind == Split::Heads)
      range = headRange(step.split, keyHeads);
    else
      stride = here[Threads];
    call(kernels.attention(cache, op.getHeads(), op.getScale()),
         CallBuilder() << rowsOf(op.getQ()) << layerOf(op.getK(), op.getLayer())
                       << layerOf(op.getV(), op.getLayer()) << rowsOf(op->getResult(0))
                       << number(op.getPosition()) << c.at(here[Private], plan.privateBytes) << range
                       << stride);
  }

  /// The rows of a product: as many as are worth a pass over the weights together, a single last row by
  /// itself.
  void inBlocks(int64_t rows, int64_t block, llvm::function_ref<void(int64_t, RangeArgument)> emit) {
    if (rows == 1)
      return emit(1, everything(c.i64(1)));
    Value count = rowCount(rows), left = c.rem(count, block);
    Value single = c.e.cmp(arith::CmpIPredicate::eq, left, c.i64(1));
    Value end = c.e.subI(count, b.create<arith::ExtUIOp>(c.loc, b.getI64Type(), single));
    emit(block, {c.i64(0), end});
    emit(1, {end, count});
  }
  Value factorOf(nn::MatmulOp op) {
    auto computed = plan.packed.find(op);
    return computed == plan.packed.end() ? pointerOf(op.getB()) : slotPointer(plan.slots[computed->second]);
  }
  void writeOp(const Step &step, nn::MatmulOp op) {
    ArrayRef<int64_t> a = shapeOf(op.getA());
    Type element = getElementTypeOrSelf(op.getB().getType());
    model::CpuFloats packed = floatsOf(element, shapeOf(op.getB()));
    inBlocks(a[0], kernels.gemmRows(), [&](int64_t count, RangeArgument rows) {
      call(kernels.matmul(element, count, count == 1 ? Kernels::matmulTiles : 1),
           CallBuilder() << rowsOf(op.getA()) << factorOf(op) << c.i64(packed.tileBytes())
                         << rowsOf(op->getResult(0)) << c.i64(packed.k) << rows
                         << tileRange(step.split, packed.tiles()));
    });
  }
  void writeOp(const Step &step, lut::MPGemmOp op) {
    auto weights = cast<RankedTensorType>(op.getW().getType());
    auto type = cast<lut::WeightType>(weights.getElementType());
    model::CpuWeights packed = weightsOf(type, weights.getShape());
    int64_t actGroup = op.getActGroup(), group = lut::scaleGroup(actGroup, type);
    RowsArgument sums = {b.create<LLVM::ZeroOp>(c.loc, c.ptrType()), c.i64(0)};
    for (const auto &[known, slot] : plan.sums)
      if (known.codes == op.getQ() && known.group == group && known.zero == type.getZero())
        sums = rowsOf(slot);
    inBlocks(shapeOf(op.getQ())[0], kernels.gemmRows(), [&](int64_t count, RangeArgument rows) {
      call(kernels.mpgemm(type, packed.k, actGroup, count),
           CallBuilder() << pointerOf(op.getW()) << c.i64(packed.tileBytes()) << c.i64(packed.scalesOffset())
                         << c.i64(packed.minimaOffset()) << rowsOf(op.getQ()) << rowsOf(op.getS()) << sums
                         << rowsOf(op->getResult(0)) << c.i64(packed.k / group) << rows
                         << tileRange(step.split, packed.tiles()));
    });
  }

  void writeOp(const Step &step, func::CallOp op) {
    CallBuilder with;
    Value rows = c.i64(1);
    for (Value operand : op.getOperands()) {
      with << (operand.getType().isIndex() ? number(operand) : pointerOf(operand));
      auto tensor = dyn_cast<RankedTensorType>(operand.getType());
      if (tensor && tensor.getRank() > 0 && tensor.isDynamicDim(0))
        rows = here[Rows];
    }
    for (unsigned slot : step.outputs)
      with << slotPointer(plan.slots[slot]);
    Value shared = c.at(here[Shared], c.add(c.mul(here[Rows], plan.sharedBytesPerRow), plan.sharedBytes));
    with << here[Buffers] << shared << c.at(here[Private], plan.privateBytes) << rows << here[Thread]
         << here[Threads] << here[Team];
    b.create<func::CallOp>(c.loc, spmdName(op.getCallee()), TypeRange(), with.operands);
  }

  func::FuncOp graph;
  const Plan &plan;
  const Forms &forms;
  Kernels &kernels;
  OpBuilder b;
  Code c;
  SmallVector<Value> arguments, resultPointers, here;
  llvm::DenseMap<Value, Value> numbers;
};

std::string textOf(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// Alike for equal numbers alone: std::to_string has six digits behind the point.
std::string exactly(double number) { return std::to_string(llvm::bit_cast<uint64_t>(number)); }

/// All parameters and rotary tables of the module, each once.
Globals globalsOf(ModuleOp module) {
  Globals globals;
  llvm::StringMap<unsigned> known;
  auto add = [&](Value value, const std::string &key, rt::BufferBinding binding) {
    auto [at, isNew] = known.try_emplace(key, globals.buffers.size());
    if (isNew)
      globals.buffers.push_back(std::move(binding));
    globals.indices[value] = at->second;
  };
  module.walk([&](Operation *op) {
    if (auto param = dyn_cast<nn::ParamOp>(op)) {
      auto type = cast<RankedTensorType>(param.getType());
      rt::ParameterSource source{param.getName().str(), {}, {type.getShape().begin(), type.getShape().end()}};
      int64_t bytes;
      if (auto weights = dyn_cast<lut::WeightType>(type.getElementType())) {
        source.storage = lut::stringifyStorage(weights.getStorage()).str();
        source.f32Scales = weights.getScale().isF32();
        bytes = weightsOf(weights, type.getShape()).bytes();
      } else {
        source.storage = textOf(type.getElementType());
        bytes = type.getRank() == 2 ? floatsOf(type.getElementType(), type.getShape()).bytes()
                                    : rowsOf(type)->second;
      }
      rt::BufferBinding binding;
      binding.name = source.name;
      binding.shape = {bytes};
      binding.source = source;
      add(param, "param " + source.name + textOf(type), std::move(binding));
    } else if (auto table = dyn_cast<nn::RopeTableOp>(op)) {
      for (bool sine : {false, true}) {
        Value value = sine ? table.getSin() : table.getCos();
        rt::RopeSource source;
        source.positions = cast<RankedTensorType>(value.getType()).getDimSize(0);
        source.headDim = table.getHeadDim();
        source.theta = table.getTheta().convertToDouble();
        source.scale = table.getScale().convertToDouble();
        source.factors = table.getFactors().value_or("").str();
        source.sine = sine;
        rt::BufferBinding binding;
        binding.name = sine ? "rope sine" : "rope cosine";
        binding.shape = {source.positions * rowsOf(value.getType())->second};
        std::string key = "rope " + std::to_string(sine) + " " + std::to_string(source.positions) + " " +
                          std::to_string(source.headDim) + " " + exactly(source.theta) + " " +
                          exactly(source.scale) + " " + source.factors;
        binding.source = source;
        add(value, key, std::move(binding));
      }
    }
  });
  return globals;
}

/// Plans callees before callers. Reports recursion.
LogicalResult planAll(func::FuncOp function, const Globals &globals, const Forms &forms,
                      llvm::MapVector<Operation *, Plan> &plans, SmallVectorImpl<Operation *> &open) {
  if (plans.count(function))
    return success();
  if (llvm::is_contained(open, function.getOperation()))
    return function.emitOpError("expected a function that does not call itself");
  open.push_back(function);
  WalkResult result = function.walk([&](func::CallOp call) {
    auto callee =
        dyn_cast_or_null<func::FuncOp>(SymbolTable::lookupNearestSymbolFrom(call, call.getCalleeAttr()));
    if (!callee || callee.isDeclaration()) {
      call.emitOpError("expected a function with a body");
      return WalkResult::interrupt();
    }
    return failed(planAll(callee, globals, forms, plans, open)) ? WalkResult::interrupt()
                                                                : WalkResult::advance();
  });
  open.pop_back();
  if (result.wasInterrupted())
    return failure();
  FailureOr<Plan> plan = planFunction(function, globals, forms, plans);
  if (failed(plan))
    return failure();
  plans[function] = std::move(*plan);
  return success();
}

std::optional<rt::ElementType> elementOf(Type type) {
  if (type.isInteger(8))
    return rt::ElementType::I8;
  if (type.isInteger(32))
    return rt::ElementType::I32;
  if (type.isF16())
    return rt::ElementType::F16;
  if (type.isBF16())
    return rt::ElementType::I16; // its bits
  if (type.isF32())
    return rt::ElementType::F32;
  return std::nullopt;
}

/// The buffer that a caller brings for a tensor or a cache.
FailureOr<rt::BufferBinding> bindingOf(func::FuncOp f, Type type, rt::Role role, Form form) {
  rt::BufferBinding binding;
  binding.role = role;
  auto shaped = cast<ShapedType>(type);
  if (auto memref = dyn_cast<MemRefType>(type)) {
    model::CpuCache cache = cacheOf(memref);
    binding.role = rt::Role::InOut;
    binding.type = *elementOf(memref.getElementType());
    binding.shape = {(form == Form::Keys ? cache.keyBytes() : cache.valueBytes()) / cache.elementBytes};
    return binding;
  }
  if (auto weights = dyn_cast<lut::WeightType>(shaped.getElementType())) {
    binding.shape = {weightsOf(weights, shaped.getShape()).bytes()};
    return binding;
  }
  std::optional<rt::ElementType> element = elementOf(shaped.getElementType());
  auto rows = rowsOf(type);
  if (!element || failed(rows)) {
    f.emitOpError("expected tensors of i8, i32, f16 or f32 in an entry, got ") << type;
    return failure();
  }
  binding.type = *element;
  if (form == Form::Packed) {
    binding.shape = {floatsOf(shaped.getElementType(), shaped.getShape()).bytes() /
                     int64_t(rt::bytesOf(*element))};
    return binding;
  }
  binding.shape = {rows->first == dynamicRows ? rt::dynamicRows : rows->first,
                   rows->second / int64_t(rt::bytesOf(*element))};
  return binding;
}

/// `void __accord_f(void **buffers, int64_t *scalars)` and its image, without bytes.
LogicalResult writeEntry(func::FuncOp graph, const Plan &plan, const Globals &globals, const Forms &forms,
                         const CpuTarget &target, std::vector<rt::Image> &images) {
  rt::Image image;
  image.entry = ("__accord_" + graph.getName()).str();
  image.buffers = globals.buffers;
  OpBuilder b = OpBuilder::atBlockEnd(graph->getParentOfType<ModuleOp>().getBody());
  Code c(b, graph.getLoc(), target);
  auto entry =
      b.create<func::FuncOp>(graph.getLoc(), image.entry, b.getFunctionType({c.ptrType(), c.ptrType()}, {}));
  Block *block = entry.addEntryBlock();
  b.setInsertionPointToStart(block);
  Value buffers = block->getArgument(0), scalars = block->getArgument(1);
  auto takeBuffer = [&](int64_t i) { return c.load(c.ptrType(), c.at(buffers, 8 * i)); };
  int64_t takenScalars = 0;
  auto takeScalar = [&] { return c.load(b.getI64Type(), c.at(scalars, 8 * takenScalars++)); };

  SmallVector<Value> operands;
  bool dynamic = false;
  auto bind = [&](Type type, rt::Role role, StringAttr name, Form form) -> LogicalResult {
    FailureOr<rt::BufferBinding> binding = bindingOf(graph, type, role, form);
    if (failed(binding))
      return failure();
    dynamic |= llvm::is_contained(binding->shape, rt::dynamicRows);
    if (name)
      binding->name = name.str();
    operands.push_back(takeBuffer(image.buffers.size()));
    image.buffers.push_back(std::move(*binding));
    return success();
  };
  for (BlockArgument argument : graph.getArguments()) {
    if (argument.getType().isIndex()) {
      operands.push_back(takeScalar());
      ++image.scalars;
    } else if (failed(bind(argument.getType(), rt::Role::Argument,
                           graph.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "accel.name"),
                           forms.lookup(argument)))) {
      return failure();
    }
  }
  for (Type type : graph.getResultTypes())
    if (failed(bind(type, rt::Role::Result, {}, Form::Rows)))
      return failure();
  Value rows = c.i64(1);
  if (dynamic) {
    rows = takeScalar();
    ++image.scalars;
  }
  rt::TeamProgram team{true, dynamic, plan.totalShared, plan.totalSharedPerRow, plan.totalPrivate};
  Value workspace = takeBuffer(image.buffers.size());
  Value thread = takeScalar(), threads = takeScalar(), teamAddress = takeScalar();
  Value shared = c.at(workspace, c.mul(threads, plan.totalPrivate));
  Value own = c.at(workspace, c.mul(thread, plan.totalPrivate));
  Value teamPointer = b.create<LLVM::IntToPtrOp>(graph.getLoc(), c.ptrType(), teamAddress);
  operands.append({buffers, shared, own, rows, thread, threads, teamPointer});
  b.create<func::CallOp>(graph.getLoc(), spmdName(graph.getName()), TypeRange(), operands);
  b.create<func::ReturnOp>(graph.getLoc());
  image.team = team;
  images.push_back(std::move(image));
  return success();
}

} // namespace

LogicalResult accord::lowerGraphToCpu(ModuleOp module, const CpuTarget &target,
                                      std::vector<rt::Image> &images) {
  Globals globals = globalsOf(module);
  Forms forms;
  if (failed(findForms(module, forms)))
    return failure();
  SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
  llvm::MapVector<Operation *, Plan> plans;
  SmallVector<Operation *> open;
  for (func::FuncOp f : functions)
    if (f.isPublic() && failed(planAll(f, globals, forms, plans, open)))
      return failure();
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  b.create<func::FuncOp>(module.getLoc(), barrierName, b.getFunctionType(pointer, {})).setPrivate();
  Kernels kernels(module, target);
  for (auto &[op, plan] : plans) {
    auto f = cast<func::FuncOp>(op);
    Writer(f, plan, forms, kernels, target).run();
  }
  for (func::FuncOp f : functions)
    if (f.isPublic() && failed(writeEntry(f, plans[f], globals, forms, target, images)))
      return failure();
  for (func::FuncOp f : functions)
    f.erase();
  if (target.fast)
    module.walk([&](arith::ArithFastMathInterface op) {
      op->setAttr(op.getFastMathAttrName(),
                  arith::FastMathFlagsAttr::get(b.getContext(), arith::FastMathFlags::contract));
    });
  return success();
}
