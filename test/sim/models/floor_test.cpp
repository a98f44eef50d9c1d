// Floors of the models: never above what the model takes, and close to it where nothing else binds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_floor.h"
#include "sim/models/lut_array/lut_array_model.h"
#include "sim/models/mac_array/mac_array_model.h"
#include "test/sim/models/dram_machine.h"

#include <catch2/catch.hpp>
#include <iostream>

using namespace accord;
using namespace accord::test;

namespace {

/// Core cycles from `from` on until so many bursts are through, in runs of `run` of them, `apart` bursts
/// apart.
uint64_t measured(sim::DramModel &dram, int64_t burst, uint64_t bursts, uint64_t run, uint64_t apart,
                  bool write, uint64_t from) {
  uint64_t end = from;
  int64_t address = 0;
  for (uint64_t left = bursts; left;) {
    const uint64_t count = std::min(left, run);
    end = std::max(end, dram.copy({{address, int64_t(count) * burst}}, write, from).end);
    address += int64_t(count + apart) * burst;
    left -= count;
  }
  return end - from;
}

} // namespace

TEST_CASE("no stretch of a dram's time is below its floor", "[sim][dram][floor]") {
  uint64_t compared = 0, held = 0;
  Random random(5);
  for (const Grade &grade : grades)
    for (const char *mapping : mappings)
      for (const char *refresh : {"none", "all_bank", "per_bank"}) {
        if (std::string(refresh) == "per_bank" && std::string(grade.standard) == "DDR4")
          continue; // it has none
        const Hardware h = machineOf(grade, mapping, refresh);
        const sim::DramFloor floor(h);
        for (uint64_t bursts : {1u, 2u, 7u, 100u, 1000u, 5000u, 20000u})
          for (int again = 0; again < 3; ++again) {
            // It may begin anywhere between two refreshes, after copies of another kind.
            sim::DramModel dram(h);
            const uint64_t from = random.below(20000);
            const uint64_t run = again == 0 ? bursts : 1 + random.below(200);
            const uint64_t apart = again == 0 ? 0 : random.below(1000);
            const uint64_t took = measured(dram, bytesOfBurst(h), bursts, run, apart, again == 1, from);
            CAPTURE(grade.standard, grade.rate, mapping, refresh, bursts, run, apart, from);
            CHECK(floor.cycles(bursts) <= took);
            held += floor.cycles(bursts) > 0;
            ++compared;
          }
      }
  std::cout << compared << " stretches, " << held << " with a floor\n";
  CHECK(compared > 1000);
  CHECK(held == compared);
}

TEST_CASE("a stream under refreshes of all banks is close to its floor", "[sim][dram][floor]") {
  uint64_t compared = 0;
  for (const Grade &grade : grades) {
    const Hardware h = machineOf(grade);
    sim::DramModel dram(h);
    const uint64_t bursts = 400000;
    const uint64_t floor = sim::DramFloor(h).cycles(bursts);
    const uint64_t took = measured(dram, bytesOfBurst(h), bursts, bursts, 0, false, 0);
    std::cout << grade.standard << '-' << grade.rate << ": floor " << floor << ", stream " << took
              << " cycles, " << 100 * double(floor) / double(took) << " %\n";
    CHECK(floor <= took);
    CHECK(double(floor) > 0.99 * double(took));
    // Without refresh the data alone.
    const Hardware without = machineOf(grade, mappings[0], "none");
    CHECK(sim::DramFloor(without).cycles(bursts) < floor);
    ++compared;
  }
  CHECK(compared == 7);
}

TEST_CASE("a refresh counts from the burst on that has to wait for it", "[sim][dram][floor]") {
  const sim::DramTiming t = sim::dramTiming(machineOf(grades[3]).dram); // LPDDR5-6400, bursts of 2 clocks
  const int64_t bursts = t.refi / t.burst;
  const int64_t stop = t.rp + t.rfc + t.rcdRead;
  REQUIRE(t.rtp >= t.burst);
  CHECK(sim::dramFloorClocks(t, true, 0) == 0);
  CHECK(sim::dramFloorClocks(t, true, 1) == t.burst);
  CHECK(sim::dramFloorClocks(t, true, uint64_t(bursts)) == bursts * t.burst);
  // The burst whose command lies at tREFI.
  CHECK(sim::dramFloorClocks(t, true, uint64_t(bursts) + 2) == (bursts + 2) * t.burst + stop);
  CHECK(sim::dramFloorClocks(t, false, uint64_t(bursts) + 2) == (bursts + 2) * t.burst);
  // HBM3 opens a row for writes sooner than for reads: a floor holds for both.
  const sim::DramTiming h = sim::dramTiming(machineOf(grades[6]).dram);
  REQUIRE(h.rcdWrite < h.rcdRead);
  const int64_t ofHbm = h.refi / h.burst, sooner = h.rp + h.rfc + h.rcdWrite;
  CHECK(sim::dramFloorClocks(h, true, uint64_t(ofHbm) + 2) == (ofHbm + 2) * h.burst + sooner);
  // Refreshes that leave no time for as much between them are late, and count for nothing.
  sim::DramTiming slow = t;
  slow.refi = 2 * stop;
  CHECK(sim::dramFloorClocks(slow, true, 10000) == 10000 * t.burst);
  slow.refi = 2 * stop + 1;
  CHECK(sim::dramFloorClocks(slow, true, 10000) > 10000 * t.burst);
}

TEST_CASE("what a shape asks of an array is no more than it takes", "[sim][floor]") {
  Random random(7);
  uint64_t compared = 0;
  for (int i = 0; i < 2000; ++i) {
    sim::MacArrayConfig c;
    c.rows = 4 * int64_t(1 + random.below(4)), c.cols = int64_t(8) << random.below(4);
    c.accRows = int64_t(1 + random.below(6));
    c.outLanes = c.cols >> random.below(3), c.weightBits = int64_t(64) << random.below(4);
    REQUIRE(sim::checkMacArray(c));
    sim::MacArrayShape s;
    s.m = int64_t(1 + random.below(9)), s.n = int64_t(1 + random.below(150));
    s.tables = int64_t(1 + random.below(40)), s.groupTables = int64_t(1 + random.below(9));
    s.planes = int(1 + random.below(8));
    CAPTURE(c.rows, c.cols, c.accRows, c.outLanes, c.weightBits, s.m, s.n, s.tables, s.groupTables, s.planes);
    CHECK(sim::macShapeCycles(c, s) <= sim::macArrayCycles(c, s));
    // Never below the products over the cells: the peak.
    CHECK(sim::macShapeCycles(c, s) * uint64_t(c.rows * c.cols) >= uint64_t(s.m * s.n * s.tables * 4));
    ++compared;
  }
  CHECK(compared == 2000);
  // One row live of four takes the steps that the load needs: 4 * 32 * 8 bits over 256.
  sim::MacArrayShape one;
  one.n = 64, one.tables = 16, one.planes = 8;
  CHECK(sim::macShapeCycles(sim::MacArrayConfig(), one) == 2 * 16 * 4);
}
