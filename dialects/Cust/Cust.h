// The cust dialect's C++ face: the schedule primitives and the legality they are held to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/Interfaces/MemoryParam.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Transform/IR/TransformDialect.h"
#include "mlir/Dialect/Transform/IR/TransformTypes.h"
#include "mlir/Dialect/Transform/Interfaces/TransformInterfaces.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/Cust/CustDialect.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Cust/CustAttrs.h.inc"
#define GET_OP_CLASSES
#include "dialects/Cust/CustOps.h.inc"

namespace accord::cust {

/// Discardable attributes of payload ops (see CustDialect.td).
constexpr llvm::StringLiteral buffersAttrName = "cust.buffers";
constexpr llvm::StringLiteral nameAttrName = "cust.name";
constexpr llvm::StringLiteral homesAttrName = "cust.in_dram";
constexpr llvm::StringLiteral streamAttrName = "cust.stream";
constexpr int64_t maxBuffers = 4;

/// Whether `cust.tile op sizes … order …` is legal; reports through `emit` and changes no IR. What searches
/// call.
llvm::LogicalResult checkTile(mlir::Operation *op, llvm::ArrayRef<int64_t> sizes,
                              llvm::ArrayRef<int64_t> order,
                              llvm::function_ref<mlir::InFlightDiagnostic()> emit);

/// Whether `cust.stream op positions P heads H` is legal (C1..C3); reports through `emit`.
llvm::LogicalResult checkStream(mlir::Operation *op, int64_t positions, int64_t heads,
                                llvm::function_ref<mlir::InFlightDiagnostic()> emit);

/// Whether the whole of a destination (a name) lives in dram: each tile is stored when it is complete, and
/// loaded again where it is read.
bool livesInDram(mlir::Operation *op, llvm::StringRef operand);

/// The name of an operand by the op's definition; `out` of a foreign op's.
llvm::StringRef operandName(mlir::OpOperand &operand);

/// What of an op a schedule may give buffers: its tensor operands, in their order, then its inner tiles; none
/// of a foreign op.
llvm::SmallVector<llvm::StringRef> bufferNames(mlir::Operation *op);

/// The buffer count that `op` asks for `operand` (a name); 1 where it says nothing.
int64_t bufferCount(mlir::Operation *op, llvm::StringRef operand);

} // namespace accord::cust
