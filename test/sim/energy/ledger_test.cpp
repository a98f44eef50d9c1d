// Accounts worked out by hand, every missing figure, broken sums, and random runs whose sums are exact.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/components.h"
#include "sim/energy/ledger.h"
#include "sim/system/counters.h"
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>

using namespace accord;
using namespace accord::energy;

namespace {

const char *const Machine = R"(name: unit
clock_mhz: 1000
cores: 1
issue_cycles: 1
process: {node_nm: 28, voltage_v: 0.9}
lut_array: {m: 2, n: 64, k: 4, table_bits: 11, act_bits: 8, out_lanes: 16, count: 1}
table_unit: {tables_per_cycle: 3}
vector: {lanes: 16, latency_cycles: 4}
scratchpad: {capacity_kib: 256, banks: 8, width_bits: 256, latency_cycles: 2}
accumulator: {capacity_kib: 64, banks: 2, width_bits: 512, latency_cycles: 2}
dma: {engines: 2, queue_depth: 8, setup_cycles: 16}
dram: {standard: LPDDR5, channels: 2, data_rate_mtps: 6400, bus_width_bits: 32, mapping: row-bank-column-group-channel, refresh: all_bank}
queues: {depth: 4}
)";

/// A figure for every row of the table and the machine's variants, at the machine's technology, so that
/// nothing is scaled but by bank (x 1) and channel (x 2). Energies are 1, 2, 3, ... pJ, powers 1, 2, 3, ...
/// mW.
EnergyModel flatModel(const Hardware &h) {
  EnergyModel model;
  model.name = "flat", model.file = "flat.yaml";
  int64_t energies = 0, powers = 0;
  for (const Charge &charge : chargesOf(h)) {
    Figure f;
    f.component = charge.kind->component, f.action = charge.kind->action, f.variant = charge.variant;
    f.scaling = charge.kind->scaling;
    f.taken = {28, 0.9};
    f.bankKib = 32, f.widthBits = 16;
    f.micro = 1000000 * (charge.kind->isLeakage() ? ++powers : ++energies);
    model.figures.push_back(f);
  }
  return model;
}

Hardware machine() {
  Expected<Hardware> h = parseHardware(Machine, "unit.yaml");
  REQUIRE(h);
  return *h;
}

/// What an op does: actions of units, in the order of the result, and the rest.
struct Done {
  std::map<std::string, uint64_t> actions;
  sim::Work work;
};

Done someWork() {
  sim::Work w;
  w.spmReadBytes = 11, w.spmWrittenBytes = 13, w.accReadBytes = 17, w.accWrittenBytes = 19;
  w.dramReadMovedBytes = 23, w.dramWrittenMovedBytes = 29, w.dramActivates = 3, w.dramRefreshes = 5;
  w.macs = 400; // what the lookups stand for: no action
  return {{{"table", 10}, {"lut", 100}, {"vector", 7}}, w};
}

sim::SimResult resultOf(const std::vector<Done> &ops) {
  sim::SimResult r;
  r.cycles = 2000, r.clockHz = 1000000000;
  r.units = {{"table", "table_unit.table", {}, 0},
             {"lut", "lut_array.lookup", {}, 0},
             {"mac", "mac_array.mac", {}, 0},
             {"vector", "vector.step", {}, 0}};
  for (const Done &done : ops) {
    sim::OpRecord op;
    op.op = "op" + std::to_string(r.ops.size());
    op.work = done.work;
    for (sim::UnitRecord &unit : r.units) {
      const auto at = done.actions.find(unit.name);
      const uint64_t actions = at == done.actions.end() ? 0 : at->second;
      op.units.push_back({1, 0, actions, 0});
      unit.actions += actions;
    }
    r.work += op.work;
    r.ops.push_back(op);
  }
  return r;
}

std::string errorOf(const EnergyModel &model, const Hardware &h, const sim::SimResult &r) {
  Expected<EnergyReport> report = account(model, h, r);
  return report ? "accepted" : report.error().message;
}

} // namespace

