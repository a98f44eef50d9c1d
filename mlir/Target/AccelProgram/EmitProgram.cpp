// emitProgram: an interpreter of the control around commands. See EmitProgram.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop body is run once an iteration, so slots are found by one hash of a value and never move, views keep
// their vectors' memory, and what is dear to ask of an op (dropped dimensions, locations) is asked once.
#include "mlir/Target/AccelProgram/EmitProgram.h"

#include "dialects/Accel/Accel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <deque>

using namespace mlir;
using accord::program::Command;
using accord::program::View;

namespace accord {
namespace {

constexpr int64_t noCommand = -1;

/// A value at run time: a number (indices, flags, tokens as command numbers), or a view.
struct Slot {
  int64_t number = 0;
  View view;
};

class Emitter {
public:
  Emitter(func::FuncOp function, program::Program &out) : function(function), out(out) {
    out.locations.push_back("unknown");
  }

  LogicalResult run(ArrayRef<int64_t> scalars) {
    out.name = function.getName().str();
    size_t nextScalar = 0;
    for (BlockArgument argument : function.getArguments()) {
      if (argument.getType().isIndex()) {
        if (nextScalar < scalars.size())
          slot(argument).number = scalars[nextScalar];
        ++nextScalar;
        continue;
      }
      auto type = dyn_cast<MemRefType>(argument.getType());
      if (!type)
        return function.emitOpError()
               << "expected arguments of memref and index type, got " << argument.getType();
      unsigned i = argument.getArgNumber();
      auto name = function.getArgAttrOfType<StringAttr>(i, "accel.name");
      auto role = function.getArgAttrOfType<StringAttr>(i, "accel.role");
      std::optional<program::Role> known = role ? roleOf(role.getValue()) : std::nullopt;
      if (!known)
        return function.emitOpError()
               << "expected accel.role of argument #" << i << " to be \"argument\", \"result\" or \"inout\"";
      if (failed(addBuffer(function, argument, type, name ? name.getValue() : "", *known, noCommand)))
        return failure();
    }
    if (nextScalar != scalars.size())
      return function.emitOpError() << "expected " << nextScalar << " scalars, got " << scalars.size();
    return runBlock(function.getBody().front());
  }

private:
  static std::optional<program::Role> roleOf(StringRef role) {
    return llvm::StringSwitch<std::optional<program::Role>>(role)
        .Case("argument", program::Role::Argument)
        .Case("result", program::Role::Result)
        .Case("inout", program::Role::InOut)
        .Default(std::nullopt);
  }

  /// The slot of a value; stable until the end, for a deque never moves its elements.
  Slot &slot(Value value) {
    auto [entry, isNew] = numbers.try_emplace(value, slots.size());
    if (isNew)
      slots.emplace_back();
    return slots[entry->second];
  }

  LogicalResult addBuffer(Operation *op, Value value, MemRefType type, StringRef name, program::Role role,
                          int64_t address) {
    static const std::pair<unsigned, isa::ElementType> integers[] = {
        {8, isa::ElementType::I8}, {16, isa::ElementType::I16}, {32, isa::ElementType::I32}};
    std::optional<isa::ElementType> element;
    for (auto [width, kind] : integers)
      if (type.getElementType().isInteger(width))
        element = kind;
    if (type.getElementType().isF16())
      element = isa::ElementType::F16;
    if (type.getElementType().isF32())
      element = isa::ElementType::F32;
    std::optional<accel::Memory> memory = accel::memoryOf(type);
    if (!element || !memory || !type.hasStaticShape() || !type.getLayout().isIdentity())
      return op->emitOpError()
             << "expected a buffer of i8, i16, i32, f16 or f32 with static shape and identity layout "
                "in an accel memory, got "
             << type;
    program::Buffer buffer;
    buffer.name = name.empty() ? "buffer" + std::to_string(out.buffers.size()) : name.str();
    buffer.memory = static_cast<isa::Memory>(*memory);
    buffer.type = *element;
    buffer.elements = type.getNumElements();
    buffer.role = role;
    if (address == noCommand) {
      buffer.address = dramEnd;
      dramEnd = llvm::alignTo(dramEnd + buffer.bytes(), 64);
    } else {
      buffer.address = address;
    }
    Slot &s = slot(value);
    s.view.buffer = out.buffers.size();
    s.view.offset = 0;
    s.view.sizes.assign(type.getShape().begin(), type.getShape().end());
    s.view.strides.assign(type.getRank(), 1);
    for (int64_t d = type.getRank() - 2; d >= 0; --d)
      s.view.strides[d] = s.view.strides[d + 1] * type.getDimSize(d + 1);
    out.buffers.push_back(std::move(buffer));
    return success();
  }

