// The MAC array's schedule under stalls: by hand, against the cycles without any, and never earlier than
// those.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/mac_array/mac_array_block.h"
#include "sim/models/mac_array/mac_array_schedule.h"
#include "sim/models/mac_array/mac_array_steps.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <random>

using namespace accord::sim;
using Cycles = std::vector<uint64_t>;

namespace {

MacArrayTrace freeSchedule(const MacArrayConfig &config, const MacArrayShape &shape) {
  const NoStalls none;
  return macArraySchedule(config, shape, none, none, none);
}

/// Ready in `cycle` and in no earlier one.
class From final : public StallSource {
public:
  explicit From(uint64_t first) : first(first) {}
  uint64_t next(uint64_t, uint64_t cycle) const override { return std::max(first, cycle); }

private:
  uint64_t first;
};

} // namespace

TEST_CASE("the MAC array's beats by hand", "[sim][models]") {
  const MacArrayTrace least = freeSchedule({}, {1, 1, 1, 1, 1});
  CHECK(least.weights == Cycles{0});
  CHECK(least.codes == Cycles{2});
  CHECK(least.outputs == Cycles{5});
  // Two steps of two beats and one row: the second tile is loaded while the first is swapped in and used.
  const MacArrayTrace two = freeSchedule({}, {1, 32, 2, 2, 4});
  CHECK(two.weights == Cycles{0, 1, 2, 3});
  CHECK(two.codes == Cycles{3, 5});
  CHECK(two.outputs == Cycles{8, 9});
  // Three groups of one step and row, two output beats each. Moved in 4; the second group's sum is written
  // in 4. The third group's codes wait for the first of the first group's beats, in 5: its own move is due
  // in 8.
  const MacArrayTrace drained = freeSchedule({}, {1, 32, 3, 1, 2});
  CHECK(drained.weights == Cycles{0, 1, 2});
  CHECK(drained.codes == Cycles{2, 3, 5});
  CHECK(drained.outputs == Cycles{5, 6, 7, 8, 9, 10});
}

TEST_CASE("a drain that stalls holds the dot product, not more", "[sim][models]") {
  // As above, but nothing is taken before cycle 20: the second group fills the accumulators, the third waits.
  const NoStalls none;
  const From late(20);
  const MacArrayTrace trace = macArraySchedule({}, {1, 32, 3, 1, 2}, none, none, late);
  CHECK(trace.outputs == Cycles{20, 21, 22, 23, 24, 25});
  CHECK(trace.codes == Cycles{2, 3, 20});
}

TEST_CASE("the MAC array's schedule without stalls takes its cycles", "[sim][models]") {
  const char *given = std::getenv("ACCORD_SEED");
  const unsigned seed = given ? static_cast<unsigned>(std::atol(given)) : std::random_device()();
  std::mt19937 random(seed);
  auto pick = [&](std::initializer_list<int64_t> of) { return of.begin()[random() % of.size()]; };
  auto between = [&](int64_t low, int64_t high) {
    return low + int64_t(random() % uint64_t(high - low + 1));
  };
  uint64_t shapes = 0, beats = 0;
  for (int i = 0; i < 4000; ++i) {
    MacArrayConfig c;
    c.rows = pick({4, 8, 12, 16, 64}), c.cols = pick({8, 16, 32, 64, 128}), c.accRows = between(1, 9);
    c.outLanes = pick({1, 4, 8}), c.weightBits = pick({64, 100, 128, 256, 512});
    REQUIRE(checkMacArray(c));
    const MacArrayShape s{between(1, 12), between(1, 150), between(1, 24), between(1, 9), int(between(1, 8))};
    INFO("seed " << seed << ": " << c.rows << " x " << c.cols << ", " << c.accRows << " rows, out "
                 << c.outLanes << ", bits " << c.weightBits << "; m " << s.m << " n " << s.n << " tables "
                 << s.tables << " of " << s.groupTables << " planes " << s.planes);
    const MacArrayTrace free = freeSchedule(c, s);
    REQUIRE(free.weights.front() == 0);
    REQUIRE(free.cycles() == macArrayCycles(c, s));
    const MacArrayBeats counts = macArrayBeats(macArraySteps(c, s));
    REQUIRE(free.weights.size() == counts.weights);
    REQUIRE(free.codes.size() == counts.codes);
    REQUIRE(free.outputs.size() == counts.outputs);
    // With stalls no beat is earlier.
    const SeededStalls weights(random(), 20 + random() % 81), codes(random(), 20 + random() % 81),
        ready(random(), 20 + random() % 81);
    const MacArrayTrace stalled = macArraySchedule(c, s, weights, codes, ready);
    for (auto stream : {&MacArrayTrace::weights, &MacArrayTrace::codes, &MacArrayTrace::outputs})
      for (size_t b = 0; b < (free.*stream).size(); ++b, ++beats)
        REQUIRE((stalled.*stream)[b] >= (free.*stream)[b]);
    ++shapes;
  }
  std::printf("mac array schedule: %llu shapes, %llu beats, seed %u\n",
              static_cast<unsigned long long>(shapes), static_cast<unsigned long long>(beats), seed);
  CHECK(shapes == 4000);
}

