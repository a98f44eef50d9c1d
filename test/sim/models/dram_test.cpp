// The dram against the rules of its standards, against itself burst by burst, and against closed forms.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/models/dram_machine.h"
#include "test/sim/models/dram_rules.h"

#include <catch2/catch.hpp>
#include <iomanip>
#include <iostream>
#include <set>

using namespace accord;
using namespace accord::sim;
using namespace accord::test;

namespace {

/// Copies at random: single bursts and runs, near and far, in bursts of requests and after pauses, on few
/// rows so that banks meet. Returns the last edge.
uint64_t randomTraffic(DramModel &dram, uint64_t seed, int copies) {
  Random random(seed);
  const auto burst = dram.burstBytes();
  const int64_t row = burst * dram.timing().burstsPerRow * int64_t(dram.channels().size());
  uint64_t cycle = 0;
  for (int i = 0; i < copies; ++i) {
    std::vector<DramRun> runs;
    for (uint64_t r = 0, n = 1 + random.below(24); r < n; ++r) {
      const int64_t size = random.below(4) == 0 ? int64_t(1 + random.below(uint64_t(6 * row)))
                                                : int64_t(1 + random.below(uint64_t(4 * burst)));
      runs.push_back({int64_t(random.below(uint64_t(row) * 256)), size});
    }
    const DramCopy copy = dram.copy(runs, random.below(2), cycle);
    cycle = random.below(3) ? cycle + random.below(200) : copy.end + random.below(3000);
  }
  return cycle;
}

struct Refreshing {
  const char *word;
  bool applies;
  int64_t interval;
};
std::vector<Refreshing> refreshings(const DramTiming &t) {
  return {{"none", true, 0}, {"all_bank", true, t.refi}, {"per_bank", t.refreshSets > 0, t.refiSet}};
}

/// Violations of random traffic on a model of timing `model`, held against `right`.
Violations violations(const Hardware &h, const DramTiming &model, const DramTiming &right, int64_t interval,
                      uint64_t seed, int copies) {
  DramModel dram(h, model);
  std::vector<std::vector<DramCommand>> traces(dram.channels().size());
  for (size_t c = 0; c < traces.size(); ++c)
    dram.channels()[c].trace = &traces[c];
  randomTraffic(dram, seed, copies);
  Violations sum;
  for (const auto &trace : traces) {
    const Violations v = checkRules(trace, right, interval);
    sum.commands += v.commands, sum.checks += v.checks;
    for (const auto &[rule, entry] : v.byRule) {
      auto &mine = sum.byRule[rule];
      mine.first += entry.first;
      if (mine.second.empty())
        mine.second = entry.second;
    }
  }
  return sum;
}

} // namespace

TEST_CASE("no command breaks a rule of its standard", "[sim][dram]") {
  size_t commands = 0, checks = 0, configurations = 0;
  for (const Grade &grade : grades)
    for (const char *mapping : mappings)
      for (const Refreshing &refresh : refreshings(dramTiming(machineOf(grade).dram))) {
        if (!refresh.applies)
          continue;
        const Hardware h = machineOf(grade, mapping, refresh.word);
        const DramTiming t = dramTiming(h.dram);
        const Violations v = violations(h, t, t, refresh.interval, 1 + configurations, 60);
        INFO(grade.standard << "-" << grade.rate << " " << mapping << " " << refresh.word);
        for (const auto &[rule, entry] : v.byRule)
          FAIL_CHECK(rule << " broken " << entry.first << " times, first by " << entry.second);
        commands += v.commands, checks += v.checks, ++configurations;
      }
  std::cout << configurations << " configurations, " << commands << " commands held against the rules, "
            << checks << " checks\n";
  CHECK(configurations == 7 * 3 * 3 - 2 * 3); // DDR4 has no refresh of single banks
  CHECK(commands > 1000000);
}

