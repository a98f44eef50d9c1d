// When things happen: by hand-derived cycles on lut-edge (its numbers stand in
// test/sim/models/models_test.cpp).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/support/bodies.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/pieces.h"
#include "test/sim/support/units.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <sys/wait.h>
#include <tuple>
#include <unistd.h>

using namespace accord;
using namespace accord::test;
using isa::ElementType;
using isa::Opcode;
using isa::Unit;

namespace {

/// x [1,1024] f32 is loaded (command 0): 4096 bytes, 64 bursts on each channel. Issued at 1, it asks after 16
/// of setup, at 34 ns; the next clock of the dram is 28. Groups 0 to 3 are activated at 28, 32, 36, 40 and
/// read from 43, 47, 51, 55 on; group 0 at 49 and 1 at 53 fill in, so the reads are at 43 and 47, 49, ...,
/// 171. The last data is there at 171 + 17 + 2 = 190, 237.5 ns: cycle 119.
struct Fixture {
  Builder b;
  uint32_t x, xs, y;
  sim::DramImage image;
  Fixture() {
    x = b.buffer("x", isa::Memory::Dram, ElementType::F32, 1024, program::Role::Argument);
    y = b.buffer("y", isa::Memory::Dram, ElementType::F32, 1024, program::Role::Result);
    xs = b.buffer("xs", isa::Memory::Spm, ElementType::F32, 1024);
    const std::vector<float> ones(1024, 1.0f);
    const auto *bytes = reinterpret_cast<const uint8_t *>(ones.data());
    image.buffers[x] = std::vector<uint8_t>(bytes, bytes + 4096);
    b.add(Opcode::Load, {Builder::view(x, {1, 1024})}, {Builder::view(xs, {1, 1024})});
  }
  uint32_t onChip(const std::string &name, int64_t elements) {
    return b.buffer(name, isa::Memory::Spm, ElementType::F32, elements);
  }
  Expected<sim::SimResult> run(const Hardware &h, sim::SimOptions options = {}) {
    options.commandTimes = true;
    return simulateForked(b.program, h, image, options);
  }
};

sim::SimOptions blindValues() {
  sim::SimOptions o;
  o.values = true;
  o.trapRaces = false;
  return o;
}

} // namespace

TEST_CASE("a load is not complete at t - 1 and complete at t", "[sim][system][timing]") {
  const Hardware h = lutEdge();
  // A silu of k elements takes 4 + ceil(k/16) cycles; the reader on the same unit, which has no token of the
  // load, starts when it is done: k chooses the cycle.
  size_t early = 0, late = 0;
  for (uint64_t start : {117u, 118u, 119u, 120u}) {
    Fixture f;
    const uint32_t filler = f.onChip("filler", 2048), sink = f.onChip("sink", 2048),
                   out = f.onChip("out", 1024);
    // Issued second: enters its queue at cycle 2 and lasts start - 2 cycles.
    f.b.map(siluBody, {Builder::view(filler, {1, int64_t(start - 2 - 4) * 16})},
            Builder::view(sink, {1, int64_t(start - 2 - 4) * 16}));
    const uint32_t reader = f.b.map(sumBody, {Builder::view(f.xs, {1, 1024}), Builder::view(f.xs, {1, 1024})},
                                    Builder::view(out, {1, 1024}));
    f.b.add(Opcode::Store, {Builder::view(out, {1, 1024})}, {Builder::view(f.y, {1, 1024})}, {reader});
    const auto r = f.run(h, blindValues());
    REQUIRE((r ? "" : r.error().message) == "");
    CHECK(r->commands[0].issued == 1);
    CHECK(r->commands[0].start == 1);
    CHECK(r->commands[0].end == 119);
    REQUIRE(r->commands[reader].start == start);
    float first;
    std::memcpy(&first, f.image.buffers.at(f.y).data(), 4);
    if (start < 119) {
      CHECK(std::isnan(first)); // the poison
      ++early;
    } else {
      CHECK(first == 2.0f);
      ++late;
    }
  }
  CHECK(early == 2);
  CHECK(late == 2);
}

TEST_CASE("rows on the chip go beside a load's data, and a store's from its request on",
          "[sim][system][timing]") {
  // 4096 bytes, each in a row of its own: 4096 / 8 = 512 cycles for the scratchpad, 80 for the wires.
  const Hardware h = lutEdge();
  constexpr int64_t elements = 4096;
  for (Opcode op : {Opcode::Load, Opcode::Store}) {
    Builder b;
    const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, elements, program::Role::InOut);
    const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::I8, 32 * elements);
    const program::View dram = Builder::view(x, {elements}), chip = {s, 0, {elements}, {32}};
    op == Opcode::Load ? b.add(op, {dram}, {chip}) : b.add(op, {chip}, {dram});
    sim::SimOptions options;
    options.commandTimes = true, options.trapRaces = false;
    sim::DramImage none;
    const auto r = simulateForked(b.program, h, none, options);
    REQUIRE((r ? "" : r.error().message) == "");
    const uint64_t took = r->commands[0].end - r->commands[0].start;
    if (op == Opcode::Store) // 16 of set-up, 2 to read
      CHECK(took == 16 + 2 + 512);
    else // and the 40 ns to the first data, or a clock's edge more
      CHECK((took >= 16 + 512 + 20 && took <= 16 + 512 + 24));
  }
}

