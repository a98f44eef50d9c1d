// The LUT array's cycle model: hand-counted schedules, and its closed form against its recurrence.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/lut_array/lut_array_model.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <random>

using namespace accord;
using namespace accord::sim;
using Cycles = std::vector<uint64_t>;

static LutArrayTrace freeSchedule(const LutArrayConfig &config, const LutArrayShape &shape) {
  NoStalls none;
  return lutArraySchedule(config, shape, none, none, none);
}

TEST_CASE("the smallest command takes a cycle each for table, weight, move and output", "[rtl]") {
  LutArrayTrace trace = freeSchedule({}, {1, 1, 1, 1, 1});
  CHECK(trace.tables == Cycles{0});
  CHECK(trace.weights == Cycles{1});
  CHECK(trace.outputs == Cycles{3});
  CHECK(trace.cycles() == 4);
  CHECK(lutArrayCycles({}, {1, 1, 1, 1, 1}) == 4);
}

TEST_CASE("a drain longer than its group sets the pace", "[rtl]") {
  // Two rows of 64 lanes: 8 output beats per group of one table and one plane, three groups.
  LutArrayTrace trace = freeSchedule({}, {2, 64, 3, 1, 1});
  // Group 0 moves to the drain in cycle 2 and leaves in 3..10; group 1 waits in the accumulators until 10;
  // group 2's beat can be taken in 10, when they are given up.
  CHECK(trace.weights == Cycles{1, 2, 10});
  CHECK(trace.tables == Cycles{0, 1, 2});
  CHECK(trace.outputs.front() == 3);
  CHECK(trace.outputs.back() == 26);
  CHECK(trace.cycles() == 27);
  CHECK(lutArrayCycles({}, {2, 64, 3, 1, 1}) == 27);
}

TEST_CASE("weights flow in every cycle when groups are longer than their drain", "[rtl]") {
  LutArrayShape shape{2, 192, 144, 8, 4};
  LutArrayTrace trace = freeSchedule({}, shape);
  REQUIRE(trace.weights.size() == 3 * 144 * 4);
  CHECK(trace.weights.back() == trace.weights.size());
  // One cycle for the table, 1728 weight beats, one to move the sums, 8 output beats.
  CHECK(trace.cycles() == 1 + 1728 + 1 + 8);
}

TEST_CASE("the closed form equals the recurrence", "[rtl]") {
  const uint64_t seed = 20240601;
  std::mt19937_64 random(seed);
  auto draw = [&](int64_t low, int64_t high) { return low + int64_t(random() % uint64_t(high - low + 1)); };
  uint64_t compared = 0, drainBound = 0, shortGroup = 0;
  for (int i = 0; i < 20000; ++i) {
    LutArrayConfig config;
    config.mDim = draw(1, 5);
    config.outLanes = int64_t(1) << draw(0, 4);
    config.nDim = config.outLanes * draw(1, 6);
    LutArrayShape shape{draw(1, 12), draw(1, 150), draw(1, 20), draw(1, 9), int(draw(1, 8))};
    REQUIRE(checkLutArray(config, shape));
    LutArrayTrace trace = freeSchedule(config, shape);
    LutArrayBeats beats = lutArrayBeats(config, shape);
    INFO("seed " << seed << " m " << shape.m << " n " << shape.n << " tables " << shape.kTables << " group "
                 << shape.groupTables << " planes " << shape.planes << " mDim " << config.mDim << " nDim "
                 << config.nDim << " outLanes " << config.outLanes);
    REQUIRE(trace.tables.size() == beats.tables);
    REQUIRE(trace.weights.size() == beats.weights);
    REQUIRE(trace.outputs.size() == beats.outputs);
    REQUIRE(lutArrayCycles(config, shape) == trace.cycles());
    ++compared;
    drainBound += trace.weights.back() > beats.weights;
    shortGroup += shape.kTables % shape.groupTables != 0;
  }
  std::printf(
      "closed form: %llu shapes compared, %llu bound by the drain, %llu with a short group, seed %llu\n",
      (unsigned long long)compared, (unsigned long long)drainBound, (unsigned long long)shortGroup,
      (unsigned long long)seed);
  CHECK(drainBound > 1000);
  CHECK(compared - drainBound > 1000);
  CHECK(shortGroup > 1000);
}

TEST_CASE("stalls never make a beat earlier", "[rtl]") {
  LutArrayShape shape{3, 100, 20, 8, 3};
  LutArrayTrace unstalled = freeSchedule({}, shape);
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SeededStalls tables(seed, 30), weights(seed + 100, 60), outReady(seed + 200, 45);
    LutArrayTrace trace = lutArraySchedule({}, shape, tables, weights, outReady);
    INFO("seed " << seed);
    REQUIRE(trace.cycles() > unstalled.cycles());
    for (size_t i = 0; i < trace.weights.size(); ++i)
      REQUIRE(trace.weights[i] >= unstalled.weights[i]);
    for (size_t i = 0; i < trace.outputs.size(); ++i) {
      REQUIRE(trace.outputs[i] >= unstalled.outputs[i]);
      // The consumer takes a beat only when its pattern says so.
      REQUIRE(outReady.next(i, trace.outputs[i]) == trace.outputs[i]);
    }
  }
}

TEST_CASE("impossible shapes and configurations are named", "[rtl]") {
  auto message = [](const LutArrayConfig &config, const LutArrayShape &shape) {
    Status status = checkLutArray(config, shape);
    return status ? std::string() : status.error().message;
  };
  CHECK(message({}, {}).empty());
  CHECK(message({}, {0, 1, 1, 1, 1}) == "lut array: expected m in 1 to 65535, got 0");
  CHECK(message({}, {1, 65536, 1, 1, 1}) == "lut array: expected n in 1 to 65535, got 65536");
  CHECK(message({}, {1, 1, 1, 1, 9}) == "lut array: expected planes in 1 to 8, got 9");
  LutArrayConfig config;
  config.outLanes = 24;
  CHECK(message(config, {}) == "lut array: expected out_lanes to divide n_dim = 64, got 24");
  config = {};
  config.tableBits = 10;
  CHECK(message(config, {}) == "lut array: expected table_bits >= 11 for k_dim = 4 and act_bits = 8, got 10");
}
