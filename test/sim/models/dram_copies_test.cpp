// Copies under way together: when their ends are known, and that looking changes nothing.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/models/dram_machine.h"

#include <catch2/catch.hpp>
#include <iostream>
#include <map>

using namespace accord;
using namespace accord::sim;
using namespace accord::test;

namespace {

struct Asked {
  std::vector<DramRun> runs;
  bool write = false;
  uint64_t cycle = 0;
};

std::vector<Asked> traffic(const DramModel &dram, uint64_t seed) {
  Random random(seed);
  std::vector<Asked> all;
  uint64_t cycle = 0;
  for (int i = 0; i < 60; ++i) {
    Asked a;
    for (uint64_t r = 0, n = 1 + random.below(6); r < n; ++r)
      a.runs.push_back(
          {int64_t(random.below(1 << 20)), 1 + int64_t(random.below(random.below(3) ? 300 : 20000))});
    a.write = random.below(3) == 0;
    a.cycle = cycle += random.below(4) ? random.below(300) : random.below(6000);
    all.push_back(a);
  }
  REQUIRE(dram.burstBytes() > 0);
  return all;
}

/// Runs the copies as a simulation does: to each one's request, in between to where `earliestEnd` says. What
/// is known is checked to be known before it comes.
std::map<size_t, DramCopy> simulated(DramModel &dram, const std::vector<Asked> &asked, uint64_t seed,
                                     bool often) {
  Random random(seed);
  std::map<size_t, DramCopy> done;
  std::map<size_t, DramModel::Ticket> underWay;
  uint64_t cycle = 0;
  const auto hear = [&](uint64_t until) {
    dram.advance(dram.clockOf(cycle = until));
    for (auto it = underWay.begin(); it != underWay.end();) {
      const std::optional<DramCopy> copy = dram.take(it->second);
      if (!copy) {
        ++it;
        continue;
      }
      CHECK(cycle <= copy->end); // not too late to tell
      done[it->first] = *copy;
      it = underWay.erase(it);
    }
  };
  const auto runTo = [&](uint64_t until) {
    while (!underWay.empty()) {
      uint64_t next = UINT64_MAX;
      for (const auto &[i, ticket] : underWay)
        next = std::min(next, dram.earliestEnd(ticket));
      REQUIRE(next > cycle);
      if (often)
        next = std::min(next, cycle + 1 + random.below(40));
      if (next > until)
        break;
      hear(next);
    }
  };
  for (size_t i = 0; i < asked.size(); ++i) {
    const uint64_t at = asked[i].cycle;
    runTo(at);
    if (often && at > cycle)
      hear(at);
    underWay[i] = dram.submit(asked[i].runs, asked[i].write, at);
  }
  runTo(UINT64_MAX);
  return done;
}

} // namespace

TEST_CASE("the end of a copy is known before it comes, and looking changes nothing", "[sim][dram]") {
  size_t copies = 0, mixed = 0;
  for (const Grade &grade : grades)
    for (const char *refresh : {"none", "all_bank", "per_bank"}) {
      if (refresh == std::string("per_bank") && dramTiming(machineOf(grade).dram).refreshSets == 0)
        continue;
      for (double mhz : {1.0, 500.0, 1410.0}) {
        Hardware h = machineOf(grade, mappings[copies % 3], refresh);
        h.clockMhz = mhz;
        DramModel seldom(h), often(h);
        const std::vector<Asked> asked = traffic(seldom, 40 + copies);
        const auto a = simulated(seldom, asked, 1, false), b = simulated(often, asked, 2, true);
        REQUIRE(a.size() == asked.size());
        REQUIRE(b.size() == asked.size());
        DramUse sum;
        uint64_t last = 0;
        for (size_t i = 0; i < asked.size(); ++i) {
          REQUIRE(a.at(i).end == b.at(i).end);
          REQUIRE(a.at(i).begin == b.at(i).begin);
          REQUIRE(a.at(i).use == b.at(i).use);
          CHECK(a.at(i).begin >= asked[i].cycle);
          mixed += i > 0 && a.at(i).end < a.at(i - 1).end;
          sum += a.at(i).use;
          last = std::max(last, a.at(i).end);
          ++copies;
        }
        // Every burst and command is a copy's, or idle time's.
        DramUse all = seldom.finish(last);
        CHECK(sum.bursts == all.bursts);
        CHECK(sum.rowHits + sum.rowMisses + sum.rowConflicts == sum.bursts);
        CHECK(sum.activates == all.activates);
        CHECK(sum.refreshes + seldom.idleRefreshes() == all.refreshes);
      }
    }
  std::cout << copies << " copies, " << mixed << " ended before one that asked earlier\n";
  CHECK(copies == (5 * 3 + 2 * 2) * 3 * 60);
  CHECK(mixed > 100);
}

TEST_CASE("no end is foretold later than it comes, where bursts go without a pause", "[sim][dram]") {
  size_t looks = 0, tight = 0;
  for (Grade grade : grades)
    for (int64_t depth : {1, 2, 32}) {
      grade.channels = 1;
      Hardware h = machineOf(grade, mappings[0], "none");
      h.dram.queueDepth = depth;
      h.clockMhz = double(grade.rate) / double(dramTiming(h.dram).transfersPerClock); // cycles are clocks
      // A long copy, and behind it one burst that waits in front of the full queue for a long time.
      const auto ask = [](DramModel &dram) {
        const int64_t burst = dram.burstBytes();
        const DramModel::Ticket first = dram.submit({{0, 600 * burst}}, false, 10);
        return std::pair(first, dram.submit({{600 * burst, burst}}, false, 10));
      };
      DramModel known(h), asked(h);
      const auto [first, second] = ask(known);
      known.advance(1000000);
      const auto firstCopy = known.take(first), secondCopy = known.take(second);
      REQUIRE((firstCopy && secondCopy));
      const auto [one, two] = ask(asked);
      for (uint64_t cycle = 11; cycle < secondCopy->end; cycle += 3) {
        asked.advance(asked.clockOf(cycle));
        INFO(grade.standard << "-" << grade.rate << " depth " << depth << " at cycle " << cycle);
        CHECK(asked.earliestEnd(one) <= firstCopy->end);
        CHECK(asked.earliestEnd(two) <= secondCopy->end);
        tight += asked.earliestEnd(two) == secondCopy->end;
        ++looks;
      }
    }
  std::cout << looks << " looks, " << tight << " of them at the very end\n";
  CHECK(tight > 100);
}
