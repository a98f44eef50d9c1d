// The kinds of units that there are, and the units that a machine has.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/models/unit_model.h"

namespace accord::sim {

/// A unit of a machine, by the name that reports and traces give it.
struct NamedUnit {
  std::string name;
  std::unique_ptr<UnitModel> model;
};

/// In the order of reports.
const std::vector<const UnitKind *> &unitKinds();
/// The blocks of rtl/ that stand for units.
std::vector<std::string> rtlBlocks();
/// The kind that runs a command; null of a copy, which the dma moves, of a wait and of a barrier.
const UnitKind *kindOf(const program::Command &command);

/// The units of `hardware` that compute; load and store are its dma's.
std::vector<NamedUnit> unitsOf(const Hardware &hardware);

} // namespace accord::sim
