// Runs of programs, resolved: each body is emitted once for its scalars, each run becomes a call of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/AccelProgram/Arithmetic.h"
#include "mlir/Target/AccelProgram/EmitProgram.h"

#include "dialects/Accel/Accel.h"
#include "dialects/Interfaces/TypeBytes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace mlir;

namespace accord {
namespace {

class SequenceEmitter {
public:
  SequenceEmitter(func::FuncOp function, program::Sequence &out, EmitLimits limits)
      : function(function), out(out), limits(limits) {}

  LogicalResult run(ArrayRef<int64_t> scalars) {
    out.name = function.getName().str();
    size_t nextScalar = 0;
    for (BlockArgument argument : function.getArguments()) {
      if (argument.getType().isIndex()) {
        if (nextScalar < scalars.size())
          numbers[argument] = scalars[nextScalar];
        ++nextScalar;
        continue;
      }
      unsigned i = argument.getArgNumber();
      auto name = function.getArgAttrOfType<StringAttr>(i, "accel.name");
      auto role = function.getArgAttrOfType<StringAttr>(i, "accel.role");
      StringRef word = role ? role.getValue() : "";
      if (word != "argument" && word != "result" && word != "inout")
        return function.emitOpError()
               << "expected accel.role of argument #" << i << " to be \"argument\", \"result\" or \"inout\"";
      if (failed(addBuffer(function, argument, name ? name.getValue() : "",
                           word == "argument" ? program::Role::Argument
                           : word == "result" ? program::Role::Result
                                              : program::Role::InOut)))
        return failure();
    }
    if (nextScalar != scalars.size())
      return function.emitOpError() << "expected " << nextScalar << " scalars, got " << scalars.size();
    for (Operation &op : function.getBody().front())
      if (failed(runOp(&op)))
        return failure();
    return success();
  }

private:
  LogicalResult addBuffer(Operation *op, Value value, StringRef name, program::Role role) {
    auto type = dyn_cast<MemRefType>(value.getType());
    std::optional<isa::ElementType> element;
    if (type && type.hasStaticShape() && type.getLayout().isIdentity() &&
        accel::memoryOf(type) == accel::Memory::Dram)
      element = accel::elementTypeOf(type.getElementType());
    if (!element)
      return op->emitOpError() << "expected a dense buffer of i8, i16, i32, f16 or f32 in dram, got "
                               << value.getType();
    if (!fitsMemory(type, type.getElementTypeBitWidth()))
      return op->emitOpError() << "expected a buffer of at most 2^44 bytes, got " << type;
    program::Buffer buffer;
    buffer.name = name.empty() ? "buffer" + std::to_string(out.buffers.size()) : name.str();
    buffer.type = *element;
    buffer.elements = type.getNumElements();
    buffer.role = role;
    buffer.address = dramEnd;
    dramEnd = llvm::alignTo(dramEnd + buffer.bytes(), 64);
    buffers[value] = out.buffers.size();
    out.buffers.push_back(std::move(buffer));
    return success();
  }

  /// The body that a callee is with these scalars; one is emitted for all runs that give the same.
  FailureOr<uint32_t> bodyOf(accel::RunOp op) {
    std::vector<int64_t> scalars;
    for (Value scalar : op.getScalars())
      scalars.push_back(numbers.lookup(scalar));
    auto [known, isNew] =
        bodies.try_emplace({op.getCalleeAttr().getValue().str(), scalars}, out.bodies.size());
    if (!isNew)
      return known->second;
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, op.getCalleeAttr());
    FailureOr<program::Program> body = emitProgram(callee, scalars, "", limits);
    if (failed(body))
      return failure();
    out.bodies.push_back(std::move(*body));
    return known->second;
  }

  LogicalResult runOp(Operation *op) {
    if (mlir::isa<arith::ArithDialect>(op->getDialect())) {
      FailureOr<int64_t> value = evaluateArith(op, [&](Value operand) { return numbers.lookup(operand); });
      if (succeeded(value))
        numbers[op->getResult(0)] = *value;
      return value;
    }
    if (auto alloc = dyn_cast<memref::AllocOp>(op)) {
      auto name = op->getAttrOfType<StringAttr>("accel.name");
      return addBuffer(op, alloc, name ? name.getValue() : "", program::Role::Internal);
    }
    if (mlir::isa<func::ReturnOp>(op))
      return success();
    auto run = dyn_cast<accel::RunOp>(op);
    if (!run)
      return op->emitError() << "expected accel.run, memref.alloc and index arithmetic in a sequence, got '"
                             << op->getName() << "'";
    FailureOr<uint32_t> body = bodyOf(run);
    if (failed(body))
      return failure();
    program::Call call;
    call.body = *body;
    unsigned again = runs[run.getCallee()]++;
    call.name = run.getCallee().str() + (again ? "#" + std::to_string(again) : "");
    for (auto [buffer, offset] : llvm::zip_equal(run.getBuffers(), run.getOffsets())) {
      uint32_t index = buffers.lookup(buffer);
      const std::optional<int64_t> byteOffset =
          llvm::checkedMul<int64_t>(numbers.lookup(offset), isa::elementBytes(out.buffers[index].type));
      if (!byteOffset)
        return run.emitOpError() << "expected an offset of 64 bits, got one beyond";
      call.bindings.push_back({index, *byteOffset});
    }
    out.calls.push_back(std::move(call));
    return success();
  }

  func::FuncOp function;
  program::Sequence &out;
  EmitLimits limits; ///< of each body
  DenseMap<Value, int64_t> numbers;
  DenseMap<Value, uint32_t> buffers;
  std::map<std::pair<std::string, std::vector<int64_t>>, uint32_t> bodies;
  llvm::StringMap<unsigned> runs;
  int64_t dramEnd = 0;
};

} // namespace

FailureOr<program::Sequence> emitSequence(func::FuncOp function, ArrayRef<int64_t> scalars,
                                          StringRef hardwareHash, EmitLimits limits) {
  if (function.isDeclaration() || !function->hasAttr("accel.sequence")) {
    FailureOr<program::Program> single = emitProgram(function, scalars, hardwareHash, limits);
    if (failed(single))
      return failure();
    return program::sequenceOf(std::move(*single));
  }
  program::Sequence out;
  out.hardwareHash = hardwareHash.str();
  if (failed(SequenceEmitter(function, out, limits).run(scalars)))
    return failure();
  // Windows depend on scalars (a position, say), so what they are can be wrong for these.
  if (Status ok = program::verify(out); !ok)
    return function.emitOpError() << ok.error().message;
  return out;
}

} // namespace accord
