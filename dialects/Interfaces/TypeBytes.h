// How large a shaped value may be before anything computes with its size.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

namespace accord {

/// Whether elements of `elementBits` in this shape have at most 2^44 bytes, a dynamic extent counted as 1:
/// sums of many such sizes stay within 64 bits.
inline bool fitsMemory(mlir::ShapedType type, int64_t elementBits) {
  int64_t bytes = llvm::divideCeil(elementBits, 8);
  for (int64_t extent : type.getShape()) {
    const std::optional<int64_t> all =
        llvm::checkedMul(bytes, mlir::ShapedType::isDynamic(extent) ? 1 : extent);
    if (!all || *all > int64_t(1) << 44)
      return false;
    bytes = *all;
  }
  return true;
}

} // namespace accord
