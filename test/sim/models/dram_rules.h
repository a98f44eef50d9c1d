// The rules of the JEDEC standards, held against the commands that a channel was given. Knows no model: only
// the list of commands, the organization and the numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_command.h"
#include "sim/models/dram/dram_timing.h"

#include <map>
#include <string>
#include <vector>

namespace accord::test {

/// What was broken, by the rule's name ("tRCD_RD"): how often, and where first.
struct Violations {
  std::map<std::string, std::pair<size_t, std::string>> byRule;
  size_t commands = 0; ///< looked at
  size_t checks = 0;   ///< distances and states compared
};

/// `refiClocks`: between two refreshes of all banks, or of a set; 0 without refresh.
Violations checkRules(const std::vector<sim::DramCommand> &commands, const sim::DramTiming &timing,
                      int64_t refiClocks);

} // namespace accord::test
