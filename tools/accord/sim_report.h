// What a simulated run cost, on one machine or on several side by side.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/accord/output.h"
#include "tools/driver/sim_beside.h"

namespace accord::cli {

/// The kinds of a list with commas. Error: expected ..., got ...
Expected<std::vector<const ReportKind *>> reportsOf(const std::string &list);

struct ReportOptions {
  std::vector<const ReportKind *> kinds; ///< none: those that the format has by default
  size_t ops = 10;                       ///< rows of `ops` on a terminal; JSON and CSV have all
  Format format = Format::Table;
};

/// The kinds that are shown: those that are asked for, or the format's own.
std::vector<const ReportKind *> shownKinds(const ReportOptions &options);

/// The text of reports. Table: one after the other. CSV: the first. JSON: {"about": {...}, "runs":
/// [{"hardware", <report>: [rows]}]}.
std::string renderReports(const std::vector<MachineRun> &runs, const About &about,
                          const ReportOptions &options);

} // namespace accord::cli
