// The table unit's schedule under stalls and its beats: by hand, and against the formula of sim/README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/table_unit/table_unit_block.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <random>

using namespace accord::sim;
using Cycles = std::vector<uint64_t>;

TEST_CASE("the table unit's beats by hand", "[sim][models]") {
  const NoStalls none;
  // Two rows of three tables, groups of two, two tables a beat: groups end with tables 1, 2, 4, 5 of six.
  const TableUnitConfig config{2};
  const TableUnitShape shape{2, 3, 2};
  const TableUnitTrace trace = tableUnitSchedule(config, shape, none, none, none);
  CHECK(trace.codes == Cycles{0, 1, 2});
  CHECK(trace.tables == Cycles{1, 2, 3});
  CHECK(trace.sums == Cycles{1, 2, 3});
  std::vector<int8_t> codes(20); // k = 10: the third table has two activations
  for (int i = 0; i < 20; ++i)
    codes[size_t(i)] = int8_t(i - 5);
  auto made = tableUnitTask(config, shape, codes, 10);
  REQUIRE(made);
  RtlTask &task = **made;
  CHECK(task.fields() == std::vector<uint32_t>{2, 3, 2});
  CHECK(task.beats() == Cycles{3, 3, 3});
  uint32_t words[2] = {1, 1};
  task.fill(0, 1, words); // the end of row 0, the begin of row 1
  CHECK(words[0] == 0x00000403);
  CHECK(words[1] == 0x08070605);
  // Sums in the places of their groups' last tables; what stands in another place is told.
  const uint32_t sums[3][2] = {{0, 11}, {12, 0}, {21, uint32_t(-22)}};
  for (uint64_t beat = 0; beat < 3; ++beat)
    CHECK(task.take(2, beat, sums[beat]));
  const RtlResult &asum = task.results()[1];
  REQUIRE(asum.count() == 4);
  for (size_t i = 0; i < 4; ++i)
    CHECK(asum.value(asum.bytes, i) == std::vector<int64_t>{11, 12, 21, -22}[i]);
  CHECK_FALSE(task.take(2, 0, sums[2]));
  // Sixteen entries of 11 bits: 0, -1, 2, -3, ...
  uint32_t tables[6] = {};
  for (int i = 0; i < 16; ++i)
    putBits(tables, size_t(11 * i), 11, uint32_t(i % 2 ? -i : i));
  CHECK(task.take(1, 2, tables));
  const RtlResult &entries = task.results()[0];
  for (size_t i = 0; i < 16; ++i)
    CHECK(entries.value(entries.bytes, 32 + i) == (i % 2 ? -int64_t(i) : int64_t(i)));
  CHECK_FALSE(tableUnitTask(config, shape, codes, 9));
}

TEST_CASE("a beat of the table unit stays until both its streams have it", "[sim][models]") {
  // One table a beat, groups of two: beats 1 and 3 have sums, which are taken from cycle 9 on.
  class From final : public StallSource {
    uint64_t next(uint64_t, uint64_t cycle) const override { return std::max<uint64_t>(9, cycle); }
  };
  const NoStalls none;
  const From late;
  const TableUnitTrace trace = tableUnitSchedule({1}, {1, 4, 2}, none, none, late);
  CHECK(trace.codes == Cycles{0, 1, 9, 10});
  CHECK(trace.tables == Cycles{1, 2, 10, 11});
  CHECK(trace.sums == Cycles{9, 11});
}

TEST_CASE("the table unit takes its tables by tables a cycle", "[sim][models]") {
  const char *given = std::getenv("ACCORD_SEED");
  const unsigned seed = given ? static_cast<unsigned>(std::atol(given)) : std::random_device()();
  std::mt19937 random(seed);
  auto between = [&](int64_t low, int64_t high) {
    return low + int64_t(random() % uint64_t(high - low + 1));
  };
  const NoStalls none;
  uint64_t shapes = 0, sums = 0, beats = 0;
  for (int i = 0; i < 4000; ++i) {
    const TableUnitConfig config{between(1, 9)};
    const TableUnitShape shape{between(1, 12), between(1, 40), between(1, 12)};
    INFO("seed " << seed << ": " << config.tablesPerCycle << " a cycle; m " << shape.m << " tables "
                 << shape.tables << " of " << shape.groupTables);
    REQUIRE(checkTableUnit(config, shape));
    const TableUnitTrace free = tableUnitSchedule(config, shape, none, none, none);
    const uint64_t cycles = tableUnitCycles(config, shape);
    REQUIRE(free.codes.size() == cycles);
    REQUIRE(free.codes.back() + 1 == cycles);
    REQUIRE(free.tables.front() == 1);
    REQUIRE(free.tables.back() == cycles);
    REQUIRE(free.sums.back() == cycles); // the last table ends a group
    REQUIRE(tableUnitSumBeats(config, shape).size() == free.sums.size());
    const SeededStalls codes(random(), 20 + random() % 81), tables(random(), 20 + random() % 81),
        ready(random(), 20 + random() % 81);
    const TableUnitTrace stalled = tableUnitSchedule(config, shape, codes, tables, ready);
    for (size_t b = 0; b < cycles; ++b, ++beats) {
      REQUIRE(stalled.codes[b] >= free.codes[b]);
      REQUIRE(stalled.tables[b] >= stalled.codes[b] + 1);
    }
    ++shapes, sums += free.sums.size();
  }
  std::printf("table unit schedule: %llu shapes, %llu beats of sums, %llu beats of codes, seed %u\n",
              static_cast<unsigned long long>(shapes), static_cast<unsigned long long>(sums),
              static_cast<unsigned long long>(beats), seed);
  CHECK(shapes == 4000);
}

TEST_CASE("impossible commands of the table unit are named", "[sim][models]") {
  auto message = [](const TableUnitConfig &config, const TableUnitShape &shape) {
    const accord::Status status = checkTableUnit(config, shape);
    return status ? std::string() : status.error().message;
  };
  CHECK(message({}, {}).empty());
  CHECK(message({0}, {}) == "table unit: expected tables_per_cycle in 1 to 64, got 0");
  CHECK(message({}, {65536, 1, 1}) == "table unit: expected m in 1 to 65535, got 65536");
  CHECK(message({}, {1, 1, 0}) == "table unit: expected group_tables in 1 to 65535, got 0");
}
