// The dialects and passes that every tool of Accord knows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace mlir {
class DialectRegistry;
}

namespace accord {

/// Registers the dialects of the IR ladder (ours and the upstream ones that legal files may hold) with the
/// extensions they need. MLIR's own registerAllDialects costs a minute of compilation and offers dialects no
/// level accepts.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Registers our passes and pipelines, and the few upstream ones that tests and users' pipelines combine with
/// them. Once per process.
void registerAllPasses();

} // namespace accord
