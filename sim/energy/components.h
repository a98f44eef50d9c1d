// What the ledger charges: the kinds of action of all components, and those of one machine with how many of
// them a run made.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/action_kind.h"
#include "sim/hardware/hardware.h"
#include "sim/system/sim_result.h"

#include <string>
#include <vector>

namespace accord::energy {

using sim::ActionKind;

/// Every kind that figures are for: of units as their models say, then of memories and the dram; in the order
/// of reports, leakage last.
const std::vector<const ActionKind *> &actionKinds();

/// A kind of action of one machine.
struct Charge {
  const ActionKind *kind;
  std::string variant; ///< that the machine needs
  std::string unit;    ///< whose actions they are, by its name in results; empty: counted by `count`
  /// How many; null of a unit's, and for leakage.
  uint64_t (*count)(const sim::Work &) = nullptr;
  uint64_t parts = 0; ///< of leakage: how many of the leaking parts the whole machine has
};
std::vector<Charge> chargesOf(const Hardware &hardware);

/// `component.action`, with ` (variant)` when there is one.
std::string spellAction(const std::string &component, const std::string &action, const std::string &variant);

} // namespace accord::energy
