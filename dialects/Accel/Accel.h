// The accel dialect's C++ face. See README.md for the ISA.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "sim/program/isa.h"

namespace accord::accel {
using Unit = isa::Unit;
} // namespace accord::accel

#include "dialects/Accel/AccelDialect.h.inc"
#include "dialects/Accel/AccelEnums.h.inc"
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

/// The opcode of a command.
isa::Opcode opcodeOf(CommandOpInterface op);

} // namespace accord::accel
