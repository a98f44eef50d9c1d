// What commands tell of themselves, and their verifier: both out of the ISA's table.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"
#include "sim/isa/check.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace accord;
using namespace accord::accel;

namespace {

unsigned numInputs(CommandOpInterface command) {
  const isa::CommandRow &row = command.getRow();
  return row.lastRead() == isa::Operand::One ? row.reads
                                             : row.reads - 1 + command.getOperandGroup(row.reads - 1).size();
}

/// The fields of a row that are operands, in the order of their groups.
template <typename Visit> void forEachComputed(const isa::CommandRow &row, Visit visit) {
  unsigned group = row.numOperands();
  for (unsigned i = 0; i < row.numGiven; ++i)
    if (isa::rowOf(row.given[i].field).isComputed)
      visit(row.given[i].field, group++);
}

} // namespace

OperandRange accel::inputsOf(Operation *op) {
  return op->getOperands().take_front(numInputs(cast<CommandOpInterface>(op)));
}

OperandRange accel::writesOf(Operation *op) {
  auto command = cast<CommandOpInterface>(op);
  return op->getOperands().slice(numInputs(command), command.getRow().writes);
}

SmallVector<Value> accel::readsOf(Operation *op) {
  SmallVector<Value> reads(inputsOf(op));
  if (computedOf(op, isa::Field::Accumulate))
    llvm::append_range(reads, writesOf(op));
  return reads;
}

OperandRange accel::tokensOf(Operation *op) {
  auto command = cast<CommandOpInterface>(op);
  unsigned last = command.getRow().numOperands();
  forEachComputed(command.getRow(), [&](isa::Field, unsigned group) { last = group + 1; });
  return command.getOperandGroup(last);
}

Value accel::computedOf(Operation *op, isa::Field field) {
  auto command = cast<CommandOpInterface>(op);
  Value found;
  forEachComputed(command.getRow(), [&](isa::Field a, unsigned group) {
    if (OperandRange values = command.getOperandGroup(group); a == field && !values.empty())
      found = values.front();
  });
  return found;
}

int64_t accel::numberOf(Operation *op, isa::Field field) {
  Attribute value = op->getAttr(isa::name(field));
  if (auto flag = dyn_cast_if_present<BoolAttr>(value))
    return flag.getValue();
  if (auto number = dyn_cast_if_present<IntegerAttr>(value))
    return number.getInt();
  const isa::Given *given = cast<CommandOpInterface>(op).getRow().find(field);
  return given && given->otherwise != field ? numberOf(op, given->otherwise) : 0;
}

void accel::commandEffects(CommandOpInterface command,
                           SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  const unsigned inputs = numInputs(command), operands = inputs + command.getRow().writes;
  const bool continues = bool(command.getComputed(isa::Field::Accumulate));
  for (OpOperand &operand : command->getOpOperands().take_front(operands)) {
    const bool written = operand.getOperandNumber() >= inputs;
    if (!written || continues)
      effects.emplace_back(MemoryEffects::Read::get(), &operand, SideEffects::DefaultResource::get());
    if (written)
      effects.emplace_back(MemoryEffects::Write::get(), &operand, SideEffects::DefaultResource::get());
  }
}

