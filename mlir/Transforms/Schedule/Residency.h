// Where whole results live: on chip, or in dram; and what is computed again rather than kept.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "sim/hardware/hardware.h"
#include "llvm/ADT/DenseSet.h"

namespace accord {

/// Gives each product its own codes and tables where those of all rows, kept for several products, would take
/// more than an eighth of the scratchpad: then they are made row by row inside of each product's loop.
void unshareTables(mlir::func::FuncOp function, const Hardware &hardware);

/// The ops whose results live in dram. `inside` are computed inside of other ops' loops and have no whole
/// result. All results stay on chip while they take no more than half of the scratchpad together; else those
/// of more than a sixteenth of it go to dram. What the function returns is there already.
llvm::DenseSet<mlir::Operation *> resultsInDram(mlir::func::FuncOp function, const Hardware &hardware,
                                                const llvm::DenseSet<mlir::Operation *> &inside);

} // namespace accord
