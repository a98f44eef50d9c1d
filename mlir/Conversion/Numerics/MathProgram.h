// Programs that apply one built function to a whole buffer, to compare the expansion with golden over many
// inputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <string>
#include <vector>

namespace accord {

/// rcp, rsqrt, exp, tanh, sigmoid, silu, erf.
std::vector<std::string> builtFunctionNames();

/// `func.func @program(%x: memref<countxf32>, %y: memref<countxf32>)` with y[i] = f(x[i]), `lanes` elements
/// at a time: 1 gives the scalar expansion, more the one on vector<lanesxf32>; lanes divides count. Null for
/// an unknown name.
mlir::OwningOpRef<mlir::ModuleOp> buildMathModule(mlir::MLIRContext &context, llvm::StringRef name,
                                                  int64_t count, int64_t lanes);

} // namespace accord
