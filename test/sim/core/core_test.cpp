// Clock edges, activity, race shadows, and rings.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/core/activity.h"
#include "sim/core/ring.h"
#include "sim/core/shadow_memory.h"
#include "sim/core/time_base.h"

#include <catch2/catch.hpp>
#include <deque>
#include <iostream>
#include <random>
#include <set>
#include <vector>

using namespace accord::sim;

TEST_CASE("edges are rational floors and never drift", "[sim][core]") {
  const ClockDomain core(500000000), odd(1410000000), third(1000000000, 3);
  CHECK(core.edge(0) == 0);
  CHECK(core.edge(1) == 2000000);
  // 1.41 GHz: 709219.858 fs. After 1.41 billion edges exactly one second.
  CHECK(odd.edge(1) == 709219);
  CHECK(odd.edge(2) == 1418439);
  CHECK(odd.edge(1410000000) == femtosecondsPerSecond);
  CHECK(odd.edge(uint64_t(1410000000) * 3600) == femtosecondsPerSecond * 3600);
  CHECK(third.edge(1) == 3000000);
  std::mt19937_64 random(1);
  size_t compared = 0;
  for (const ClockDomain &clock : {core, odd, third, ClockDomain(709219858), ClockDomain(3200000001, 7)})
    for (int i = 0; i < 20000; ++i) {
      const uint64_t cycle = random() >> (24 + random() % 40);
      if (cycle == 0)
        continue;
      REQUIRE(clock.cycleAt(clock.edge(cycle)) == cycle);
      REQUIRE(clock.cycleAt(clock.edge(cycle) - 1) == cycle - 1);
      ++compared;
    }
  std::cout << "edges compared: " << compared << "\n";
}

TEST_CASE("every cycle is busy, stalled or idle", "[sim][core]") {
  ActivityMeter meter;
  meter.enter(Activity::Busy, 3);
  meter.enter(Activity::Stall, 10);
  meter.enter(Activity::Stall, 12);
  meter.enter(Activity::Busy, 12);
  meter.enter(Activity::Idle, 20);
  CHECK(meter.cycles(Activity::Idle) == 3);
  CHECK(meter.cycles(Activity::Busy) == 15);
  CHECK(meter.cycles(Activity::Stall) == 2);
}

TEST_CASE("shadows keep last writers and readers of each byte", "[sim][core]") {
  const VectorClock nothing{};
  auto knows = [](uint32_t agent, uint32_t epoch) {
    VectorClock c{};
    c[agent] = epoch;
    return c;
  };
  ShadowMemory m(false);
  const auto undefined = m.read(0, 4, 0, 1, nothing);
  REQUIRE(undefined);
  CHECK(undefined->kind == ConflictKind::Uninitialized);

  CHECK_FALSE(m.write(100, 200, 1, 1, knows(0, 1)));
  CHECK_FALSE(m.read(299, 1, 0, 2, knows(1, 1)));
  const auto raw = m.read(99 + 101, 1, 2, 1, nothing);
  REQUIRE(raw);
  CHECK(raw->kind == ConflictKind::ReadAfterWrite);
  CHECK(raw->address == 200);
  CHECK(raw->agent == 1);
  CHECK(raw->epoch == 1);
  // A write that knows of the writer, and not of a reader of one byte in the middle.
  const auto war = m.write(100, 200, 3, 1, knows(1, 1));
  REQUIRE(war);
  CHECK(war->kind == ConflictKind::WriteAfterRead);
  CHECK(war->address == 200);
  CHECK(war->agent == 2);
  const auto waw = m.write(150, 1, 4, 1, knows(1, 1));
  REQUIRE(waw);
  CHECK(waw->kind == ConflictKind::WriteAfterWrite);
  CHECK(waw->agent == 3);
  CHECK(m.bytesChecked() == 4 + 200 + 1 + 1 + 200 + 1);
}

TEST_CASE("shadows of runs equal shadows of bytes", "[sim][core]") {
  // The reference: one cell a byte, no sharing.
  struct Cell {
    uint32_t writerAgent = 0, writerEpoch = 0;
    VectorClock readers{};
  };
  constexpr uint64_t size = 1024;
  std::mt19937_64 random(7);
  size_t accesses = 0, conflicts = 0;
  for (int round = 0; round < 60; ++round) {
    ShadowMemory shadow(true);
    std::vector<Cell> cells(size);
    VectorClock epochs{};
    for (int i = 0; i < 200; ++i) {
      const uint32_t agent = uint32_t(random() % 4), epoch = ++epochs[agent];
      VectorClock clock{};
      for (uint32_t a = 0; a < 4; ++a) // mostly knows nearly everything, as well-ordered programs do
        clock[a] = epochs[a] - std::min<uint32_t>(epochs[a], random() % 8 ? 0 : uint32_t(random() % 6));
      clock[agent] = epoch - 1;
      const uint64_t at = random() % 3 ? random() % 8 * 64 : random() % (size - 300);
      const uint64_t bytes = random() % 3 ? 64 * (1 + random() % 3) : 1 + random() % 200;
      const bool writes = random() % 2;
      int64_t first = -1;
      for (uint64_t b = at; b < at + bytes; ++b) {
        Cell &c = cells[b];
        bool racy = c.writerEpoch > clock[c.writerAgent];
        if (writes) {
          for (uint32_t a = 0; a < maxAgents; ++a)
            racy = racy || c.readers[a] > clock[a];
          c = Cell{agent, epoch, {}};
        } else {
          c.readers[agent] = epoch;
        }
        if (racy && first < 0)
          first = static_cast<int64_t>(b);
      }
      const auto got =
          writes ? shadow.write(at, bytes, agent, epoch, clock) : shadow.read(at, bytes, agent, epoch, clock);
      REQUIRE((got ? static_cast<int64_t>(got->address) : -1) == first);
      ++accesses;
      conflicts += first >= 0;
    }
  }
  std::cout << "shadow accesses compared: " << accesses << ", conflicts " << conflicts << "\n";
  CHECK(conflicts > 100);
  CHECK(conflicts < accesses);
}

TEST_CASE("a ring is a bounded queue that keeps what its places hold", "[sim][core]") {
  Ring<std::vector<int>> ring(3);
  std::deque<int> expected;
  std::set<const int *> memory;
  int next = 0, checked = 0;
  for (int step = 0; step < 300; ++step) {
    if (!ring.full() && (step % 7 < 4 || ring.empty())) {
      std::vector<int> &place = ring.push();
      place.assign(10, next);
      memory.insert(place.data());
      expected.push_back(next++);
    } else {
      ring.pop();
      expected.pop_front();
    }
    REQUIRE(ring.size() == expected.size());
    CHECK(ring.empty() == expected.empty());
    CHECK(ring.full() == (expected.size() == 3));
    if (ring.empty())
      continue;
    CHECK(ring.front() == std::vector<int>(10, expected.front()));
    ++checked;
  }
  CHECK(checked > 100);
  CHECK(memory.size() == 3);
}
