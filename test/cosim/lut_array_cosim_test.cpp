// RTL = golden in every value, RTL = model in the cycle of every beat, on the whole grid of shapes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim_lut_array.h"
#include <catch2/catch.hpp>
#include <cstdio>

using namespace accord;
using namespace accord::rtl;

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

static CosimReport require(const char *name, const CosimOptions &options) {
  Expected<CosimReport> report = cosimLutArray(options);
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
  options.config.mDim = 3;
  options.config.outLanes = 32;
  options.m = {1, 3, 5, 7};
  options.n = {33, 64, 130};
  options.k = {30, 200};
  options.planes = {1, 4, 8};
  options.group = 16;
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
    options.m = {end.m};
    options.n = {end.n};
    options.k = {end.k};
    options.planes = {1};
    options.group = end.group;
    CosimReport report = require("field end", options);
    INFO(report.firstDifference);
    CHECK(report.passed());
  }
}

TEST_CASE("a co-simulation without shapes is refused", "[cosim]") {
  CosimOptions options;
  options.k.clear();
  Expected<CosimReport> report = cosimLutArray(options);
  REQUIRE_FALSE(report);
  CHECK(report.error().message ==
        "cosim lut_array: expected at least one m, n, k and plane count, got an empty list");
  CHECK_FALSE(CosimReport().passed());
}
