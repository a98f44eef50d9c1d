// The interpreter's frame: values of a function, calls, constants and shapes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Interpreter/Interpreter.h"
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interpreter/Handlers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord {
namespace {

/// Calls inside calls; only a function that calls itself goes deeper.
constexpr unsigned maxDepth = 64;

FailureOr<ElementKind> kindOf(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (element.isF32())
    return ElementKind::F32;
  if (element.isIndex())
    return ElementKind::Index;
  if (isa<lut::WeightType>(element))
    return ElementKind::Weight;
  if (element.isSignlessInteger())
    switch (element.getIntOrFloatBitWidth()) {
    case 1:
      return ElementKind::I1;
    case 8:
      return ElementKind::I8;
    case 16:
      return ElementKind::I16;
    case 32:
      return ElementKind::I32;
    }
  return failure();
}

int64_t bytesOf(Type type, ElementKind kind, ArrayRef<int64_t> shape) {
  if (kind == ElementKind::Weight)
    return cast<lut::WeightType>(getElementTypeOrSelf(type)).storageBytes(shape[0], shape[1]);
  int64_t size = kind == ElementKind::Index                             ? 8
                 : kind == ElementKind::I16                             ? 2
                 : kind == ElementKind::I32 || kind == ElementKind::F32 ? 4
                                                                        : 1;
  for (int64_t dim : shape)
    size *= dim;
  return size;
}

HostTensor indexValue(int64_t value) {
  HostTensor result = {{}, ElementKind::Index, std::vector<uint8_t>(8)};
  *result.data<int64_t>() = value;
  return result;
}

class Frame {
public:
  explicit Frame(unsigned depth) : depth(depth) {}
  FailureOr<SmallVector<HostTensor>> run(func::FuncOp function, ArrayRef<HostTensor> arguments);

private:
  LogicalResult checkShapes(TileLegalityInterface op, interpreter::Operands operands);
  interpreter::Outcome runOp(Operation *op, interpreter::Operands operands);
  interpreter::Outcome runCall(func::CallOp call, interpreter::Operands operands);
  interpreter::Outcome runConstant(arith::ConstantOp op);
  interpreter::Outcome runEmpty(tensor::EmptyOp op, interpreter::Operands operands);
  interpreter::Outcome runDim(tensor::DimOp op, interpreter::Operands operands);

  unsigned depth;
  llvm::DenseMap<Value, HostTensor> values;
};

FailureOr<SmallVector<HostTensor>> Frame::run(func::FuncOp function, ArrayRef<HostTensor> arguments) {
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return function.emitOpError("expected a function of one block to execute");
  if (arguments.size() != function.getNumArguments())
    return function.emitOpError() << "expected " << function.getNumArguments() << " arguments, got "
                                  << arguments.size();
  for (auto [parameter, argument] : llvm::zip_equal(function.getArguments(), arguments)) {
    FailureOr<HostTensor> expected = makeHostTensor(parameter.getType(), argument.shape);
    if (failed(expected) || expected->kind != argument.kind ||
        expected->bytes.size() != argument.bytes.size()) {
      InFlightDiagnostic diag = function.emitOpError()
                                << "argument " << parameter.getArgNumber() << ": expected "
                                << parameter.getType() << ", got shape [";
      llvm::interleaveComma(argument.shape, diag);
      return diag << "], element kind " << static_cast<int>(argument.kind) << ", " << argument.bytes.size()
                  << " bytes";
    }
    values[parameter] = argument;
  }
  for (Operation &op : function.getBody().front()) {
    SmallVector<const HostTensor *> operands = llvm::map_to_vector(
        op.getOperands(), [&](Value operand) -> const HostTensor * { return &values[operand]; });
    if (isa<func::ReturnOp>(op))
      return llvm::map_to_vector(operands, [](const HostTensor *operand) { return *operand; });
    interpreter::Outcome results = runOp(&op, operands);
    if (failed(results))
      return failure();
    for (auto [value, result] : llvm::zip_equal(op.getResults(), *results))
      values[value] = std::move(result);
  }
  return function.emitOpError("expected a function that returns");
}

/// What the verifier leaves to run time: dynamic dimensions that do not fit each other.
LogicalResult Frame::checkShapes(TileLegalityInterface op, interpreter::Operands operands) {
  TileSpace space = op.getTileSpace();
  // An accumulate operand, which the space does not describe, stands before the destinations.
  size_t inits = cast<DestinationStyleOpInterface>(*op).getNumDpsInits(),
         inputs = space.operands.size() - inits;
  for (auto [i, axes] : llvm::enumerate(space.operands)) {
    size_t number = i < inputs ? i : operands.size() - inits + (i - inputs);
    for (auto [axis, follow] : llvm::enumerate(axes)) {
      if (follow.dim == TileAxis::whole)
        continue;
      const TileDim &dim = space.dims[follow.dim];
      int64_t extent = operands[dim.operand]->shape[dim.axis], got = operands[number]->shape[axis];
      int64_t expected = llvm::divideCeil(extent, follow.per);
      if (got != expected)
        return op->emitOpError() << "expected axis " << axis << " of operand " << number << " to be "
                                 << expected << " (" << dim.name << " = " << extent << "), got " << got;
    }
  }
  return success();
}

interpreter::Outcome Frame::runOp(Operation *op, interpreter::Operands operands) {
  if (auto tiled = dyn_cast<TileLegalityInterface>(op))
    if (failed(checkShapes(tiled, operands)))
      return failure();
  if (isa_and_nonnull<lut::LUTDialect>(op->getDialect()))
    return interpreter::runLUT(op, operands);
  if (isa_and_nonnull<nn::NNDialect>(op->getDialect()))
    return interpreter::runNN(op, operands);
  return llvm::TypeSwitch<Operation *, interpreter::Outcome>(op)
      .Case([&](func::CallOp call) { return runCall(call, operands); })
      .Case([&](arith::ConstantOp constant) { return runConstant(constant); })
      .Case([&](tensor::EmptyOp empty) { return runEmpty(empty, operands); })
      .Case([&](tensor::DimOp dim) { return runDim(dim, operands); })
      .Default([](Operation *other) {
        return other->emitOpError("is not executed by the interpreter (L0 and L1)");
      });
}

interpreter::Outcome Frame::runCall(func::CallOp call, interpreter::Operands operands) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
  if (depth == maxDepth)
    return call.emitOpError() << "expected calls at most " << maxDepth << " deep";
  SmallVector<HostTensor> arguments = llvm::map_to_vector(operands, [](const HostTensor *o) { return *o; });
  return Frame(depth + 1).run(callee, arguments);
}

interpreter::Outcome Frame::runConstant(arith::ConstantOp op) {
  if (auto integer = dyn_cast<IntegerAttr>(op.getValue()); integer && integer.getType().isIndex())
    return SmallVector<HostTensor>{indexValue(integer.getInt())};
  FailureOr<HostTensor> result = failure();
  ArrayRef<int64_t> shape;
  if (auto shaped = dyn_cast<ShapedType>(op.getType()))
    shape = shaped.getShape();
  result = makeHostTensor(op.getType(), shape);
  if (failed(result))
    return op.emitOpError("has a type that the interpreter does not hold");
  auto write = [&](int64_t at, const llvm::APInt &bits) {
    size_t size = result->bytes.size() / std::max<int64_t>(result->numElements(), 1);
    uint64_t value = bits.getZExtValue();
    std::memcpy(result->bytes.data() + at * size, &value, size);
  };
  if (auto number = dyn_cast<FloatAttr>(op.getValue()))
    write(0, number.getValue().bitcastToAPInt());
  else if (auto integer = dyn_cast<IntegerAttr>(op.getValue()))
    write(0, integer.getValue());
  else if (auto floats = dyn_cast<DenseFPElementsAttr>(op.getValue()))
    for (auto [i, value] : llvm::enumerate(floats.getValues<llvm::APFloat>()))
      write(i, value.bitcastToAPInt());
  else if (auto integers = dyn_cast<DenseIntElementsAttr>(op.getValue()))
    for (auto [i, value] : llvm::enumerate(integers.getValues<llvm::APInt>()))
      write(i, value);
  else
    return op.emitOpError("has a value that the interpreter does not read");
  return SmallVector<HostTensor>{*result};
}

interpreter::Outcome Frame::runEmpty(tensor::EmptyOp op, interpreter::Operands operands) {
  SmallVector<int64_t> shape(op.getType().getShape());
  const HostTensor *const *size = operands.begin();
  for (int64_t &dim : shape)
    if (ShapedType::isDynamic(dim))
      dim = *(*size++)->data<int64_t>();
  FailureOr<HostTensor> result = makeHostTensor(op.getType(), shape);
  if (failed(result))
    return op.emitOpError("has a type that the interpreter does not hold");
  return SmallVector<HostTensor>{*result};
}

interpreter::Outcome Frame::runDim(tensor::DimOp op, interpreter::Operands operands) {
  int64_t axis = *operands[1]->data<int64_t>();
  if (axis < 0 || axis >= static_cast<int64_t>(operands[0]->shape.size()))
    return op.emitOpError() << "expected a dimension of the tensor, got " << axis;
  return SmallVector<HostTensor>{indexValue(operands[0]->shape[axis])};
}

} // namespace

int64_t HostTensor::numElements() const {
  int64_t count = 1;
  for (int64_t dim : shape)
    count *= dim;
  return count;
}

FailureOr<HostTensor> makeHostTensor(Type type, ArrayRef<int64_t> shape) {
  FailureOr<ElementKind> kind = kindOf(type);
  ArrayRef<int64_t> declared;
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    declared = tensor.getShape();
  else if (isa<ShapedType>(type))
    return failure();
  if (failed(kind) || declared.size() != shape.size() || (*kind == ElementKind::Weight && shape.size() != 2))
    return failure();
  for (auto [want, got] : llvm::zip_equal(declared, shape))
    if (got < 0 || (!ShapedType::isDynamic(want) && want != got))
      return failure();
  std::vector<uint8_t> bytes(bytesOf(type, *kind, shape));
  return HostTensor{SmallVector<int64_t>(shape), *kind, std::move(bytes)};
}

FailureOr<SmallVector<HostTensor>> interpret(func::FuncOp function, ArrayRef<HostTensor> arguments) {
  return Frame(/*depth=*/0).run(function, arguments);
}

} // namespace accord
