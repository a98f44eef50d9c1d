// emitProgram: an interpreter of the control around commands. See EmitProgram.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop body is run once an iteration, so slots are found by one hash of a value and never move, views keep
// their vectors' memory, and what is dear to ask of an op (dropped dimensions, locations) is asked once.
#include "mlir/Target/AccelProgram/EmitProgram.h"
#include "mlir/Target/AccelProgram/Arithmetic.h"

#include "dialects/Accel/Accel.h"
#include "dialects/Interfaces/TypeBytes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "sim/program/fields.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"
#include <deque>

using namespace mlir;
using accord::program::Command;
using accord::program::View;

namespace accord {
namespace {

constexpr int64_t noCommand = -1;

/// Ops and commands that something runs. What is too much to count is UINT64_MAX.
struct Cost {
  uint64_t ops = 0, commands = 0;
  void add(uint64_t times, const Cost &each) {
    ops = llvm::SaturatingMultiplyAdd(times, each.ops, ops);
    commands = llvm::SaturatingMultiplyAdd(times, each.commands, commands);
  }
  bool exceeds(const EmitLimits &limits) const { return ops > limits.ops || commands > limits.commands; }
};

/// Iterations of a loop with a positive step.
uint64_t tripsOf(int64_t lower, int64_t upper, int64_t step) {
  return lower < upper ? llvm::divideCeil(uint64_t(upper) - uint64_t(lower), uint64_t(step)) : 0;
}

/// A window of a buffer on its way to a command's view: of any rank, as a buffer with slots has one more.
struct Window {
  uint32_t buffer = 0;
  int64_t offset = 0;
  SmallVector<int64_t, 5> sizes, strides;
};

/// A value at run time: a number (indices, flags, tokens as command numbers), or a window.
struct Slot {
  int64_t number = 0;
  Window view;
};

class Emitter {
public:
  Emitter(func::FuncOp function, program::Program &out, EmitLimits limits)
      : function(function), out(out), limits(limits) {
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
    std::optional<isa::ElementType> element = accel::elementTypeOf(type.getElementType());
    std::optional<isa::Memory> memory = accel::memoryOf(type);
    if (!element || !memory || !type.hasStaticShape() || !type.getLayout().isIdentity())
      return op->emitOpError()
             << "expected a buffer of i8, i16, i32, f16 or f32 with static shape and identity layout "
                "in an accel memory, got "
             << type;
    if (!fitsMemory(type, type.getElementTypeBitWidth()))
      return op->emitOpError() << "expected a buffer of at most 2^44 bytes, got " << type;
    program::Buffer buffer;
    buffer.name = name.empty() ? "buffer" + std::to_string(out.buffers.size()) : name.str();
    buffer.memory = *memory;
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
    s.view.sizes = llvm::to_vector<5>(type.getShape());
    s.view.strides = s.view.sizes;
    int64_t step = 1;
    for (int64_t d = type.getRank() - 1; d >= 0; step *= type.getDimSize(d--))
      s.view.strides[d] = step;
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

  /// The number of a command's `accel.op`, 0 without one.
  uint32_t opNameOf(Operation *op) {
    auto name = op->getAttrOfType<StringAttr>("accel.op");
    if (!name || name.getValue().empty())
      return 0;
    auto [entry, isNew] = opNames.try_emplace(name, out.ops.size());
    if (isNew)
      out.ops.push_back(name.str());
    return entry->second;
  }

  /// The number of a map's body; equal ones are one.
  uint32_t bodyOf(StringAttr text) {
    auto [entry, isNew] = bodies.try_emplace(text, out.bodies.size());
    if (isNew) // a text that the op's verifier has read
      isa::parse(text.getValue(), out.bodies.emplace_back());
    return entry->second;
  }

  void addTokens(Operation *op, Command &command, ValueRange after) {
    for (Value token : after)
      if (int64_t number = slot(token).number; number != noCommand)
        command.after.push_back(static_cast<uint32_t>(number));
    if (op->getNumResults() == 1)
      slot(op->getResult(0)).number = out.commands.size() - 1;
  }

  /// A wait or a barrier.
  void addOrder(Operation *op, isa::Opcode opcode, ValueRange after) {
    Command &command = out.commands.emplace_back();
    command.op = opcode;
    command.location = locationOf(op->getLoc());
    addTokens(op, command, after);
  }

  LogicalResult addViews(Operation *op, program::CompactList<View> &views, ValueRange values) {
    views.reserve(values.size());
    for (Value value : values) {
      const Window &window = slot(value).view;
      // Views keep sizes and strides in 32 bits.
      auto tooLarge = [](int64_t n) { return n > INT32_MAX; };
      if (window.sizes.size() > program::Extents::maxRank || llvm::any_of(window.sizes, tooLarge) ||
          llvm::any_of(window.strides, tooLarge))
        return op->emitOpError() << "expected operands of rank 0 to 4, sizes and strides below 2^31, got "
                                 << value.getType();
      View view;
      view.buffer = window.buffer;
      view.offset = window.offset;
      view.sizes.assign(window.sizes.begin(), window.sizes.end());
      view.strides.assign(window.strides.begin(), window.strides.end());
      views.push_back(view);
    }
    return success();
  }

  /// The fields of a command that are in the text, asked for once an op.
  const Command &fixedPart(accel::CommandOpInterface op) {
    auto [entry, isNew] = fixedParts.try_emplace(op);
    if (!isNew)
      return entry->second;
    Command &command = entry->second;
    command.op = op.getOpcode();
    command.location = locationOf(op->getLoc());
    command.opName = opNameOf(op);
    const isa::CommandRow &row = op.getRow();
    for (unsigned i = 0; i < row.numGiven; ++i) {
      const isa::Field field = row.given[i].field;
      program::visitField(command, field, [&](auto &member) {
        using Member = std::decay_t<decltype(member)>;
        if (!op->getAttr(name(field)))
          return;
        if constexpr (std::is_floating_point_v<Member>)
          member = op.getReal(field).getValue().convertToFloat();
        else if constexpr (std::is_same_v<Member, uint32_t>)
          member = bodyOf(op->getAttrOfType<StringAttr>(name(field)));
        else
          member = static_cast<Member>(op.getNumber(field));
      });
    }
    return command;
  }

  LogicalResult runCommand(accel::CommandOpInterface op) {
    Command &command = out.commands.emplace_back(fixedPart(op));
    addTokens(op, command, op.getAfterTokens());
    if (failed(addViews(op, command.reads, op.getInputs())) ||
        failed(addViews(op, command.writes, op.getWrites())))
      return failure();
    const isa::CommandRow &row = op.getRow();
    for (unsigned i = 0; i < row.numGiven; ++i)
      if (Value computed = op.getComputed(row.given[i].field))
        program::visitField(command, row.given[i].field, [&](auto &member) {
          member = static_cast<std::decay_t<decltype(member)>>(slot(computed).number);
        });
    return command.op == isa::Opcode::Softmax && op.getComputed(isa::Field::Live) ? clip(op, command)
                                                                                  : success();
  }

  /// A softmax over live positions touches no column past the chunk that holds the last one.
  LogicalResult clip(accel::CommandOpInterface op, Command &command) {
    int64_t columns = command.reads[0].sizes[1];
    int64_t last = command.live + command.reads[0].sizes[0] / command.heads - 1;
    if (command.live < 1 || command.live > columns || last > columns)
      return op->emitOpError() << "expected 1 to " << columns << " live positions, got " << command.live
                               << " to " << last;
    columns = std::min<int64_t>(columns, llvm::alignTo(last, command.chunk));
    command.reads[0].sizes[1] = command.writes[0].sizes[1] = columns;
    return success();
  }

  LogicalResult runSubView(memref::SubViewOp op) {
    auto [entry, isNew] = dropped.try_emplace(op);
    if (isNew) {
      llvm::SmallBitVector bits = op.getDroppedDims();
      entry->second.assign(bits.size(), false);
      for (unsigned d : bits.set_bits())
        entry->second[d] = true;
    }
    const Window &from = slot(op.getSource()).view;
    Window &view = slot(op.getResult()).view;
    view.buffer = from.buffer;
    view.offset = from.offset;
    view.sizes.clear();
    view.strides.clear();
    unsigned dynamic = 0;
    auto offsets = op.getStaticOffsets(), sizes = op.getStaticSizes(), strides = op.getStaticStrides();
    for (size_t d = 0; d < offsets.size(); ++d) {
      int64_t at = ShapedType::isDynamic(offsets[d]) ? slot(op.getOffsets()[dynamic++]).number : offsets[d];
      const std::optional<int64_t> offset = llvm::checkedMulAdd(at, from.strides[d], view.offset);
      const std::optional<int64_t> stride = llvm::checkedMul(from.strides[d], strides[d]);
      if (!offset || !stride)
        return op.emitOpError() << "expected offsets and strides of 64 bits, got some beyond at axis " << d;
      view.offset = *offset;
      if (entry->second[d])
        continue;
      view.sizes.push_back(sizes[d]);
      view.strides.push_back(*stride);
    }
    return success();
  }

  /// A number that is the same whenever it is asked for: a constant, or one that the function's own block
  /// has, which stands before the loop that asks.
  std::optional<int64_t> fixed(Value value) {
    if (std::optional<int64_t> constant = getConstantIntValue(value))
      return constant;
    if (value.getParentBlock() == &function.getBody().front())
      return slot(value).number;
    return std::nullopt;
  }

  /// What an iteration costs at least: each op of the body once, loops in it with what is fixed of them.
  Cost leastOfBody(scf::ForOp loop) {
    if (auto known = least.find(loop); known != least.end())
      return known->second;
    Cost cost{1, 0};
    for (Operation &op : *loop.getBody()) {
      const bool commands = mlir::isa<accel::CommandOpInterface, accel::WaitOp, accel::BarrierOp>(&op);
      cost.add(1, {1, commands});
      auto inner = dyn_cast<scf::ForOp>(&op);
      if (!inner)
        continue;
      const auto lower = fixed(inner.getLowerBound()), upper = fixed(inner.getUpperBound()),
                 step = fixed(inner.getStep());
      if (lower && upper && step && *step > 0)
        cost.add(tripsOf(*lower, *upper, *step), leastOfBody(inner));
    }
    return least[loop] = cost;
  }

  LogicalResult runLoop(scf::ForOp loop) {
    int64_t lower = slot(loop.getLowerBound()).number, upper = slot(loop.getUpperBound()).number;
    int64_t step = slot(loop.getStep()).number;
    if (step <= 0)
      return loop.emitOpError() << "expected a positive step, got " << step;
    // Told before the work and not after: iterations are known, and what each of them costs at least.
    Cost total{opsRun, out.commands.size()};
    total.add(tripsOf(lower, upper, step), leastOfBody(loop));
    if (total.exceeds(limits))
      return tooMuch(loop);
    for (auto [argument, init] : llvm::zip_equal(loop.getRegionIterArgs(), loop.getInitArgs()))
      slot(argument) = Slot(slot(init));
    auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
    SmallVector<Slot> next(yield.getNumOperands());
    for (std::optional<int64_t> at = lower; at && *at < upper; at = llvm::checkedAdd(*at, step)) {
      slot(loop.getInductionVar()).number = *at;
      if (++opsRun > limits.ops) // a body may be empty
        return tooMuch(loop);
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

  LogicalResult runArith(Operation *op) {
    FailureOr<int64_t> value = evaluateArith(op, [&](Value operand) { return slot(operand).number; });
    if (failed(value))
      return failure();
    slot(op->getResult(0)).number = *value;
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

  LogicalResult tooMuch(Operation *op) {
    return op->emitOpError() << "expected at most " << limits.ops << " ops and " << limits.commands
                             << " commands to run, got more";
  }

  LogicalResult runOp(Operation *op) {
    if (++opsRun > limits.ops || out.commands.size() > limits.commands)
      return tooMuch(op);
    if (auto command = dyn_cast<accel::CommandOpInterface>(op))
      return runCommand(command);
    if (auto subview = dyn_cast<memref::SubViewOp>(op))
      return runSubView(subview);
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return runLoop(loop);
    if (mlir::isa<arith::ArithDialect>(op->getDialect()))
      return runArith(op);
    if (mlir::isa<accel::DoneOp>(op))
      return slot(op->getResult(0)).number = noCommand, success();
    if (mlir::isa<accel::WaitOp>(op))
      return addOrder(op, isa::Opcode::Wait, op->getOperands()), success();
    if (mlir::isa<accel::BarrierOp>(op))
      return addOrder(op, isa::Opcode::Barrier, {}), success();
    if (mlir::isa<memref::CastOp>(op))
      return slot(op->getResult(0)).view = Window(slot(op->getOperand(0)).view), success();
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
  EmitLimits limits;
  llvm::DenseMap<Value, size_t> numbers;
  std::deque<Slot> slots;
  llvm::DenseMap<Operation *, SmallVector<bool, 6>> dropped;
  llvm::DenseMap<Location, uint32_t> locations;
  llvm::DenseMap<StringAttr, uint32_t> opNames, bodies;
  llvm::DenseMap<Operation *, Command> fixedParts;
  llvm::DenseMap<Operation *, Cost> least; ///< of an iteration, by loop
  int64_t dramEnd = 0;
  uint64_t opsRun = 0;
};

} // namespace

FailureOr<program::Program> emitProgram(func::FuncOp function, ArrayRef<int64_t> scalars,
                                        StringRef hardwareHash, EmitLimits limits) {
  if (function.isDeclaration() || !function->hasAttr("accel.program"))
    return function.emitOpError() << "expected a function with accel.program and a body";
  program::Program out;
  out.hardwareHash = hardwareHash.str();
  Emitter emitter(function, out, limits);
  if (failed(emitter.run(scalars)))
    return failure();
  out.commands.shrink_to_fit(); // there may be hundreds of thousands
  return out;
}

} // namespace accord
