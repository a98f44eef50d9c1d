// The verifier of accel.run; C-labels are those of AccelOps.td.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace accord::accel;

LogicalResult RunOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto callee = symbols.lookupNearestSymbolFrom<func::FuncOp>(*this, getCalleeAttr());
  if (!callee || !callee->hasAttr("accel.program")) // C1
    return emitOpError() << "expected '" << getCallee() << "' to be a function with accel.program, got "
                         << (callee ? "one without" : "none");
  SmallVector<MemRefType> wanted;
  size_t numScalars = 0;
  for (Type type : callee.getArgumentTypes())
    if (auto memref = dyn_cast<MemRefType>(type))
      wanted.push_back(memref);
    else
      ++numScalars;
  if (wanted.size() != getBuffers().size() || wanted.size() != getOffsets().size() ||
      numScalars != getScalars().size()) // C2
    return emitOpError() << "expected " << wanted.size() << " buffers, as many offsets and " << numScalars
                         << " scalars for '" << getCallee() << "', got " << getBuffers().size() << ", "
                         << getOffsets().size() << " and " << getScalars().size();
  for (auto [i, want, buffer, offset] : llvm::enumerate(wanted, getBuffers(), getOffsets())) {
    MemRefType got = cast<MemRefType>(buffer.getType());
    if (memoryOf(got) != Memory::Dram || !got.hasStaticShape() || !got.getLayout().isIdentity()) // C4
      return emitOpError() << "expected buffer #" << i << " to be dense, of static shape and in dram, got "
                           << got;
    APInt at;
    int64_t first = matchPattern(offset, m_ConstantInt(&at)) ? at.getSExtValue() : 0;
    if (want.getElementType() != got.getElementType() || first < 0 ||
        first + want.getNumElements() > got.getNumElements()) // C3
      return emitOpError() << "expected buffer #" << i << " to hold a window like " << want << " at " << first
                           << ", got " << got;
  }
  return success();
}