TEST_CASE("each timing parameter that the model has too short is caught by its name", "[sim][dram]") {
  struct Parameter {
    const char *rule;
    int64_t DramTiming::*member;
    int64_t change;
  };
  const Parameter parameters[] = {
      {"tCL", &DramTiming::cl, -1},           {"tCWL", &DramTiming::cwl, -1},
      {"BL", &DramTiming::burst, -1},         {"tRCD_RD", &DramTiming::rcdRead, -1},
      {"tRCD_WR", &DramTiming::rcdWrite, -1}, {"tRP", &DramTiming::rp, -1},
      {"tRPab", &DramTiming::rpAll, -1},      {"tRAS", &DramTiming::ras, -1},
      {"tRC", &DramTiming::rc, -1},           {"tCCD_S", &DramTiming::ccdS, -1},
      {"tCCD_L", &DramTiming::ccdL, -1},      {"tCCD_L_WR", &DramTiming::ccdLWrite, -1},
      {"tRRD_S", &DramTiming::rrdS, -1},      {"tRRD_L", &DramTiming::rrdL, -1},
      {"tFAW", &DramTiming::faw, -1},         {"tWR", &DramTiming::wr, -1},
      {"tWTR_S", &DramTiming::wtrS, -1},      {"tWTR_L", &DramTiming::wtrL, -1},
      {"tRTP", &DramTiming::rtp, -1},         {"tRTW", &DramTiming::rtw, -1},
      {"tPPD", &DramTiming::ppd, -1},         {"tRFC", &DramTiming::rfc, -1},
      {"tRFC_SET", &DramTiming::rfcSet, -1},  {"tRREFD", &DramTiming::rrefd, -1},
      {"tREFI", &DramTiming::refi, 1000000},  {"tREFI", &DramTiming::refiSet, 1000000},
  };
  size_t caught = 0, without = 0;
  std::set<std::string> rules;
  for (const Parameter &p : parameters) {
    std::string standards;
    for (const Grade &grade : grades)
      for (const Refreshing &refresh : refreshings(dramTiming(machineOf(grade).dram))) {
        if (!refresh.applies || refresh.interval == 0 || (sanitized && standards != ""))
          continue; // caught once is enough for the sanitizers
        const Hardware h = machineOf(grade, mappings[0], refresh.word);
        const DramTiming right = dramTiming(h.dram);
        DramTiming wrong = right;
        wrong.*p.member += p.change;
        const Violations v = violations(h, wrong, right, refresh.interval, 77, 40);
        if (v.byRule.count(p.rule)) {
          ++caught;
          rules.insert(p.rule);
          standards += std::string(" ") + grade.standard + "-" + std::to_string(grade.rate);
          standards += refresh.interval == right.refi ? "" : "/pb";
        } else {
          ++without; // another parameter holds the same commands back there
        }
      }
    std::cout << std::left << std::setw(10) << p.rule << std::right << standards << "\n";
    CHECK(standards != "");
  }
  std::cout << caught << " shortened parameters caught, " << without << " without effect, " << rules.size()
            << " rules\n";
  CHECK(rules.size() == 25);
}

