// Clock edges, activity, race shadows, rings, and the text of traces.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/core/activity.h"
#include "sim/core/chrome_trace.h"
#include "sim/core/ring.h"
#include "sim/core/shadow_memory.h"
#include "sim/core/time_base.h"
#include "test/sim/files/folder.h"

#include <catch2/catch.hpp>
#include <deque>
#include <iostream>
#include <random>
#include <set>
#include <vector>

using namespace accord::sim;

namespace {

/// `name` inside quotes of JSON, worked out by the values of its characters: what is none is a question mark.
std::string asJson(const std::string &name) {
  std::string out;
  for (size_t i = 0; i < name.size();) {
    const auto lead = static_cast<unsigned char>(name[i]);
    size_t ones = 0;
    while (ones < 8 && lead >> (7 - ones) & 1)
      ++ones;
    const size_t n = ones == 0 ? 1 : ones;
    uint32_t value = ones == 0 ? lead : lead & (0x7f >> ones);
    bool good = ones != 1 && n <= 4 && i + n <= name.size();
    for (size_t j = 1; good && j < n; ++j) {
      const auto next = static_cast<unsigned char>(name[i + j]);
      good = next >> 6 == 2;
      value = value << 6 | (next & 0x3f);
    }
    const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; // of so many bytes
    good = good && value >= least[n] && value <= 0x10ffff && !(0xd800 <= value && value <= 0xdfff);
    if (good && value < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", value);
      out += escaped;
    } else if (good) {
      out += value == '"' || value == '\\' ? "\\" + name.substr(i, n) : name.substr(i, n);
    } else {
      out += '?';
    }
    i += good ? n : 1;
  }
  return out;
}

} // namespace

TEST_CASE("names of a trace are JSON, whatever bytes they hold", "[sim][core]") {
  const Folder folder;
  auto trace = ChromeTrace::open(folder.file("t.json"), "machine", ClockDomain(1000000000));
  REQUIRE(trace);
  std::vector<std::string> names;
  for (int lead = 0; lead < 256; ++lead)
    for (int second : {0x1f, 0x22, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0})
      for (int rest : {0x80, 0xbf, 0x41})
        names.push_back(std::string("<") + char(lead) + char(second) + char(rest) + char(rest) + ">");
  for (size_t i = 0; i < names.size(); ++i)
    (*trace)->track(uint32_t(i), names[i]);
  REQUIRE((*trace)->finish());
  const std::string text = contents(folder.file("t.json"));
  size_t at = 0, replaced = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string expected = "\"args\":{\"name\":\"" + asJson(names[i]) + "\"}}";
    at = text.find("\"tid\":" + std::to_string(i) + ",\"name\":\"thread_name\"", at);
    REQUIRE(at != std::string::npos);
    const size_t args = text.find("\"args\"", at);
    CHECK(text.substr(args, expected.size()) == expected);
    replaced += expected.find('?') != std::string::npos;
  }
  std::cout << names.size() << " names, " << replaced << " of them no UTF-8\n";
  CHECK(replaced > 5000);
  CHECK(names.size() - replaced > 500);
}

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