TEST_CASE("an account by hand", "[energy]") {
  const Hardware h = machine();
  Expected<EnergyReport> r = account(flatModel(h), h, resultOf({someWork()}));
  if (!r)
    FAIL(r.error().message);
  CHECK(r->model == "flat");
  CHECK(r->hardware == "unit");
  CHECK(r->seconds == 2e-6);
  struct Row {
    const char *name;
    uint64_t count;
    double pj;
  };
  // The channel is twice as wide as the figures': activates and refreshes cost twice as much.
  const Row rows[] = {{"table_unit.table", 10, 10},
                      {"lut_array.lookup", 100, 200},
                      {"vector.step", 7, 21},
                      {"scratchpad.read_byte", 11, 44},
                      {"scratchpad.write_byte", 13, 65},
                      {"accumulator.read_byte", 17, 102},
                      {"accumulator.write_byte", 19, 133},
                      {"dram.activate", 3, 3 * 8 * 2},
                      {"dram.read_bit", 23 * 8, 23 * 8 * 9},
                      {"dram.write_bit", 29 * 8, 29 * 8 * 10},
                      {"dram.io_bit", 52 * 8, 52 * 8 * 11},
                      {"dram.refresh", 5, 5 * 12 * 2}};
  REQUIRE(r->rows.size() == std::size(rows));
  double dynamic = 0;
  for (size_t i = 0; i < r->rows.size(); ++i) {
    INFO(rows[i].name);
    CHECK(r->rows[i].component + "." + r->rows[i].action == rows[i].name);
    CHECK(r->rows[i].count == rows[i].count);
    CHECK(picojoules(r->rows[i].total) == rows[i].pj);
    dynamic += rows[i].pj;
  }
  CHECK(picojoules(r->dynamic) == dynamic);

  // 2 us: 1 mW is 2000 pJ.
  const Row leakage[] = {{"table_unit", 3, 3},         {"lut_array", 128, 128 * 2}, {"vector", 16, 16 * 3},
                         {"scratchpad", 256, 256 * 4}, {"accumulator", 64, 64 * 5}, {"dram", 2, 2 * 6 * 2}};
  REQUIRE(r->leakage.size() == std::size(leakage));
  double leaked = 0;
  for (size_t i = 0; i < r->leakage.size(); ++i) {
    INFO(leakage[i].name);
    CHECK(r->leakage[i].component == leakage[i].name);
    CHECK(r->leakage[i].parts == leakage[i].count);
    CHECK(r->leakage[i].milliwatts == leakage[i].pj);
    CHECK(picojoules(r->leakage[i].total) == 2000 * leakage[i].pj);
    leaked += 2000 * leakage[i].pj;
  }
  CHECK(picojoules(r->leaked) == leaked);
  CHECK(picojoules(r->total) == dynamic + leaked);
  CHECK(joules(r->total) == Approx((dynamic + leaked) * 1e-12));
  REQUIRE(r->ops.size() == 1);
  CHECK(r->ops[0].op == "op0");
  CHECK(r->ops[0].dynamic == r->dynamic);
}

TEST_CASE("a memory's byte costs by the edge of its bank, and everything by node and voltage", "[energy]") {
  Hardware h = machine();
  const EnergyModel model = flatModel(h);
  h.scratchpad.capacityBytes *= 4; // banks of 128 KiB: twice the energy of 32 KiB
  h.accumulator.banks *= 4;        // banks of 8 KiB: half
  Expected<EnergyReport> r = account(model, h, resultOf({someWork()}));
  REQUIRE(r);
  CHECK(r->rows[3].each == 2 * 4000000);
  CHECK(r->rows[5].each == 6000000 / 2);
  h = machine();
  h.process = {45, 0.8, ""};
  r = account(model, h, resultOf({someWork()}));
  REQUIRE(r);
  const double factor = *energyFactor({28, 0.9}, {45, 0.8});
  CHECK(factor > 1.5);
  CHECK(r->rows[0].each == uint64_t(std::llround(1000000 * factor)));
  CHECK(r->rows[3].each == uint64_t(std::llround(4000000 * factor)));
  CHECK(r->leakage[0].picowatts == uint64_t(std::llround(1e9 * factor)));
  CHECK(r->rows[7].each == 16000000); // dram is another die
  CHECK(r->rows[8].each == 9000000);
  CHECK(r->leakage[5].picowatts == 12000000000);
}

