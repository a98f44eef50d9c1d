// What a simulated model cost, on one machine or on several side by side.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/energy/ledger.h"
#include "sim/system/sim_result.h"
#include "tools/accord/machines.h"
#include "tools/accord/output.h"

#include <optional>

namespace accord::cli {

/// What --check compared with the CPU.
struct ValuesChecked {
  uint64_t compared = 0;   ///< logits, and keys and values that the run appended
  uint64_t kept = 0;       ///< keys and values that it had to leave as they were
  uint64_t mismatches = 0; ///< among both
  std::string firstDifference;
};

/// One model on one machine.
struct MachineRun {
  Machine machine;
  int64_t tokens = 1; ///< that the run is for
  sim::SimResult result;
  std::optional<energy::EnergyReport> energy;
  std::string energyPath;
  std::optional<ValuesChecked> checked;
};

/// What a report may be asked for by name.
struct ReportKind {
  const char *name;
  const char *meaning;             ///< of its columns, a line or two
  bool isDefault;                  ///< printed as a table when nothing is asked for
  size_t keys;                     ///< columns that say what a row is of
  std::vector<std::string> beside; ///< columns that stand side by side in a table of several machines
  std::string ratio;               ///< the column of which a ratio is shown
  Table (*make)(const MachineRun &);
};
const std::vector<ReportKind> &reportKinds();

/// The kinds of a list with commas. Error: expected ..., got ...
Expected<std::vector<const ReportKind *>> reportsOf(const std::string &list);

struct ReportOptions {
  std::vector<const ReportKind *> kinds; ///< none: those that the format has by default
  size_t ops = 10;                       ///< rows of `ops` on a terminal; JSON and CSV have all
  Format format = Format::Table;
};

/// The text of reports. Table: one after the other. CSV: the first. JSON: {"about": {...}, "runs":
/// [{"hardware", <report>: [rows]}]}.
std::string renderReports(const std::vector<MachineRun> &runs,
                          const std::vector<std::pair<std::string, std::string>> &about,
                          const ReportOptions &options);

} // namespace accord::cli
