// The reports that a simulated run may be asked for, each a table of one machine.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/energy/ledger.h"
#include "sim/system/sim_result.h"
#include "tools/driver/machine.h"
#include "tools/driver/table.h"

#include <optional>

namespace accord::driver {

/// What --check compared.
struct ValuesChecked {
  uint64_t compared = 0;        ///< of a model: logits, and keys and values that the run appended
  std::optional<uint64_t> kept; ///< of a model: keys and values that it had to leave as they were
  uint64_t mismatches = 0;      ///< among both
  std::string firstDifference;
};

/// Wall-clock seconds of the parts of a run; those that it has.
struct Took {
  std::optional<double> import, emit, pack;
  double compile = 0, simulate = 0;
  uint64_t peakBytes = 0; ///< of the worker's memory; 0: not measured
};

/// One program or model on one machine.
struct MachineRun {
  Machine machine;
  int64_t tokens = 0; ///< that the run is for; 0: no model's
  sim::SimResult result;
  bool bounds = true; ///< `doubled` is filled
  std::optional<energy::EnergyReport> energy;
  std::string energyPath;
  std::optional<ValuesChecked> checked;
  Took took;
};

/// What a report may be asked for by name.
struct ReportKind {
  const char *name;
  const char *meaning;             ///< of its columns, a line or two
  bool isDefault;                  ///< printed as a table when nothing is asked for
  bool bounds;                     ///< shows bounds, which have to be asked of the simulation
  size_t keys;                     ///< columns that say what a row is of
  std::vector<std::string> beside; ///< columns that stand side by side in a table of several machines
  std::string ratio;               ///< the column of which a ratio is shown: a time where there is one
  Table (*make)(const MachineRun &);
};
const std::vector<ReportKind> &reportKinds();

} // namespace accord::driver