TEST_CASE("a refresh of some banks costs its share", "[energy]") {
  Hardware h = machine();
  const EnergyModel model = flatModel(h);
  struct Case {
    const char *standard;
    uint64_t shares; // sets of banks that a channel refreshes one after the other
  };
  for (const Case &c : {Case{"LPDDR5", 8}, Case{"DDR5", 4}, Case{"HBM2", 16}, Case{"HBM3", 16}}) {
    INFO(c.standard);
    h.dram.standard = c.standard;
    EnergyModel own = model;
    for (Figure &f : own.figures)
      f.variant = f.component == "dram" ? c.standard : f.variant;
    h.dram.refresh = "all_bank";
    Expected<EnergyReport> all = account(own, h, resultOf({someWork()}));
    h.dram.refresh = "per_bank";
    Expected<EnergyReport> part = account(own, h, resultOf({someWork()}));
    REQUIRE(all);
    REQUIRE(part);
    REQUIRE(all->rows[11].action == "refresh");
    CHECK(all->rows[11].each == 24000000);
    CHECK(part->rows[11].each * c.shares == all->rows[11].each);
    CHECK(part->rows[7].each == all->rows[7].each); // an activate is one row either way
  }
}

TEST_CASE("refreshes of idle time are no op's and add up", "[energy]") {
  const Hardware h = machine();
  sim::SimResult r = resultOf({someWork(), someWork()});
  r.idle.dramRefreshes = 4;
  CHECK(errorOf(flatModel(h), h, r) ==
        "energy: sum over ops of dram.refresh (LPDDR5): expected 240000000 aJ, got 336000000 aJ");
  r.work.dramRefreshes += 4;
  Expected<EnergyReport> whole = account(flatModel(h), h, r);
  REQUIRE(whole);
  CHECK(picojoules(whole->idle.dynamic) == 4 * 12 * 2);
  CHECK(whole->ops[0].dynamic + whole->ops[1].dynamic + whole->idle.dynamic == whole->dynamic);
  whole->idle.dynamic += 1;
  CHECK(check(*whole).error().message == "energy: sum of idle time: expected 96000001 aJ, got 96000000 aJ");
}

TEST_CASE("leakage is that of all cores", "[energy]") {
  Hardware h = machine();
  const EnergyModel model = flatModel(h);
  const sim::SimResult run = resultOf({someWork()});
  Expected<EnergyReport> one = account(model, h, run);
  h.cores = 3;
  h.lutArray->count = 2;
  Expected<EnergyReport> three = account(model, h, run);
  REQUIRE(one);
  REQUIRE(three);
  CHECK(three->leakage[1].parts == 6 * one->leakage[1].parts);
  for (size_t i : {0, 2, 3, 4})
    CHECK(three->leakage[i].total == 3 * one->leakage[i].total);
  CHECK(three->leakage[5].total == one->leakage[5].total); // the channels are shared
  CHECK(three->dynamic == one->dynamic);
}

TEST_CASE("each figure that is not there is named", "[energy]") {
  const Hardware h = machine();
  const EnergyModel whole = flatModel(h);
  CHECK(whole.figures.size() == 18);
  for (size_t i = 0; i < whole.figures.size(); ++i) {
    EnergyModel model = whole;
    model.figures.erase(model.figures.begin() + long(i));
    const Figure &f = whole.figures[i];
    CHECK(errorOf(model, h, resultOf({someWork()})) == "flat.yaml: expected a figure for '" +
                                                           spellAction(f.component, f.action, f.variant) +
                                                           "', which hardware unit needs, got none");
  }
  EnergyModel other = whole;
  for (Figure &f : other.figures)
    if (f.component == "dram")
      f.variant = "HBM3";
  CHECK(errorOf(other, h, resultOf({someWork()})) ==
        "flat.yaml: expected a figure for 'dram.activate (LPDDR5)', which hardware unit needs, got none");
}

