// The cust dialect's C++ face: the schedule primitives and the legality they are held to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Transform/IR/TransformDialect.h"
#include "mlir/Dialect/Transform/IR/TransformTypes.h"
#include "mlir/Dialect/Transform/Interfaces/TransformInterfaces.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/Cust/CustDialect.h.inc"
#include "dialects/Cust/CustEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Cust/CustAttrs.h.inc"
#define GET_OP_CLASSES
#include "dialects/Cust/CustOps.h.inc"

namespace accord::cust {

/// Discardable attributes of payload ops (see CustDialect.td).
constexpr llvm::StringLiteral buffersAttrName = "cust.buffers";
constexpr llvm::StringLiteral nameAttrName = "cust.name";
constexpr int64_t maxBuffers = 4;

/// Whether `cust.tile op sizes … order …` is legal; reports through `emit` and changes no IR. What searches
/// call.
llvm::LogicalResult checkTile(mlir::Operation *op, llvm::ArrayRef<int64_t> sizes,
                              llvm::ArrayRef<int64_t> order,
                              llvm::function_ref<mlir::InFlightDiagnostic()> emit);

/// The names of an op's tensor operands, in operand order without the accumulate flag; empty for a foreign
/// op.
llvm::ArrayRef<llvm::StringRef> operandNames(mlir::Operation *op);

/// The buffer count that `op` asks for `operand` (a name); 1 where it says nothing.
int64_t bufferCount(mlir::Operation *op, llvm::StringRef operand);

} // namespace accord::cust