  uint32_t locationOf(Location loc) {
    auto [entry, isNew] = locations.try_emplace(loc, 0);
    if (isNew) {
      if (auto file = loc->findInstanceOf<FileLineColLoc>()) {
        entry->second = out.locations.size();
        out.locations.push_back((file.getFilename().getValue() + ":" + Twine(file.getLine())).str());
      }
    }
    return entry->second;
  }

  Command &addCommand(Operation *op, isa::Opcode opcode, ValueRange after) {
    Command &command = out.commands.emplace_back();
    command.op = opcode;
    command.location = locationOf(op->getLoc());
    for (Value token : after)
      if (int64_t number = slot(token).number; number != noCommand)
        command.after.push_back(static_cast<uint32_t>(number));
    if (op->getNumResults() == 1)
      slot(op->getResult(0)).number = out.commands.size() - 1;
    return command;
  }

  void addViews(std::vector<View> &views, ValueRange values) {
    for (Value value : values)
      views.push_back(slot(value).view);
  }

  LogicalResult runCommand(accel::CommandOpInterface op) {
    Command &command = addCommand(op, accel::opcodeOf(op), op.getAfterTokens());
    if (auto vector = dyn_cast<accel::VectorOp>(op.getOperation())) {
      addViews(command.reads, vector.getInputs());
      addViews(command.writes, vector.getOutputs());
      command.accumulate = vector.getAccumulate() && slot(vector.getAccumulate()).number != 0;
      command.group = vector.getGroup().value_or(0);
      command.bits = vector.getBits().value_or(0);
      command.zero = vector.getZero().value_or(0);
      command.eps = vector.getEps() ? vector.getEps()->convertToFloat() : 0;
      command.headDim = vector.getHeadDim().value_or(0);
      command.halves = vector.getHalves().value_or(false);
      return success();
    }
    addViews(command.reads, op.getReads());
    addViews(command.writes, op.getWrites());
    if (auto table = dyn_cast<accel::TableOp>(op.getOperation()))
      command.group = table.getGroup();
    if (auto lmma = dyn_cast<accel::LmmaOp>(op.getOperation()))
      command.group = lmma.getGroup();
    return success();
  }

  void runSubView(memref::SubViewOp op) {
    auto [entry, isNew] = dropped.try_emplace(op);
    if (isNew) {
      llvm::SmallBitVector bits = op.getDroppedDims();
      entry->second.assign(bits.size(), false);
      for (unsigned d : bits.set_bits())
        entry->second[d] = true;
    }
    const View &from = slot(op.getSource()).view;
    View &view = slot(op.getResult()).view;
    view.buffer = from.buffer;
    view.offset = from.offset;
    view.sizes.clear();
    view.strides.clear();
    unsigned dynamic = 0;
    auto offsets = op.getStaticOffsets(), sizes = op.getStaticSizes(), strides = op.getStaticStrides();
    for (size_t d = 0; d < offsets.size(); ++d) {
      int64_t at = ShapedType::isDynamic(offsets[d]) ? slot(op.getOffsets()[dynamic++]).number : offsets[d];
      view.offset += at * from.strides[d];
      if (entry->second[d])
        continue;
      view.sizes.push_back(sizes[d]);
      view.strides.push_back(from.strides[d] * strides[d]);
    }
  }