TEST_CASE("the fast path takes the cycles of burst by burst", "[sim][dram]") {
  const size_t each = Cases::of(100);
  uint64_t copies = 0, bursts = 0, streamed = 0, commands = 0;
  for (const Grade &grade : grades)
    for (const char *mapping : mappings)
      for (const Refreshing &refresh : refreshings(dramTiming(machineOf(grade).dram))) {
        if (!refresh.applies)
          continue;
        const Hardware h = machineOf(grade, mapping, refresh.word);
        DramModel fast(h), slow(h);
        const size_t channels = fast.channels().size();
        std::vector<std::vector<DramCommand>> fastTrace(channels), slowTrace(channels);
        for (size_t c = 0; c < channels; ++c) {
          slow.channels()[c].burstByBurst = true;
          fast.channels()[c].trace = &fastTrace[c];
          slow.channels()[c].trace = &slowTrace[c];
        }
        Random random(1000 + copies);
        const int64_t burst = fast.burstBytes();
        const int64_t segment = burst * int64_t(channels) * fast.timing().groups * fast.timing().burstsPerRow;
        uint64_t cycle = 0;
        for (size_t i = 0; i < each; ++i) {
          std::vector<DramRun> runs;
          for (uint64_t r = 0, n = 1 + random.below(3); r < n; ++r) {
            // Beginnings and ends at, just before and just after those of bursts and segments.
            const int64_t at = int64_t(random.below(64)) * segment + int64_t(random.below(3)) * burst * 16;
            const int64_t edge = int64_t(random.below(3)) - 1, length = int64_t(random.below(3)) * segment;
            runs.push_back({std::max<int64_t>(0, at + edge),
                            std::max<int64_t>(1, length + int64_t(random.below(3)) - 1 +
                                                     int64_t(random.below(40)) * burst)});
          }
          if (random.below(3) == 0) { // rows of a tile
            const auto rows = int64_t(1 + random.below(64)),
                       stride = int64_t(1 + random.below(uint64_t(40 * burst)));
            const int64_t at = int64_t(random.below(uint64_t(64 * segment))),
                          width = 1 + int64_t(random.below(uint64_t(stride)));
            runs.clear();
            for (int64_t r = 0; r < rows; ++r)
              runs.push_back({at + r * stride, width});
          }
          const bool write = random.below(3) == 0;
          const DramCopy a = fast.copy(runs, write, cycle), b = slow.copy(runs, write, cycle);
          INFO(grade.standard << "-" << grade.rate << " " << mapping << " " << refresh.word << " copy " << i);
          REQUIRE(a.begin == b.begin);
          REQUIRE(a.end == b.end);
          REQUIRE(a.use == b.use);
          REQUIRE(a.use.rowHits + a.use.rowMisses + a.use.rowConflicts == a.use.bursts);
          ++copies, bursts += a.use.bursts;
          cycle = random.below(2) ? cycle + random.below(500) : a.end + random.below(20000);
        }
        for (size_t c = 0; c < channels; ++c) {
          REQUIRE(fastTrace[c].size() == slowTrace[c].size());
          commands += fastTrace[c].size();
          streamed += fast.channels()[c].streamed();
          REQUIRE(slow.channels()[c].streamed() == 0);
          size_t different = 0;
          for (size_t i = 0; i < fastTrace[c].size(); ++i) {
            const DramCommand &x = fastTrace[c][i], &y = slowTrace[c][i];
            different += x.kind != y.kind || x.bank != y.bank || x.row != y.row || x.clock != y.clock;
          }
          REQUIRE(different == 0);
        }
      }
  std::cout << copies << " copies of " << bursts << " bursts equal both ways, " << streamed
            << " by the fast path, " << commands << " commands compared\n";
  CHECK(copies == (7 * 3 * 3 - 2 * 3) * each);
  CHECK(streamed > bursts / 2);
}

TEST_CASE("streams reach the peak rate less refresh", "[sim][dram]") {
  std::cout
      << "bin, order: of the peak without, with all-bank, with per-bank refresh; 1 - (rpAll + rfc + rcd) / "
         "refi\n";
  for (const Grade &grade : grades)
    for (const char *mapping : mappings) {
      std::cout << std::left << std::setw(12) << dramBin(machineOf(grade).dram) << std::setw(31) << mapping
                << std::right << std::fixed << std::setprecision(4);
      double without = 0;
      const DramTiming t = dramTiming(machineOf(grade).dram);
      for (const Refreshing &refresh : refreshings(t)) {
        if (!refresh.applies) {
          std::cout << "       -";
          continue;
        }
        DramModel dram(machineOf(grade, mapping, refresh.word));
        const int64_t bytes = int64_t(sanitized ? 16 : 64) << 20; // twenty refreshes at least
        const DramCopy copy = dram.copy({{0, bytes}}, false, 0);
        const int64_t perChannel = bytes / dram.burstBytes() / int64_t(dram.channels().size());
        const double efficiency =
            double(perChannel * t.burst) / double(dram.clockOf(copy.end) - dram.clockOf(copy.begin));
        std::cout << "  " << efficiency;
        INFO(grade.standard << "-" << grade.rate << " " << mapping << " " << refresh.word);
        CHECK(efficiency < 1.0001); // begin and end are edges of the core
        const bool groupsInTurn = std::string(mapping) != mappings[1];
        // A stream within a group goes at tCCD_L.
        const double paced = groupsInTurn ? 1 : double(t.burst) / double(t.ccdL);
        const double form = 1 - double(t.rpAll + t.rfc + t.rcdRead) / double(t.refi);
        if (refresh.interval == 0) {
          without = efficiency;
          // Where the row changes, two groups are in sight and go in turn.
          CHECK(efficiency > 0.96 * paced);
        } else if (refresh.interval == t.refi) {
          CHECK(efficiency < without);
          // Within a group a refresh also gathers bursts of two rows, which then go in turn.
          CHECK(efficiency >= without * form * 0.99);
          CHECK(efficiency <= without * form * (groupsInTurn ? 1.01 : 1.07));
        } else if (groupsInTurn) {
          CHECK(efficiency >= 0.95);
        }
      }
      std::cout << "  " << 1 - double(t.rpAll + t.rfc + t.rcdRead) / double(t.refi) << "\n";
    }
}

