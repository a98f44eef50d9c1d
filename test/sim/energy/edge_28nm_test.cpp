// The figures of the tree: complete for its machine, and held against printed figures that they were not
// taken from. Bounds are the deviations found; sim/energy/README.md discusses them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/components.h"
#include "sim/energy/ledger.h"
#include "sim/hardware/model_files.h"
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

using namespace accord;
using namespace accord::energy;

namespace {

std::string sourceDir() {
  const char *dir = std::getenv("ACCORD_SOURCE_DIR");
  REQUIRE(dir);
  return dir;
}

EnergyModel edge() {
  Expected<EnergyModel> model = loadEnergy(sourceDir() + "/models/energy/edge-28nm.yaml");
  if (!model)
    FAIL(model.error().message);
  return *model;
}

/// pJ of one action on a machine at 28 nm and 0.9 V.
double at28(const EnergyModel &model, const char *component, const char *action, const char *variant) {
  const Figure *f = model.find(component, action, variant);
  REQUIRE(f);
  Expected<double> factor = energyFactor(f->taken, {28, 0.9});
  REQUIRE(factor);
  return double(f->micro) / 1e6 * *factor;
}

} // namespace

TEST_CASE("lut-edge names its energy file, which has every figure it needs", "[energy]") {
  const std::string path = sourceDir() + "/models/hardware/lut-edge.yaml";
  Expected<Hardware> h = loadHardware(path);
  REQUIRE(h);
  Expected<std::string> file = findEnergy(*h, path, {sourceDir() + "/models"});
  REQUIRE(file);
  Expected<EnergyModel> model = loadEnergy(*file);
  REQUIRE(model);
  sim::SimResult idle;
  idle.cycles = 500, idle.clockHz = 500000000; // 1 us
  Expected<EnergyReport> r = account(*model, *h, idle);
  if (!r)
    FAIL(r.error().message);
  CHECK(r->rows.size() == 12);
  CHECK(r->dynamic == 0);
  // 256 KiB x 16.56 uW + 64 KiB x 16.26 uW, from 0.89 to 0.9 V.
  const double sram = *energyFactor({28, 0.89}, {28, 0.9});
  CHECK(r->leakage[3].milliwatts == Approx(256 * 0.01656 * sram).epsilon(1e-6));
  CHECK(r->leakage[4].milliwatts == Approx(64 * 0.01626 * sram).epsilon(1e-6));
  CHECK(r->leakage[5].milliwatts == Approx(2 * 43.18125));
}

TEST_CASE("every array type and dram standard has its figures", "[energy]") {
  const EnergyModel model = edge();
  int compared = 0;
  for (const ActionKind *kind : actionKinds())
    for (const std::string &variant :
         kind->variants.empty() ? std::vector<std::string>{""} : kind->variants) {
      if (variant[0] == 'k' && variant != "k4")
        continue; // the only tables that the accel ISA has
      INFO(spellAction(kind->component, kind->action, variant));
      CHECK(model.find(kind->component, kind->action, variant));
      ++compared;
    }
  CHECK(compared == 48);
  CHECK(model.figures.size() == 48);
}

TEST_CASE("the arrays against other figures of the LUT Tensor Core paper", "[energy]") {
  const EnergyModel model = edge();
  const double lookup = at28(model, "lut_array", "lookup", "k4"),
               mac = at28(model, "mac_array", "mac", "int8");
  // Taken from table 2; table 3 prints 63.78 TOPS/W for one-bit weights: 8 operations a lookup.
  CHECK(8 / lookup / 63.78 == Approx(0.9898).epsilon(0).margin(0.001));
  // Table 1, 8X at two-bit weights: 33.65 TOPS/W, 4 operations a lookup.
  CHECK(4 / lookup / 33.65 == Approx(0.938).epsilon(0).margin(0.001));
  // Table 1, INT8 tensor core brought to 28 nm: 19.94 TOPS/W. The scaled MAC needs half as much again.
  CHECK(mac == Approx(0.151979).epsilon(0).margin(1e-5));
  CHECK(2 / mac / 19.94 == Approx(0.660).epsilon(0).margin(0.001));
  // Figure 14: 4 to 6 times less power than the MAC array at one-bit weights.
  CHECK(4 * mac / lookup > 4);
  CHECK(4 * mac / lookup < 6);
}

