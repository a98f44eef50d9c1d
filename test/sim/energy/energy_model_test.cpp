// Each way an energy file can be wrong, with its exact message.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/energy_model.h"
#include "test/support/replace_once.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <random>

using namespace accord;
using namespace accord::energy;

namespace {

/// One figure of each scaling, and a leakage. Line numbers in the tests count from 1 here.
const char *const Base = R"(name: unit
figures:
  - {component: lut_array, action: lookup, variant: k4, energy_pj: 0.125, node_nm: 28, voltage_v: 0.9,
     scaling: logic, basis: paper, source: a table}
  - component: scratchpad
    action: read_byte
    energy_pj: 0.5
    node_nm: 28
    voltage_v: 0.89
    bank_kib: 32
    scaling: sram
    basis: tool
    source: "a tool: at a commit"
  - {component: dram, action: activate, variant: HBM2, energy_pj: 909, voltage_v: 1.2, width_bits: 64,
     scaling: channel, basis: paper, source: a table}
  - {component: dram, action: read_bit, variant: HBM2, energy_pj: 1.51, voltage_v: 1.2, scaling: none,
     basis: paper, source: a table}
  - {component: vector, action: leakage, leakage_mw: 0.0824, node_nm: 40, voltage_v: 0.9, scaling: logic,
     basis: assumed, source: a guess}
)";

std::string bend(const std::string &from, const std::string &to) { return test::replaceOnce(Base, from, to); }

std::string errorOf(const std::string &text) {
  Expected<EnergyModel> model = parseEnergy(text, "e.yaml");
  return model ? "accepted" : model.error().message;
}

} // namespace

TEST_CASE("figures are read with their units", "[energy]") {
  Expected<EnergyModel> model = parseEnergy(Base, "e.yaml");
  if (!model)
    FAIL(model.error().message);
  CHECK(model->name == "unit");
  CHECK(model->file == "e.yaml");
  REQUIRE(model->figures.size() == 5);
  const Figure *lookup = model->find("lut_array", "lookup", "k4");
  REQUIRE(lookup);
  CHECK(lookup->micro == 125000); // attojoules
  CHECK(lookup->taken.nodeNm == 28);
  CHECK(lookup->taken.voltageV == 0.9);
  CHECK(lookup->scaling == Scaling::Logic);
  CHECK(lookup->basis == Basis::Paper);
  CHECK(lookup->source == "a table");
  CHECK(lookup->line == 3);
  CHECK(model->find("scratchpad", "read_byte", "")->bankKib == 32);
  CHECK(model->find("scratchpad", "read_byte", "")->source == "a tool: at a commit");
  CHECK(model->find("dram", "activate", "HBM2")->widthBits == 64);
  CHECK(model->find("dram", "activate", "HBM2")->taken.nodeNm == 0);
  CHECK(model->find("vector", "leakage", "")->micro == 82400); // nanowatts
  CHECK_FALSE(model->find("lut_array", "lookup", "k5"));
  CHECK_FALSE(model->find("lut_array", "lookup", ""));
}

TEST_CASE("no figure loses a millionth", "[energy]") {
  // Many a decimal number times a million lies just below a whole number in binary.
  const unsigned seed = 20261130;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  int compared = 0;
  for (int i = 0; i < 300; ++i) {
    const auto micro = int64_t(1 + random() % 1000000000);
    char value[32];
    std::snprintf(value, sizeof value, "%d.%06d", int(micro / 1000000), int(micro % 1000000));
    Expected<EnergyModel> model =
        parseEnergy(bend("    energy_pj: 0.5", std::string("    energy_pj: ") + value), "e.yaml");
    INFO(value);
    REQUIRE(model);
    CHECK(model->find("scratchpad", "read_byte", "")->micro == micro);
    ++compared;
  }
  CHECK(compared == 300);
}

TEST_CASE("an unknown key of an energy file is named with its nearest neighbour", "[energy]") {
  CHECK(errorOf(bend("name: unit", "nam: unit")) ==
        "e.yaml:1:1: an energy file must hold known keys only, got 'nam' (did you mean 'name'?)");
  CHECK(errorOf(bend("    energy_pj: 0.5", "    energy_p: 0.5")) ==
        "e.yaml:7:5: 'figures[1]' must hold known keys only, got 'energy_p' (did you mean 'energy_pj'?)");
  CHECK(errorOf(bend("    energy_pj: 0.5", "    colour: red")) ==
        "e.yaml:7:5: 'figures[1]' must hold known keys only, got 'colour' (known: component, action, "
        "variant, basis, source, scaling, voltage_v, energy_pj, leakage_mw, node_nm, bank_kib, width_bits)");
}