namespace {

/// The facts of an operand; a diagnostic where the ISA has no words for it.
LogicalResult findOperand(Operation *op, Value value, StringRef name, isa::OperandFacts &facts) {
  auto type = cast<MemRefType>(value.getType());
  if (!type.hasStaticShape() || llvm::is_contained(type.getShape(), 0))
    return op->emitOpError() << "expected a static shape of positive extents for " << name << ", got "
                             << type;
  if (type.getRank() > isa::Operand::maxRank)
    return op->emitOpError() << "expected " << name << " of rank 0 to 4, got " << type.getRank();
  std::optional<isa::ElementType> element = elementTypeOf(type.getElementType());
  if (!element)
    return op->emitOpError() << "expected " << name << " of i8, i16, i32, f16 or f32, got " << type;
  std::optional<Memory> memory = memoryOf(type);
  if (!memory)
    return op->emitOpError() << "expected " << name << " in a memory of the machine, got " << type;
  facts = {{}, static_cast<uint8_t>(type.getRank()), *element, *memory};
  llvm::copy(type.getShape(), facts.sizes.begin());
  return success();
}

/// `body` holds what facts point to.
LogicalResult findFields(CommandOpInterface command, isa::Facts &facts, isa::MapBody &body) {
  for (unsigned i = 0; i < isa::numFields; ++i) {
    const auto field = isa::Field(i);
    const isa::FieldRow &row = isa::rowOf(field);
    // Of a name that the op does not define, an attribute lies among those that anyone may add; its value may
    // be of any type.
    Attribute value = command->getAttr(row.name);
    if (value && row.isComputed)
      return command->emitOpError() << "expected " << row.name << " as an operand, got an attribute";
    if (value && !facts.row->find(field)) {
      facts.setUnknown(field);
    } else if (Value computed = command.getComputed(field)) {
      APInt number;
      if (matchPattern(computed, m_ConstantInt(&number)))
        facts.set(field, row.form == isa::FieldRow::Flag ? int64_t(!number.isZero()) : number.getSExtValue());
      else
        facts.setUnknown(field);
    } else if (auto real = dyn_cast_if_present<FloatAttr>(value)) {
      facts.set(field, real.getValue().convertToFloat());
    } else if (auto text = dyn_cast_if_present<StringAttr>(value)) {
      if (std::string broken = isa::parse(text.getValue(), body); !broken.empty())
        return command->emitOpError() << row.name << ": " << broken;
      facts.set(field, &body);
    } else if (value) {
      facts.set(field, numberOf(command, field));
    }
  }
  return success();
}

} // namespace

LogicalResult accel::verifyCommand(CommandOpInterface command) {
  const isa::CommandRow &row = command.getRow();
  isa::Facts facts{};
  facts.row = &row;
  if (numInputs(command) > row.mostReads())
    return command->emitOpError() << "expected at most " << row.mostReads() << " reads, got "
                                  << numInputs(command);
  facts.reads = static_cast<uint8_t>(numInputs(command));
  facts.writes = row.writes;
  for (unsigned i = 0, end = facts.reads + facts.writes; i < end; ++i) {
    if (failed(findOperand(command, command->getOperand(i), row.operandAt(i, facts.reads).name,
                           facts.operands[i])))
      return failure();
  }
  isa::MapBody body;
  if (failed(findFields(command, facts, body)))
    return failure();
  if (std::string broken = isa::check(facts); !broken.empty())
    return command->emitOpError() << broken;
  // Of two views of a buffer, the program tells (sim/program/verify.h).
  OperandRange inputs = command.getInputs(), outputs = command.getWrites();
  for (auto [i, v] : llvm::enumerate(outputs))
    if (llvm::is_contained(inputs, v) || llvm::is_contained(outputs.take_front(i), v))
      return command->emitOpError() << "expected outputs apart from inputs and from each other, got "
                                    << row.operands[row.reads + i].name << " twice";
  return success();
}

CommandOpInterface accel::createCommand(OpBuilder &b, Location loc, isa::Opcode opcode, ValueRange inputs,
                                        ValueRange outputs, ArrayRef<std::pair<isa::Field, Attribute>> fields,
                                        Value accumulate, Value live) {
  const isa::CommandRow &row = isa::rowOf(opcode);
  OperationState state(loc, AccelDialect::getDialectNamespace().str() + "." + row.name);
  SmallVector<int32_t> segments;
  for (unsigned i = 0; i + 1 < row.reads; ++i)
    segments.push_back(1);
  segments.push_back(inputs.size() - segments.size()); // of the last: one, none or many
  segments.append(row.writes, 1);
  state.addOperands(inputs);
  state.addOperands(outputs);
  bool isVariadic = row.lastRead() != isa::Operand::One;
  forEachComputed(row, [&](isa::Field field, unsigned) {
    Value value = field == isa::Field::Live ? live : accumulate;
    isVariadic |= row.find(field)->isOptional;
    segments.push_back(value ? 1 : 0);
    if (value)
      state.addOperands(value);
  });
  segments.push_back(0); // tokens
  for (auto [field, value] : fields)
    state.addAttribute(isa::name(field), value);
  if (isVariadic)
    state.addAttribute("operandSegmentSizes", b.getDenseI32ArrayAttr(segments));
  state.addTypes(TokenType::get(b.getContext()));
  return cast<CommandOpInterface>(b.create(state));
}
