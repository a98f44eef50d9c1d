// Work, floors, bounds and replays, each by hand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/body_costs.h"
#include "sim/system/floors.h"
#include "sim/system/op_account.h"
#include "sim/system/what_if.h"
#include "test/sim/support/builder.h"

#include <catch2/catch.hpp>
#include <cstdlib>

using namespace accord;
using namespace accord::test;
using isa::ElementType;
using isa::Opcode;
using sim::Resource;

namespace {

Hardware edge() {
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  auto hardware = loadHardware(std::string(source ? source : ".") + "/models/hardware/lut-edge.yaml");
  REQUIRE(hardware);
  return *hardware;
}

program::View at(uint32_t buffer, std::vector<int64_t> sizes) {
  return Builder::view(buffer, std::move(sizes));
}

} // namespace

TEST_CASE("the work of a command by hand", "[sim][system]") {
  Builder b;
  const uint32_t table =
      b.buffer("table", isa::Memory::Dram, ElementType::F32, 50 * 8, program::Role::Argument);
  const uint32_t ids = b.buffer("ids", isa::Memory::Spm, ElementType::I32, 4);
  const uint32_t rows = b.buffer("rows", isa::Memory::Spm, ElementType::F32, 4 * 8);
  const uint32_t y = b.buffer("y", isa::Memory::Spm, ElementType::F32, 8);
  const uint32_t sums = b.buffer("sums", isa::Memory::Acc, ElementType::I32, 2 * 3 * 64);
  const uint32_t codes = b.buffer("codes", isa::Memory::Spm, ElementType::I8, 4096);
  auto work = [&] { return sim::workOf(b.last(), b.program).work; };

  b.add(Opcode::Gather, {at(table, {50, 8}), at(ids, {4})}, {at(rows, {4, 8})});
  CHECK(work().dramReadBytes == 4 * 8 * 4); // the rows, not the table
  CHECK(work().spmReadBytes == 4 * 4);
  CHECK(work().spmWrittenBytes == 4 * 8 * 4);
  CHECK(work().dramWrittenBytes == 0);

  b.add(Opcode::Weigh, {at(rows, {1, 4}), at(rows, {4, 8})}, {at(y, {1, 8})});
  b.last().heads = 1, b.last().headDim = 8, b.last().live = 3;
  CHECK(work().spmReadBytes == 16 + 128);
  CHECK(work().spmWrittenBytes == 32);
  CHECK(work().vectorSteps == 3 * 8);
  b.last().accumulate = true; // it reads what it adds to
  CHECK(work().spmReadBytes == 16 + 128 + 32);
  CHECK(work().spmWrittenBytes == 32);

  b.add(Opcode::Mma, {at(codes, {3, 60}), at(codes, {1, 15, 4, 32})}, {at(sums, {2, 3, 64})});
  b.last().group = 32;
  CHECK(work().macs == 3 * 60 * 64);
  CHECK(work().lookups == 0);
  CHECK(work().spmReadBytes == 3 * 60 + 15 * 4 * 32);
  CHECK(work().accWrittenBytes == 2 * 3 * 64 * 4);
  CHECK(work().accReadBytes == 0);
  Hardware h = edge();
  h.macArray = MacArray{4, 32, 4, 16, "int8"};
  const sim::Needs needs = sim::CommandCosts(h).needs(b.last());
  CHECK(needs.multiplied == 3 * 60 * 64);
  CHECK(needs.macCycles == sim::macShapeCycles(sim::MacArrayConfig(), sim::macArrayShape(b.last())));
  CHECK(sim::CommandCosts(h, Resource::Mac).needs(b.last()).macCycles == (needs.macCycles + 1) / 2);
}

TEST_CASE("a body costs what the places of its dram buffers within a burst make it cost", "[sim][system]") {
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, 4096, program::Role::Argument);
  const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::I8, 4096);
  b.add(Opcode::Load, {{x, 0, {64, 32}, {64, 1}}}, {at(s, {64, 32})}); // a burst of 32 bytes each, or two
  const sim::CommandCosts costs(edge());
  sim::CostsOfBodies bodies(costs);
  for (const int64_t address : {0, 8, 64, 72, 31, 32, 0}) {
    program::Program bound = b.program;
    bound.buffers[x].address = address;
    INFO(address);
    CHECK(bodies.of(0, bound).of(0).dma.bursts == (address % 32 == 0 ? 64u : 128u));
  }
}

