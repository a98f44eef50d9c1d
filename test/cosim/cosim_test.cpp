// RTL = golden in every value, RTL = model in the cycle of every beat, on the whole grid of shapes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

using namespace accord;
using namespace accord::rtl;
using Catch::Matchers::Contains;

static void print(const char *name, const CosimReport &r) {
  std::printf("%s: %llu commands (%llu stalled), %llu values, %llu mismatches; %llu beats, %llu mismatches; "
              "%llu closed forms, %llu mismatches; %llu broken; cycles rtl %llu, model %llu, error %.3f %%; "
              "%.0f kHz; build %.1f s%s; seeds",
              name, (unsigned long long)r.runs, (unsigned long long)r.stalledRuns,
              (unsigned long long)r.valuesCompared, (unsigned long long)r.valueMismatches,
              (unsigned long long)r.beatsCompared, (unsigned long long)r.beatMismatches,
              (unsigned long long)r.formsCompared, (unsigned long long)r.formMismatches,
              (unsigned long long)r.brokenRuns, (unsigned long long)r.cyclesRtl,
              (unsigned long long)r.cyclesModel, r.cycleErrorPercent(), r.simulatedKhz,
              r.library.buildSeconds, r.library.cached ? " (cached)" : "");
  for (uint64_t seed : r.seeds)
    std::printf(" %llu", (unsigned long long)seed);
  std::printf("\n");
}

static CosimReport require(const char *name, const CosimOptions &options,
                           const CosimBlock &block = lutArrayCosim()) {
  Expected<CosimReport> report = cosim(block, options);
  INFO((report ? std::string() : report.error().message));
  REQUIRE(report);
  print(name, *report);
  return *report;
}

TEST_CASE("the LUT array equals golden and its model on the whole grid", "[cosim]") {
  CosimOptions options;
  options.rtl.assertions = true;
  options.stallSeeds = {1, 2};
  CosimReport report = require("grid", options);
  INFO(report.firstDifference);
  CHECK(report.passed());
  CHECK(report.runs == 9 * 5 * 3 * 8 * 3);
  CHECK(report.stalledRuns == 9 * 5 * 3 * 8 * 2);
  CHECK(report.cyclesRtl == report.cyclesModel);
}

TEST_CASE("other parameters and groups equal golden and model too", "[cosim]") {
  CosimOptions options;
  options.rtl.assertions = true;
  Hardware hardware;
  hardware.lutArray = LutArray{3, 64, 4, 11, 8, 32, 1};
  hardware.accumulator.widthBits = 32 * 32;
  options.hardware = &hardware;
  options.sizes = {
      {"m", {1, 3, 5, 7}}, {"n", {33, 64, 130}}, {"k", {30, 200}}, {"planes", {1, 4, 8}}, {"group", {16}}};
  CosimReport report = require("m_dim 3, out_lanes 32, group 16", options);
  INFO(report.firstDifference);
  CHECK(report.passed());
}

TEST_CASE("each field of a command is used to its end", "[cosim]") {
  struct {
    int64_t m, n, k, group;
  } const ends[] = {
      {65535, 1, 4, 4}, {1, 65535, 4, 4}, {1, 1, 4 * 65535, 4 * 65535}, {3, 65, 4 * 4097, 4 * 4096}};
  for (const auto &end : ends) {
    CosimOptions options;
    options.rtl.assertions = true;
    options.sizes = {{"m", {end.m}}, {"n", {end.n}}, {"k", {end.k}}, {"planes", {1}}, {"group", {end.group}}};
    CosimReport report = require("field end", options);
    INFO(report.firstDifference);
    CHECK(report.passed());
  }
}

namespace {

/// A machine that has the unit of a block, with parameters of its own.
struct Machine {
  const char *name;
  MacArray mac;
  int64_t tablesPerCycle, weightBits;
};

Hardware hardwareOf(const Machine &m) {
  Hardware h;
  h.name = m.name;
  h.lutArray = LutArray{2, 64, 4, 11, 8, 16, 1};
  h.tableUnit = TableUnit{m.tablesPerCycle};
  h.macArray = m.mac;
  h.scratchpad.widthBits = m.weightBits;
  h.accumulator.widthBits = 32 * m.mac.outLanes;
  return h;
}

/// Sizes out of a range each, the same for the same seed.
std::vector<int64_t> draw(std::mt19937_64 &random, size_t count, int64_t low, int64_t high) {
  std::vector<int64_t> sizes;
  for (size_t i = 0; i < count; ++i)
    sizes.push_back(low + int64_t(random() % uint64_t(high - low + 1)));
  return sizes;
}

} // namespace

TEST_CASE("MAC arrays of several shapes equal golden and their model", "[cosim]") {
  const Machine machines[] = {{"4 x 32", {4, 32, 4, 16, "int8"}, 1, 256},
                              {"8 x 16", {8, 16, 5, 8, "int8"}, 1, 512},
                              {"4 x 16, 100 bits", {4, 16, 3, 4, "int8"}, 1, 100},
                              {"12 x 8, a row", {12, 8, 1, 8, "int8"}, 1, 96}};
  std::mt19937_64 random(5);
  for (const Machine &machine : machines) {
    const Hardware hardware = hardwareOf(machine);
    CosimOptions options;
    options.rtl.assertions = true;
    options.hardware = &hardware;
    // Below, at and above a block of rows and a tile of lanes, tails of k, short last groups.
    options.sizes = {{"m", {1, machine.mac.accRows, machine.mac.accRows + 1}},
                     {"n", {1, machine.mac.cols, machine.mac.cols + machine.mac.outLanes + 1}},
                     {"k", draw(random, 3, 1, 120)},
                     {"group", {4, 4 * (1 + int64_t(random() % 9))}},
                     {"planes", {1, 3, 8}}};
    CosimReport report = require(machine.name, options, macArrayCosim());
    INFO(report.firstDifference);
    CHECK(report.passed());
    CHECK(report.cyclesRtl == report.cyclesModel);
    CHECK(report.runs == 3 * 3 * 3 * 2 * 3 * 2);
  }
}

