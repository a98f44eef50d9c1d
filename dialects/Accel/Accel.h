// The accel dialect's C++ face. See README.md for the ISA.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/Interfaces/MemoryParam.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "sim/isa/table.h"

namespace accord::accel {
using isa::Memory;
class CommandOpInterface;

// What the interface answers, out of the row of a command.
mlir::OperandRange inputsOf(mlir::Operation *command);
mlir::OperandRange writesOf(mlir::Operation *command);
llvm::SmallVector<mlir::Value> readsOf(mlir::Operation *command);
mlir::OperandRange tokensOf(mlir::Operation *command);
mlir::Value computedOf(mlir::Operation *command, isa::Field field);
int64_t numberOf(mlir::Operation *command, isa::Field field);

/// Asks the ISA's table (sim/isa/check.h), and that no output is a buffer of another operand.
llvm::LogicalResult verifyCommand(CommandOpInterface command);
void commandEffects(
    CommandOpInterface command,
    llvm::SmallVectorImpl<mlir::SideEffects::EffectInstance<mlir::MemoryEffects::Effect>> &effects);
} // namespace accord::accel

#include "dialects/Accel/AccelDialect.h.inc"
#include "dialects/Accel/AccelInterfaces.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Accel/AccelTypes.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Accel/AccelAttrs.h.inc"
#define GET_OP_CLASSES
#include "dialects/Accel/AccelOps.h.inc"

namespace accord::accel {

/// The memory a memref lives in: its #accel.mem space, dram when it has none; nothing for a foreign space.
std::optional<Memory> memoryOf(mlir::MemRefType type);

/// `type` with its memory space replaced.
mlir::MemRefType inMemory(mlir::MemRefType type, Memory memory);

/// The element type of a program's buffer; nothing for a type that no buffer holds.
std::optional<isa::ElementType> elementTypeOf(mlir::Type type);

/// A command after nothing, at the builder's insertion point. `accumulate` and `live` where the command has
/// them.
CommandOpInterface createCommand(mlir::OpBuilder &builder, mlir::Location loc, isa::Opcode opcode,
                                 mlir::ValueRange inputs, mlir::ValueRange outputs,
                                 llvm::ArrayRef<std::pair<isa::Field, mlir::Attribute>> fields = {},
                                 mlir::Value accumulate = {}, mlir::Value live = {});

} // namespace accord::accel
