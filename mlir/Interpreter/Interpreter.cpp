// The interpreter's frame: values of a function, calls, and the checks that hold for every op.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Interpreter/Interpreter.h"
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interpreter/Handlers.h"
#include "sim/golden/primitives.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord {

using interpreter::Operands;
using interpreter::SharedOutcome;

namespace {

/// Calls inside calls; only a function that calls itself goes deeper.
constexpr unsigned maxDepth = 64;

class Frame {
public:
  Frame(interpreter::State &state, unsigned depth) : state(state), depth(depth) {}
  SharedOutcome run(func::FuncOp function, ArrayRef<Argument> arguments);

private:
  LogicalResult checkShapes(TileLegalityInterface op, Operands operands);
  SharedOutcome runOp(Operation *op, ArrayRef<Argument> operands);
  SharedOutcome runCall(func::CallOp call, ArrayRef<Argument> operands);

  interpreter::State &state;
  unsigned depth;
  llvm::DenseMap<Value, Argument> values;
};

SharedOutcome Frame::run(func::FuncOp function, ArrayRef<Argument> arguments) {
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return function.emitOpError("expected a function of one block to execute");
  if (arguments.size() != function.getNumArguments())
    return function.emitOpError() << "expected " << function.getNumArguments() << " arguments, got "
                                  << arguments.size();
  for (auto [parameter, argument] : llvm::zip_equal(function.getArguments(), arguments)) {
    const HostTensor *content = argument.content();
    bool wantsMemory = mlir::isa<MemRefType>(parameter.getType()), isMemory = argument.memory;
    if (!content || !isOfType(*content, parameter.getType()) || wantsMemory != isMemory)
      return function.emitOpError() << "argument " << parameter.getArgNumber() << ": expected "
                                    << parameter.getType() << (wantsMemory ? " (memory to update)" : "")
                                    << ", got " << (content ? describe(*content) : "none")
                                    << (isMemory ? " (memory)" : "");
    values[parameter] = argument;
  }
  for (Operation &op : function.getBody().front()) {
    SmallVector<Argument> operands =
        llvm::map_to_vector(op.getOperands(), [&](Value operand) { return values.lookup(operand); });
    if (mlir::isa<func::ReturnOp>(op))
      return operands;
    SharedOutcome results = runOp(&op, operands);
    if (failed(results))
      return failure();
    for (auto [value, result] : llvm::zip_equal(op.getResults(), *results))
      values[value] = std::move(result);
  }
  return function.emitOpError("expected a function that returns");
}

/// What the verifier leaves to run time: dynamic dimensions that do not fit each other.
LogicalResult Frame::checkShapes(TileLegalityInterface op, Operands operands) {
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

SharedOutcome share(interpreter::Outcome results) {
  if (failed(results))
    return failure();
  return llvm::map_to_vector(*results, [](HostTensor &result) {
    return Argument(std::make_shared<const HostTensor>(std::move(result)));
  });
}

SharedOutcome Frame::runOp(Operation *op, ArrayRef<Argument> operands) {
  if (auto call = dyn_cast<func::CallOp>(op))
    return runCall(call, operands);
  if (!mlir::isa<nn::CacheAppendOp, nn::AttentionOp>(op))
    for (Value operand : op->getOperands())
      if (mlir::isa<BaseMemRefType>(operand.getType()))
        return op->emitOpError() << "expected tensors to execute on, got " << operand.getType();
  if (auto tiled = dyn_cast<TileLegalityInterface>(op))
    if (failed(checkShapes(tiled, Operands(operands))))
      return failure();
  if (mlir::isa<nn::ParamOp, nn::RopeTableOp>(op))
    return interpreter::runKept(op, state);
  if (isa_and_nonnull<lut::LUTDialect>(op->getDialect()))
    return share(interpreter::runLUT(op, Operands(operands), state));
  if (isa_and_nonnull<nn::NNDialect>(op->getDialect()))
    return share(interpreter::runNN(op, Operands(operands), state));
  return interpreter::runTensor(op, Operands(operands));
}

SharedOutcome Frame::runCall(func::CallOp call, ArrayRef<Argument> operands) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
  if (depth == maxDepth)
    return call.emitOpError() << "expected calls at most " << maxDepth << " deep";
  return Frame(state, depth + 1).run(callee, operands);
}

} // namespace

LogicalResult interpreter::expectShape(Operation *op, Operands operands, unsigned operand,
                                       ArrayRef<int64_t> shape) {
  for (auto [axis, want, got] : llvm::enumerate(shape, operands[operand]->shape))
    if (want != got)
      return op->emitOpError() << "expected axis " << axis << " of operand " << operand << " to be " << want
                               << ", got " << got;
  return success();
}

InterpreterSession::InterpreterSession(ParamResolver resolver)
    : state(std::make_unique<interpreter::State>()) {
  state->resolver = std::move(resolver);
}
InterpreterSession::~InterpreterSession() = default;
InterpreterSession::InterpreterSession(InterpreterSession &&) = default;

FailureOr<SmallVector<SharedTensor>> InterpreterSession::run(func::FuncOp function,
                                                             ArrayRef<Argument> arguments) {
  if (Status mode = golden::checkFloatingPointMode(); !mode)
    return function.emitOpError() << mode.error().message;
  SharedOutcome results = Frame(*state, /*depth=*/0).run(function, arguments);
  if (failed(results))
    return failure();
  SmallVector<SharedTensor> tensors;
  for (auto [i, result] : llvm::enumerate(*results)) {
    if (result.memory)
      return function.emitOpError() << "result " << i << ": expected a tensor, got "
                                    << function.getResultTypes()[i];
    tensors.push_back(std::move(result.tensor));
  }
  return tensors;
}

FailureOr<SmallVector<HostTensor>> interpret(func::FuncOp function, ArrayRef<HostTensor> arguments,
                                             ParamResolver resolver) {
  // Not owned: the caller's array outlives the run.
  SmallVector<Argument> shared = llvm::map_to_vector(arguments, [](const HostTensor &argument) {
    return Argument(SharedTensor(std::shared_ptr<void>(), &argument));
  });
  auto results = InterpreterSession(std::move(resolver)).run(function, shared);
  if (failed(results))
    return failure();
  return llvm::map_to_vector(*results, [](const SharedTensor &result) { return *result; });
}

} // namespace accord
