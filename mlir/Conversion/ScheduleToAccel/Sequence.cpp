// A function of calls, L2 to L3: tensors become buffers in dram, slices windows of them, calls runs of
// programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/Lowering.h"

#include "dialects/Accel/WeightPart.h"
#include "dialects/LUT/LUT.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord {
namespace {

/// A tensor of the source: buffers (several for a weight), from an offset in elements.
struct Window {
  SmallVector<Value> buffers;
  Value offset; ///< of the first and only buffer; null: 0
};

class SequenceLowering {
public:
  SequenceLowering(func::FuncOp source, const Programs &programs)
      : source(source), programs(programs), b(source.getContext()) {}

  func::FuncOp run() {
    if (succeeded(createFunction()) && succeeded(emitBlock())) {
      b.create<func::ReturnOp>(source.getLoc());
      return target;
    }
    if (target) {
      target->dropAllReferences();
      target.erase();
    }
    return nullptr;
  }

private:
  /// The call that reads an argument, and as which operand. Slices are windows of it and read it too.
  OpOperand *reader(Value value) {
    for (OpOperand &use : value.getUses()) {
      if (mlir::isa<func::CallOp>(use.getOwner()))
        return &use;
      if (mlir::isa<tensor::ExtractSliceOp>(use.getOwner()))
        if (OpOperand *found = reader(use.getOwner()->getResult(0)))
          return found;
    }
    return nullptr;
  }

  FailureOr<const Program *> programOf(func::CallOp call) {
    auto known = programs.find(call.getCallee());
    if (known == programs.end())
      return call.emitOpError() << "expected a call of a function that is a program, got '"
                                << call.getCallee() << "'";
    return &known->second;
  }

  LogicalResult createFunction() {
    struct Argument {
      Type type;
      NamedAttrList attributes;
      Value from; ///< null for results
    };
    SmallVector<Argument> list, scalars;
    for (BlockArgument argument : source.getArguments()) {
      NamedAttrList attributes(source.getArgAttrDict(argument.getArgNumber()));
      if (!attributes.get("accel.name"))
        attributes.set("accel.name", b.getStringAttr(argumentName(argument)));
      if (argument.getType().isIndex()) {
        scalars.push_back({argument.getType(), attributes, argument});
        continue;
      }
      if (auto cache = dyn_cast<MemRefType>(argument.getType())) {
        attributes.set("accel.role", b.getStringAttr("inout"));
        if (cache.getRank() != 4 || !cache.hasStaticShape())
          return source.emitOpError() << "expected argument #" << argument.getArgNumber()
                                      << " to be a cache of static shape, got " << cache;
        list.push_back({MemRefType::get({cache.getDimSize(0) * cache.getDimSize(1),
                                         cache.getDimSize(2) * cache.getDimSize(3)},
                                        cache.getElementType()),
                        attributes, argument});
        continue;
      }
      attributes.set("accel.role", b.getStringAttr("argument"));
      auto type = dyn_cast<RankedTensorType>(argument.getType());
      if (!type || !type.hasStaticShape())
        return source.emitOpError() << "expected argument #" << argument.getArgNumber()
                                    << " to be a tensor of static shape, a cache or an index, got "
                                    << argument.getType();
      if (!mlir::isa<lut::WeightType>(type.getElementType())) {
        list.push_back({MemRefType::get(type.getShape(), type.getElementType()), attributes, argument});
        continue;
      }
      // As the program that reads it takes it: its parts, with their names.
      OpOperand *use = reader(argument);
      if (!use)
        return source.emitOpError() << "expected argument #" << argument.getArgNumber()
                                    << " to be read by a call, got none";
      FailureOr<const Program *> program = programOf(cast<func::CallOp>(use->getOwner()));
      if (failed(program))
        return failure();
      if (auto stored = attributes.erase(lut::sourceAttrName))
        attributes.set(accel::sourceAttrName, stored);
      else
        attributes.set(accel::sourceAttrName, TypeAttr::get(type));
      std::string name = cast<StringAttr>(attributes.get("accel.name")).str();
      for (unsigned i : (*program)->arguments[use->getOperandNumber()].buffers) {
        func::FuncOp callee = (*program)->function;
        auto part = callee.getArgAttrOfType<StringAttr>(i, accel::partAttrName);
        attributes.set("accel.name", b.getStringAttr(name + "." + part.getValue()));
        attributes.set(accel::partAttrName, part);
        list.push_back({callee.getArgumentTypes()[i], attributes, argument});
      }
    }
    for (auto [i, type] : llvm::enumerate(source.getResultTypes())) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (!tensor || !tensor.hasStaticShape())
        return source.emitOpError() << "expected result #" << i << " to be a tensor of static shape, got "
                                    << type;
      NamedAttrList attributes(source.getResultAttrDict(i));
      attributes.set("accel.role", b.getStringAttr("result"));
      if (!attributes.get("accel.name"))
        attributes.set("accel.name", b.getStringAttr("result" + Twine(i)));
      list.push_back({MemRefType::get(tensor.getShape(), tensor.getElementType()), attributes, Value()});
    }
    llvm::append_range(list, scalars);

