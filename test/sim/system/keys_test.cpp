// Every key of a hardware file acts: a machine and a program where its value changes cycles or energy, in the
// direction that its meaning says. What would act on nothing is refused by the reader (hardware_test.cpp).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/ledger.h"
#include "sim/hardware/keys.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/pieces.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

using namespace accord;
using namespace accord::test;
using isa::ElementType;

using isa::Opcode;
using program::Role;

namespace {

constexpr int64_t rows = 8, lanes = 512, tables = 16, planes = 4, groups = 2;

program::View dense(uint32_t buffer, std::vector<int64_t> sizes) {
  return Builder::view(buffer, std::move(sizes));
}

/// 8 rows by 512 lanes: eight tiles of an array's 64.
program::Program lookup() {
  Builder b;
  const uint32_t t = b.buffer("tables", isa::Memory::Spm, ElementType::I16, rows * tables * 8);
  const uint32_t w = b.buffer("planes", isa::Memory::Spm, ElementType::I8, lanes / 64 * tables * planes * 32);
  const uint32_t sums = b.buffer("isum", isa::Memory::Acc, ElementType::I32, groups * rows * lanes);
  b.add(Opcode::Lmma, {dense(t, {rows, tables, 8}), dense(w, {lanes / 64, tables, planes, 32})},
        {dense(sums, {groups, rows, lanes})});
  b.last().group = 32;
  return b.program;
}

program::Program multiply() {
  Builder b;
  const uint32_t c = b.buffer("codes", isa::Memory::Spm, ElementType::I8, rows * tables * 4);
  const uint32_t w = b.buffer("planes", isa::Memory::Spm, ElementType::I8, lanes / 64 * tables * planes * 32);
  const uint32_t sums = b.buffer("isum", isa::Memory::Acc, ElementType::I32, groups * rows * lanes);
  b.add(Opcode::Mma, {dense(c, {rows, tables * 4}), dense(w, {lanes / 64, tables, planes, 32})},
        {dense(sums, {groups, rows, lanes})});
  b.last().group = 32;
  return b.program;
}

program::Program makeTables() {
  Builder b;
  const uint32_t c = b.buffer("codes", isa::Memory::Spm, ElementType::I8, rows * tables * 4);
  const uint32_t t = b.buffer("tables", isa::Memory::Spm, ElementType::I16, rows * tables * 8);
  const uint32_t asum = b.buffer("asum", isa::Memory::Spm, ElementType::I32, rows * groups);
  b.add(Opcode::Table, {dense(c, {rows, tables * 4})},
        {dense(t, {rows, tables, 8}), dense(asum, {rows, groups})});
  b.last().group = 32;
  return b.program;
}

program::Program epilogue() {
  Builder b;
  const uint32_t sums = b.buffer("isum", isa::Memory::Acc, ElementType::I32, groups * rows * lanes);
  const uint32_t asum = b.buffer("asum", isa::Memory::Spm, ElementType::I32, rows * groups);
  const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::F32, rows * groups);
  const uint32_t d = b.buffer("d", isa::Memory::Spm, ElementType::F16, groups * lanes);
  const uint32_t y = b.buffer("y", isa::Memory::Spm, ElementType::F32, rows * lanes);
  b.add(Opcode::Dequant,
        {dense(sums, {groups, rows, lanes}), dense(asum, {rows, groups}), dense(s, {rows, groups}),
         dense(d, {lanes / 64, groups, 64})},
        {dense(y, {rows, lanes})});
  b.last().group = 32, b.last().bits = 4;
  return b.program;
}

/// 256 KiB in, 64 KiB out beside it.
program::Program copies() {
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, 1 << 18, Role::Argument);
  const uint32_t y = b.buffer("y", isa::Memory::Dram, ElementType::I8, 1 << 16, Role::Result);
  const uint32_t in = b.buffer("in", isa::Memory::Spm, ElementType::I8, 1 << 14);
  const uint32_t out = b.buffer("out", isa::Memory::Spm, ElementType::I8, 1 << 14);
  for (int64_t i = 0; i < 256; ++i) {
    b.add(Opcode::Load, {Builder::view(x, {1024}, i * 1024)}, {Builder::view(in, {1024}, i % 16 * 1024)});
    if (i % 4 == 3)
      b.add(Opcode::Store, {Builder::view(out, {1024}, i / 4 % 16 * 1024)},
            {Builder::view(y, {1024}, i / 4 * 1024)});
  }
  return b.program;
}

/// A load, and a store that has nothing to do with it.
program::Program bothWays() {
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, 4096, Role::Argument);
  const uint32_t y = b.buffer("y", isa::Memory::Dram, ElementType::I8, 4096, Role::Result);
  const uint32_t in = b.buffer("in", isa::Memory::Spm, ElementType::I8, 4096);
  const uint32_t out = b.buffer("out", isa::Memory::Spm, ElementType::I8, 4096);
  b.add(Opcode::Load, {dense(x, {4096})}, {dense(in, {4096})});
  b.add(Opcode::Store, {dense(out, {4096})}, {dense(y, {4096})});
  return b.program;
}

