// Registration of the cust dialect, its payload attributes, and the legality of tiles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Cust/Cust.h"

#include "dialects/Interfaces/TileSpace.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/TilingInterface.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace accord::cust;

#include "dialects/Cust/CustDialect.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Cust/CustAttrs.cpp.inc"

void CustDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Cust/CustOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Cust/CustAttrs.cpp.inc"
      >();
}

StringRef accord::cust::operandName(OpOperand &operand) {
  auto tiled = dyn_cast<accord::TileLegalityInterface>(operand.getOwner());
  return tiled ? tiled.getOperandName(operand.getOperandNumber()) : StringRef("out");
}

SmallVector<StringRef> accord::cust::bufferNames(Operation *op) {
  SmallVector<StringRef> names;
  auto tiled = dyn_cast<accord::TileLegalityInterface>(op);
  if (!tiled)
    return names;
  for (OpOperand &operand : op->getOpOperands())
    if (mlir::isa<RankedTensorType>(operand.get().getType()))
      names.push_back(operandName(operand));
  llvm::append_range(names, tiled.getInnerTiles());
  return names;
}

int64_t accord::cust::bufferCount(Operation *op, StringRef operand) {
  auto buffers = op->getAttrOfType<DictionaryAttr>(buffersAttrName);
  auto count = buffers ? buffers.getAs<IntegerAttr>(operand) : IntegerAttr();
  return count ? count.getInt() : 1;
}

LogicalResult CustDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() == nameAttrName) {
    if (!mlir::isa<StringAttr>(attribute.getValue()))
      return op->emitOpError() << "expected " << nameAttrName << " to be a string, got "
                               << attribute.getValue();
    return success();
  }
  if (attribute.getName() == homesAttrName) {
    auto homes = dyn_cast<ArrayAttr>(attribute.getValue());
    if (!homes || !llvm::all_of(homes, [&](Attribute name) {
          auto text = dyn_cast<StringAttr>(name);
          return text && llvm::is_contained(bufferNames(op), text.getValue());
        }))
      return op->emitOpError() << "expected " << homesAttrName << " to list names of its operands, got "
                               << attribute.getValue();
    return success();
  }
  if (attribute.getName() == streamAttrName) {
    auto stream = dyn_cast<DenseI64ArrayAttr>(attribute.getValue());
    if (!stream || stream.size() != 2)
      return op->emitOpError() << "expected " << streamAttrName << " to be positions and heads, got "
                               << attribute.getValue();
    return checkStream(op, stream[0], stream[1], [&] { return op->emitOpError(); });
  }
  if (attribute.getName() != buffersAttrName)
    return op->emitOpError() << "carries an unknown attribute of the cust dialect: " << attribute.getName();
  auto buffers = dyn_cast<DictionaryAttr>(attribute.getValue());
  if (!buffers)
    return op->emitOpError() << "expected " << buffersAttrName << " to be a dictionary, got "
                             << attribute.getValue();
  for (NamedAttribute entry : buffers) {
    if (!llvm::is_contained(bufferNames(op), entry.getName()))
      return op->emitOpError() << "has no operand '" << entry.getName().getValue() << "' to buffer";
    auto count = dyn_cast<IntegerAttr>(entry.getValue());
    if (!count || count.getInt() < 1 || count.getInt() > maxBuffers)
      return op->emitOpError() << "expected 1 to " << maxBuffers << " buffers of '"
                               << entry.getName().getValue() << "', got " << entry.getValue();
  }
  return success();
}

bool accord::cust::livesInDram(Operation *op, StringRef operand) {
  auto homes = op->getAttrOfType<ArrayAttr>(homesAttrName);
  return homes &&
         llvm::any_of(homes, [&](Attribute name) { return cast<StringAttr>(name).getValue() == operand; });
}

