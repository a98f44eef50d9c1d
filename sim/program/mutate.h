// Seeded hazards: programs with one synchronization taken out, to show that checks can fail.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/program.h"

#include <string>
#include <vector>

namespace accord::program {

/// One token of one wait or command, or a barrier.
struct Deletion {
  uint32_t command = 0; ///< whose `after` list it is, or the barrier
  uint32_t index = 0;   ///< position in the list; 0 for a barrier
};

/// Every token of every `after` list (of waits and commands) and every barrier, in program order.
std::vector<Deletion> deletions(const Program &program);

/// The program without it. Commands keep their numbers: an emptied wait and a deleted barrier stay as waits
/// for nothing.
/// \pre deletion is one of deletions(program)
Program withDeletion(const Program &program, const Deletion &deletion);

/// `wait 12: token of command 9 (load)`.
std::string describe(const Program &program, const Deletion &deletion);

} // namespace accord::program
