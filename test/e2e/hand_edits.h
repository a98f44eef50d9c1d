// Edits of an L3 program that a person would make, each legal: the program does the same and has no race.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "test/e2e/end_to_end.h"

namespace accord::test {

enum class HandEdit {
  OneSlot,     ///< every slot becomes slot 0, and a barrier stands before each round of the inner loop
  ThreeSlots,  ///< buffers of two slots get three, used in turn, and new addresses
  SwapLoads,   ///< in the innermost loop the second load goes first
  BarrierEach, ///< a barrier at the end of each round of the innermost loop
  WaitEach,    ///< the command processor waits for each load of the innermost loop
};
constexpr HandEdit handEdits[] = {HandEdit::OneSlot, HandEdit::ThreeSlots, HandEdit::SwapLoads,
                                  HandEdit::BarrierEach, HandEdit::WaitEach};
const char *name(HandEdit edit);

/// A copy of an L3 program, edited. Fails the test when there was nothing to edit or the result has a race.
Compiled edited(driver::Toolchain &toolchain, const Compiled &original, HandEdit edit);

} // namespace accord::test
