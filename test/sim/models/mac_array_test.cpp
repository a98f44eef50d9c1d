// The MAC array's cycles by hand, and against an array that is clocked register by register.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/mac_array/mac_array_model.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>

using namespace accord::sim;

namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// What one tile of weights does: rows of codes, and the sums that leave after it.
struct Step {
  int64_t rows, load, beats; ///< weight beats; output beats of the group that it ends, or 0
  bool first;                ///< of its group
};

std::vector<Step> stepsOf(const MacArrayConfig &c, const MacArrayShape &s) {
  std::vector<Step> steps;
  for (int64_t row = 0; row < s.m; row += c.accRows)
    for (int64_t lane = 0; lane < s.n; lane += c.cols)
      for (int64_t table = 0; table < s.tables; table += s.groupTables) {
        const int64_t end = std::min(table + s.groupTables, s.tables), rows = std::min(c.accRows, s.m - row);
        const int64_t lanes = std::min(c.cols, s.n - lane);
        for (int64_t t = table; t < end; t += c.rows / 4)
          steps.push_back({rows, ceilDiv(std::min(c.rows, 4 * (end - t)) * lanes * s.planes, c.weightBits),
                           t + c.rows / 4 < end ? 0 : rows * ceilDiv(lanes, c.outLanes), t == table});
      }
  return steps;
}

/// The registers of README.md, a clock cycle at a time. Returns cycles from the first beat to the last, both
/// counted.
uint64_t clocked(const MacArrayConfig &c, const MacArrayShape &s) {
  const std::vector<Step> steps = stepsOf(c, s);
  struct Complete {
    int64_t cycle, beats; ///< when the sums are in the accumulators
  };
  std::deque<Complete> complete; // groups whose codes are through, not moved yet
  size_t loading = 0, using_ = 0;
  int64_t loaded = 0, loadedAt = -1;    // beats of the next weights
  int64_t rowsLeft = 0, swappedAt = -1; // of the weights in use
  int64_t draining = 0, drainFrom = 0;  // output beats
  for (int64_t t = 0;; ++t) {
    if (draining > 0 && drainFrom <= t && --draining == 0 && using_ == steps.size() && complete.empty() &&
        rowsLeft == 0)
      return static_cast<uint64_t>(t + 1);
    if (!complete.empty() && complete.front().cycle <= t && draining == 0) {
      draining = complete.front().beats, drainFrom = t + 1;
      complete.pop_front();
    }
    if (rowsLeft > 0 && swappedAt < t) {
      const Step &step = steps[using_ - 1];
      // The sum is written at the end of the next cycle, over what has to have moved by then.
      const bool moves = complete.empty() || (complete.front().cycle <= t + 1 && draining <= 1);
      if (!step.first || rowsLeft < step.rows || moves) {
        --rowsLeft;
        if (rowsLeft == 0 && step.beats > 0)
          complete.push_back({t + 2, step.beats});
      }
    }
    // What is loaded next is that of the step after the last one loaded.
    if (loading > using_ && loadedAt < t && rowsLeft == 0) {
      rowsLeft = steps[using_++].rows, swappedAt = t;
      loaded = 0;
    }
    if (loading == using_ && loading < steps.size())
      if (++loaded == steps[loading].load)
        loadedAt = t, ++loading;
  }
}

} // namespace