TEST_CASE("a missing key of an energy file is named", "[energy]") {
  CHECK(errorOf(bend("name: unit\n", "")) == "e.yaml:1:1: 'name' must be given, got no such key");
  CHECK(errorOf("name: unit\n") == "e.yaml:1:1: 'figures' must be given, got no such key");
  struct Case {
    const char *line, *key;
  };
  int compared = 0;
  for (Case c : {Case{"  - component: scratchpad\n    action", "component"},
                 {"    energy_pj: 0.5\n", "energy_pj"},
                 {"    node_nm: 28\n", "node_nm"},
                 {"    voltage_v: 0.89\n", "voltage_v"},
                 {"    bank_kib: 32\n", "bank_kib"},
                 {"    scaling: sram\n", "scaling"},
                 {"    basis: tool\n", "basis"},
                 {"    source: \"a tool: at a commit\"\n", "source"}}) {
    const bool isFirst = std::string(c.key) == "component";
    CHECK(errorOf(bend(c.line, isFirst ? "  - action" : "")) ==
          "e.yaml:5:5: 'figures[1]." + std::string(c.key) + "' must be given, got no such key");
    ++compared;
  }
  CHECK(compared == 8);
  CHECK(errorOf(bend("activate, variant: HBM2", "activate")) ==
        "e.yaml:14:5: 'figures[2].variant' must be given, got no such key");
  CHECK(errorOf(bend(" width_bits: 64,", "")) ==
        "e.yaml:14:5: 'figures[2].width_bits' must be given, got no such key");
  CHECK(errorOf(bend(" leakage_mw: 0.0824,", "")) ==
        "e.yaml:18:5: 'figures[4].leakage_mw' must be given, got no such key");
}

TEST_CASE("a figure or key given twice is refused", "[energy]") {
  CHECK(errorOf(bend("    node_nm: 28\n", "    node_nm: 28\n    node_nm: 32\n")) ==
        "e.yaml:9:5: 'figures.node_nm' must be given once, got it again after line 8");
  CHECK(errorOf(std::string(Base) +
                "  - {component: lut_array, action: lookup, variant: k4, energy_pj: 1,\n"
                "     node_nm: 28, voltage_v: 0.9, scaling: logic, basis: paper, source: b}\n") ==
        "e.yaml:20:5: 'lut_array.lookup (k4)' must be given once, got it again after line 3");
  // Another variant is another figure.
  CHECK(errorOf(std::string(Base) +
                "  - {component: lut_array, action: lookup, variant: k5, energy_pj: 1,\n"
                "     node_nm: 28, voltage_v: 0.9, scaling: logic, basis: paper, source: b}\n") ==
        "accepted");
}

TEST_CASE("a word that no figure has is told with the words it may be", "[energy]") {
  CHECK(errorOf(bend("component: lut_array", "component: lut")) ==
        "e.yaml:3:17: 'figures[0].component' must be one of table_unit, lut_array, mac_array, vector, "
        "scratchpad, accumulator, dram, got 'lut'");
  CHECK(errorOf(bend("action: lookup", "action: mac")) ==
        "e.yaml:3:36: 'figures[0].action' must be one of lookup, leakage, got 'mac'");
  CHECK(errorOf(bend("variant: k4", "variant: k9")) ==
        "e.yaml:3:53: 'figures[0].variant' must be one of k1, k2, k3, k4, k5, k6, k7, k8, got 'k9'");
  CHECK(errorOf(bend("    basis: tool", "    basis: measurement")) ==
        "e.yaml:12:12: 'figures[1].basis' must be one of measured, paper, tool, derived, assumed, got "
        "'measurement'");
  CHECK(errorOf(bend("    scaling: sram", "    scaling: logic")) ==
        "e.yaml:11:14: 'figures[1].scaling' must be sram, got 'logic'");
  CHECK(
      errorOf(bend("    basis: tool", "    basis: [tool]")) ==
      "e.yaml:12:12: 'figures[1].basis' must be one of measured, paper, tool, derived, assumed, got a list");
}

