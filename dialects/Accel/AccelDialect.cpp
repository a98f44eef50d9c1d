// Registration of the accel dialect, its memories and element types.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace accord::accel;

#include "dialects/Accel/AccelDialect.cpp.inc"
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