TEST_CASE("an idle channel answers after tRCD, CL and a burst", "[sim][dram]") {
  for (const Grade &grade : grades) {
    Hardware h = machineOf(grade, mappings[0], "none");
    DramModel dram(h);
    const DramTiming &t = dram.timing();
    std::vector<DramCommand> trace;
    dram.channels()[0].trace = &trace;
    // One burst of a closed bank, one of the open row, one of another row of the bank; far apart.
    const int64_t rowOfBank =
        dram.burstBytes() * int64_t(dram.channels().size()) * t.burstsPerRow * t.banks();
    const DramCopy miss = dram.copy({{0, 1}}, false, 100);
    const DramCopy hit = dram.copy({{1, 1}}, false, 10000);
    const DramCopy conflict = dram.copy({{rowOfBank, 1}}, false, 20000);
    CHECK(miss.use.rowMisses == 1);
    CHECK(hit.use.rowHits == 1);
    CHECK(conflict.use.rowConflicts == 1);
    CHECK(miss.end == dram.cycleOf(dram.clockOf(100) + t.rcdRead + t.cl + t.burst));
    CHECK(miss.begin == dram.cycleOf(dram.clockOf(100) + t.rcdRead + t.cl));
    CHECK(hit.end == dram.cycleOf(dram.clockOf(10000) + t.cl + t.burst));
    CHECK(conflict.end == dram.cycleOf(dram.clockOf(20000) + t.rp + t.rcdRead + t.cl + t.burst));
    // Writes: the data is in the dram when its burst is over.
    const DramCopy written = dram.copy({{rowOfBank, 1}}, true, 30000);
    CHECK(written.begin == dram.cycleOf(dram.clockOf(30000) + t.cwl));
    CHECK(written.end == dram.cycleOf(dram.clockOf(30000) + t.cwl + t.burst));
    REQUIRE(trace.size() == 7);
  }
}

TEST_CASE("random rows come at the rate of tRC in a bank, and of tFAW or tRRD over banks", "[sim][dram]") {
  for (const Grade &grade : grades) {
    const Hardware h = machineOf(grade, mappings[0], "none");
    const DramTiming t = dramTiming(h.dram);
    const int64_t bank = bytesOfBurst(h) * h.dram.channels * t.burstsPerRow * t.groups;
    const int64_t rows = 2000;
    // Each burst another row: all of one bank of one channel; or of all banks of a group in turn, groups
    // next.
    std::vector<DramRun> one, all;
    for (int64_t i = 0; i < rows; ++i) {
      one.push_back({i * bank * t.banksPerGroup, 1});
      const int64_t group = i % t.groups, bankOfGroup = i / t.groups % t.banksPerGroup;
      all.push_back({i / t.banks() * bank * t.banksPerGroup + bankOfGroup * bank +
                         group * bytesOfBurst(h) * h.dram.channels,
                     1});
    }
    DramModel a(h), b(h);
    const auto clocks = [](DramModel &dram, const DramCopy &c) {
      return double(dram.clockOf(c.end) - dram.clockOf(c.begin));
    };
    const DramCopy serial = a.copy(one, false, 0), parallel = b.copy(all, false, 0);
    CHECK(serial.use.rowConflicts == uint64_t(rows) - 1);
    const double alone = clocks(a, serial) / double(rows), together = clocks(b, parallel) / double(rows);
    const double bankLimit = double(std::max({t.rc, t.ras + t.rp, t.rcdRead + t.rtp + t.rp}));
    // A bank comes again after all others: its own cycle may be the longer one.
    const double allLimit =
        std::max({double(t.faw) / 4, double(t.rrdS), double(t.ccdS), bankLimit / double(t.banks())});
    std::cout << dramBin(h.dram) << ": " << alone << " clocks a row of one bank (tRC " << bankLimit << "), "
              << together << " over all banks (bound " << allLimit << ")\n";
    CHECK(alone == Approx(bankLimit).epsilon(0.01));
    CHECK(together >= allLimit * 0.99);
    CHECK(together <= allLimit * 1.35);
  }
}

