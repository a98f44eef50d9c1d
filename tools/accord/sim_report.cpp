// Reports of simulated models: one table a machine and kind, put side by side.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/sim_report.h"
#include "tools/accord/model_info.h"
#include "tools/accord/sim_bound.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

namespace accord::cli {
namespace {

Cell microjoules(energy::Attojoules e) { return energy::picojoules(e) / 1e6; }
Cell bytesOf(const sim::Work &w) { return int64_t(w.dramReadBytes + w.dramWrittenBytes); }
/// To a hundredth.
double percent(double part, double whole) { return whole > 0 ? std::round(10000 * part / whole) / 100 : 0; }

Table totals(const MachineRun &run) {
  const sim::SimResult &r = run.result;
  Table table;
  table.columns = {"quantity", "unit", "value"};
  auto row = [&](const std::string &quantity, const char *unit, Cell value) {
    table.rows.push_back({quantity, std::string(unit), std::move(value)});
  };
  auto count = [&](const std::string &quantity, const char *unit, uint64_t value) {
    row(quantity, unit, int64_t(value));
  };
  count("tokens", "tokens", uint64_t(run.tokens));
  count("cycles", "cycles", r.cycles);
  row("time", "ms", r.seconds() * 1e3);
  row("tokens_per_second", "tokens/s", double(run.tokens) / r.seconds());
  if (run.energy) {
    const double joules = energy::joules(run.energy->total);
    row("energy", "mJ", joules * 1e3);
    row("energy_per_token", "mJ/token", joules * 1e3 / double(run.tokens));
    row("average_power", "mW", joules * 1e3 / r.seconds());
  }
  count("dram_read", "bytes", r.work.dramReadBytes);
  count("dram_written", "bytes", r.work.dramWrittenBytes);
  row("dram_bandwidth", "GB/s", double(r.work.dramReadBytes + r.work.dramWrittenBytes) / r.seconds() / 1e9);
  if (r.dram.bursts)
    row("dram_row_hits", "percent", percent(double(r.dram.rowHits), double(r.dram.bursts)));
  count("macs", "", r.work.macs);
  const sim::Floor floor = largestFloor(r);
  row("bound", "resource", floor.resource);
  count("floor", "cycles", r.floorCycles);
  row("floor_share", "percent", percent(double(r.floorCycles), double(r.cycles)));
  for (unsigned u = 0; u < isa::numUnits; ++u)
    if (hasUnit(run.machine.hardware, isa::Unit(u)))
      row(std::string(isa::name(isa::Unit(u))) + "_utilization", "percent",
          percent(double(r.units[u].busy), double(r.cycles)));
  if (run.checked) {
    count("values_compared", "", run.checked->compared);
    count("cache_values_kept", "", run.checked->kept);
    count("mismatches", "", run.checked->mismatches);
  }
  return table;
}

Table energyTable(const MachineRun &run) {
  Table table;
  table.columns = {"component", "action", "count", "pj_each", "energy_uj", "share_percent", "basis"};
  if (!run.energy)
    return table;
  const energy::EnergyReport &e = *run.energy;
  auto row = [&](const std::string &component, const std::string &action, Cell count, Cell each,
                 energy::Attojoules amount, Cell basis) {
    table.rows.push_back({component, action, std::move(count), std::move(each), microjoules(amount),
                          percent(energy::joules(amount), energy::joules(e.total)), std::move(basis)});
  };
  std::vector<std::string> components;
  for (const energy::EnergyRow &r : e.rows)
    if (components.empty() || components.back() != r.component)
      components.push_back(r.component);
  for (const std::string &component : components) {
    energy::Attojoules sum = 0;
    for (const energy::EnergyRow &r : e.rows)
      if (r.component == component) {
        row(component, r.action, int64_t(r.count), double(r.each) * 1e-6, r.total,
            std::string(energy::name(r.basis)));
        sum += r.total;
      }
    for (const energy::LeakageRow &r : e.leakage)
      if (r.component == component) {
        row(component, "leakage", Cell(), Cell(), r.total, std::string(energy::name(r.basis)));
        sum += r.total;
      }
    row(component, "total", Cell(), Cell(), sum, Cell());
  }
  row("all", "dynamic", Cell(), Cell(), e.dynamic, Cell());
  row("all", "idle", Cell(), Cell(), e.idle.dynamic, Cell());
  row("all", "leakage", Cell(), Cell(), e.leaked, Cell());
  row("all", "total", Cell(), Cell(), e.total, Cell());
  return table;
}

/// Records of one op, or of one call, or of the calls of one body, added up.
struct Sum {
  Part part;
  uint64_t calls = 0;
  std::optional<energy::Attojoules> energy;
};

/// By `keyOf` a record's index, in order of first appearance; `active` is left to the caller.
template <typename KeyOf>
std::vector<std::pair<std::string, Sum>> sumsOf(const MachineRun &run, KeyOf keyOf) {
  std::vector<std::pair<std::string, Sum>> sums;
  std::map<std::string, size_t> known;
  for (size_t i = 0; i < run.result.ops.size(); ++i) {
    const sim::OpRecord &record = run.result.ops[i];
    const std::string key = keyOf(record);
    auto [at, isNew] = known.try_emplace(key, sums.size());
    if (isNew)
      sums.push_back({key, {}});
    Sum &sum = sums[at->second].second;
    for (unsigned u = 0; u < isa::numUnits; ++u)
      sum.part.busy[u] += record.busy[u];
    sum.part.work += record.work;
    sum.part.active += record.end - record.start;
    ++sum.calls;
    if (run.energy)
      sum.energy = sum.energy.value_or(0) + run.energy->ops[i].dynamic;
  }
  return sums;
}

Cell energyCell(const Sum &sum) { return sum.energy ? microjoules(*sum.energy) : Cell(); }

Table ops(const MachineRun &run) {
  auto sums = sumsOf(run, [](const sim::OpRecord &r) { return r.op.empty() ? "(none)" : r.op; });
  std::stable_sort(sums.begin(), sums.end(), [](auto &a, auto &b) {
    return busiest(a.second.part).second > busiest(b.second.part).second;
  });
  Table table;
  table.columns = {"op",    "calls", "cycles",      "share_percent", "active_cycles", "utilization_percent",
                   "bound", "floor", "floor_bound", "dynamic_uj",    "dram_bytes"};
  for (auto &[name, sum] : sums) {
    const uint64_t busy = busiest(sum.part).second;
    const sim::Floor floor = floorOf(sum.part.work, run.machine.hardware);
    table.rows.push_back({name, int64_t(sum.calls), int64_t(busy),
                          percent(double(busy), double(run.result.cycles)), int64_t(sum.part.active),
                          percent(double(busy), double(sum.part.active)),
                          boundOf(sum.part, run.machine.hardware), int64_t(floor.cycles), floor.resource,
                          energyCell(sum), bytesOf(sum.part.work)});
  }
  return table;
}

/// `layer_decode_0#3` runs the body `layer_decode_0`.
std::string bodyOf(const std::string &call) { return call.substr(0, call.rfind('#')); }

Table layers(const MachineRun &run) {
  auto sums = sumsOf(run, [](const sim::OpRecord &r) { return std::to_string(r.call); });
  std::map<std::string, Sum *> byCall;
  for (auto &[key, sum] : sums)
    byCall[key] = &sum;
  Table table;
  table.columns = {"layer", "cycles", "share_percent", "time_us",
                   "bound", "floor",  "dynamic_uj",    "dram_bytes"};
  for (size_t i = 0; i < run.result.calls.size(); ++i) {
    const sim::CallRecord &call = run.result.calls[i];
    auto at = byCall.find(std::to_string(i));
    Sum sum = at == byCall.end() ? Sum() : *at->second;
    sum.part.active = call.end - call.start;
    table.rows.push_back(
        {call.name, int64_t(sum.part.active), percent(double(sum.part.active), double(run.result.cycles)),
         double(sum.part.active) / double(run.result.clockHz) * 1e6, boundOf(sum.part, run.machine.hardware),
         int64_t(floorOf(sum.part.work, run.machine.hardware).cycles), energyCell(sum),
         bytesOf(sum.part.work)});
  }
  return table;
}

Table bodies(const MachineRun &run) {
  const std::vector<sim::CallRecord> &calls = run.result.calls;
  auto sums = sumsOf(run, [&](const sim::OpRecord &r) { return bodyOf(calls[r.call].name); });
  Table table;
  table.columns = {"body",  "calls", "cycles",     "share_percent", "cycles_a_call",
                   "bound", "floor", "dynamic_uj", "dram_bytes"};
  for (auto &[name, sum] : sums) {
    sum.part.active = 0;
    int64_t count = 0;
    for (const sim::CallRecord &call : calls)
      if (bodyOf(call.name) == name) {
        ++count;
        sum.part.active += call.end - call.start;
      }
    table.rows.push_back({name, count, int64_t(sum.part.active),
                          percent(double(sum.part.active), double(run.result.cycles)),
                          double(sum.part.active) / double(count), boundOf(sum.part, run.machine.hardware),
                          int64_t(floorOf(sum.part.work, run.machine.hardware).cycles), energyCell(sum),
                          bytesOf(sum.part.work)});
  }
  return table;
}

Table units(const MachineRun &run) {
  Table table;
  table.columns = {"unit", "commands", "busy", "stall", "idle", "utilization_percent"};
  auto row = [&](const char *name, const sim::UnitUse &use) {
    table.rows.push_back({std::string(name), int64_t(use.commands), int64_t(use.busy), int64_t(use.stall),
                          int64_t(use.idle), percent(double(use.busy), double(run.result.cycles))});
  };
  for (unsigned u = 0; u < isa::numUnits; ++u)
    if (hasUnit(run.machine.hardware, isa::Unit(u)))
      row(isa::name(isa::Unit(u)), run.result.units[u]);
  row("processor", run.result.processor);
  return table;
}

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
      for (const std::string &column : columns)
        cells.push_back(at == rows.end() ? Cell() : (*at->second)[indexOf(column)]);
      measured.push_back(at == rows.end() ? std::nullopt : numberOf((*at->second)[ratio]));
    }
    for (size_t i = 1; i < measured.size(); ++i)
      cells.push_back(measured[0] && measured[i] && *measured[0] != 0 ? Cell(*measured[i] / *measured[0])
                                                                      : Cell());
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
  return whole.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace

const std::vector<ReportKind> &reportKinds() {
  static const std::vector<ReportKind> kinds = {
      {"totals",
       "the whole run; bound: the resource with the largest floor, below which no schedule gets",
       true,
       2,
       {"value"},
       "value",
       totals},
      {"energy",
       "actions of each component; basis: what a figure rests on; idle: the part of dynamic that is no op's "
       "(refreshes)",
       true,
       2,
       {"energy_uj", "share_percent"},
       "energy_uj",
       energyTable},
      {"ops",
       "over all layers; cycles: of the op's busiest unit, so that shares add up to more than 100 percent "
       "where units "
       "overlap; active: first start to last end\n     bound: that unit when it is busy half of the active "
       "time "
       "(dram: copies near peak rate), else dependency; floor: at peak rates",
       true,
       1,
       {"cycles", "share_percent", "bound", "dynamic_uj"},
       "cycles",
       ops},
      {"bodies",
       "layers, by the program that they run",
       true,
       1,
       {"calls", "cycles", "share_percent", "bound", "dynamic_uj"},
       "cycles",
       bodies},
      {"layers",
       "every call; bound as of ops",
       false,
       1,
       {"cycles", "time_us", "bound", "dynamic_uj"},
       "cycles",
       layers},
      {"units",
       "cycles of each unit: executing, waiting for a token or an engine, without work",
       false,
       1,
       {"commands", "busy", "utilization_percent"},
       "busy",
       units},
  };
  return kinds;
}

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

std::string renderReports(const std::vector<MachineRun> &runs,
                          const std::vector<std::pair<std::string, std::string>> &about,
                          const ReportOptions &options) {
  ReportOptions chosen = options;
  if (chosen.kinds.empty())
    for (const ReportKind &kind : reportKinds())
      if (options.format == Format::Json || kind.isDefault)
        chosen.kinds.push_back(&kind);
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
