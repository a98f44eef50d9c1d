// Several copies of a unit under way: they start in order, take effect in order, and hide each other's
// set-up.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/support/decode.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/pieces.h"
#include "test/sim/support/units.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <iostream>

using namespace accord;
using namespace accord::test;
using isa::ElementType;
using isa::Opcode;
using isa::Unit;

namespace {

Hardware machineOf(int64_t outstanding, int64_t engines = 2) {
  Hardware h = lutEdge();
  h.dma.outstanding = outstanding, h.dma.engines = engines;
  return h;
}

sim::SimResult timesOf(const program::Program &p, const Hardware &h) {
  sim::SimOptions options;
  options.commandTimes = true;
  sim::DramImage none;
  const auto r = simulateForked(p, h, none, options);
  REQUIRE((r ? "" : r.error().message) == "");
  return *r;
}

program::Program loads(int64_t count, int64_t bytes, int64_t slots) {
  Builder b;
  addLoads(b, count, bytes, slots);
  return b.program;
}

} // namespace

TEST_CASE("copies overlap up to the limit, and one engine sets up one after the other",
          "[sim][system][timing]") {
  const program::Program p = loads(4, 4096, 4);
  // The first asks at 17 and ends at 119, as in timing_test. Alone, each next one waits for it.
  const sim::SimResult one = timesOf(p, machineOf(1));
  CHECK(one.commands[0].start == 1);
  CHECK(one.commands[0].end == 119);
  CHECK(one.commands[1].start == 119);
  // Two: the second is set up from 17 on, when the engine is done with the first; the third waits for room.
  const sim::SimResult two = timesOf(p, machineOf(2));
  CHECK(two.commands[0].end == 119);
  CHECK(two.commands[1].start == 17);
  CHECK(two.commands[2].start == 119);
  // 64 bursts on each channel take 80 cycles of wires.
  CHECK(two.commands[1].end == 199);
  const sim::SimResult four = timesOf(p, machineOf(4));
  CHECK(four.commands[2].start == 33);
  CHECK(four.commands[3].start == 49);
  CHECK(four.cycles <= 119 + 3 * 80 + 1);
  CHECK(two.cycles < one.cycles);
  CHECK(four.cycles <= two.cycles);
  // Busy is what at least one copy takes: nothing is counted twice.
  const sim::UnitUse &u = useOf(four, "load");
  CHECK(u.busy == four.cycles - 1);
  CHECK(u.idle == 1);
}

TEST_CASE("copies take effect in the order of the program", "[sim][system][timing]") {
  // The first load's on-chip side is slow (512 rows of 8 banks); the second's only burst is there long
  // before.
  Builder b;
  const auto [x, s] = addFan(b);
  const uint32_t z = b.buffer("z", isa::Memory::Dram, ElementType::I8, 64, program::Role::Argument);
  const uint32_t y = b.buffer("y", isa::Memory::Dram, ElementType::I8, 64, program::Role::Result);
  // Into the first row, which the first load writes as well: the last in program order stays.
  const uint32_t second = b.add(Opcode::Load, {Builder::view(z, {32})}, {Builder::view(s, {32})});
  // Knows the second load's token alone, and with it that the first is complete.
  b.add(Opcode::Store, {Builder::view(s, {64})}, {Builder::view(y, {64})}, {second});
  sim::SimOptions options;
  options.values = options.commandTimes = true;
  for (int64_t outstanding : {1, 4}) {
    sim::DramImage image;
    std::vector<uint8_t> xs(64), zs(64);
    for (uint8_t i = 0; i < 64; ++i)
      xs[i] = i, zs[i] = static_cast<uint8_t>(100 + i);
    image.buffers[x] = xs, image.buffers[z] = zs;
    const auto r = simulateForked(b.program, machineOf(outstanding), image, options);
    REQUIRE((r ? "" : r.error().message) == "");
    if (outstanding == 4) {
      CHECK(r->commands[1].start < r->commands[0].end);
      CHECK(r->commands[1].end == r->commands[0].end);
    }
    size_t compared = 0;
    for (size_t i = 0; i < 64; ++i, ++compared)
      CHECK(image.buffers.at(y).data()[i] == (i < 32 ? zs[i] : xs[i - 32]));
    CHECK(compared == 64);
  }
}

TEST_CASE("a gather starts when what its unit has under way is complete", "[sim][system][timing]") {
  Builder b;
  // The order of the unit is enough.
  const Gathered g = addGather(b, 2, false);
  const uint32_t y = b.buffer("y", isa::Memory::Dram, ElementType::I8, 64, program::Role::Result);
  b.add(Opcode::Store, {Builder::view(g.rows, {64})}, {Builder::view(y, {64})}, {g.gather});
  sim::SimOptions options;
  options.values = options.commandTimes = true;
  sim::DramImage image;
  std::vector<uint8_t> bytes(160);
  for (uint8_t i = 0; i < 160; ++i)
    bytes[i] = i;
  image.buffers[g.table] = bytes;
  const int32_t named[] = {4, 1};
  const auto *first = reinterpret_cast<const uint8_t *>(named);
  image.buffers[g.ids] = std::vector<uint8_t>(first, first + 8);
  const auto r = simulateForked(b.program, machineOf(8), image, options);
  REQUIRE((r ? "" : r.error().message) == "");
  CHECK(r->commands[g.gather].start == r->commands[g.load].end);
  size_t compared = 0;
  for (size_t i = 0; i < 64; ++i, ++compared)
    CHECK(image.buffers.at(y).data()[i] == (i < 32 ? 128 + i : i));
  CHECK(compared == 64);
}

