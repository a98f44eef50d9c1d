// Renders reports of simulated runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/sim_report.h"
#include "tools/accord/machines.h"
#include "tools/accord/printable.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace accord::cli {
namespace {

/// A table on a terminal is brief; other forms have everything.
Table tableOf(const ReportKind &kind, const std::vector<MachineRun> &runs, const ReportOptions &options) {
  const bool brief = options.format == Format::Table;
  return reportOf(kind, runs, {brief, brief && kind.name == std::string("ops") ? options.ops : 0});
}

std::string renderRuns(const std::vector<MachineRun> &runs, const About &about,
                       const ReportOptions &options) {
  nlohmann::ordered_json whole = {{"about", jsonOfAbout(about)}, {"runs", nlohmann::ordered_json::array()}};
  const std::vector<std::string> names = machineNames(runs);
  for (size_t i = 0; i < runs.size(); ++i) {
    nlohmann::ordered_json run = {{"hardware", names[i]}, {"hardware_file", runs[i].machine.path}};
    for (const ReportKind *kind : options.kinds)
      run[kind->name] = jsonOfRows(kind->make(runs[i]));
    whole["runs"].push_back(std::move(run));
  }
  return printable(whole.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace), "\n") + "\n";
}

} // namespace

Expected<std::vector<const ReportKind *>> reportsOf(const std::string &list) {
  std::vector<const ReportKind *> kinds;
  std::vector<std::string> known;
  std::string names;
  for (const ReportKind &kind : reportKinds()) {
    known.push_back(kind.name);
    names += (names.empty() ? "" : ", ") + std::string(kind.name);
  }
  for (const std::string &word : splitAtCommas(list)) {
    auto at = std::find(known.begin(), known.end(), word);
    if (at == known.end())
      return Error{"expected reports out of " + names + ", got '" + word + "'" + didYouMean(word, known)};
    kinds.push_back(&reportKinds()[size_t(at - known.begin())]);
  }
  return kinds;
}

std::vector<const ReportKind *> shownKinds(const ReportOptions &options) {
  if (!options.kinds.empty())
    return options.kinds;
  std::vector<const ReportKind *> kinds;
  for (const ReportKind &kind : reportKinds())
    if (options.format == Format::Json || kind.isDefault)
      kinds.push_back(&kind);
  return kinds;
}

std::string renderReports(const std::vector<MachineRun> &runs, const About &about,
                          const ReportOptions &options) {
  ReportOptions chosen = options;
  chosen.kinds = shownKinds(options);
  if (options.format == Format::Json)
    return renderRuns(runs, about, chosen);
  if (options.format == Format::Csv) {
    Table table = tableOf(*chosen.kinds[0], runs, chosen);
    table.about = about;
    return render(table, Format::Csv);
  }
  std::string text;
  for (const auto &[key, value] : about)
    text += key + ": " + value + "\n";
  for (const ReportKind *kind : chosen.kinds) {
    Table table = tableOf(*kind, runs, chosen);
    if (!table.rows.empty())
      text += "\n" + std::string(kind->name) + ": " + kind->meaning + "\n" + render(table, Format::Table);
  }
  return text;
}

} // namespace accord::cli
