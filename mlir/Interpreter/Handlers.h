// The handlers of the interpreter, one for each op: from the op and its operands to its results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Interpreter/Interpreter.h"

namespace accord::interpreter {

/// Operands, in the op's order.
using Operands = llvm::ArrayRef<const HostTensor *>;
/// The results, or a failure that the handler has reported.
using Outcome = mlir::FailureOr<llvm::SmallVector<HostTensor>>;

Outcome runLUT(mlir::Operation *op, Operands operands);
Outcome runNN(mlir::Operation *op, Operands operands);

} // namespace accord::interpreter