  LogicalResult runLoop(scf::ForOp loop) {
    int64_t lower = slot(loop.getLowerBound()).number, upper = slot(loop.getUpperBound()).number;
    int64_t step = slot(loop.getStep()).number;
    if (step <= 0)
      return loop.emitOpError() << "expected a positive step, got " << step;
    for (auto [argument, init] : llvm::zip_equal(loop.getRegionIterArgs(), loop.getInitArgs()))
      slot(argument) = Slot(slot(init));
    auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
    SmallVector<Slot> next(yield.getNumOperands());
    for (int64_t i = lower; i < upper; i += step) {
      slot(loop.getInductionVar()).number = i;
      if (failed(runBlock(*loop.getBody())))
        return failure();
      // All at once: a yielded value may be another iter_arg.
      for (auto [value, operand] : llvm::zip_equal(next, yield.getOperands()))
        value = slot(operand);
      for (auto [argument, value] : llvm::zip_equal(loop.getRegionIterArgs(), next))
        slot(argument) = value;
    }
    for (auto [result, argument] : llvm::zip_equal(loop.getResults(), loop.getRegionIterArgs()))
      slot(result) = Slot(slot(argument));
    return success();
  }

  static bool compare(arith::CmpIPredicate predicate, int64_t a, int64_t b) {
    switch (predicate) {
    case arith::CmpIPredicate::eq:
      return a == b;
    case arith::CmpIPredicate::ne:
      return a != b;
    case arith::CmpIPredicate::slt:
      return a < b;
    case arith::CmpIPredicate::sle:
      return a <= b;
    case arith::CmpIPredicate::sgt:
      return a > b;
    case arith::CmpIPredicate::sge:
      return a >= b;
    case arith::CmpIPredicate::ult:
      return uint64_t(a) < uint64_t(b);
    case arith::CmpIPredicate::ule:
      return uint64_t(a) <= uint64_t(b);
    case arith::CmpIPredicate::ugt:
      return uint64_t(a) > uint64_t(b);
    case arith::CmpIPredicate::uge:
      return uint64_t(a) >= uint64_t(b);
    }
    llvm_unreachable("all predicates are above");
  }

  LogicalResult runArith(Operation *op) {
    APInt constant;
    Value result = op->getResult(0);
    if (matchPattern(op, m_ConstantInt(&constant))) {
      slot(result).number = result.getType().isInteger(1) ? constant.getBoolValue() : constant.getSExtValue();
      return success();
    }
    auto in = [&](unsigned i) { return slot(op->getOperand(i)).number; };
    bool divides = mlir::isa<arith::DivUIOp, arith::DivSIOp, arith::RemUIOp, arith::RemSIOp,
                             arith::FloorDivSIOp, arith::CeilDivSIOp, arith::CeilDivUIOp>(op);
    if (divides && in(1) == 0)
      return op->emitOpError() << "divides by 0";
    std::optional<int64_t> value =
        llvm::TypeSwitch<Operation *, std::optional<int64_t>>(op)
            .Case([&](arith::AddIOp) { return in(0) + in(1); })
            .Case([&](arith::SubIOp) { return in(0) - in(1); })
            .Case([&](arith::MulIOp) { return in(0) * in(1); })
            .Case([&](arith::DivUIOp) { return int64_t(uint64_t(in(0)) / uint64_t(in(1))); })
            .Case([&](arith::RemUIOp) { return int64_t(uint64_t(in(0)) % uint64_t(in(1))); })
            .Case([&](arith::CeilDivUIOp) {
              return int64_t(llvm::divideCeil(uint64_t(in(0)), uint64_t(in(1))));
            })
            .Case([&](arith::DivSIOp) { return in(0) / in(1); })
            .Case([&](arith::RemSIOp) { return in(0) % in(1); })
            .Case([&](arith::FloorDivSIOp) { return llvm::divideFloorSigned(in(0), in(1)); })
            .Case([&](arith::CeilDivSIOp) { return llvm::divideCeilSigned(in(0), in(1)); })
            .Case([&](arith::AndIOp) { return in(0) & in(1); })
            .Case([&](arith::OrIOp) { return in(0) | in(1); })
            .Case([&](arith::XOrIOp) { return in(0) ^ in(1); })
            .Case([&](arith::ShLIOp) { return in(0) << in(1); })
            .Case<arith::MinSIOp>([&](auto) { return std::min(in(0), in(1)); })
            .Case<arith::MaxSIOp>([&](auto) { return std::max(in(0), in(1)); })
            .Case<arith::MinUIOp>([&](auto) { return int64_t(std::min(uint64_t(in(0)), uint64_t(in(1)))); })
            .Case<arith::MaxUIOp>([&](auto) { return int64_t(std::max(uint64_t(in(0)), uint64_t(in(1)))); })
            .Case([&](arith::CmpIOp c) { return int64_t(compare(c.getPredicate(), in(0), in(1))); })
            .Case([&](arith::SelectOp) { return in(0) ? in(1) : in(2); })
            .Case([&](arith::IndexCastOp) { return in(0); })
            .Default([](Operation *) { return std::nullopt; });
    if (!value)
      return unsupported(op);
    slot(result).number = *value;
    return success();
  }

