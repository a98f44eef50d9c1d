// Figures of reports, of a run made by hand: each is worked out here from what the run holds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/machine_model.h"
#include "tools/accord/sim_report.h"
#include "tools/driver/sim_bound.h"
#include <catch2/catch.hpp>
#include <cstdlib>

using namespace accord;
using namespace accord::cli;

namespace {

Hardware machine(const std::string &name) {
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  Expected<Hardware> hardware =
      loadHardware(std::string(source ? source : ".") + "/models/hardware/" + name + ".yaml");
  REQUIRE(hardware);
  return *hardware;
}

constexpr energy::Attojoules microjoule = 1000000000000;

/// 1000 cycles at 500 MHz, 2 microseconds, for four tokens: two calls of one body and one of another. No two
/// figures are alike by accident.
MachineRun handMade(const std::string &name = "lut-edge") {
  MachineRun run;
  run.machine = {name + ".yaml", machine(name)};
  run.tokens = 4;
  sim::SimResult &r = run.result;
  r.cycles = 1000, r.clockHz = 500000000;
  r.work.dramReadBytes = 3000, r.work.dramWrittenBytes = 1000;
  r.work.dramReadMovedBytes = 3200, r.work.dramWrittenMovedBytes = 1024;
  r.work.macs = 77;
  const sim::MachineModel model(run.machine.hardware);
  r.resources = model.resources();
  for (size_t u = 0; u < model.numUnits(); ++u)
    r.units.push_back({model.unitName(u), "", {u + 1, 100 * u + 50, 7 * u, 950 - 107 * u}, 0});
  const std::string array = run.machine.hardware.lutArray ? "lut" : "mac";
  const size_t arrayUnit = size_t(std::find(model.unitNames().begin(), model.unitNames().end(), array) -
                                  model.unitNames().begin());
  r.units[arrayUnit].action = "lut_array.lookup", r.units[arrayUnit].actions = 88;
  const sim::Resource lutResource = *model.findResource(array);
  r.dram.bursts = 100, r.dram.rowHits = 70, r.dram.rowMisses = 20, r.dram.rowConflicts = 10;
  r.memories[size_t(isa::Memory::Dram)] = {3000, 1000};
  auto floors = [&](uint64_t peakDram, uint64_t peakLut, uint64_t dram, uint64_t lut) {
    sim::Floors f;
    f.peak.resize(r.resources.size()), f.shape.resize(r.resources.size());
    of(f.peak, sim::Resource::Dram) = peakDram, of(f.peak, lutResource) = peakLut;
    of(f.shape, sim::Resource::Dram) = dram, of(f.shape, lutResource) = lut;
    return f;
  };
  auto doubled = [&](uint64_t all, uint64_t dram, uint64_t lut) {
    sim::ByResource d(r.resources.size(), all);
    of(d, sim::Resource::Dram) = dram, of(d, lutResource) = lut;
    return d;
  };
  r.floors = floors(300, 200, 500, 625), r.doubled = doubled(1000, 850, 700);
  r.calls = {{"layer#0", 0, 600, floors(180, 100, 300, 360), doubled(600, 500, 400)},
             {"layer#1", 600, 900, floors(90, 60, 150, 180), doubled(300, 250, 240)},
             {"head", 900, 1000, floors(30, 40, 50, 85), doubled(100, 100, 96)}};
  auto op = [&](uint32_t call, const char *opName, uint64_t start, uint64_t end, uint64_t lut, uint64_t load,
                uint64_t read, uint64_t written) {
    sim::OpRecord o;
    o.call = call, o.op = opName, o.start = start, o.end = end;
    o.units.resize(r.units.size());
    o.units[arrayUnit].busy = lut, o.units[0].busy = load;
    o.work.dramReadBytes = read, o.work.dramWrittenBytes = written;
    o.floors = floors(load / 4, lut / 4, load / 2, lut / 2);
    o.doubled = doubled(end - start, end - start, (end - start) / 2);
    r.ops.push_back(o);
  };
  op(0, "gate", 0, 500, 200, 120, 1000, 0);
  op(0, "up", 300, 600, 100, 130, 800, 500);
  op(1, "gate", 600, 850, 150, 40, 900, 0);
  op(2, "norm", 900, 1000, 10, 60, 300, 500);
  r.processor = {9, 400, 350, 250};

  energy::EnergyReport e;
  e.rows = {{"dram", "read_bit", "", 24000, 0, 2 * microjoule, energy::Basis::Derived},
            {"lut_array", "lookup", "k4", 88, 0, 3 * microjoule / 2, energy::Basis::Assumed}};
  e.leakage = {{"dram", "", 1, 0, 0, 2 * microjoule, energy::Basis::Paper},
               {"lut_array", "", 1, 0, 0, microjoule / 2, energy::Basis::Assumed}};
  for (uint64_t part : {4, 3, 2, 1})
    e.ops.push_back({0, "", {}, part * microjoule / 4});
  e.idle.dynamic = microjoule;
  e.dynamic = 7 * microjoule / 2, e.leaked = 5 * microjoule / 2, e.total = 6 * microjoule;
  run.energy = e;
  return run;
}

Table tableOf(const std::string &kind, const MachineRun &run) {
  auto kinds = reportsOf(kind);
  REQUIRE(kinds);
  return (*kinds)[0]->make(run);
}

/// The cell of a row, by its first column (and second, where the first is not enough).
Cell at(const Table &table, const std::string &row, const std::string &column,
        const std::string &second = "") {
  auto c = std::find(table.columns.begin(), table.columns.end(), column) - table.columns.begin();
  REQUIRE(size_t(c) < table.columns.size());
  for (const auto &cells : table.rows)
    if (std::get<std::string>(cells[0]) == row &&
        (second.empty() || std::get<std::string>(cells[1]) == second))
      return cells[size_t(c)];
  FAIL("expected a row '" << row << "', got none");
  return {};
}

double number(const Cell &cell) {
  if (auto *i = std::get_if<int64_t>(&cell))
    return double(*i);
  REQUIRE(std::holds_alternative<double>(cell));
  return std::get<double>(cell);
}

Approx about(double value) { return Approx(value).epsilon(1e-12); }

} // namespace