TEST_CASE("the MAC array's cycles by hand", "[sim][models]") {
  // Weights 0, swap 1, codes 2, sum 3, moved 4, output 5.
  CHECK(macArrayCycles({}, {1, 1, 1, 1, 1}) == 6);
  // Two beats of weights, four rows: codes in 3..6, complete in 8; 2 beats a row of 32 lanes until 16.
  CHECK(macArrayCycles({}, {4, 32, 1, 1, 4}) == 17);
  // Eight tables of one group, a step in 4 cycles: codes in 3..34, complete in 36, 8 beats.
  CHECK(macArrayCycles({}, {4, 32, 8, 8, 4}) == 45);
  // One row: each step waits for its two beats. Codes in 3, 5, .., 17; complete in 19; 2 beats.
  CHECK(macArrayCycles({}, {1, 32, 8, 8, 4}) == 22);
  // The table of README.md.
  CHECK(macArrayCycles({}, {1, 192, 144, 8, 2}) == 870);
  CHECK(macArrayCycles({}, {1, 192, 144, 8, 4}) == 1734);
  CHECK(macArrayCycles({}, {1, 192, 144, 8, 8}) == 3462);
  CHECK(macArrayCycles({}, {8, 192, 144, 8, 1}) == 6924);
  CHECK(macArrayCycles({}, {8, 192, 144, 8, 4}) == 6925);
  CHECK(macArrayCycles({}, {8, 192, 144, 8, 8}) == 6927);
  CHECK(macArrayCycles({}, {8, 64, 144, 1, 4}) == 4617);
  // Rows that a group of 32 leaves empty change nothing.
  for (int64_t m : {1, 8}) {
    MacArrayConfig whole, wider;
    whole.rows = 32, wider.rows = 256;
    CHECK(macArrayCycles(whole, {m, 192, 144, 8, 4}) == macArrayCycles(wider, {m, 192, 144, 8, 4}));
    CHECK(macShapeCycles(whole, {m, 192, 144, 8, 4}) == macShapeCycles(wider, {m, 192, 144, 8, 4}));
    // Nor do the rows of a last step that are beyond the group: 12, 12 and 8 of 32 load as 8, 8, 8 and 8.
    MacArrayConfig twelve, eight;
    twelve.rows = 12, eight.rows = 8;
    CHECK(macShapeCycles(twelve, {m, 192, 144, 8, 4}) <= macShapeCycles(eight, {m, 192, 144, 8, 4}));
    // Nor do columns beyond the last lane: 192 lanes are three times 64 or once 192 of 256.
    MacArrayConfig narrow;
    narrow.cols = 64, whole.cols = 256;
    CHECK(macShapeCycles(whole, {m, 192, 144, 8, 4}) <= macShapeCycles(narrow, {m, 192, 144, 8, 4}));
  }
  // Never faster than its cells: 128 products a cycle.
  CHECK(macArrayCycles({}, {8, 192, 144, 8, 4}) >= 8 * 192 * 576 / 128);
}

TEST_CASE("the MAC array's cycles are those of its registers", "[sim][models]") {
  const char *given = std::getenv("ACCORD_SEED");
  const unsigned seed = given ? static_cast<unsigned>(std::atol(given)) : std::random_device()();
  std::mt19937 random(seed);
  auto pick = [&](std::initializer_list<int64_t> of) { return of.begin()[random() % of.size()]; };
  auto between = [&](int64_t low, int64_t high) {
    return low + int64_t(random() % uint64_t(high - low + 1));
  };
  uint64_t shapes = 0, cycles = 0, drainBound = 0, loadBound = 0;
  for (int i = 0; i < 4000; ++i) {
    MacArrayConfig c;
    c.rows = pick({4, 8, 12, 16, 64}), c.cols = pick({8, 16, 32, 64, 128}), c.accRows = between(1, 9);
    c.outLanes = pick({1, 4, 8}), c.weightBits = pick({64, 128, 256, 512});
    REQUIRE(checkMacArray(c));
    const MacArrayShape s{between(1, 12), between(1, 150), between(1, 24), between(1, 9), int(between(1, 8))};
    INFO("seed " << seed << ": " << c.rows << " x " << c.cols << ", " << c.accRows << " rows, out "
                 << c.outLanes << ", bits " << c.weightBits << "; m " << s.m << " n " << s.n << " tables "
                 << s.tables << " of " << s.groupTables << " planes " << s.planes);
    const uint64_t expected = clocked(c, s);
    REQUIRE(macArrayCycles(c, s) == expected);
    ++shapes, cycles += expected;
    loadBound += ceilDiv(c.rows * c.cols * s.planes, c.weightBits) > c.accRows;
    drainBound += c.accRows * ceilDiv(c.cols, c.outLanes) > ceilDiv(s.groupTables * 4, c.rows) * c.accRows;
  }
  std::printf("mac array: %llu shapes, %llu cycles clocked, seed %u\n",
              static_cast<unsigned long long>(shapes), static_cast<unsigned long long>(cycles), seed);
  CHECK(shapes == 4000);
  CHECK(loadBound > 400);
  CHECK(drainBound > 400);
}

TEST_CASE("an array that the packed planes do not fit is refused", "[sim][models]") {
  auto error = [](MacArrayConfig c) {
    const accord::Status status = checkMacArray(c);
    return status ? std::string("accepted") : status.error().message;
  };
  CHECK(error({}) == "accepted");
  CHECK(error({8, 128, 1, 64, 256}) == "accepted");
  CHECK(error({6, 32, 4, 16, 256}) ==
        "mac array: expected rows in fours, the weights of a packed table, got 6");
  CHECK(
      error({4, 48, 4, 16, 256}) ==
      "mac array: expected cols that divide the 64 lanes of a packed tile or are a multiple of them, got 48");
  CHECK(error({4, 32, 0, 16, 256}) == "mac array: expected acc_rows of at least 1, got 0");
  CHECK(error({4, 32, 4, 12, 256}) == "mac array: expected out_lanes that divide cols = 32, got 12");
  CHECK(error({4, 32, 4, 16, 0}) == "mac array: expected weight bits of at least 1, got 0");
}
