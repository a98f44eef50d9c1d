// The dram against a second model that is stepped clock by clock, and random reads against closed forms.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/models/dram_machine.h"
#include "test/sim/models/dram_rules.h"
#include "test/sim/models/dram_stepped.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <iomanip>
#include <iostream>

using namespace accord;
using namespace accord::sim;
using namespace accord::test;

namespace {

/// A channel of its own, at the machine's depth.
DramChannel channelOf(const Hardware &h, DramEntry entry) {
  const std::string &r = h.dram.refresh;
  const DramTiming t = dramTiming(h.dram);
  return DramChannel(t, AddressOrder(h.dram.mapping, t),
                     r == "none"       ? DramRefresh::None
                     : r == "all_bank" ? DramRefresh::AllBanks
                                       : DramRefresh::PerBank,
                     size_t(h.dram.queueDepth), entry);
}

struct Figures {
  double clocks = 0;  ///< until the last data
  double latency = 0; ///< mean clocks from arrival, or from coming in, to the end of the data
  uint64_t hits = 0;
};

Figures modelled(const Hardware &h, bool inOrder, const std::vector<SteppedRequest> &requests) {
  const DramTiming t = dramTiming(h.dram);
  DramChannel channel = channelOf(h, inOrder ? DramEntry::InOrder : DramEntry::ByDirection);
  std::vector<DramServed> served;
  channel.served = &served;
  const uint32_t share = channel.openShare();
  for (const SteppedRequest &r : requests)
    channel.ask(share, {r.burst, 1}, r.write, r.arrival);
  channel.advanceToEnd();
  Figures f;
  f.hits = channel.use().rowHits;
  uint64_t count = 0;
  for (const DramServed &s : served)
    for (uint64_t i = 0; i < s.count; ++i, ++count) {
      const int64_t clock = s.clock + int64_t(i) * s.step;
      const int64_t end = clock + (s.write ? t.cwl : t.cl) + t.burst;
      const int64_t from = inOrder ? s.entered + int64_t(i) * s.step : requests[s.serial + i].arrival;
      REQUIRE(clock >= requests[s.serial + i].arrival); // never before it is there
      f.latency += double(end - from);
      f.clocks = std::max(f.clocks, double(end));
    }
  REQUIRE(count == requests.size());
  f.latency /= double(count);
  return f;
}

Figures stepped(const Hardware &h, bool inOrder, const std::vector<SteppedRequest> &requests) {
  const DramTiming t = dramTiming(h.dram);
  const SteppedResult r =
      runStepped({t, h.dram.mapping, h.dram.refresh, size_t(h.dram.queueDepth), inOrder}, requests);
  const Violations v = checkRules(r.commands, t,
                                  h.dram.refresh == "none"       ? 0
                                  : h.dram.refresh == "all_bank" ? t.refi
                                                                 : t.refiSet);
  for (const auto &[rule, entry] : v.byRule)
    FAIL_CHECK("the stepped model breaks " << rule << ", first by " << entry.second);
  Figures f;
  f.clocks = double(r.end), f.hits = r.rowHits;
  for (size_t i = 0; i < requests.size(); ++i)
    f.latency += double(r.column[i] + (requests[i].write ? t.cwl : t.cl) + t.burst -
                        (inOrder ? r.entered[i] : requests[i].arrival));
  f.latency /= double(requests.size());
  return f;
}

struct Pattern {
  const char *name;
  bool inOrder;
  std::function<SteppedRequest(uint64_t, Random &, const DramTiming &)> at;
};

const std::vector<Pattern> &patterns() {
  static const std::vector<Pattern> all = {
      {"unit", true, [](uint64_t i, Random &, const DramTiming &) { return SteppedRequest{i, false, 0}; }},
      {"two streams", true,
       [](uint64_t i, Random &, const DramTiming &t) {
         return SteppedRequest{i / 2 + (i % 2) * uint64_t(t.banks() * t.burstsPerRow) * 5, false, 0};
       }},
      {"random", true,
       [](uint64_t, Random &random, const DramTiming &) {
         return SteppedRequest{random.below(1 << 24), false, 0};
       }},
      {"conflict", true,
       [](uint64_t i, Random &, const DramTiming &t) {
         return SteppedRequest{i * uint64_t(t.banks() * t.burstsPerRow), false, 0};
       }},
      {"random mixed", true,
       [](uint64_t, Random &random, const DramTiming &) {
         return SteppedRequest{random.below(1 << 24), random.below(3) == 0, 0};
       }},
      {"unit mixed", true,
       [](uint64_t i, Random &, const DramTiming &t) {
         return SteppedRequest{i / 2 + (i % 2) * uint64_t(t.banks() * t.burstsPerRow) * 7, i % 2 == 1, 0};
       }},
      {"writes", true,
       [](uint64_t i, Random &random, const DramTiming &) {
         return SteppedRequest{i % 64 < 48 ? i : random.below(1 << 24), true, 0};
       }},
      // Near the bandwidth of random requests, so that the queue fills and runs empty.
      {"timed", false,
       [](uint64_t i, Random &random, const DramTiming &t) {
         const int64_t pace = std::max({t.faw / 4, t.rrdS, t.ccdS}) + 1;
         return SteppedRequest{random.below(1 << 22), random.below(4) == 0, int64_t(i) * pace};
       }},
      {"timed stream", false,
       [](uint64_t i, Random &random, const DramTiming &t) {
         return SteppedRequest{i, false,
                               int64_t(i) * (t.ccdS + int64_t(i / 1000 % 2)) - int64_t(random.below(2))};
       }},
  };
  return all;
}

std::vector<SteppedRequest> requestsOf(const Pattern &p, const DramTiming &t, uint64_t count, uint64_t seed) {
  Random random(seed);
  std::vector<SteppedRequest> requests;
  int64_t last = 0;
  for (uint64_t i = 0; i < count; ++i) {
    requests.push_back(p.at(i, random, t));
    last = requests.back().arrival = std::max(last, requests.back().arrival);
  }
  return requests;
}

std::vector<const char *> refreshesOf(const DramTiming &t) {
  return t.refreshSets ? std::vector<const char *>{"none", "all_bank", "per_bank"}
                       : std::vector<const char *>{"none", "all_bank"};
}

} // namespace