program::Program fan() {
  Builder b;
  addFan(b);
  return b.program;
}

/// Work for the vector unit, and behind it in the program a load that has nothing to do with it.
program::Program vectorsThenLoad() {
  Builder b;
  addSilus(b, 5, 1600);
  addLoads(b, 1, 1 << 14, 1);
  return b.program;
}

program::Program loadsThenVector() {
  Builder b;
  addLoads(b, 8, 4096, 8);
  addSilus(b, 1, 8000);
  return b.program;
}

enum class Expect { CyclesUp, CyclesDown, CyclesChange, EnergyUp, EnergyDown };
const char *name(Expect e) {
  const char *names[] = {"more cycles", "fewer cycles", "other cycles", "more energy", "less energy"};
  return names[static_cast<int>(e)];
}

/// On `machine`, the key's value from what the file has to this: what happens to the program.
struct Probe {
  const char *key;
  const char *machine;
  program::Program (*program)();
  const char *value;
  Expect expect;
  void (*bend)(Hardware &) = nullptr; ///< first: a machine where the key is not hidden by another
};

void wideVector(Hardware &h) { h.vector.lanes = 32; }

const Probe probes[] = {
    {"clock_mhz", "lut-edge", copies, "1000", Expect::CyclesUp}, // the dram is no faster
    {"issue_cycles", "lut-edge", copies, "40", Expect::CyclesUp},
    {"process.node_nm", "lut-edge", lookup, "16", Expect::EnergyDown},
    {"process.voltage_v", "lut-edge", lookup, "0.8", Expect::EnergyDown},
    {"lut_array.m", "lut-edge", lookup, "4", Expect::CyclesDown},
    {"lut_array.out_lanes", "lut-edge", lookup, "8", Expect::CyclesUp},
    {"lut_array.count", "lut-edge", lookup, "4", Expect::CyclesDown},
    {"table_unit.tables_per_cycle", "lut-edge", makeTables, "2", Expect::CyclesDown},
    {"mac_array.rows", "mac-edge", multiply, "8", Expect::CyclesDown,
     [](Hardware &h) { h.scratchpad.widthBits = 512; }}, // for twice the weights a step
    {"mac_array.cols", "mac-edge", multiply, "64", Expect::CyclesDown,
     [](Hardware &h) { h.scratchpad.widthBits = 512; }},
    {"mac_array.acc_rows", "mac-edge", multiply, "2", Expect::CyclesUp,
     [](Hardware &h) { h.scratchpad.widthBits = 128; }}, // loads bind, and serve fewer rows
    {"mac_array.out_lanes", "mac-edge", multiply, "8", Expect::CyclesUp},
    {"vector.lanes", "lut-edge", vectorsThenLoad, "32", Expect::CyclesDown},
    {"vector.latency_cycles", "lut-edge", vectorsThenLoad, "40", Expect::CyclesUp},
    {"scratchpad.capacity_kib", "lut-edge", lookup, "512", Expect::EnergyUp},
    {"scratchpad.banks", "lut-edge", fan, "4", Expect::CyclesUp},
    {"scratchpad.width_bits", "lut-edge", lookup, "128", Expect::CyclesUp},
    {"scratchpad.latency_cycles", "lut-edge", lookup, "4", Expect::CyclesUp},
    {"accumulator.capacity_kib", "lut-edge", lookup, "128", Expect::EnergyUp},
    {"accumulator.banks", "lut-edge", epilogue, "1", Expect::CyclesUp, wideVector},
    {"accumulator.width_bits", "lut-edge", lookup, "256", Expect::CyclesUp},
    {"accumulator.latency_cycles", "lut-edge", epilogue, "4", Expect::CyclesUp},
    {"dma.engines", "lut-edge", bothWays, "1", Expect::CyclesUp},
    {"dma.queue_depth", "lut-edge", loadsThenVector, "1", Expect::CyclesUp},
    {"dma.setup_cycles", "lut-edge", copies, "64", Expect::CyclesUp},
    {"dma.outstanding", "lut-edge", copies, "1", Expect::CyclesUp},
    {"dram.queue_depth", "lut-edge", copies, "1", Expect::CyclesUp},
    {"dram.standard", "lut-edge", copies, "DDR5", Expect::CyclesChange},
    {"dram.channels", "lut-edge", copies, "4", Expect::CyclesDown},
    {"dram.data_rate_mtps", "lut-edge", copies, "3200", Expect::CyclesUp},
    {"dram.bus_width_bits", "lut-edge", copies, "32", Expect::CyclesDown},
    {"dram.mapping", "lut-edge", copies, "row-bank-group-column-channel", Expect::CyclesUp},
    {"dram.refresh", "lut-edge", copies, "none", Expect::CyclesDown},
    {"queues.depth", "lut-edge", vectorsThenLoad, "1", Expect::CyclesUp},
};

std::string sourceDir() {
  const char *dir = std::getenv("ACCORD_SOURCE_DIR");
  return dir ? dir : ".";
}