TEST_CASE("random programs keep values, order and limits however many copies are under way",
          "[sim][system][timing]") {
  size_t runs = 0, compared = 0, overlaps = 0, copies = 0;
  uint64_t cycles[2] = {};
  for (uint64_t seed = 700; seed < 716; ++seed) {
    const Generated g = generate(seed);
    for (int64_t engines : {1, 2})
      for (int64_t outstanding : {1, 2, 8}) {
        INFO("seed " << seed << " " << g.shape << ", engines " << engines << ", outstanding " << outstanding);
        sim::SimOptions options;
        options.values = options.commandTimes = true;
        sim::DramImage image = g.arguments;
        const auto r = simulateForked(g.program, machineOf(outstanding, engines), image, options);
        REQUIRE((r ? "" : r.error().message) == "");
        for (const auto &[index, content] : g.expected.buffers)
          for (size_t i = 0; i < content.size(); i += 4, ++compared) {
            float a, b;
            std::memcpy(&a, content.data() + i, 4);
            std::memcpy(&b, image.buffers.at(index).data() + i, 4);
            if (std::memcmp(&a, &b, 4) != 0 && !(std::isnan(a) && std::isnan(b)))
              FAIL("value " << i / 4 << ": expected " << a << ", got " << b);
          }
        std::vector<sim::CommandTime> of[2]; // by direction, in order
        for (size_t i = 0; i < g.program.commands.size(); ++i)
          if (const Opcode op = g.program.commands[i].op; isa::isCommand(op))
            if (isa::unitOf(op) == Unit::Load || isa::unitOf(op) == Unit::Store)
              of[isa::unitOf(op) == Unit::Store].push_back(r->commands[i]);
        for (const std::vector<sim::CommandTime> &times : of)
          for (size_t i = 1; i < times.size(); ++i, ++copies) {
            CHECK(times[i].start >= times[i - 1].start + 16);
            CHECK(times[i].end >= times[i - 1].end);
            overlaps += times[i].start < times[i - 1].end;
            if (i >= size_t(outstanding))
              CHECK(times[i].start >= times[i - size_t(outstanding)].end);
          }
        if (engines == 1)
          for (const sim::CommandTime &load : of[0])
            for (const sim::CommandTime &store : of[1])
              CHECK((load.end <= store.start || store.end <= load.start));
        if (engines == 2 && outstanding != 2)
          cycles[outstanding == 8] += r->cycles;
        ++runs;
      }
  }
  std::cout << runs << " runs, " << compared << " values compared, " << copies << " copies, " << overlaps
            << " overlap, " << cycles[0] << " cycles with one under way, " << cycles[1] << " with eight\n";
  CHECK(compared > 1000);
  CHECK(overlaps > 100);
  CHECK(overlaps < copies);
  CHECK(cycles[1] < cycles[0]);
}

TEST_CASE("a program of copies runs at the dram's pace", "[sim][system][timing]") {
  std::cout << "bytes a load, outstanding, cycles, share of the floor with refresh\n";
  size_t points = 0;
  for (int64_t bytes : {1024, 2048, 4096, 8192})
    for (int64_t outstanding : {1, 2, 4, 8}) {
      const Hardware h = machineOf(outstanding);
      const sim::SimResult r = timesOf(loads((1 << 21) / bytes, bytes, 8), h);
      const double share = double(r.floors.largestShape()) / double(r.cycles);
      std::cout << bytes << ", " << outstanding << ", " << r.cycles << ", " << share << "\n";
      INFO(bytes << " bytes, " << outstanding << " outstanding");
      CHECK(share <= 1.0);
      if (outstanding >= 4)
        CHECK(share >= 0.95);
      if (outstanding == 1)
        CHECK(share < 0.9);
      ++points;
    }
  CHECK(points == 16);
}

TEST_CASE("a product on a machine with ample compute runs at the dram's pace", "[sim][system][timing]") {
  // A quarter of the dram: the array is done with a tile long before the next one is there.
  Hardware h = machineOf(4);
  h.dram.dataRateMtps = 1600;
  sim::DramImage none;
  double shares[2];
  for (int64_t outstanding : {1, 4}) {
    h.dma.outstanding = outstanding;
    const auto r = simulateForked(decodeSequence(1, 200), h, none, {});
    REQUIRE((r ? "" : r.error().message) == "");
    REQUIRE(r->floors.largest() == sim::Resource::Dram);
    shares[outstanding == 4] = double(r->floors.largestShape()) / double(r->cycles);
  }
  std::cout << "product: " << shares[0] << " of the dram's floor with one copy under way, " << shares[1]
            << " with four\n";
  CHECK(shares[1] >= 0.95);
  CHECK(shares[0] < shares[1]);
  CHECK(shares[1] <= 1.0);
}