    SmallVector<Type> types = llvm::map_to_vector(list, [](const Argument &a) { return a.type; });
    b.setInsertionPoint(source);
    target = b.create<func::FuncOp>(source.getLoc(), source.getName(), b.getFunctionType(types, {}));
    target.setVisibility(source.getVisibility());
    target->setAttr("accel.sequence", b.getUnitAttr());
    Block *entry = target.addEntryBlock();
    b.setInsertionPointToStart(entry);
    for (auto [i, argument] : llvm::enumerate(list)) {
      target.setArgAttrs(i, argument.attributes);
      BlockArgument value = entry->getArgument(i);
      if (!argument.from)
        results.push_back(value);
      else if (value.getType().isIndex())
        scalarMap.map(argument.from, value);
      else
        windows[argument.from].buffers.push_back(value);
    }
    return success();
  }

  LogicalResult emitBlock() {
    // A result is computed in its buffer, where a call returns it.
    auto returned = cast<func::ReturnOp>(source.getBody().front().getTerminator());
    for (auto [value, buffer] : llvm::zip_equal(returned.getOperands(), results)) {
      if (!value.getDefiningOp<func::CallOp>() || windows.count(value))
        return returned.emitOpError() << "expected results of calls, each returned once";
      windows[value].buffers.push_back(buffer);
    }
    for (Operation &op : source.getBody().front().without_terminator()) {
      LogicalResult ok = success();
      if (auto call = dyn_cast<func::CallOp>(op))
        ok = emitCall(call);
      else if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
        ok = emitSlice(slice);
      else if (mlir::isa<arith::ArithDialect>(op.getDialect()))
        b.clone(op, scalarMap);
      else if (!mlir::isa<tensor::EmptyOp>(op)) // what steps made for themselves
        ok = op.emitOpError() << "expected calls, slices and index arithmetic in a sequence";
      if (failed(ok))
        return failure();
    }
    return success();
  }

  /// Rows of a buffer that follow each other: a window of it.
  LogicalResult emitSlice(tensor::ExtractSliceOp slice) {
    auto from = windows.find(slice.getSource());
    RankedTensorType type = slice.getSourceType();
    bool rows = slice.hasUnitStride() && slice.getType().getRank() == type.getRank() &&
                slice.getType().hasStaticShape() &&
                slice.getType().getShape().drop_front() == type.getShape().drop_front();
    if (from == windows.end() || from->second.buffers.size() != 1 || !rows)
      return slice.emitOpError() << "expected whole rows of a buffer that follow each other";
    Location loc = slice.getLoc();
    OpFoldResult first = slice.getMixedOffsets()[0];
    Value row = first.is<Value>() ? scalarMap.lookup(first.get<Value>())
                                  : getValueOrCreateConstantIndexOp(b, loc, first);
    Value size = b.create<arith::ConstantIndexOp>(loc, type.getNumElements() / type.getDimSize(0));
    Value offset = b.create<arith::MulIOp>(loc, row, size);
    if (from->second.offset)
      offset = b.create<arith::AddIOp>(loc, from->second.offset, offset);
    Window window = {from->second.buffers, offset};
    windows[slice.getResult()] = window;
    return success();
  }

  LogicalResult emitCall(func::CallOp call) {
    FailureOr<const Program *> program = programOf(call);
    if (failed(program))
      return failure();
    func::FuncOp callee = (*program)->function;
    Location loc = call.getLoc();
    SmallVector<Value> buffers, offsets, scalars;
    Value zero = b.create<arith::ConstantIndexOp>(loc, 0);
    for (auto [operand, argument] : llvm::zip_equal(call.getOperands(), (*program)->arguments)) {
      if (operand.getType().isIndex()) {
        if (argument.isScalar)
          scalars.push_back(scalarMap.lookup(operand));
        continue;
      }
      auto window = windows.find(operand);
      if (window == windows.end() || window->second.buffers.size() != argument.buffers.size())
        return call.emitOpError()
               << "expected operands that are arguments, slices of them or results of calls";
      for (auto [buffer, i] : llvm::zip_equal(window->second.buffers, argument.buffers)) {
        buffers.push_back(buffer);
        Value offset = window->second.offset ? window->second.offset : zero;
        if (argument.layer) { // The rows of one layer.
          int64_t size = cast<MemRefType>(callee.getArgumentTypes()[i]).getNumElements();
          Value layer = scalarMap.lookup(call.getOperand(*argument.layer));
          Value by = b.create<arith::ConstantIndexOp>(loc, size);
          offset = b.create<arith::MulIOp>(loc, layer, by);
        }
        offsets.push_back(offset);
      }
    }
    for (auto [result, type] : llvm::zip_equal(call.getResults(), call.getResultTypes())) {
      Window &window = windows[result];
      if (window.buffers.empty())
        window.buffers.push_back(allocate(call, result));
      buffers.push_back(window.buffers[0]);
      offsets.push_back(zero);
    }
    b.create<accel::RunOp>(loc, callee.getName(), buffers, offsets, scalars);
    return success();
  }

  Value allocate(func::CallOp call, Value result) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&target.getBody().front());
    auto type = cast<RankedTensorType>(result.getType());
    auto alloc =
        b.create<memref::AllocOp>(call.getLoc(), MemRefType::get(type.getShape(), type.getElementType()));
    alloc->setAttr("accel.name", b.getStringAttr(call.getCallee() + ".out"));
    return alloc;
  }

  func::FuncOp source, target;
  const Programs &programs;
  OpBuilder b;
  DenseMap<Value, Window> windows;
  IRMapping scalarMap;
  SmallVector<Value> results;
};

} // namespace

func::FuncOp lowerSequence(func::FuncOp source, const Programs &programs) {
  return SequenceLowering(source, programs).run();
}

} // namespace accord