TEST_CASE("a value of the wrong type or sign is told with what stood there", "[energy]") {
  auto energy = [](const std::string &v) { return errorOf(bend("energy_pj: 0.5", "energy_pj: " + v)); };
  CHECK(energy("half") == "e.yaml:7:16: 'figures[1].energy_pj' must be a decimal number, got 'half'");
  CHECK(energy("\"0.5\"") == "e.yaml:7:16: 'figures[1].energy_pj' must be a decimal number, got \"0.5\"");
  CHECK(energy("1e-3") == "e.yaml:7:16: 'figures[1].energy_pj' must be a decimal number, got '1e-3'");
  CHECK(energy("~") == "e.yaml:7:16: 'figures[1].energy_pj' must be a decimal number, got nothing");
  CHECK(energy("00.5") ==
        "e.yaml:7:16: 'figures[1].energy_pj' must be a decimal number without leading zeros, got '00.5'");
  CHECK(energy("0.0000001") == "e.yaml:7:16: 'figures[1].energy_pj' must be a decimal number with at most 6 "
                               "decimals, got '0.0000001'");
  CHECK(energy("-0.5") ==
        "e.yaml:7:16: 'figures[1].energy_pj' must be from 0.000001 to 1000000000 pJ, got '-0.5'");
  CHECK(energy("0") == "e.yaml:7:16: 'figures[1].energy_pj' must be from 0.000001 to 1000000000 pJ, got '0'");
  CHECK(errorOf(bend("leakage_mw: 0.0824", "leakage_mw: -1")) ==
        "e.yaml:18:54: 'figures[4].leakage_mw' must be from 0.000001 to 1000000000 mW, got '-1'");
  CHECK(errorOf(bend("    node_nm: 28\n", "    node_nm: 180\n")) ==
        "e.yaml:8:14: 'figures[1].node_nm' must be from 7 to 130 nm, got '180'");
  CHECK(errorOf(bend("voltage_v: 0.89", "voltage_v: 0.5")) ==
        "e.yaml:9:16: 'figures[1].voltage_v' must be from 0.6 to 1.3 V, got '0.5'");
  CHECK(errorOf(bend("    bank_kib: 32\n", "    bank_kib: 0\n")) ==
        "e.yaml:10:15: 'figures[1].bank_kib' must be from 0.125 to 1048576 KiB, got '0'");
  CHECK(errorOf(bend("name: unit", "name: [a]")) == "e.yaml:1:7: 'name' must be a line of text, got a list");
  CHECK(errorOf(bend("\"a tool: at a commit\"", "\"\"")) ==
        "e.yaml:13:13: 'figures[1].source' must be a line of text, got \"\"");
  CHECK(errorOf(bend("\"a tool: at a commit\"", "\"a\\nb\"")) ==
        "e.yaml:13:13: 'figures[1].source' must be a line of text, got \"a?b\"");
}

TEST_CASE("a key that a figure has no use for is refused", "[energy]") {
  CHECK(errorOf(bend("    basis: tool", "    width_bits: 64\n    basis: tool")) ==
        "e.yaml:12:17: 'figures[1].width_bits' must not stand beside this scaling, got '64'");
  CHECK(errorOf(bend("width_bits: 64", "width_bits: 64, node_nm: 20")) ==
        "e.yaml:14:113: 'figures[2].node_nm' must not stand beside this scaling, got '20'");
  CHECK(errorOf(bend("    basis: tool", "    leakage_mw: 1\n    basis: tool")) ==
        "e.yaml:12:5: 'figures[1].leakage_mw' must not stand beside scratchpad.read_byte, got '1'");
  CHECK(errorOf(bend("    action: read_byte", "    action: read_byte\n    variant: k4")) ==
        "e.yaml:7:5: 'figures[1].variant' must not stand beside scratchpad.read_byte, got 'k4'");
}

TEST_CASE("what is no list of figures is refused", "[energy]") {
  CHECK(errorOf("") == "e.yaml:1:1: an energy file must be a mapping of keys, got nothing");
  CHECK(errorOf("- 1\n") == "e.yaml:1:1: an energy file must be a mapping of keys, got a list");
  CHECK(errorOf("name: a\nfigures: 1\n") == "e.yaml:2:10: 'figures' must be a list of figures, got '1'");
  CHECK(errorOf("name: a\nfigures: []\n") == "e.yaml:2:10: 'figures' must be a list of figures, got a list");
  CHECK(errorOf("name: a\nfigures: [1]\n") == "e.yaml:2:11: 'figures[0]' must be a mapping, got '1'");
  CHECK(errorOf("name: [\n").find("expected YAML, got a syntax error") != std::string::npos);
  Expected<EnergyModel> none = loadEnergy("no/such/energy.yaml");
  REQUIRE_FALSE(none);
  CHECK(none.error().message ==
        "no/such/energy.yaml: expected a readable energy file, got: No such file or directory");
}
