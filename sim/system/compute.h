// What a command computes: from operand bytes to result bytes, by the golden functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/system/memories.h"

namespace accord::sim {

/// The outputs of `command`, one for each of its writes. `inputs` are its reads, then the old output when it
/// accumulates, each as Memories::read gives it; of a gather its rows alone (gatherRows). Fails when
/// operands cannot be what the ISA says they are (a table entry beyond 11 bits, sums that do not belong
/// together): only a race or undefined bytes bring them about.
/// \pre `command` is of a program that verifies
Expected<std::vector<Bytes>> compute(const program::Program &program, const program::Command &command,
                                     const std::vector<Operand> &inputs);

/// Fails when an entry of half tables is beyond `bits` signed bits and what symmetric sums of int8 can reach.
Status checkTables(const Operand &tables, int64_t bits);

} // namespace accord::sim