TEST_CASE("the floors of a machine by hand", "[sim][system]") {
  Hardware h = edge(); // 51.2 bytes of dram a cycle
  h.lutArray->count = 3, h.issueCycles = 3, h.tableUnit->tablesPerCycle = 5;
  h.macArray = MacArray{4, 32, 4, 16, "int8"};
  sim::Work work;
  work.lookups = 1000, work.tables = 7, work.vectorSteps = 33, work.dramBursts = 64;
  work.macs = 9999; // what lookups stand for as well: the MAC array's are `multiplied`
  sim::Needs needs;
  needs.lutCycles = 11, needs.macCycles = 12, needs.tableCycles = 13, needs.vectorCycles = 14;
  needs.multiplied = 1000, needs.wireBytes = 1000;
  auto peaks = [&](std::optional<Resource> twice) {
    return sim::FloorModel(h, twice).of(work, needs, 5).peak;
  };
  auto shapes = [&](std::optional<Resource> twice) {
    return sim::FloorModel(h, twice).of(work, needs, 5).shape;
  };
  struct Expected {
    Resource resource;
    uint64_t peak, twice, shape;
  };
  const Expected expected[] = {
      {Resource::Dram, 20, 20,
       sim::DramFloor(h).cycles(64)}, // 1000 / 51.2; twice as much is the machine's matter
      {Resource::Dma, 0, 0, 0},
      {Resource::Scratchpad, 0, 0, 0},
      {Resource::Table, 2, 2, 13},
      {Resource::Lut, 3, 2, 11}, // 2 x 64 lanes of 3 arrays
      {Resource::Mac, 8, 4, 12}, // 4 x 32 cells
      {Resource::Vector, 3, 3, 14},
      {Resource::Issue, 15, 7, 15}};
  CHECK(std::size(expected) == sim::numResources);
  for (const Expected &e : expected) {
    INFO(sim::name(e.resource));
    CHECK(sim::of(peaks({}), e.resource) == e.peak);
    CHECK(sim::of(peaks(e.resource), e.resource) == e.twice);
    CHECK(sim::of(shapes({}), e.resource) == e.shape);
  }
  CHECK(sim::of(shapes(Resource::Issue), Resource::Issue) == 7);
  sim::Floors floors;
  floors.peak = {1, 7, 3}, floors.shape = {4, 8, 9};
  CHECK(floors.largestPeak() == 7);
  CHECK(floors.largestShape() == 9);
  CHECK(floors.largest() == Resource(2));
}

TEST_CASE("a bound takes a twentieth of the time or more", "[sim][system]") {
  auto bound = [](uint64_t cycles, uint64_t best) {
    sim::ByResource doubled;
    doubled.fill(cycles);
    sim::of(doubled, Resource::Vector) = best;
    return sim::boundOf(cycles, doubled);
  };
  for (const uint64_t cycles : {20u, 100u, 1000u}) {
    CHECK(bound(cycles, cycles - cycles / 20) == Resource::Vector);
    CHECK(bound(cycles, cycles / 2) == Resource::Vector);
    CHECK(bound(cycles, cycles - cycles / 20 + 1) == std::nullopt);
    CHECK(bound(cycles, cycles) == std::nullopt);
  }
  CHECK(bound(0, 0) == std::nullopt);
}

TEST_CASE("twice a resource is twice its keys and no others", "[sim][system]") {
  Hardware h = edge();
  h.macArray = MacArray{4, 32, 4, 16, "int8"};
  const std::vector<HardwareEntry> before = describeHardware(h);
  auto changed = [&](Resource r) {
    std::string all;
    const std::vector<HardwareEntry> after = describeHardware(sim::doubled(h, r));
    REQUIRE(after.size() == before.size());
    for (size_t i = 0; i < before.size(); ++i)
      if (before[i].value != after[i].value)
        all += after[i].key + " " + before[i].value + " -> " + after[i].value + "; ";
    return all;
  };
  CHECK(changed(Resource::Dram) == "dram.data_rate_mtps 6400 -> 12800; ");
  CHECK(changed(Resource::Dma) == "dma.setup_cycles 16 -> 8; dma.outstanding 4 -> 8; ");
  CHECK(changed(Resource::Scratchpad) == "scratchpad.banks 8 -> 16; accumulator.banks 2 -> 4; ");
  CHECK(changed(Resource::Table) == "table_unit.tables_per_cycle 1 -> 2; ");
  CHECK(changed(Resource::Vector) == "vector.lanes 16 -> 32; ");
  CHECK(changed(Resource::Lut) == "");
  CHECK(changed(Resource::Mac) == "");
  CHECK(changed(Resource::Issue) == "");
}

