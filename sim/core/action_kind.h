// What energy files have figures for: the actions of a machine's components, and what leaks of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <string>
#include <vector>

namespace accord::sim {

/// How a figure gets to a machine.
enum class Scaling {
  None,    ///< As it stands: the machine's process does not make it.
  Logic,   ///< By energyFactor to the machine's node and voltage.
  Sram,    ///< As Logic, and by the root of bank capacity over `bank_kib`.
  Channel, ///< By the machine's channel width over `width_bits`: devices side by side do the same.
};

/// The action that stands for what leaks: its figure is a power and no energy.
constexpr const char *Leakage = "leakage";

/// A row of energy files, whatever the machine.
struct ActionKind {
  const char *component; ///< a section of the machine's file
  const char *action;
  const char *one;                   ///< What one of it is; for leakage what `leakage_mw` is the power of.
  Scaling scaling;                   ///< The rule of every figure of this action.
  std::vector<std::string> variants; ///< that figures may be for; empty: no figure has one

  bool isLeakage() const { return action == std::string(Leakage); }
};

} // namespace accord::sim
