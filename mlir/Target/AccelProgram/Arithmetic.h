// Index arithmetic of programs, evaluated when a program is emitted for its scalars.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/Operation.h"

namespace accord {

/// The value of an arith op (indices, flags) whose operands have values. Another op, a
/// division by 0 or a result beyond 64 bits is reported at the op.
mlir::FailureOr<int64_t> evaluateArith(mlir::Operation *op, llvm::function_ref<int64_t(mlir::Value)> valueOf);

} // namespace accord
