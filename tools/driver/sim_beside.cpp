// Rows of several tables matched by their keys.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/sim_beside.h"

#include <algorithm>
#include <map>

namespace accord::driver {
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

} // namespace

std::vector<std::string> machineNames(const std::vector<MachineRun> &runs) {
  Table names;
  for (const MachineRun &run : runs)
    addColumn(names, run.machine.hardware.name, run.machine.path);
  return names.columns;
}

Table reportOf(const ReportKind &kind, const std::vector<MachineRun> &runs, const Beside &how) {
  std::vector<Table> tables;
  for (const MachineRun &run : runs)
    tables.push_back(kind.make(run));
  if (how.costliest)
    keepCostliest(tables, how.costliest, kind.keys);
  if (runs.size() == 1)
    return std::move(tables[0]);
  std::vector<std::string> columns(tables[0].columns.begin() + long(kind.keys), tables[0].columns.end());
  return besides(kind, tables, machineNames(runs), how.brief ? kind.beside : columns);
}

} // namespace accord::driver