TEST_CASE("an op ends with the command that ends last, whichever started last", "[sim][system]") {
  Builder b;
  b.program.ops = {"", "attn"};
  for (Opcode op : {Opcode::Load, Opcode::Silu}) {
    b.add(op, {}, {});
    b.last().opName = 1;
  }
  b.add(Opcode::Silu, {}, {}); // no name: its place in the source
  sim::OpAccount ops;
  ops.enter(0, b.program);
  const uint32_t load = ops.started(b.program.commands[0], 5), silu = ops.started(b.program.commands[1], 6);
  const uint32_t other = ops.started(b.program.commands[2], 7);
  CHECK(load == silu);
  CHECK(other != silu);
  CHECK(ops.name(other) == "test:2");
  sim::Work work;
  work.vectorSteps = 8;
  sim::Needs needs;
  needs.vectorCycles = 9;
  ops.finished(silu, isa::Unit::Vector, 30, 100, work, needs);
  ops.finished(load, isa::Unit::Load, 20, 50, work, needs);
  const std::vector<sim::OpRecord> records = ops.take();
  REQUIRE(records.size() == 2);
  CHECK(records[0].op == "attn");
  CHECK(records[0].start == 5);
  CHECK(records[0].end == 100);
  CHECK(records[0].busy[unsigned(isa::Unit::Vector)] == 30);
  CHECK(records[0].busy[unsigned(isa::Unit::Load)] == 20);
  CHECK(records[0].commands[unsigned(isa::Unit::Load)] == 1);
  CHECK(records[0].work.vectorSteps == 16);
  CHECK(records[0].needs.vectorCycles == 18);
}

namespace {

/// The cost of a copy: 16 cycles of set-up, 20 on the wires, 40 until the first data.
sim::ReplayCost copyCost(uint64_t chip) { return {0, 16, 20, 40, chip, 0}; }

using Cycles = std::vector<uint64_t>;

} // namespace

TEST_CASE("replays by hand", "[sim][system]") {
  Hardware h = edge(); // a command a cycle, set-up 16, four copies under way
  auto times = [&](const program::Program &p, const std::vector<sim::ReplayCost> &costs) {
    return sim::replay(p, h, costs);
  };
  // A copy that starts at 1 asks at 17 and is served at 37; its data comes from 57 to 77.
  for (Opcode op : {Opcode::Load, Opcode::Store}) {
    Builder b;
    b.add(op, {}, {});
    CHECK(times(b.program, {copyCost(5)}).end == Cycles{77});
    // Bound by its on-chip side, a load's begins with its data, a store's with its request.
    CHECK(times(b.program, {copyCost(100)}).end == Cycles{op == Opcode::Load ? 57u + 100 : 17 + 100});
  }
  Builder two;
  two.add(Opcode::Load, {}, {});
  two.add(Opcode::Load, {}, {});
  sim::ReplayTimes t = times(two.program, {copyCost(0), copyCost(0)});
  CHECK(t.start == Cycles{1, 17}); // the set-up of one at a time
  CHECK(t.end == Cycles{77, 97});  // and the wires: 37 + 20 + 40
  sim::ReplayCost quick = copyCost(0);
  quick.latency = 0;
  CHECK(times(two.program, {copyCost(0), quick}).end == Cycles{77, 77}); // ends are in order
  two.program.commands[1].op = Opcode::Gather; // its rows may be what the load brings
  CHECK(times(two.program, {copyCost(0), copyCost(0)}).start == Cycles{1, 77});
  h.dma.outstanding = 1;
  two.program.commands[1].op = Opcode::Load;
  CHECK(times(two.program, {copyCost(0), copyCost(0)}).start == Cycles{1, 77});

  // Four loads, one under way, before a silu: it leaves the processor when the queue of loads has room.
  Builder queued;
  for (int i = 0; i < 4; ++i)
    queued.add(Opcode::Load, {}, {});
  queued.add(Opcode::Silu, {}, {});
  const std::vector<sim::ReplayCost> costs = {copyCost(0), copyCost(0), copyCost(0), copyCost(0), {6}};
  h.dma.queueDepth = 2, h.queueDepth = 8;
  CHECK(times(queued.program, costs).start[4] == 79); // the second load starts at 77
  h.dma.queueDepth = 8, h.queueDepth = 1;
  t = times(queued.program, costs);
  CHECK(t.start[4] == 5);
  CHECK(t.end[4] == 11);
  h.issueCycles = 3;
  CHECK(times(queued.program, costs).start[4] == 15);
  CHECK(sim::replay(queued.program, h, costs, /*twiceIssue=*/true).start[4] == 7); // 1.5 cycles a command
}

