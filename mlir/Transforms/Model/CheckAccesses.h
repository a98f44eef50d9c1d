// What a graph (L0) reads and writes by number lies inside what it is read from and written to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/BuiltinOps.h"

namespace accord {

/// Fails at the first op of a graph that may leave its tensors or caches, for any call that its callers may
/// make: position p >= 0 and r >= 1 tokens, p + r at most the positions of the caches that an entry takes
/// (without caches: any p). Checked: slices, layers and positions of caches, token constants of an embedding,
/// one number of rows in all dynamic tensors of a function, resources that are as long as their type. Numbers
/// are followed through calls where they are sums and multiples of p, r and constants; where one that matters
/// is not, that is refused. Public functions are entries; those that take caches take the same. Native code
/// checks none of this again.
mlir::LogicalResult checkAccesses(mlir::ModuleOp module);

} // namespace accord