TEST_CASE("the MAC array's beats carry what the page says", "[sim][models]") {
  // 8 x 8 cells, 33 bits a beat; 3 rows, 9 lanes, k = 10: three tables, two in the first step. Two planes.
  const MacArrayConfig config{8, 8, 2, 4, 33};
  const MacArrayShape shape{3, 9, 3, 3, 2};
  std::vector<int8_t> codes(30);
  for (int i = 0; i < 30; ++i)
    codes[size_t(i)] = int8_t(i);
  std::vector<uint8_t> planes(3 * 2 * 32);
  auto nibble = [](int64_t lane, int64_t table, int64_t plane) {
    return uint32_t(lane + 3 * table + 7 * plane) & 15u;
  };
  for (int64_t table = 0; table < 3; ++table)
    for (int64_t plane = 0; plane < 2; ++plane)
      for (int64_t lane = 0; lane < 64; ++lane)
        planes[size_t((table * 2 + plane) * 32 + lane / 2)] |=
            uint8_t(nibble(lane, table, plane) << (lane % 2 * 4));
  auto made = macArrayTask(config, shape, 128, codes, 10, planes);
  REQUIRE(made);
  RtlTask &task = **made;
  CHECK(task.fields() == std::vector<uint32_t>{3, 9, 3, 3, 1, 128});
  // First step: 2 tables x 8 lanes x 2 planes x 4 bits = 128 bits in 4 beats.
  std::vector<bool> bits;
  for (uint64_t beat = 0; beat < 4; ++beat) {
    uint32_t words[2] = {};
    task.fill(0, beat, words);
    for (int bit = 0; bit < 33; ++bit)
      bits.push_back(words[bit / 32] >> (bit % 32) & 1);
  }
  int compared = 0;
  for (int64_t plane = 0; plane < 2; ++plane)
    for (int64_t table = 0; table < 2; ++table)
      for (int64_t lane = 0; lane < 8; ++lane)
        for (int bit = 0; bit < 4; ++bit, ++compared)
          CHECK(bits[size_t(((plane * 2 + table) * 8 + lane) * 4 + bit)] ==
                bool(nibble(lane, table, plane) >> bit & 1));
  CHECK(compared == 128);
  // Codes: of row 1, step 0, all eight; of its second step (after both rows of the first) k = 8, 9, then
  // zeros to the end of the table and nothing beyond it.
  uint32_t words[2] = {~0u, ~0u};
  task.fill(1, 1, words);
  CHECK(words[0] == 0x0d0c0b0a);
  CHECK(words[1] == 0x11100f0e);
  task.fill(1, 3, words);
  CHECK(words[0] == 0x00001312);
  CHECK(words[1] == unusedWord);
  // Outputs: rows 0 and 1 of lanes 0..7 in two beats each, then of lane 8 one each, then row 2.
  const int64_t places[][2] = {{0, 4}, {4, 4}, {9, 4}, {13, 4}, {8, 1}, {17, 1}, {18, 4}, {22, 4}, {26, 1}};
  REQUIRE(task.beats()[2] == 9);
  for (uint64_t beat = 0; beat < 9; ++beat) {
    INFO("beat " << beat);
    uint32_t sums[4] = {};
    for (int64_t lane = 0; lane < places[beat][1]; ++lane)
      sums[lane] = uint32_t(100 * beat + lane + 1);
    CHECK(task.take(2, beat, sums));
    const RtlResult &isum = task.results()[0];
    for (int64_t lane = 0; lane < places[beat][1]; ++lane)
      CHECK(isum.value(isum.bytes, size_t(places[beat][0] + lane)) == int64_t(100 * beat) + lane + 1);
    if (places[beat][1] < 4) {
      sums[places[beat][1]] = 1;
      CHECK_FALSE(task.take(2, beat, sums)); // a dead lane
    }
  }
  CHECK_FALSE(macArrayTask(config, shape, 128, codes, 9, planes));
}