TEST_CASE("figures of a whole run have their units", "[tools]") {
  const Table totals = tableOf("totals", handMade());
  auto unit = [&](const char *row) { return std::get<std::string>(at(totals, row, "unit")); };
  const std::tuple<const char *, const char *, double> wanted[] = {
      {"cycles", "cycles", 1000},
      {"clock", "MHz", 500},
      {"time", "ms", 0.002},
      {"tokens", "tokens", 4},
      {"tokens_per_second", "tokens/s", 4 / 2e-6},
      {"energy", "mJ", 0.006},
      {"energy_per_token", "mJ/token", 0.0015},
      {"energy_assumed", "percent", 33.33}, // 1.5 and 0.5 of 6
      {"average_power", "mW", 3000},        // 6 microjoules in 2 microseconds
      {"floor_peak", "cycles", 300},
      {"floor", "cycles", 625},
      {"floor_time", "ms", 0.00125},
      {"floor_share", "percent", 62.5},
      {"bound_gain", "percent", 30},
      {"dram_read", "bytes", 3000},
      {"dram_written", "bytes", 1000},
      {"dram_moved", "bytes", 4224},
      {"dram_bandwidth", "GB/s", 2}, // 4000 bytes in 2 microseconds
      {"dram_row_hits", "percent", 70},
      {"macs", "", 77},
      {"lut_array_lookups", "actions", 88},
      {"load_utilization", "percent", 5},
      {"lut_utilization", "percent", 35}};
  for (const auto &[row, of, value] : wanted) {
    INFO(row);
    CHECK(unit(row) == of);
    CHECK(number(at(totals, row, "value")) == about(value));
  }
  for (const char *row : {"floor", "floor_time", "floor_share", "bound_gain"})
    CHECK(std::get<std::string>(at(totals, row, "resource")) == "lut");
}