TEST_CASE("the square root of the bank against CACTI's own sizes", "[energy]") {
  struct Bank {
    double kib, readPj, writePj; // a byte, 256-bit port, asked for as the reference was
  };
  const Bank banks[] = {{4, 0.1134, 0.1942},  {8, 0.2003, 0.2705},  {16, 0.2397, 0.3841},
                        {32, 0.4763, 0.5055}, {64, 0.6402, 0.6693}, {128, 0.8453, 0.9091},
                        {256, 1.3001, 1.2026}};
  const EnergyModel model = edge();
  const double read = double(model.find("scratchpad", "read_byte", "")->micro) / 1e6;
  const double write = double(model.find("scratchpad", "write_byte", "")->micro) / 1e6;
  double worst = 0;
  for (const Bank &b : banks) {
    const double edges = std::sqrt(b.kib / 32);
    worst = std::max({worst, std::abs(read * edges / b.readPj - 1), std::abs(write * edges / b.writePj - 1)});
  }
  CHECK(worst > 0.4);
  CHECK(worst < 0.49);
}

TEST_CASE("every figure is what its source comes to", "[energy]") {
  // The sources once more, as numbers: Horowitz' operations in pJ, Aladdin's cells in mW, CACTI's bytes, and
  // currents in mA x V x ns = pJ. 0: the scaling has no use for it.
  const double lookup = 16.22 / 128, multiply8 = 0.2, multiply16 = 1.1, multiply32 = 3.7;
  const double addInt16 = 0.05, addInt32 = 0.1, addFloat = 0.9;
  const double adder = 0.0024, multiplier = 0.08; // of 32 bits
  const double t = 0.83, v = 1.2, lp = (1.05 / 1.2) * (1.05 / 1.2), five = (1.1 / 1.2) * (1.1 / 1.2);
  // DDR4: 8 devices; LPDDR5: one of LPDDR4, at its supply; DDR5: half of DDR4's, at its supply.
  const double ddr4Row = v * (48 * 56 - 43 * 39 - 34 * 17) * t * 8,
               ddr4Refresh = v * (250 - 43) * 420 * t * 8;
  const double ddr4Read = v * (135 - 43) * t * 4 / 64, ddr4Write = v * (123 - 43) * t * 4 / 64;
  // Volts, ohms, and transfers a second of a wire that draws half of the time.
  auto wire = [](double volts, double ohms, double rate) { return volts * volts / ohms / 2 / rate * 1e12; };
  struct Source {
    const char *component, *action, *variant;
    double value, nodeNm, voltageV, bankKib, widthBits;
  };
  const Source sources[] = {
      {"lut_array", "lookup", "k4", lookup, 28, 0.9, 0, 0},
      {"lut_array", "leakage", "", adder, 40, 0.9, 0, 0},
      {"mac_array", "mac", "int8", multiply8 + addInt32, 45, 0.9, 0, 0},
      {"mac_array", "mac", "bf16", multiply16 + addFloat, 45, 0.9, 0, 0},
      {"mac_array", "mac", "f32", multiply32 + addFloat, 45, 0.9, 0, 0},
      {"mac_array", "leakage", "int8", adder + multiplier / 16, 40, 0.9, 0, 0},
      {"mac_array", "leakage", "bf16", adder + multiplier / 4, 40, 0.9, 0, 0},
      {"mac_array", "leakage", "f32", adder + multiplier, 40, 0.9, 0, 0},
      {"table_unit", "table", "k4", 12 * addInt16, 45, 0.9, 0, 0},
      {"table_unit", "leakage", "k4", 12 * adder / 2, 40, 0.9, 0, 0},
      {"vector", "step", "", multiply32 + addFloat, 45, 0.9, 0, 0},
      {"vector", "leakage", "", adder + multiplier, 40, 0.9, 0, 0},
      {"scratchpad", "read_byte", "", 0.4763, 28, 0.89, 32, 0},
      {"scratchpad", "write_byte", "", 0.5055, 28, 0.89, 32, 0},
      {"scratchpad", "leakage", "", 0.01656, 28, 0.89, 0, 0},
      {"accumulator", "read_byte", "", 0.3549, 28, 0.89, 32, 0},
      {"accumulator", "write_byte", "", 0.4993, 28, 0.89, 32, 0},
      {"accumulator", "leakage", "", 0.01626, 28, 0.89, 0, 0},
      {"dram", "activate", "LPDDR5", lp * v * (80 * 47 - 47 * 32 - 34 * 15) * t, 0, 1.05, 0, 16},
      {"dram", "read_bit", "LPDDR5", lp * v * (243 - 47) * t * 8 / 256, 0, 1.05, 0, 0},
      {"dram", "write_bit", "LPDDR5", lp * v * (228 - 47) * t * 8 / 256, 0, 1.05, 0, 0},
      {"dram", "io_bit", "LPDDR5", wire(0.5, 80, 6.4e9), 0, 0.5, 0, 0},
      {"dram", "refresh", "LPDDR5", lp * v * (280 - 47) * 392 * t, 0, 1.05, 0, 16},
      {"dram", "leakage", "LPDDR5", lp * v * 47, 0, 1.05, 0, 16},
      {"dram", "activate", "DDR4", ddr4Row, 0, 1.2, 0, 64},
      {"dram", "read_bit", "DDR4", ddr4Read, 0, 1.2, 0, 0},
      {"dram", "write_bit", "DDR4", ddr4Write, 0, 1.2, 0, 0},
      {"dram", "io_bit", "DDR4", wire(1.2, 34 + 48, 2.4e9), 0, 1.2, 0, 0},
      {"dram", "refresh", "DDR4", ddr4Refresh, 0, 1.2, 0, 64},
      {"dram", "leakage", "DDR4", v * 43 * 8, 0, 1.2, 0, 64},
      {"dram", "activate", "DDR5", five * ddr4Row / 2, 0, 1.1, 0, 32},
      {"dram", "read_bit", "DDR5", five * ddr4Read, 0, 1.1, 0, 0},
      {"dram", "write_bit", "DDR5", five * ddr4Write, 0, 1.1, 0, 0},
      {"dram", "io_bit", "DDR5", wire(1.1, 34 + 48, 4.8e9), 0, 1.1, 0, 0},
      {"dram", "refresh", "DDR5", five * ddr4Refresh / 2, 0, 1.1, 0, 32},
      {"dram", "leakage", "DDR5", five * v * 43 * 4, 0, 1.1, 0, 32},
      {"dram", "activate", "HBM2", 909, 0, 1.2, 0, 64},
      {"dram", "read_bit", "HBM2", 1.51, 0, 1.2, 0, 0},
      {"dram", "write_bit", "HBM2", 1.51, 0, 1.2, 0, 0},
      {"dram", "io_bit", "HBM2", 1.17 + 0.80, 0, 1.2, 0, 0},
      {"dram", "refresh", "HBM2", 64 * 909, 0, 1.2, 0, 64},
      {"dram", "leakage", "HBM2", 66.0 / 2, 0, 1.2, 0, 64},
      {"dram", "activate", "HBM3", five * 909, 0, 1.1, 0, 32},
      {"dram", "read_bit", "HBM3", five * 1.51, 0, 1.1, 0, 0},
      {"dram", "write_bit", "HBM3", five * 1.51, 0, 1.1, 0, 0},
      {"dram", "io_bit", "HBM3", five * 1.97, 0, 1.1, 0, 0},
      {"dram", "refresh", "HBM3", five * 64 * 909 / 2, 0, 1.1, 0, 32},
      {"dram", "leakage", "HBM3", five * 66 / 4, 0, 1.1, 0, 32},
  };
  const EnergyModel model = edge();
  for (const Source &s : sources) {
    INFO(spellAction(s.component, s.action, s.variant));
    const Figure *f = model.find(s.component, s.action, s.variant);
    REQUIRE(f);
    CHECK(f->micro == std::llround(s.value * 1e6));
    CHECK(f->taken.nodeNm == s.nodeNm);
    CHECK(f->taken.voltageV == s.voltageV);
    CHECK(f->bankKib == s.bankKib);
    CHECK(f->widthBits == s.widthBits);
  }
  CHECK(std::size(sources) == model.figures.size());
  auto pj = [&](const char *action, const char *standard) {
    return double(model.find("dram", action, standard)->micro) / 1e6;
  };
  // HBM2: 3.48 pJ a bit, and with a row of 1 KiB used up to 3.9 to 3.97 when a quarter of it is read.
  CHECK(pj("read_bit", "HBM2") + pj("io_bit", "HBM2") == Approx(3.48));
  // A stream over whole rows, as a check of the order of magnitude: CACTI's table has LPDDR4 at 8 pJ a bit.
  const double stream = pj("read_bit", "LPDDR5") + pj("io_bit", "LPDDR5") + pj("activate", "LPDDR5") / 16384;
  CHECK(stream == Approx(4.996).epsilon(0).margin(0.001));
}
