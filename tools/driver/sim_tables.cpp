// Tables of a simulated run. Each number has one unit, which its column or its row's `unit` names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/sim_tables.h"
#include "tools/driver/sim_bound.h"

#include <algorithm>
#include <map>

namespace accord::driver {
namespace {

Cell microjoules(energy::Attojoules e) { return energy::picojoules(e) / 1e6; }
Cell bytesOf(const sim::Work &w) { return int64_t(w.dramReadBytes + w.dramWrittenBytes); }
Cell microseconds(const MachineRun &run, uint64_t cycles) {
  return double(cycles) / double(run.result.clockHz) * 1e6;
}

/// The share of the energy that rests on assumed figures.
double assumedPercent(const energy::EnergyReport &report) {
  energy::Attojoules assumed = 0;
  for (const energy::EnergyRow &row : report.rows)
    if (row.basis == energy::Basis::Assumed)
      assumed += row.total;
  for (const energy::LeakageRow &row : report.leakage)
    if (row.basis == energy::Basis::Assumed)
      assumed += row.total;
  return percent(energy::joules(assumed), energy::joules(report.total));
}

Table totals(const MachineRun &run) {
  const sim::SimResult &r = run.result;
  Table table;
  table.columns = {"quantity", "unit", "value", "resource"};
  auto row = [&](const std::string &quantity, const char *unit, Cell value,
                 const std::string &resource = "") {
    table.rows.push_back(
        {quantity, std::string(unit), std::move(value), resource.empty() ? Cell() : Cell(resource)});
  };
  auto count = [&](const std::string &quantity, const char *unit, uint64_t value,
                   const std::string &resource = "") { row(quantity, unit, int64_t(value), resource); };
  auto milliseconds = [&](uint64_t cycles) { return double(cycles) / double(r.clockHz) * 1e3; };
  if (run.tokens)
    count("tokens", "tokens", uint64_t(run.tokens));
  count("cycles", "cycles", r.cycles);
  row("clock", "MHz", double(r.clockHz) / 1e6);
  row("time", "ms", milliseconds(r.cycles));
  if (run.tokens)
    row("tokens_per_second", "tokens/s", double(run.tokens) / r.seconds());
  if (run.energy) {
    const double joules = energy::joules(run.energy->total);
    row("energy", "mJ", joules * 1e3);
    row("energy_assumed", "percent", assumedPercent(*run.energy));
    if (run.tokens)
      row("energy_per_token", "mJ/token", joules * 1e3 / double(run.tokens));
    row("average_power", "mW", r.cycles ? joules * 1e3 / r.seconds() : 0);
  }
  const std::string floor = floorResource(r.floors, r);
  count("floor_peak", "cycles", r.floors.largestPeak());
  count("floor", "cycles", r.floors.largestShape(), floor);
  row("floor_time", "ms", milliseconds(r.floors.largestShape()), floor);
  row("floor_share", "percent", percent(double(r.floors.largestShape()), double(r.cycles)), floor);
  if (run.bounds) {
    const Bound bound = boundOf(r.cycles, r.doubled, r);
    row("bound_gain", "percent", bound.gainPercent, bound.resource);
  }
  for (unsigned m = 0; m < isa::numMemories; ++m)
    if (const sim::Traffic &t = r.memories[m]; t.readBytes + t.writtenBytes) {
      const std::string memory = isa::name(isa::Memory(m));
      count(memory + "_read", "bytes", t.readBytes);
      count(memory + "_written", "bytes", t.writtenBytes);
    }
  if (r.dram.bursts)
    count("dram_moved", "bytes", r.work.dramReadMovedBytes + r.work.dramWrittenMovedBytes);
  row("dram_bandwidth", "GB/s",
      r.cycles ? double(r.work.dramReadBytes + r.work.dramWrittenBytes) / r.seconds() / 1e9 : 0);
  if (r.dram.bursts)
    row("dram_row_hits", "percent", percent(double(r.dram.rowHits), double(r.dram.bursts)));
  count("macs", "", r.work.macs);
  for (const sim::UnitRecord &unit : r.units)
    if (unit.actions) {
      std::string quantity = unit.action + "s";
      std::replace(quantity.begin(), quantity.end(), '.', '_');
      count(quantity, "actions", unit.actions);
    }
  for (const sim::UnitRecord &unit : r.units)
    row(unit.name + "_utilization", "percent", percent(double(unit.use.busy), double(r.cycles)));
  if (r.bytesChecked)
    count("bytes_checked_for_races", "bytes", r.bytesChecked);
  if (r.rtlCommands) {
    count("rtl_commands", "", r.rtlCommands);
    count("rtl_cycles", "cycles", r.rtlCycles);
    count("model_cycles_of_rtl_commands", "cycles", r.modelCyclesOfRtlCommands);
  }
  if (run.checked) {
    count("values_compared", "", run.checked->compared);
    if (run.checked->kept)
      count("cache_values_kept", "", *run.checked->kept);
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

Table resources(const MachineRun &run) {
  const sim::SimResult &r = run.result;
  Table table;
  table.columns = {"resource", "floor_peak_cycles", "floor_cycles",
                   "floor_us", "share_percent",     "gain_percent"};
  for (size_t i = 0; i < r.resources.size(); ++i) {
    const uint64_t floor = r.floors.shape[i], doubled = std::min(r.cycles, r.doubled[i]);
    table.rows.push_back({r.resources[i], int64_t(r.floors.peak[i]), int64_t(floor), microseconds(run, floor),
                          percent(double(floor), double(r.cycles)),
                          run.bounds ? Cell(percent(double(r.cycles - doubled), double(r.cycles))) : Cell()});
  }
  return table;
}

/// Records of one op, or of one call, or of the calls of one body, added up.
struct Sum {
  Part part;
  uint64_t calls = 0;
  std::optional<energy::Attojoules> energy;
};

/// By `keyOf` a record, in order of first appearance.
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
    sum.part.units += record.units;
    sum.part.work += record.work;
    sum.part.floors += record.floors;
    sum.part.active += record.end - record.start;
    sim::add(sum.part.doubled, record.doubled);
    ++sum.calls;
    if (run.energy)
      sum.energy = sum.energy.value_or(0) + run.energy->ops[i].dynamic;
  }
  return sums;
}

/// The same, whose times and floors are those of calls, not of the ops in them.
void takeCalls(const MachineRun &run, Sum &sum, const std::vector<const sim::CallRecord *> &calls) {
  sum.part.active = 0;
  sum.part.floors = {};
  sum.part.doubled = {};
  for (const sim::CallRecord *call : calls) {
    sum.part.active += call->end - call->start;
    sum.part.floors += call->floors;
    sim::add(sum.part.doubled, call->doubled);
  }
  sum.calls = calls.size();
  if (run.energy && !sum.energy)
    sum.energy = 0;
}

Cell energyCell(const Sum &sum) { return sum.energy ? microjoules(*sum.energy) : Cell(); }

/// What all tables of parts end with.
const std::vector<std::string> partColumns = {"bound",        "gain_percent", "floor_peak_cycles",
                                              "floor_cycles", "floor_us",     "floor_resource",
                                              "dynamic_uj",   "dram_bytes"};

void appendPart(const MachineRun &run, const Sum &sum, std::vector<Cell> &cells) {
  const Bound bound = boundOf(sum.part.active, sum.part.doubled, run.result);
  const uint64_t floor = sum.part.floors.largestShape();
  for (Cell &cell : std::vector<Cell>{
           run.bounds ? Cell(bound.resource) : Cell(), run.bounds ? Cell(bound.gainPercent) : Cell(),
           int64_t(sum.part.floors.largestPeak()), int64_t(floor), microseconds(run, floor),
           floorResource(sum.part.floors, run.result), energyCell(sum), bytesOf(sum.part.work)})
    cells.push_back(std::move(cell));
}

Table tableWith(std::vector<std::string> columns) {
  Table table;
  table.columns = std::move(columns);
  table.columns.insert(table.columns.end(), partColumns.begin(), partColumns.end());
  return table;
}

Table ops(const MachineRun &run) {
  auto sums = sumsOf(run, [](const sim::OpRecord &r) { return r.op.empty() ? "(none)" : r.op; });
  std::stable_sort(sums.begin(), sums.end(),
                   [](auto &a, auto &b) { return busiest(a.second.part) > busiest(b.second.part); });
  Table table = tableWith({"op", "calls", "cycles", "time_us", "share_percent", "active_cycles", "active_us",
                           "utilization_percent"});
  for (auto &[name, sum] : sums) {
    const uint64_t busy = busiest(sum.part);
    table.rows.push_back({name, int64_t(sum.calls), int64_t(busy), microseconds(run, busy),
                          percent(double(busy), double(run.result.cycles)), int64_t(sum.part.active),
                          microseconds(run, sum.part.active),
                          percent(double(busy), double(sum.part.active))});
    appendPart(run, sum, table.rows.back());
  }
  return table;
}

Table layers(const MachineRun &run) {
  std::map<std::string, Sum> byCall;
  for (auto &[key, sum] : sumsOf(run, [](const sim::OpRecord &r) { return std::to_string(r.call); }))
    byCall[key] = sum;
  Table table = tableWith({"layer", "cycles", "time_us", "share_percent"});
  for (size_t i = 0; i < run.result.calls.size(); ++i) {
    Sum sum = byCall[std::to_string(i)];
    takeCalls(run, sum, {&run.result.calls[i]});
    table.rows.push_back({run.result.calls[i].name, int64_t(sum.part.active),
                          microseconds(run, sum.part.active),
                          percent(double(sum.part.active), double(run.result.cycles))});
    appendPart(run, sum, table.rows.back());
  }
  return table;
}

/// `layer_decode_0#3` runs the body `layer_decode_0`.
std::string bodyOf(const std::string &call) { return call.substr(0, call.rfind('#')); }

Table bodies(const MachineRun &run) {
  const std::vector<sim::CallRecord> &calls = run.result.calls;
  Table table = tableWith({"body", "calls", "cycles", "time_us", "share_percent", "cycles_a_call"});
  for (auto &[name, sum] : sumsOf(run, [&](const sim::OpRecord &r) { return bodyOf(calls[r.call].name); })) {
    std::vector<const sim::CallRecord *> own;
    for (const sim::CallRecord &call : calls)
      if (bodyOf(call.name) == name)
        own.push_back(&call);
    Sum whole = sum;
    takeCalls(run, whole, own);
    const uint64_t cycles = whole.part.active;
    table.rows.push_back({name, int64_t(own.size()), int64_t(cycles), microseconds(run, cycles),
                          percent(double(cycles), double(run.result.cycles)),
                          double(cycles) / double(own.size())});
    appendPart(run, whole, table.rows.back());
  }
  return table;
}

Table units(const MachineRun &run) {
  Table table;
  table.columns = {"unit",         "commands",    "busy_cycles",        "busy_us",
                   "stall_cycles", "idle_cycles", "utilization_percent"};
  auto row = [&](const std::string &name, const sim::UnitUse &use) {
    table.rows.push_back({name, int64_t(use.commands), int64_t(use.busy), microseconds(run, use.busy),
                          int64_t(use.stall), int64_t(use.idle),
                          percent(double(use.busy), double(run.result.cycles))});
  };
  for (const sim::UnitRecord &unit : run.result.units)
    row(unit.name, unit.use);
  row("processor", run.result.processor);
  return table;
}

} // namespace

const std::vector<ReportKind> &reportKinds() {
  static const std::vector<ReportKind> kinds = {
      {"totals",
       "the whole run; floor_peak, floor: the least cycles at peak rates, and for these shapes; bound_gain: "
       "what twice\n     as much of the resource takes off the time, an estimate (--twice measures it); "
       "energy_assumed: the share that rests\n     on assumed figures; lut_array_lookups and the like: "
       "actions of a unit, which energy is paid for",
       true,
       true,
       2,
       {"value"},
       "value",
       totals},
      {"energy",
       "actions of each component; basis: what a figure rests on; idle: the part of dynamic that is no op's "
       "(refreshes)",
       true,
       false,
       2,
       {"energy_uj", "share_percent"},
       "energy_uj",
       energyTable},
      {"resources",
       "floor_peak: amounts over peak rates; floor: with half-empty rows and lanes, whole bursts, refreshes; "
       "no "
       "run of the\n     program is shorter; share: of the time; gain: what twice as much of the resource "
       "takes off\n     the time, an estimate (--twice measures it)",
       true,
       true,
       1,
       {"floor_cycles", "floor_us", "share_percent", "gain_percent"},
       "floor_us",
       resources},
      {"ops",
       "over all layers; cycles: of the op's busiest unit, so that shares add up to more than 100 percent "
       "where "
       "units\n     overlap; active: first start to last end; bound: the resource of which twice as much "
       "takes the "
       "most off that\n     (gain), dependency where none takes 5 percent; floor: the least active cycles",
       true,
       true,
       1,
       {"cycles", "time_us", "share_percent", "bound", "dynamic_uj"},
       "time_us",
       ops},
      {"bodies",
       "layers, by the program that they run; bound as of ops",
       true,
       true,
       1,
       {"calls", "cycles", "time_us", "share_percent", "bound", "dynamic_uj"},
       "time_us",
       bodies},
      {"layers",
       "every call; bound as of ops",
       false,
       true,
       1,
       {"cycles", "time_us", "bound", "dynamic_uj"},
       "time_us",
       layers},
      {"units",
       "cycles of each unit: executing, waiting for a token or an engine, without work",
       false,
       false,
       1,
       {"commands", "busy_cycles", "busy_us", "utilization_percent"},
       "busy_us",
       units},
  };
  return kinds;
}

} // namespace accord::driver