TEST_CASE("energy is of its component, share and all", "[tools]") {
  const Table energy = tableOf("energy", handMade());
  CHECK(number(at(energy, "dram", "energy_uj", "read_bit")) == about(2));
  CHECK(number(at(energy, "dram", "energy_uj", "leakage")) == about(2));
  CHECK(number(at(energy, "dram", "energy_uj", "total")) == about(4));
  CHECK(number(at(energy, "dram", "share_percent", "total")) == about(66.67));
  CHECK(number(at(energy, "lut_array", "energy_uj", "total")) == about(2));
  CHECK(number(at(energy, "all", "energy_uj", "dynamic")) == about(3.5));
  CHECK(number(at(energy, "all", "energy_uj", "idle")) == about(1));
  CHECK(number(at(energy, "all", "energy_uj", "leakage")) == about(2.5));
  CHECK(number(at(energy, "all", "energy_uj", "total")) == about(6));
}

TEST_CASE("a resource has its floors and its gain", "[tools]") {
  const Table resources = tableOf("resources", handMade());
  CHECK(number(at(resources, "dram", "floor_peak_cycles")) == 300);
  CHECK(number(at(resources, "dram", "floor_cycles")) == 500);
  CHECK(number(at(resources, "dram", "floor_us")) == about(1));
  CHECK(number(at(resources, "dram", "share_percent")) == about(50));
  CHECK(number(at(resources, "dram", "gain_percent")) == about(15));
  CHECK(number(at(resources, "lut", "share_percent")) == about(62.5));
  CHECK(number(at(resources, "lut", "gain_percent")) == about(30));
  CHECK(number(at(resources, "vector", "gain_percent")) == 0);
}

TEST_CASE("ops are added up over calls", "[tools]") {
  const Table ops = tableOf("ops", handMade());
  REQUIRE(ops.rows.size() == 3);
  CHECK(number(at(ops, "gate", "calls")) == 2);
  CHECK(number(at(ops, "gate", "cycles")) == 350); // of the LUT array, the busiest
  CHECK(number(at(ops, "gate", "time_us")) == about(0.7));
  CHECK(number(at(ops, "gate", "share_percent")) == about(35));
  CHECK(number(at(ops, "gate", "active_cycles")) == 750);
  CHECK(number(at(ops, "gate", "active_us")) == about(1.5));
  CHECK(number(at(ops, "gate", "utilization_percent")) == about(46.67));
  CHECK(number(at(ops, "gate", "gain_percent")) == about(50));
  CHECK(std::get<std::string>(at(ops, "gate", "bound")) == "lut");
  CHECK(number(at(ops, "gate", "floor_peak_cycles")) == 87); // 50 + 37
  CHECK(number(at(ops, "gate", "floor_cycles")) == 175);
  CHECK(number(at(ops, "gate", "dynamic_uj")) == about(1.5)); // 4/4 and 2/4
  CHECK(number(at(ops, "gate", "dram_bytes")) == 1900);
  CHECK(number(at(ops, "up", "cycles")) == 130); // of the loads
  CHECK(number(at(ops, "up", "dram_bytes")) == 1300);
}

TEST_CASE("calls and bodies have times of their own", "[tools]") {
  const Table layers = tableOf("layers", handMade()), bodies = tableOf("bodies", handMade());
  REQUIRE(layers.rows.size() == 3);
  CHECK(number(at(layers, "layer#1", "cycles")) == 300);
  CHECK(number(at(layers, "layer#1", "share_percent")) == about(30));
  CHECK(number(at(layers, "layer#1", "floor_cycles")) == 180);
  CHECK(number(at(layers, "layer#1", "gain_percent")) == about(20));
  CHECK(number(at(layers, "layer#0", "dynamic_uj")) == about(1.75));
  CHECK(number(at(layers, "layer#0", "dram_bytes")) == 2300);
  CHECK(std::get<std::string>(at(layers, "head", "bound")) == "dependency"); // 4 percent
  REQUIRE(bodies.rows.size() == 2);
  CHECK(number(at(bodies, "layer", "calls")) == 2);
  CHECK(number(at(bodies, "layer", "cycles")) == 900);
  CHECK(number(at(bodies, "layer", "cycles_a_call")) == about(450));
  CHECK(number(at(bodies, "layer", "gain_percent")) == about(28.89)); // to 640
  CHECK(number(at(bodies, "head", "cycles_a_call")) == about(100));
  CHECK(number(at(bodies, "layer", "dram_bytes")) == 3200);
}

