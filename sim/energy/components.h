// The one table of what the ledger charges: a row an action of a component, with how many of them a run made
// and whether a machine has the component.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/energy/energy_model.h"
#include "sim/hardware/hardware.h"
#include "sim/system/sim_result.h"

namespace accord::energy {

/// The action of a row that holds a power and no energy.
constexpr const char *Leakage = "leakage";

struct ActionRow {
  const char *component;
  const char *action;
  const char *one; ///< What one of it is; for leakage what `leakage_mw` is the power of.
  Scaling scaling; ///< The rule of every figure of this action.
  /// The variants that figures may be for; empty: no figure has one.
  std::vector<std::string> (*variants)();
  /// The variant that this machine needs.
  std::string (*variantOf)(const Hardware &);
  bool (*isPresent)(const Hardware &);
  /// How many; null for leakage.
  uint64_t (*count)(const sim::Work &);
  /// How many of the leaking parts the whole machine has; null but for leakage.
  uint64_t (*parts)(const Hardware &);

  bool isLeakage() const { return parts != nullptr; }
};

/// In the order of reports.
const std::vector<ActionRow> &actionTable();

/// `component.action`, with ` (variant)` when there is one.
std::string spellAction(const std::string &component, const std::string &action, const std::string &variant);

} // namespace accord::energy
