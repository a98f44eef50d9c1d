// Makes what a function computes on its way visible, to be compared op by op.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace accord {

/// Makes the function return every tensor that one of its lut and nn ops computes, in their order, instead of
/// its own results, which are among them. Results are named after their ops (`accel.name`: `attn_q`,
/// `attn_norm.quantize.scales`). \pre one block, no calls
void tapResults(mlir::func::FuncOp function);

} // namespace accord