TEST_CASE("units are those that the machine has", "[tools]") {
  const Table lut = tableOf("units", handMade()), mac = tableOf("units", handMade("mac-edge"));
  auto has = [](const Table &table, const char *unit) {
    return std::any_of(table.rows.begin(), table.rows.end(),
                       [&](auto &row) { return std::get<std::string>(row[0]) == unit; });
  };
  for (const char *unit : {"load", "store", "vector", "processor"})
    CHECK((has(lut, unit) && has(mac, unit)));
  CHECK((has(lut, "lut") && has(lut, "table") && !has(lut, "mac")));
  CHECK((has(mac, "mac") && !has(mac, "lut") && !has(mac, "table")));
  CHECK(number(at(lut, "store", "commands")) == 2);
  CHECK(number(at(lut, "store", "busy_cycles")) == 150);
  CHECK(number(at(lut, "store", "busy_us")) == about(0.3));
  CHECK(number(at(lut, "store", "stall_cycles")) == 7);
  CHECK(number(at(lut, "store", "idle_cycles")) == 843);
  CHECK(number(at(lut, "store", "utilization_percent")) == about(15));
  CHECK(number(at(lut, "processor", "utilization_percent")) == about(40));
}

TEST_CASE("a share is to a hundredth, and a bound is what takes the most off", "[tools]") {
  CHECK(percent(1, 3) == 33.33);
  CHECK(percent(2, 3) == 66.67);
  CHECK(percent(1, 0) == 0);
  sim::SimResult names;
  names.resources = {"dram", "dma", "scratchpad", "issue", "lut", "vector"};
  sim::ByResource doubled(6, 2000);
  CHECK(boundOf(2000, doubled, names).resource == "dependency");
  doubled[5] = 1901; // 4.95 percent
  CHECK(boundOf(2000, doubled, names).resource == "dependency");
  CHECK(boundOf(2000, doubled, names).gainPercent == 4.95);
  for (size_t r = 0; r < 6; ++r) {
    doubled.assign(6, 1900);
    doubled[r] = 1500;
    CHECK(boundOf(2000, doubled, names).resource == names.resources[r]);
    CHECK(boundOf(2000, doubled, names).gainPercent == 25);
  }
  CHECK(boundOf(2000, {}, names).resource == "dependency"); // nothing was asked
}

TEST_CASE("machines stand side by side with a ratio to the first", "[tools]") {
  MachineRun fast = handMade();
  fast.machine.path = "fast.yaml", fast.machine.hardware.name = "fast";
  fast.result.clockHz *= 2;
  ReportOptions options;
  options.format = Format::Csv;
  options.kinds = *reportsOf("totals");
  const std::string text = renderReports({handMade(), fast}, {}, options);
  CHECK(text.find("\ntime,ms,0.002,,0.001,,0.5,") != std::string::npos);
  CHECK(text.find("\ndram_bandwidth,GB/s,2,,4,,2,") != std::string::npos);
}

TEST_CASE("a table shows the costliest ops", "[tools]") {
  ReportOptions options;
  options.kinds = *reportsOf("ops");
  auto shows = [&](size_t count, const char *op) {
    options.ops = count;
    return renderReports({handMade()}, {}, options).find(std::string("\n") + op + " ") != std::string::npos;
  };
  CHECK((shows(1, "gate") && !shows(1, "up") && !shows(1, "norm")));
  CHECK((shows(2, "gate") && shows(2, "up") && !shows(2, "norm")));
  CHECK(shows(3, "norm"));
}