TEST_CASE("table units of several widths equal golden and their model", "[cosim]") {
  std::mt19937_64 random(6);
  for (const int64_t width : {1, 2, 3, 4, 8}) {
    const std::string name = std::to_string(width) + " tables a cycle";
    const Hardware hardware = hardwareOf({name.c_str(), {4, 32, 4, 16, "int8"}, width, 256});
    CosimOptions options;
    options.rtl.assertions = true;
    options.hardware = &hardware;
    options.sizes = {{"m", {1, 2, 8, 17}}, {"k", draw(random, 4, 1, 150)}, {"group", {4, 12, 128}}};
    CosimReport report = require(name.c_str(), options, tableUnitCosim());
    INFO(report.firstDifference);
    CHECK(report.passed());
    CHECK(report.cyclesRtl == report.cyclesModel);
    CHECK(report.runs == 4 * 4 * 3 * 2);
  }
}

TEST_CASE("each field of the other blocks' commands is used to its end", "[cosim]") {
  using Sizes = std::map<std::string, std::vector<int64_t>>;
  CosimOptions options;
  options.rtl.assertions = true;
  options.stallSeeds = {};
  for (const Sizes &sizes : {Sizes{{"m", {65535}}, {"n", {1}}, {"k", {4}}},
                             {{"m", {1}}, {"n", {65535}}, {"k", {4}}},
                             {{"m", {1}}, {"n", {1}}, {"k", {65535}}, {"group", {65536}}}}) {
    options.sizes = sizes;
    options.sizes["planes"] = {1};
    CosimReport report = require("field end", options, macArrayCosim());
    INFO(report.firstDifference);
    CHECK(report.passed());
  }
  for (const Sizes &sizes : {Sizes{{"m", {65535}}, {"k", {4}}, {"group", {4}}},
                             {{"m", {1}}, {"k", {4 * 65535}}, {"group", {4 * 65535}}}}) {
    options.sizes = sizes;
    CosimReport report = require("field end", options, tableUnitCosim());
    INFO(report.firstDifference);
    CHECK(report.passed());
  }
}

static std::string refusal(const CosimOptions &options, const CosimBlock &block = lutArrayCosim()) {
  Expected<CosimReport> report = cosim(block, options);
  return report ? std::string() : report.error().message;
}

TEST_CASE("a co-simulation of impossible sizes is refused", "[cosim]") {
  CosimOptions options;
  options.sizes = {{"k", {}}};
  CHECK(refusal(options) == "cosim lut_array: expected at least one k, got an empty list");
  options.sizes = {{"group", {10}}};
  CHECK(refusal(options) == "cosim lut_array: expected a group that is a multiple of 4, got 10");
  options.sizes = {{"depth", {4}}};
  CHECK(refusal(options) == "cosim lut_array: expected sizes of m, planes, n, k, group, got depth");
  // The last of them, before anything is built.
  options.sizes = {{"n", {1, 64, 65536}}};
  options.rtl.rtlDir = "no such folder";
  CHECK(refusal(options) == "lut array: expected n in 1 to 65535, got 65536");
  CHECK_FALSE(CosimReport().passed());
}

TEST_CASE("a machine without the block is refused", "[cosim]") {
  Hardware hardware;
  hardware.name = "bare";
  CosimOptions options;
  options.hardware = &hardware;
  CHECK(refusal(options) == "cosim lut_array: expected a machine with a lut_array, got bare");
  CHECK(refusal(options, macArrayCosim()) ==
        "cosim mac_array: expected a machine with a mac_array of int8, got bare");
  CHECK(refusal(options, tableUnitCosim()) ==
        "cosim table_unit: expected a machine with a table_unit and the "
        "lut_array that it is for, got bare");
}

TEST_CASE("a block is found by its name", "[cosim]") {
  REQUIRE(findCosimBlock("lut_array"));
  CHECK(std::string((*findCosimBlock("lut_array"))->name) == "lut_array");
  CHECK(findCosimBlock("alu").error().message ==
        "expected a block, lut_array, mac_array, table_unit, got 'alu'");
  CHECK(findCosimBlock("").error().message == "expected a block, lut_array, mac_array, table_unit, got none");
}

TEST_CASE("waves are of the first command, whole or not at all", "[cosim]") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(std::getenv("ACCORD_BUILD_DIR")) / "cosim-waves";
  fs::remove_all(folder);
  fs::create_directories(folder);
  CosimOptions options;
  options.sizes = {{"m", {1, 2}}, {"n", {1}}, {"k", {4}}, {"planes", {1}}};
  options.wavesPath = (folder / "first.vcd").string();
  const CosimReport report = require("waves", options);
  CHECK(report.passed());
  CHECK(report.runs == 4); // the traced runs are not counted
  std::ifstream in(options.wavesPath);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  CHECK_THAT(text, Contains("lut_array") && Contains("table_ready_o") && Contains("u_seq"));
  CHECK(std::distance(fs::directory_iterator(folder), fs::directory_iterator()) == 1);
  options.wavesPath = (folder / "none" / "first.vcd").string();
  CHECK_THAT(refusal(options), Contains("first.vcd") && Contains(": expected a writable waveform file"));
  fs::remove_all(folder);
}
