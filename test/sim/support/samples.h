// Right programs by hand that hold a command of each kind: what tests and fuzzers change.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/program.h"

namespace accord::test {

/// One command of most kinds over good operands: M = 2, K = 32, N = 70, group 32, 4 planes.
program::Program layerCommands();

/// The product of a MAC array: 2 rows, 70 lanes of 8 planes, K = 30 in groups of 16.
program::Program macCommands();

/// The commands of attention and embedding: 3 queries of 4 heads of 8 over 16 positions of 2 heads, of which
/// the first query sees 5; then rows of 6 by index.
program::Program attentionCommands();

} // namespace accord::test
