// Is an edited module still the model that it was compiled from?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/toolchain.h"

namespace accord::driver {

/// Compares the functions of `edited` with those of `own`, op by op: operations, operands, types and
/// attributes. Schedules (transform ops) may differ. A difference is diagnosed at its op.
Status checkSamePayload(Toolchain &toolchain, mlir::ModuleOp own, mlir::ModuleOp edited,
                        const std::string &path);

} // namespace accord::driver