TEST_CASE("a burst of an open row passes one that waits, when it is in sight", "[sim][dram]") {
  const Hardware h = machineOf(grades[0], "row-bank-group-column-channel", "none");
  const int64_t burst = bytesOfBurst(h),
                row = burst * dramTiming(h.dram).burstsPerRow * dramTiming(h.dram).banks();
  for (int64_t between : {0, 1, 30, 31, 40}) {
    DramModel dram(h);
    // One burst of row 0, `between` and one of row 1 of the same bank, another of row 0.
    const std::vector<DramRun> runs = {{0, 1}, {row, (between + 1) * burst}, {burst, 1}};
    const DramCopy copy = dram.copy(runs, false, 0);
    CHECK(copy.use.bursts == uint64_t(between) + 3);
    // The window holds 32: the waiting one, what follows it, and the one that may pass.
    CHECK(copy.use.activates == (between < 31 ? 2 : 3));
  }
}

TEST_CASE("the dram's clock does not drift against the core's", "[sim][dram]") {
  Hardware h = machineOf(grades[1]);
  h.clockMhz = 1410;
  DramModel dram(h);
  uint64_t compared = 0;
  for (uint64_t cycle : {0ull, 1ull, 1410000000ull, 141000000000ull, 141000000001ull}) {
    const int64_t clock = dram.clockOf(cycle);
    // 1600 MHz against 1410 MHz: the first clock that is not before the edge.
    CHECK(clock == int64_t((cycle * 160 + 140) / 141));
    CHECK(dram.cycleOf(clock) == uint64_t((clock * 141 + 159) / 160));
    ++compared;
  }
  CHECK(compared == 5);
}

TEST_CASE("refreshes of an idle dram are those that fell due", "[sim][dram]") {
  for (const Grade &grade : grades)
    for (const Refreshing &refresh : refreshings(dramTiming(machineOf(grade).dram))) {
      if (!refresh.applies)
        continue;
      DramModel dram(machineOf(grade, mappings[0], refresh.word));
      const uint64_t cycle = 1000000;
      const uint64_t each = refresh.interval ? uint64_t((dram.clockOf(cycle) - 1) / refresh.interval) : 0;
      CHECK(dram.finish(cycle).refreshes == each * dram.channels().size());
      CHECK(dram.finish(cycle).activates == 0);
    }
}

TEST_CASE("a copy is told what fell due before it asked", "[sim][dram]") {
  // One channel of LPDDR5-6400 with a refresh every 3905 ns, on a core of 2 ns a cycle.
  DramModel dram(machineOf({"LPDDR5", 6400, 16, 1}));
  DramCopy copy = dram.copy({{0, 32}}, false, 100);
  CHECK(copy.use.refreshes == 0);
  copy = dram.copy({{0, 32}}, false, 5000); // 10000 ns: two fell due
  CHECK(copy.use.refreshes == 2);
  CHECK(copy.idleRefreshes == 2);
  copy = dram.copy({{0, 1 << 18}}, false, 5100); // 20.5 us at the peak: five fall due on its way, or six
  CHECK(copy.use.refreshes == 6);
  CHECK(copy.idleRefreshes == 0);
  CHECK(dram.refreshesBefore(copy.end) == 0);
  CHECK(dram.refreshesBefore(copy.end + 10 * 1953) == 10);
  CHECK(dram.finish(copy.end + 10 * 1953).refreshes == 18);
  CHECK(dram.refreshesBefore(copy.end + 10 * 1953) == 0);
}

TEST_CASE("every data rate and width that a file may state runs to its end", "[sim][dram]") {
  size_t runs = 0;
  for (const char *standard : {"DDR4", "DDR5", "LPDDR5", "HBM2", "HBM3"})
    for (int64_t rate : {100, 101, 799, 3200, 7777, 20000})
      for (int64_t width : {8, 1024})
        for (const char *mapping : mappings) {
          const Grade grade{standard, rate, width, 2};
          for (const Refreshing &refresh : refreshings(dramTiming(machineOf(grade).dram))) {
            if (!refresh.applies)
              continue;
            const Hardware h = machineOf(grade, mapping, refresh.word);
            const DramTiming t = dramTiming(h.dram);
            const Violations v = violations(h, t, t, refresh.interval, 5, 3);
            INFO(standard << "-" << rate << " x" << width << " " << mapping << " " << refresh.word);
            for (const auto &[rule, entry] : v.byRule)
              FAIL_CHECK(rule << " broken " << entry.first << " times, first by " << entry.second);
            CHECK(v.commands > 0);
            ++runs;
          }
        }
  std::cout << runs << " machines ran\n";
  CHECK(runs == (5 * 3 - 1) * 6 * 2 * 3);
}