LogicalResult accord::cust::checkStream(Operation *op, int64_t positions, int64_t heads,
                                        function_ref<InFlightDiagnostic()> emit) {
  if (op->getName().getStringRef() != "nn.attention") // C1
    return emit() << "expected an op that reads a cache (nn.attention), got '" << op->getName() << "'";
  ArrayRef<int64_t> cache = cast<ShapedType>(op->getOperand(1).getType()).getShape(); // of keys
  if (positions < 1 || (positions != cache[1] && cache[1] % (2 * positions) != 0))    // C2
    return emit() << "expected positions that the cache holds a multiple of twice, or all its " << cache[1]
                  << ", got " << positions;
  if (heads < 1 || cache[2] % heads != 0) // C3
    return emit() << "expected a divisor of the cache's " << cache[2] << " heads, got " << heads;
  return success();
}

namespace {
/// The extents of the iteration space as far as they are known. A TileSpace tells them without changing IR;
/// for a foreign op they are the shape of its only result where all dimensions are parallel (unknown
/// otherwise).
SmallVector<int64_t> extentsOf(Operation *op, unsigned rank) {
  SmallVector<int64_t> extents(rank, ShapedType::kDynamic);
  if (auto tiled = dyn_cast<accord::TileLegalityInterface>(op))
    for (auto [extent, dim] : llvm::zip_equal(extents, tiled.getTileSpace().dims))
      extent = cast<ShapedType>(op->getOperand(dim.operand).getType()).getDimSize(dim.axis);
  return extents;
}
} // namespace

LogicalResult accord::cust::checkTile(Operation *op, ArrayRef<int64_t> sizes, ArrayRef<int64_t> order,
                                      function_ref<InFlightDiagnostic()> emit) {
  auto tiling = dyn_cast<TilingInterface>(op);
  if (!tiling) // C1
    return emit() << "expected an op that can be tiled, got '" << op->getName() << "'";
  SmallVector<utils::IteratorType> kinds = tiling.getLoopIteratorTypes();
  auto tiled = dyn_cast<accord::TileLegalityInterface>(op);
  SmallVector<accord::TileDim> dims;
  if (tiled)
    dims = tiled.getTileSpace().dims;
  auto nameOf = [&](unsigned d) { return dims.empty() ? "#" + std::to_string(d) : dims[d].name.str(); };

  if (sizes.size() != kinds.size()) { // C2
    InFlightDiagnostic diag = emit() << "expected " << kinds.size() << " tile sizes (";
    for (unsigned d = 0; d < kinds.size(); ++d)
      diag << (d ? ", " : "") << nameOf(d);
    return diag << "), got " << sizes.size();
  }
  if (llvm::all_of(sizes, [](int64_t s) { return s == 0; }))
    return emit() << "expected a tile size other than 0, got none";
  for (auto [d, size, extent] : llvm::enumerate(sizes, extentsOf(op, kinds.size())))
    if (!ShapedType::isDynamic(extent) && size > extent) // C3
      return emit() << "expected a tile size of dimension " << nameOf(d) << " of at most its extent "
                    << extent << ", got " << size;

  if (!order.empty()) { // C4
    SmallVector<int64_t> sorted(order);
    llvm::sort(sorted);
    bool permutation = sorted.size() == kinds.size();
    for (auto [i, d] : llvm::enumerate(sorted))
      permutation &= d == static_cast<int64_t>(i);
    if (!permutation) {
      InFlightDiagnostic diag = emit() << "expected order to be a permutation of 0.." << kinds.size() - 1
                                       << ", got [";
      llvm::interleaveComma(order, diag);
      return diag << "]";
    }
    int64_t last = -1;
    for (int64_t d : order) {
      if (kinds[d] != utils::IteratorType::reduction)
        continue;
      if (d < last)
        return emit() << "expected reduction dimension " << nameOf(d) << " outside of " << nameOf(last)
                      << ": the order of a sum is part of its meaning";
      last = d;
    }
  }
  if (tiled)
    return tiled.checkTile(sizes, emit); // C5
  for (auto [d, size] : llvm::enumerate(sizes))
    if (size < 0)
      return emit() << "expected a tile size of dimension " << nameOf(d) << " that is not negative, got "
                    << size;
  return success();
}