  LogicalResult unsupported(Operation *op) {
    return op->emitError()
           << "expected accel commands, scf.for, memref.subview and index arithmetic in a program, got '"
           << op->getName() << "'";
  }

  LogicalResult runBlock(Block &block) {
    for (Operation &op : block)
      if (failed(runOp(&op)))
        return failure();
    return success();
  }

  LogicalResult runOp(Operation *op) {
    if (auto command = dyn_cast<accel::CommandOpInterface>(op))
      return runCommand(command);
    if (auto subview = dyn_cast<memref::SubViewOp>(op))
      return runSubView(subview), success();
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return runLoop(loop);
    if (mlir::isa<arith::ArithDialect>(op->getDialect()))
      return runArith(op);
    if (mlir::isa<accel::DoneOp>(op))
      return slot(op->getResult(0)).number = noCommand, success();
    if (mlir::isa<accel::WaitOp>(op))
      return addCommand(op, isa::Opcode::Wait, op->getOperands()), success();
    if (mlir::isa<accel::BarrierOp>(op))
      return addCommand(op, isa::Opcode::Barrier, {}), success();
    if (mlir::isa<memref::CastOp>(op))
      return slot(op->getResult(0)).view = View(slot(op->getOperand(0)).view), success();
    if (auto alloc = dyn_cast<memref::AllocOp>(op)) {
      if (op->getBlock() != &function.getBody().front())
        return op->emitOpError() << "expected a buffer at the function's top, got one in a loop";
      bool dram = accel::memoryOf(alloc.getType()) == accel::Memory::Dram;
      auto address = op->getAttrOfType<IntegerAttr>("accel.address");
      if (!dram && (!address || address.getInt() < 0))
        return op->emitOpError() << "expected accel.address on an on-chip buffer: run accel-assign-memory";
      auto name = op->getAttrOfType<StringAttr>("accel.name");
      return addBuffer(op, alloc, alloc.getType(), name ? name.getValue() : "", program::Role::Internal,
                       dram ? noCommand : address.getInt());
    }
    if (mlir::isa<scf::YieldOp, func::ReturnOp>(op))
      return success();
    return unsupported(op);
  }

  func::FuncOp function;
  program::Program &out;
  llvm::DenseMap<Value, size_t> numbers;
  std::deque<Slot> slots;
  llvm::DenseMap<Operation *, SmallVector<bool, 6>> dropped;
  llvm::DenseMap<Location, uint32_t> locations;
  int64_t dramEnd = 0;
};

} // namespace

FailureOr<program::Program> emitProgram(func::FuncOp function, ArrayRef<int64_t> scalars,
                                        StringRef hardwareHash) {
  if (function.isDeclaration() || !function->hasAttr("accel.program"))
    return function.emitOpError() << "expected a function with accel.program and a body";
  program::Program out;
  out.hardwareHash = hardwareHash.str();
  Emitter emitter(function, out);
  if (failed(emitter.run(scalars)))
    return failure();
  return out;
}

} // namespace accord