TEST_CASE("work of a component that the machine has not is refused", "[energy]") {
  Hardware h = machine();
  h.lutArray.reset();
  h.tableUnit.reset();
  h.macArray = MacArray{8, 4, 4, 16, "int8"};
  const EnergyModel model = flatModel(h);
  Done w = someWork();
  w.actions["table"] = 0;
  CHECK(errorOf(model, h, resultOf({w})) ==
        "energy: expected no 'lut_array.lookup' on hardware unit, which has no such component, got 100");
  w.actions["lut"] = 0, w.actions["table"] = 10;
  CHECK(errorOf(model, h, resultOf({w})) ==
        "energy: expected no 'table_unit.table' on hardware unit, which has no such component, got 10");
  w.actions["table"] = 0, w.actions["mac"] = 400;
  Expected<EnergyReport> r = account(model, h, resultOf({w}));
  REQUIRE(r);
  CHECK(r->rows[0].component == "mac_array");
  CHECK(r->rows[0].variant == "int8");
  CHECK(r->rows[0].count == 400);
  CHECK(r->leakage[0].parts == 32);
}

TEST_CASE("two arrays at work are paid for what each did", "[energy]") {
  Hardware h = machine();
  h.macArray = MacArray{8, 4, 4, 16, "f32"};
  const EnergyModel model = flatModel(h);
  Done w = someWork();
  w.actions["mac"] = 30, w.work.macs = 430; // those of the lookups too
  Expected<EnergyReport> r = account(model, h, resultOf({w}));
  REQUIRE(r);
  CHECK(r->rows[1].component == "lut_array");
  CHECK(r->rows[1].count == 100);
  CHECK(r->rows[2].component == "mac_array");
  CHECK(r->rows[2].variant == "f32");
  CHECK(r->rows[2].count == 30);
  CHECK(r->leakage[1].parts == 128);
  CHECK(r->leakage[2].parts == 32);
}

TEST_CASE("a machine or a run that no figure can be scaled to is refused", "[energy]") {
  Hardware h = machine();
  const EnergyModel model = flatModel(h);
  h.process.nodeNm = 180;
  CHECK(errorOf(model, h, resultOf({someWork()})) ==
        "hardware unit: scaling: expected a node from 7 to 130 nm, the range of the equations, got 180");
  h = machine();
  h.process.voltageV = 0.4;
  CHECK(errorOf(model, h, resultOf({someWork()})) ==
        "hardware unit: scaling: expected a voltage from 0.6 to 1.3 V, the range of the equations, got 0.4");
  sim::SimResult r = resultOf({someWork()});
  r.clockHz = 0;
  CHECK(errorOf(model, machine(), r) == "energy: expected a clock above 0 Hz, got 0");
}

TEST_CASE("ops that do not add up to the run are an error", "[energy]") {
  const Hardware h = machine();
  const EnergyModel model = flatModel(h);
  sim::SimResult r = resultOf({someWork(), someWork()});
  r.ops[1].units[3].actions += 1;
  CHECK(errorOf(model, h, r) == "energy: sum over ops of vector.step: expected 42000000 aJ, got 45000000 aJ");
  r = resultOf({someWork()});
  r.work.dramReadMovedBytes -= 1;
  CHECK(errorOf(model, h, r) ==
        "energy: sum over ops of dram.read_bit (LPDDR5): expected 1584000000 aJ, got 1656000000 aJ");
  r = resultOf({someWork()});
  r.ops.clear();
  CHECK(errorOf(model, h, r) ==
        "energy: sum over ops of table_unit.table (k4): expected 10000000 aJ, got 0 aJ");
}