Hardware machineOf(const char *name) {
  auto h = loadHardware(sourceDir() + "/models/hardware/" + name + ".yaml");
  REQUIRE(h);
  return *h;
}

/// `h` with one key of its file changed.
Hardware with(Hardware h, const std::string &key, const std::string &value) {
  for (const hardware::KeyRow &row : hardware::keyTable())
    if (hardware::dottedKey(row) == key) {
      const hardware::Slot slot = row.slot(h);
      if (auto *text = std::get_if<std::string *>(&slot))
        **text = value;
      else if (auto *integer = std::get_if<int64_t *>(&slot))
        **integer = std::stoll(value) * row.scale;
      else
        **std::get_if<double *>(&slot) = std::stod(value);
    }
  // A value that the reader refuses would show nothing.
  const auto again = parseHardware(hardwareToYaml(h), "bent");
  REQUIRE((again ? "" : again.error().message) == "");
  return h;
}

struct Outcome {
  uint64_t cycles;
  double joules;
};

Outcome run(const program::Program &p, const Hardware &h, const energy::EnergyModel &figures) {
  sim::SimOptions options;
  options.trapRaces = false; // reads bytes that nothing wrote
  sim::DramImage none;
  const auto r = simulateForked(p, h, none, options);
  REQUIRE((r ? "" : r.error().message) == "");
  const auto report = energy::account(figures, h, *r);
  REQUIRE((report ? "" : report.error().message) == "");
  return {r->cycles, energy::joules(report->total)};
}

energy::EnergyModel figuresOf() {
  auto figures = energy::loadEnergy(sourceDir() + "/models/energy/edge-28nm.yaml");
  REQUIRE(figures);
  return *figures;
}

bool isFixed(const hardware::KeyRow &row) {
  return row.words.size() == 1 || (row.max > 0 && row.min == row.max);
}

} // namespace

TEST_CASE("every key acts on cycles or energy, or has one legal value", "[sim][system][keys]") {
  const energy::EnergyModel figures = figuresOf();
  size_t acting = 0, fixed = 0;
  for (const hardware::KeyRow &row : hardware::keyTable()) {
    const std::string key = hardware::dottedKey(row);
    INFO(key);
    if (key == "name" || key == "process.energy")
      continue; // what reports say; below
    if (isFixed(row)) {
      CHECK(row.why);
      ++fixed;
      continue;
    }
    bool probed = false;
    for (const Probe &probe : probes) {
      if (probe.key != key)
        continue;
      Hardware h = machineOf(probe.machine);
      if (probe.bend)
        probe.bend(h);
      const program::Program p = probe.program();
      const Outcome before = run(p, h, figures), after = run(p, with(h, key, probe.value), figures);
      std::cout << key << ", " << probe.value << ": " << name(probe.expect) << ": " << before.cycles << " to "
                << after.cycles << " cycles, " << before.joules * 1e9 << " to " << after.joules * 1e9
                << " nJ\n";
      switch (probe.expect) {
      case Expect::CyclesUp:
        CHECK(after.cycles > before.cycles);
        break;
      case Expect::CyclesDown:
        CHECK(after.cycles < before.cycles);
        break;
      case Expect::CyclesChange:
        CHECK(after.cycles != before.cycles);
        break;
      case Expect::EnergyUp:
        CHECK(after.joules > before.joules);
        break;
      case Expect::EnergyDown:
        CHECK(after.joules < before.joules);
        break;
      }
      probed = true;
    }
    CHECK(probed);
    acting += probed;
  }
  std::cout << acting << " keys act, " << fixed << " have one legal value\n";
  CHECK(acting == std::size(probes));
  CHECK(acting >= 30);
  CHECK(fixed == 6);
}

TEST_CASE("the energy file that a machine names is what it costs", "[sim][system][keys]") {
  std::ifstream file(sourceDir() + "/models/energy/edge-28nm.yaml");
  std::stringstream text;
  text << file.rdbuf();
  auto figures = energy::parseEnergy(text.str(), "e.yaml");
  REQUIRE(figures);
  const Hardware h = machineOf("lut-edge");
  const Outcome before = run(lookup(), h, *figures);
  for (energy::Figure &f : figures->figures)
    if (f.component == "lut_array" && f.action == "lookup")
      f.micro *= 2;
  CHECK(run(lookup(), h, *figures).joules > before.joules);
}

TEST_CASE("arrays beyond the banks wait for their weights", "[sim][system][keys]") {
  const energy::EnergyModel figures = figuresOf();
  Hardware h = machineOf("lut-edge");
  h.scratchpad.banks = 4, h.scratchpad.capacityBytes = 256 * 1024;
  uint64_t last = UINT64_MAX;
  size_t compared = 0;
  for (int64_t count : {1, 2, 4, 8}) {
    h.lutArray->count = count;
    const uint64_t cycles = run(lookup(), h, figures).cycles;
    if (count <= 4)
      CHECK(cycles < last);
    else
      CHECK(cycles == last);
    last = cycles;
    ++compared;
  }
  CHECK(compared == 4);
}
