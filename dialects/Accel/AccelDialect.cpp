// Registration of the accel dialect and what its commands tell of themselves.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace accord::accel;

#include "dialects/Accel/AccelDialect.cpp.inc"
#include "dialects/Accel/AccelEnums.cpp.inc"
#include "dialects/Accel/AccelInterfaces.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Accel/AccelTypes.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Accel/AccelAttrs.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/Accel/AccelOps.cpp.inc"

void AccelDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Accel/AccelTypes.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Accel/AccelAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Accel/AccelOps.cpp.inc"
      >();
}

std::optional<Memory> accord::accel::memoryOf(MemRefType type) {
  Attribute space = type.getMemorySpace();
  if (!space)
    return Memory::Dram;
  if (auto mem = dyn_cast<MemoryAttr>(space))
    return mem.getValue();
  return std::nullopt;
}

MemRefType accord::accel::inMemory(MemRefType type, Memory memory) {
  return MemRefType::get(type.getShape(), type.getElementType(), type.getLayout(),
                         MemoryAttr::get(type.getContext(), memory));
}

std::optional<accord::isa::ElementType> accord::accel::elementTypeOf(Type type) {
  using accord::isa::ElementType;
  const std::pair<unsigned, ElementType> integers[] = {
      {8, ElementType::I8}, {16, ElementType::I16}, {32, ElementType::I32}};
  for (auto [width, element] : integers)
    if (type.isInteger(width))
      return element;
  if (type.isF16())
    return ElementType::F16;
  if (type.isF32())
    return ElementType::F32;
  return std::nullopt;
}

accord::isa::Opcode accord::accel::opcodeOf(CommandOpInterface op) {
  return llvm::TypeSwitch<Operation *, accord::isa::Opcode>(op)
      .Case([](LoadOp) { return accord::isa::Opcode::Load; })
      .Case([](StoreOp) { return accord::isa::Opcode::Store; })
      .Case([](GatherOp) { return accord::isa::Opcode::Gather; })
      .Case([](TableOp) { return accord::isa::Opcode::Table; })
      .Case([](LmmaOp) { return accord::isa::Opcode::Lmma; })
      .Case([](MmaOp) { return accord::isa::Opcode::Mma; })
      .Case([](VectorOp v) {
        // The kinds stand in the same order in both enumerations.
        return accord::isa::Opcode(unsigned(accord::isa::Opcode::Quantize) + unsigned(v.getKind()));
      });
}

Unit LoadOp::getUnit() { return Unit::Load; }
SmallVector<Value> LoadOp::getReads() { return {getSource()}; }
SmallVector<Value> LoadOp::getWrites() { return {getDest()}; }

Unit StoreOp::getUnit() { return Unit::Store; }
SmallVector<Value> StoreOp::getReads() { return {getSource()}; }
SmallVector<Value> StoreOp::getWrites() { return {getDest()}; }

Unit GatherOp::getUnit() { return Unit::Load; }
SmallVector<Value> GatherOp::getReads() { return {getTable(), getIndices()}; }
SmallVector<Value> GatherOp::getWrites() { return {getDest()}; }

Unit TableOp::getUnit() { return Unit::Table; }
SmallVector<Value> TableOp::getReads() { return {getCodes()}; }
SmallVector<Value> TableOp::getWrites() { return {getTables(), getAsum()}; }

Unit LmmaOp::getUnit() { return Unit::Lut; }
SmallVector<Value> LmmaOp::getReads() { return {getTables(), getPlanes()}; }
SmallVector<Value> LmmaOp::getWrites() { return {getIsum()}; }

Unit MmaOp::getUnit() { return Unit::Mac; }
SmallVector<Value> MmaOp::getReads() { return {getCodes(), getPlanes()}; }
SmallVector<Value> MmaOp::getWrites() { return {getIsum()}; }

void VectorOp::build(OpBuilder &, OperationState &state, VectorKind kind, ValueRange inputs,
                     ValueRange outputs, Value accumulate, Value live) {
  auto present = [](Value &v) { return v ? ValueRange(v) : ValueRange(); };
  state.addOperands(inputs);
  state.addOperands(outputs);
  state.addOperands(present(accumulate));
  state.addOperands(present(live));
  Properties &properties = state.getOrAddProperties<Properties>();
  llvm::copy(ArrayRef<int32_t>({static_cast<int32_t>(inputs.size()), static_cast<int32_t>(outputs.size()),
                                accumulate ? 1 : 0, live ? 1 : 0, 0}),
             properties.operandSegmentSizes.begin());
  properties.setKind(VectorKindAttr::get(state.getContext(), kind));
  state.addTypes(TokenType::get(state.getContext()));
}

Unit VectorOp::getUnit() { return Unit::Vector; }
SmallVector<Value> VectorOp::getReads() {
  SmallVector<Value> reads(getInputs());
  if (getAccumulate())
    llvm::append_range(reads, getOutputs());
  return reads;
}
SmallVector<Value> VectorOp::getWrites() { return SmallVector<Value>(getOutputs()); }

// Commands differ in their operands' names only: the rest of the interfaces is the same for each.
namespace {
template <typename Op>
void commandEffects(Op op, SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  unsigned reads = op.getReads().size(), index = 0;
  SmallVector<Value> writes = op.getWrites();
  for (OpOperand &operand : op->getOpOperands()) {
    if (!mlir::isa<MemRefType>(operand.get().getType()))
      continue;
    bool written = llvm::is_contained(writes, operand.get());
    if (!written || (index < reads && llvm::is_contained(op.getReads(), operand.get())))
      effects.emplace_back(MemoryEffects::Read::get(), &operand, SideEffects::DefaultResource::get());
    if (written)
      effects.emplace_back(MemoryEffects::Write::get(), &operand, SideEffects::DefaultResource::get());
    ++index;
  }
}
} // namespace

#define ACCORD_COMMAND(OP)                                                                                   \
  OperandRange OP::getAfterTokens() { return getAfter(); }                                                   \
  MutableOperandRange OP::getAfterTokensMutable() { return getAfterMutable(); }                              \
  void OP::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {        \
    commandEffects(*this, effects);                                                                          \
  }
ACCORD_COMMAND(LoadOp)
ACCORD_COMMAND(StoreOp)
ACCORD_COMMAND(GatherOp)
ACCORD_COMMAND(TableOp)
ACCORD_COMMAND(LmmaOp)
ACCORD_COMMAND(MmaOp)
ACCORD_COMMAND(VectorOp)
#undef ACCORD_COMMAND