TEST_CASE("the model agrees with one that is stepped clock by clock", "[sim][dram]") {
  // More of them by hand: ACCORD_DRAM_REQUESTS=1000000, three patterns of one mapping.
  const char *wanted = std::getenv("ACCORD_DRAM_REQUESTS");
  const uint64_t count = wanted ? std::strtoull(wanted, nullptr, 10) : 1500, seed = 20260;
  Cases cases;
  size_t compared = 0;
  double worstTime = 0, worstLatency = 0;
  std::string worst;
  for (const Grade &grade : grades)
    for (const char *mapping : mappings)
      for (const char *refresh : refreshesOf(dramTiming(machineOf(grade).dram)))
        for (const Pattern &p : patterns())
          for (int64_t depth : {32, 5}) {
            if (depth != 32 && p.name != std::string("random mixed"))
              continue;
            if (wanted && (mapping != mappings[0] || refresh != std::string("all_bank") || depth != 32 ||
                           (p.name != std::string("unit") && p.name != std::string("random") &&
                            p.name != std::string("random mixed"))))
              continue;
            if (!wanted && !cases.take({std::string(dramBin(machineOf(grade).dram)) + " " + mapping, refresh,
                                        p.name, "depth " + std::to_string(depth)}))
              continue;
            Hardware h = machineOf(grade, mapping, refresh);
            h.dram.queueDepth = depth;
            const DramTiming t = dramTiming(h.dram);
            const std::vector<SteppedRequest> requests = requestsOf(p, t, count, seed);
            const Figures a = modelled(h, p.inOrder, requests), b = stepped(h, p.inOrder, requests);
            INFO(dramBin(h.dram) << " " << mapping << " " << refresh << " " << p.name << " depth " << depth
                                 << ": clocks " << a.clocks << " against " << b.clocks << ", latency "
                                 << a.latency << " against " << b.latency);
            CHECK(a.clocks == Approx(b.clocks).epsilon(0.02));
            CHECK(a.latency == Approx(b.latency).epsilon(0.02));
            CHECK(double(a.hits) == Approx(double(b.hits)).epsilon(0.02).margin(5));
            const double time = std::abs(a.clocks / b.clocks - 1),
                         latency = std::abs(a.latency / b.latency - 1);
            if (std::max(time, latency) > std::max(worstTime, worstLatency))
              worst = std::string(dramBin(h.dram)) + " " + mapping + " " + refresh + " " + p.name;
            worstTime = std::max(worstTime, time), worstLatency = std::max(worstLatency, latency);
            if (wanted)
              std::cout << std::left << std::setw(12) << dramBin(h.dram) << std::setw(14) << p.name
                        << std::right << std::fixed << std::setprecision(3) << std::setw(10)
                        << a.clocks / double(count) << std::setw(10) << b.clocks / double(count)
                        << " clocks a burst; latency " << std::setw(10) << a.latency << std::setw(10)
                        << b.latency << " clocks; hits " << a.hits << " " << b.hits << "\n";
            ++compared;
          }
  std::cout << "seed " << seed << ": " << compared << " streams of " << count << " bursts compared; off by "
            << 100 * worstTime << " % in time, " << 100 * worstLatency << " % in latency at most (" << worst
            << ")\n";
  CHECK(compared == (wanted ? 21 : Cases::of(570)));
  CHECK(cases.missed() == std::set<std::string>());
}