TEST_CASE("a changed amount breaks a sum of the report", "[energy]") {
  const Hardware h = machine();
  // Too much by one and too little by one: a judge that looks one way only is none.
  struct Change {
    const char *error;
    Attojoules &(*amount)(EnergyReport &r);
  };
  const Change changes[] = {
      {"table_unit.table (k4)", [](EnergyReport &r) -> Attojoules & { return r.rows[0].total; }},
      {"sum over components", [](EnergyReport &r) -> Attojoules & { return r.dynamic; }},
      {"sum over leakage", [](EnergyReport &r) -> Attojoules & { return r.leakage[2].total; }},
      {"sum over leakage", [](EnergyReport &r) -> Attojoules & { return r.leaked; }},
      {"total", [](EnergyReport &r) -> Attojoules & { return r.total; }},
      {"sum over ops of scratchpad.write_byte",
       [](EnergyReport &r) -> Attojoules & { return r.ops[1].parts[4]; }},
      {"sum over ops of scratchpad.write_byte",
       [](EnergyReport &r) -> Attojoules & { return r.idle.parts[4]; }},
      {"sum of op 'op1' in call 0", [](EnergyReport &r) -> Attojoules & { return r.ops[1].dynamic; }},
      {"sum of idle time", [](EnergyReport &r) -> Attojoules & { return r.idle.dynamic; }},
  };
  sim::SimResult run = resultOf({someWork(), someWork()});
  run.idle.spmWrittenBytes = 2, run.work.spmWrittenBytes += 2;
  Expected<EnergyReport> whole = account(flatModel(h), h, run);
  REQUIRE(whole);
  REQUIRE(check(*whole));
  for (const Change &c : changes)
    for (const bool more : {true, false}) {
      EnergyReport r = *whole;
      c.amount(r) += more ? Attojoules(1) : Attojoules(-1);
      INFO(c.error << (more ? ", one more" : ", one less"));
      const Status s = check(r);
      REQUIRE_FALSE(s);
      CHECK(s.error().message.find(std::string("energy: ") + c.error + ": expected ") == 0);
    }
}

TEST_CASE("sums of random runs are exact", "[energy]") {
  const unsigned seed = 20260901;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const Hardware h = machine();
  EnergyModel model = flatModel(h);
  int compared = 0;
  for (int run = 0; run < 200; ++run) {
    for (Figure &f : model.figures)
      f.micro = int64_t(random() % 1000000000) + 1;
    // Up to 2^40 of everything: 2^40 actions of 1 nJ are above what 64 bits of attojoules hold.
    const int bits = int(random() % 41);
    auto number = [&] { return random() & ((uint64_t(1) << bits) - 1); };
    std::vector<Done> ops(1 + random() % 20);
    for (Done &w : ops) {
      w.actions = {{"table", number()}, {"lut", number()}, {"vector", number()}};
      for (const sim::Counter &counter : sim::counters)
        w.work.*counter.value = number();
    }
    sim::SimResult result = resultOf(ops);
    result.cycles = number();
    result.clockHz = 1 + random() % 10000000000;
    Expected<EnergyReport> r = account(model, h, result);
    if (!r)
      FAIL(r.error().message);
    Attojoules ofOps = 0;
    long double plain = 0; // added up in floating point, in another order
    for (const OpEnergy &op : r->ops)
      ofOps += op.dynamic;
    for (auto row = r->rows.rbegin(); row != r->rows.rend(); ++row)
      plain += static_cast<long double>(row->count) * static_cast<long double>(row->each);
    CHECK(ofOps == r->dynamic);
    CHECK(static_cast<double>(plain) == Approx(static_cast<double>(r->dynamic)).epsilon(1e-12));
    double watts = 0;
    for (const LeakageRow &row : r->leakage)
      watts += row.milliwatts / 1000;
    CHECK(joules(r->leaked) == Approx(watts * result.seconds()).epsilon(1e-9).margin(1e-16));
    CHECK(r->total == r->dynamic + r->leaked);
    compared += 5;
  }
  CHECK(compared == 1000);
}

TEST_CASE("amounts print all their digits", "[energy]") {
  CHECK(spell(Attojoules(0)) == "0");
  CHECK(spell(Attojoules(1234567890123456789)) == "1234567890123456789");
  CHECK(spell(Attojoules(1000000000000000000) * 1000000000000000000) == "1" + std::string(36, '0'));
}
