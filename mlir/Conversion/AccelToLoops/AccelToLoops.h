// Pass accel-to-loops: every accel command becomes scf.parallel loops over its buffers. See README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <memory>

namespace mlir {
class Pass;
}

namespace accord {

/// On a func.func. After it the function holds scf, memref and arith only ("loops form", README.md).
std::unique_ptr<mlir::Pass> createAccelToLoopsPass();
void registerAccelToLoopsPass();

} // namespace accord