TEST_CASE("a processor that is twice as fast takes half of the issue cycles on average",
          "[sim][system][timing]") {
  Builder b;
  const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::F32, 64);
  for (int i = 0; i < 4; ++i)
    b.map(siluBody, {Builder::view(s, {1, 16})}, Builder::view(s, {1, 16}, 16));
  for (const auto &[issueCycles, once, twice] :
       {std::tuple(int64_t(1), std::vector<uint64_t>{1, 2, 3, 4}, std::vector<uint64_t>{0, 1, 1, 2}),
        {3, {3, 6, 9, 12}, {1, 3, 4, 6}},
        {4, {4, 8, 12, 16}, {2, 4, 6, 8}}})
    for (const bool fast : {false, true}) {
      Hardware h = lutEdge();
      h.issueCycles = issueCycles;
      sim::SimOptions options;
      options.commandTimes = true, options.trapRaces = false;
      if (fast)
        options.twice = "issue";
      sim::DramImage none;
      const auto r = simulateForked(b.program, h, none, options);
      REQUIRE((r ? "" : r.error().message) == "");
      std::vector<uint64_t> issued;
      for (const sim::CommandTime &c : r->commands)
        issued.push_back(c.issued);
      CHECK(issued == (fast ? twice : once));
    }
}

TEST_CASE("a token holds its command until the very edge of completion", "[sim][system][timing]") {
  Fixture f;
  const uint32_t out = f.onChip("out", 1024);
  f.b.map(siluBody, {Builder::view(f.xs, {1, 1024})}, Builder::view(out, {1, 1024}), {0});
  const auto r = f.run(lutEdge());
  REQUIRE(r);
  CHECK(r->commands[1].issued == 2);
  CHECK(r->commands[1].start == 119);
  CHECK(r->commands[1].end == 119 + 4 + 64);
  CHECK(r->cycles == 187);
  const sim::UnitUse &v = useOf(*r, "vector");
  CHECK(v.idle == 2);
  CHECK(v.stall == 117);
  CHECK(v.busy == 68);
  const sim::UnitUse &l = useOf(*r, "load");
  CHECK(l.busy == 118);
  CHECK(l.idle == 187 - 118);
  CHECK(r->memories[unsigned(isa::Memory::Dram)].readBytes == 4096);
  CHECK(r->memories[unsigned(isa::Memory::Spm)].readBytes == 4096);
  CHECK(r->memories[unsigned(isa::Memory::Spm)].writtenBytes == 8192);
  CHECK(r->floors.largest() == sim::Resource::Dram);
  CHECK(r->floors.largestShape() == 80);
}

TEST_CASE("a wait and a barrier stop the processor", "[sim][system][timing]") {
  for (Opcode op : {Opcode::Wait, Opcode::Barrier}) {
    Fixture f;
    const uint32_t out = f.onChip("out", 1024);
    f.b.add(op, {}, {}, op == Opcode::Wait ? std::vector<uint32_t>{0} : std::vector<uint32_t>{});
    f.b.map(siluBody, {Builder::view(f.xs, {1, 16})}, Builder::view(out, {1, 16}));
    const auto r = f.run(lutEdge());
    REQUIRE(r);
    // Complete at 119; one cycle passes the wait, one issues the next command.
    CHECK(r->commands[2].issued == 121);
    CHECK(r->commands[2].start == 121);
    CHECK(r->cycles == 121 + 5);
    CHECK(r->processor.busy == 3);
    CHECK(r->processor.stall == 118);
    CHECK(r->processor.commands == 3);
  }
}

TEST_CASE("a full queue stalls the processor", "[sim][system][timing]") {
  Hardware h = lutEdge();
  h.queueDepth = 2;
  Builder b;
  addSilus(b, 5, 1600);
  sim::DramImage none;
  sim::SimOptions options;
  options.commandTimes = true;
  options.trapRaces = false; // reads bytes that nothing wrote
  const auto r = simulateForked(b.program, h, none, options);
  REQUIRE((r ? "" : r.error().message) == "");
  // 104 cycles each. The first starts at 1; two wait; the fourth finds the queue full until the second
  // starts.
  CHECK(r->commands[2].issued == 3);
  CHECK(r->commands[3].issued == 106);
  CHECK(r->commands[4].issued == 210);
  CHECK(r->commands[4].end == 1 + 5 * 104);
  CHECK(r->processor.stall == (105 - 3) + (209 - 106));
}

