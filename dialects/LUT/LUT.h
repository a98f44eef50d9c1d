// The `lut` dialect: its types, attributes and operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/Interfaces/TileSpace.h"
#include "dialects/LUT/Encoding.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"

#include "dialects/LUT/LUTDialect.h.inc"
#include "dialects/LUT/LUTEnums.h.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/LUT/LUTTypes.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/LUT/LUTAttrs.h.inc"
#define GET_OP_CLASSES
#include "dialects/LUT/LUTOps.h.inc"

namespace accord::lut {

/// The function argument attribute that tells a loader which weight type a parameter file holds, where the
/// argument itself is stored otherwise: the loader repacks. A type attribute of the argument's shape and
/// values.
constexpr llvm::StringLiteral sourceAttrName = "lut.source";

/// Weights along K that share the scales of both sides: the finer of both groups, of which one divides the
/// other.
int64_t scaleGroup(int64_t actGroup, WeightType weight);

/// True when every product code u - zero is an int8, as the cells of a MAC array multiply: at 8 bits only for
/// a zero point of 128.
bool hasInt8Codes(WeightType weight);

} // namespace accord::lut