TEST_CASE("what if there was twice as much, by hand", "[sim][system]") {
  const Hardware h = edge();
  Builder b;
  b.program.ops = {"", "first", "gate", "second"};
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::F32, 640, program::Role::Argument);
  const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::F32, 640);
  const uint32_t y = b.buffer("y", isa::Memory::Spm, ElementType::F32, 640);
  b.add(Opcode::Load, {at(x, {640})}, {at(s, {640})});
  b.last().opName = 1;
  b.add(Opcode::Silu, {at(s, {10, 64})}, {at(y, {10, 64})}, {0}); // 4 + 640 / 16
  b.last().opName = 2;
  b.add(Opcode::Load, {at(x, {640})}, {at(s, {640})}, {1});
  b.last().opName = 3;
  const program::Sequence sequence = program::sequenceOf(b.program);
  sim::DmaCost cost;
  cost.fixedCycles = 16, cost.busCycles = 20, cost.chipCycles = 200;
  // The first copy is bound by its on-chip side: data from 57 to 77, rows until 257. The silu ends at 301.
  // The second copy asks at 317 and meets a refresh: its data is 60 cycles late.
  sim::WhatIf what(h);
  what.enter(0, 0, b.program);
  what.finished(0, 0, cost, 17, 77, 0);
  what.finished(1, 1, {}, 257, 0, 0);
  cost.chipCycles = 0;
  what.finished(2, 2, cost, 317, 317 + 20 + 40 + 60, 1);
  what.leave(437);
  sim::SimResult r;
  r.cycles = 437;
  r.calls = {{"only", 0, 437, {}, {}}};
  r.ops.resize(3);
  r.ops[0].op = "first", r.ops[0].start = 1, r.ops[0].end = 257;
  r.ops[1].op = "gate", r.ops[1].start = 257, r.ops[1].end = 301;
  r.ops[2].op = "second", r.ops[2].start = 301, r.ops[2].end = 437;
  what.settle(r, sequence);
  REQUIRE(r.replays.size() == 1);
  CHECK(r.replays[0].cycles == 437);
  CHECK(r.replays[0].replayedCycles == 437);
  // A refresh stops the dram for 61 cycles of one of its two channels, at least what was seen of it: half of
  // it.
  const auto refresh = uint64_t(sim::DramFloor(h).refreshCycles() / 2);
  REQUIRE(refresh >= 60);
  struct Expected {
    Resource resource;
    uint64_t first, gate, second;
  };
  const Expected expected[] = {{Resource::Dram, 256, 44, 16 + 10 + 40 + 30}, // data begins when it did
                               {Resource::Dma, 256 - 8, 44, 136 - 8},
                               {Resource::Scratchpad, 256 - 100, 44, 136},
                               {Resource::Table, 256, 44, 136},
                               {Resource::Lut, 256, 44, 136},
                               {Resource::Mac, 256, 44, 136}, // there is none
                               {Resource::Vector, 256, 4 + 20, 136},
                               {Resource::Issue, 256, 44, 136}};
  CHECK(std::size(expected) == sim::numResources);
  for (const Expected &e : expected) {
    INFO(sim::name(e.resource));
    CHECK(sim::of(r.ops[0].doubled, e.resource) == e.first);
    CHECK(sim::of(r.ops[1].doubled, e.resource) == e.gate);
    CHECK(sim::of(r.ops[2].doubled, e.resource) == e.second);
  }
}