TEST_CASE("load and store share the wires of the dram", "[sim][system][timing]") {
  Hardware h = lutEdge();
  h.dma.outstanding = 1; // several: outstanding_test.cpp
  auto program = [&] {
    Builder b;
    const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, 8192, program::Role::Argument);
    const uint32_t y = b.buffer("y", isa::Memory::Dram, ElementType::I8, 4096, program::Role::Result);
    const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::I8, 8192);
    b.add(Opcode::Load, {Builder::view(x, {4096})}, {Builder::view(s, {4096})});
    b.add(Opcode::Store, {Builder::view(s, {4096})}, {Builder::view(y, {4096})}, {0});
    b.add(Opcode::Load, {Builder::view(x, {4096}, 4096)}, {Builder::view(s, {4096}, 4096)});
    return b.program;
  };
  sim::DramImage none;
  sim::SimOptions options;
  options.commandTimes = true;
  const auto r = simulateForked(program(), h, none, options);
  REQUIRE(r);
  // Both start at 119. The load is first to ask, at 135, clock 216 of the dram: 64 bursts of open rows, read
  // until 216 + 126; its data ends at 361, cycle 226. The wires turn around (tRTW 12): the store's last burst
  // is written at 342 + 12 + 126, and ends at 491, cycle 307.
  CHECK(r->commands[0].end == 119);
  CHECK(r->commands[1].start == 119);
  CHECK(r->commands[2].start == 119);
  CHECK(r->commands[2].end == 226);
  CHECK(r->commands[1].end == 307);
  CHECK(r->dramBusCycles == 240);
  CHECK(r->work.dramBursts == 384);
  CHECK(r->dram.bursts == 384);
  CHECK(r->dram.activates == 8); // four groups of two channels
  CHECK(r->dram.rowMisses == 8);
  CHECK(r->dram.rowHits == 376);
  CHECK(r->dram.rowConflicts == 0);
  CHECK(r->dram.refreshes == 0); // the first is due at 3905 ns
  // With one engine they follow one another altogether: the store asks at 226 + 18, clock 391.
  h.dma.engines = 1;
  const auto one = simulateForked(program(), h, none, options);
  REQUIRE(one);
  CHECK(one->cycles == 330);
}

TEST_CASE("a long load waits out the refreshes", "[sim][system][timing]") {
  Builder b;
  addLoads(b, 1, 1 << 17, 1);
  sim::DramImage none;
  Hardware h = lutEdge();
  const auto with = simulateForked(b.program, h, none, {});
  h.dram.refresh = "none";
  const auto without = simulateForked(b.program, h, none, {});
  REQUIRE(with);
  REQUIRE(without);
  // 2560 cycles at the peak are 5120 ns: one refresh on each channel, of 210 ns and what surrounds it.
  CHECK(with->dram.refreshes == 2);
  CHECK(without->dram.refreshes == 0);
  CHECK(without->cycles > 2560);
  CHECK(with->cycles > without->cycles + 105);
  CHECK(with->cycles < without->cycles + 140);
  // Rows of four groups are opened for each 16 KiB, and once more after the refresh.
  CHECK(without->dram.activates == 8 * 8);
  CHECK(with->dram.activates == 9 * 8);
}

TEST_CASE("a row that is read again and again crosses the wires once", "[sim][system][timing]") {
  Builder b;
  addFan(b);
  sim::DramImage none;
  const auto r = simulateForked(b.program, lutEdge(), none, {});
  REQUIRE((r ? "" : r.error().message) == "");
  CHECK(r->work.dramBursts == 1);
  CHECK(r->memories[unsigned(isa::Memory::Dram)].readBytes == 16384);
  // The burst begins at clock 28 + 15 + 17 of the dram, 75 ns.
  CHECK(r->cycles == 38 + 64);          // the scratchpad's 512 rows over 8 banks
  CHECK(r->floors.largestShape() == 2); // a burst: 64 bytes of 80
}

TEST_CASE("the same input gives the same result", "[sim][system][timing]") {
  std::string first;
  for (int i = 0; i < 3; ++i) {
    Fixture f;
    const uint32_t out = f.onChip("out", 1024);
    f.b.map(siluBody, {Builder::view(f.xs, {1, 1024})}, Builder::view(out, {1, 1024}), {0});
    const auto r = f.run(lutEdge());
    REQUIRE(r);
    if (first.empty())
      first = sim::toJson(*r);
    CHECK(sim::toJson(*r) == first);
  }
}
