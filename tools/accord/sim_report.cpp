// Reports of simulated models: one table a machine and kind, put side by side.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/sim_report.h"
#include "tools/accord/model_info.h"
#include "tools/accord/printable.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace accord::cli {
namespace {

/// Cells of a row up to its keys.
std::string keyText(const std::vector<Cell> &row, size_t keys) {
  std::string key;
  for (size_t i = 0; i < keys; ++i)
    key += std::get<std::string>(row[i]) + '\0';
  return key;
}

std::optional<double> numberOf(const Cell &cell) {
  if (auto *i = std::get_if<int64_t>(&cell))
    return double(*i);
  if (auto *d = std::get_if<double>(&cell))
    return *d;
  return std::nullopt;
}

/// Heads that were the same get a number: names of machines come from files, and one may be called `unit`.
void makeUnique(std::vector<std::string> &heads) {
  for (size_t i = 0; i < heads.size(); ++i) {
    const std::string head = heads[i];
    for (unsigned n = 2;
         std::find(heads.begin(), heads.begin() + long(i), heads[i]) != heads.begin() + long(i); ++n)
      heads[i] = head + " (" + std::to_string(n) + ")";
  }
}

/// Tables of one kind, a machine each, as one: key columns, then each machine's of `columns`, then the ratio
/// of the kind's column to the first machine's. Rows are those of the first table, then what only others
/// have.
Table besides(const ReportKind &kind, const std::vector<Table> &tables, const std::vector<std::string> &names,
              const std::vector<std::string> &columns) {
  const std::vector<std::string> &all = tables[0].columns;
  auto indexOf = [&](const std::string &column) {
    return size_t(std::find(all.begin(), all.end(), column) - all.begin());
  };
  Table merged;
  merged.columns.assign(all.begin(), all.begin() + long(kind.keys));
  for (const std::string &name : names)
    for (const std::string &column : columns)
      merged.columns.push_back(columns.size() == 1 ? name : name + " " + column);
  for (size_t i = 1; i < names.size(); ++i)
    merged.columns.push_back(names.size() == 2 ? "ratio" : names[i] + " ratio");
  makeUnique(merged.columns);

  std::vector<std::map<std::string, const std::vector<Cell> *>> rowOf(tables.size());
  std::vector<const std::vector<Cell> *> order;
  auto placeOf = [&](const std::string &key) {
    return std::find_if(order.begin(), order.end(),
                        [&](const auto *row) { return keyText(*row, kind.keys) == key; });
  };
  for (size_t t = 0; t < tables.size(); ++t) {
    size_t next = 0; // behind the row that stands before it in its own table
    for (const std::vector<Cell> &row : tables[t].rows) {
      const std::string key = keyText(row, kind.keys);
      rowOf[t][key] = &row;
      auto at = placeOf(key);
      if (at == order.end())
        at = order.insert(order.begin() + long(next), &row);
      next = size_t(at - order.begin()) + 1;
    }
  }
  const size_t ratio = indexOf(kind.ratio);
  for (const std::vector<Cell> *first : order) {
    const std::string key = keyText(*first, kind.keys);
    std::vector<Cell> cells(first->begin(), first->begin() + long(kind.keys));
    std::vector<std::optional<double>> measured;
    for (auto &rows : rowOf) {
      auto at = rows.find(key);
      const std::vector<Cell> *row = at == rows.end() ? nullptr : at->second;
      for (const std::string &column : columns) {
        cells.emplace_back();
        if (row)
          cells.back() = (*row)[indexOf(column)];
      }
      measured.push_back(row ? numberOf((*row)[ratio]) : std::nullopt);
    }
    for (size_t i = 1; i < measured.size(); ++i) {
      cells.emplace_back();
      if (measured[0] && measured[i] && *measured[0] != 0)
        cells.back() = *measured[i] / *measured[0];
    }
    merged.rows.push_back(std::move(cells));
  }
  return merged;
}

/// Leaves the first `count` rows of each table, and of every table the rows that are among another's first.
void keepCostliest(std::vector<Table> &tables, size_t count, size_t keys) {
  std::map<std::string, bool> kept;
  for (const Table &table : tables)
    for (size_t i = 0; i < std::min(count, table.rows.size()); ++i)
      kept[keyText(table.rows[i], keys)] = true;
  for (Table &table : tables) {
    auto &rows = table.rows;
    rows.erase(std::remove_if(rows.begin(), rows.end(),
                              [&](const auto &row) { return !kept.count(keyText(row, keys)); }),
               rows.end());
  }
}

/// Names of the machines, told apart by their files where they are the same.
std::vector<std::string> namesOf(const std::vector<MachineRun> &runs) {
  Table names;
  for (const MachineRun &run : runs)
    addColumn(names, run.machine.hardware.name, run.machine.path);
  return names.columns;
}

Table tableOf(const ReportKind &kind, const std::vector<MachineRun> &runs, const ReportOptions &options) {
  std::vector<Table> tables;
  for (const MachineRun &run : runs)
    tables.push_back(kind.make(run));
  if (options.format == Format::Table && kind.name == std::string("ops"))
    keepCostliest(tables, options.ops, kind.keys);
  if (runs.size() == 1)
    return tables[0];
  std::vector<std::string> columns(tables[0].columns.begin() + long(kind.keys), tables[0].columns.end());
  return besides(kind, tables, namesOf(runs), options.format == Format::Table ? kind.beside : columns);
}

std::string renderRuns(const std::vector<MachineRun> &runs,
                       const std::vector<std::pair<std::string, std::string>> &about,
                       const ReportOptions &options) {
  nlohmann::ordered_json whole = {{"about", jsonOfAbout(about)}, {"runs", nlohmann::ordered_json::array()}};
  const std::vector<std::string> names = namesOf(runs);
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

std::string renderReports(const std::vector<MachineRun> &runs,
                          const std::vector<std::pair<std::string, std::string>> &about,
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
