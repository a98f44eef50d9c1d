// Is a program well formed: does every command have the operands that the ISA's table gives it?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/program/program.h"

namespace accord::program {

/// The ISA's rules (dialects/Accel/README.md) that need no hardware file: buffers (positive extents,
/// addresses aligned to 64, dram disjoint), views (inside their buffers, outputs without repeated elements),
/// tokens (of earlier commands), operand counts, shapes, types and memories, no overlap of a command's
/// outputs with its operands. Hazards between commands are findRaces's (hazards.h). Errors: `command 12
/// (lmma): expected X, got Y`, `buffer 3 (tables): expected X, got Y`.
Status verify(const Program &program);

} // namespace accord::program
