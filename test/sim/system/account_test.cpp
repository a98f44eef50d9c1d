// Work, floors, bounds and replays, each by hand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/mac_array/mac_array_model.h"
#include "sim/system/body_costs.h"
#include "sim/system/floors.h"
#include "sim/system/op_account.h"
#include "sim/system/what_if.h"
#include "test/sim/support/bodies.h"
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
  auto actions = [&] { return sim::kindOf(b.last())->actions(b.program, b.last()); };

  b.add(Opcode::Gather, {at(table, {50, 8}), at(ids, {4})}, {at(rows, {4, 8})});
  CHECK(work().dramReadBytes == 4 * 8 * 4); // the rows, not the table
  CHECK(work().spmReadBytes == 4 * 4);
  CHECK(work().spmWrittenBytes == 4 * 8 * 4);
  CHECK(work().dramWrittenBytes == 0);

  b.add(Opcode::Weigh, {at(rows, {1, 4}), at(rows, {4, 8})}, {at(y, {1, 8})});
  b.last().heads = 1, b.last().headDim = 8, b.last().live = 3;
  CHECK(work().spmReadBytes == 16 + 128);
  CHECK(work().spmWrittenBytes == 32);
  CHECK(actions() == 3 * 8);
  b.last().accumulate = true; // it reads what it adds to
  CHECK(work().spmReadBytes == 16 + 128 + 32);
  CHECK(work().spmWrittenBytes == 32);

  b.add(Opcode::Mma, {at(codes, {3, 60}), at(codes, {1, 15, 4, 32})}, {at(sums, {2, 3, 64})});
  b.last().group = 32;
  CHECK(work().macs == 3 * 60 * 64);
  CHECK(actions() == 3 * 60 * 64);
  CHECK(work().spmReadBytes == 3 * 60 + 15 * 4 * 32);
  CHECK(work().accWrittenBytes == 2 * 3 * 64 * 4);
  CHECK(work().accReadBytes == 0);
  Hardware h = edge();
  h.macArray = MacArray{4, 32, 4, 16, "int8"};
  const sim::MachineModel machine(h), twice(h, machine.findResource("mac"));
  const size_t mac = machine.unitOf(b.last());
  CHECK(machine.unitName(mac) == "mac");
  const uint64_t shape = machine.unit(mac).shapeCycles(b.last(), b.program);
  CHECK(shape == sim::macShapeCycles(sim::MacArrayConfig(), sim::macArrayShape(b.last())));
  CHECK(twice.unit(mac).shapeCycles(b.last(), b.program) == (shape + 1) / 2);
}

TEST_CASE("a body costs what the places of its dram buffers within a burst make it cost", "[sim][system]") {
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, 4096, program::Role::Argument);
  const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::I8, 4096);
  b.add(Opcode::Load, {{x, 0, {64, 32}, {64, 1}}}, {at(s, {64, 32})}); // a burst of 32 bytes each, or two
  const sim::MachineModel machine(edge());
  sim::CostsOfBodies bodies(machine);
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
  work.dramBursts = 64, work.wireBytes = 1000;
  work.macs = 9999; // what products stand for, whatever does them: floors are of actions
  const sim::MachineModel machine(h);
  REQUIRE(machine.unitNames() == std::vector<std::string>{"load", "store", "table", "lut", "mac", "vector"});
  sim::UnitShares units(machine.numUnits());
  units[2] = {0, 0, 7, 13}, units[3] = {0, 0, 1000, 11}, units[4] = {0, 0, 1000, 12},
  units[5] = {0, 0, 33, 14};
  auto floors = [&](std::optional<Resource> twice) {
    const sim::MachineModel model(h, twice);
    return sim::FloorModel(model).of(work, units, 5);
  };
  struct Expected {
    const char *resource;
    uint64_t peak, twice, shape;
  };
  const Expected expected[] = {{"dram", 20, 10, sim::DramFloor(h).cycles(64)}, // 1000 / 51.2
                               {"dma", 0, 0, 0},
                               {"scratchpad", 0, 0, 0},
                               {"issue", 15, 7, 15},
                               {"table", 2, 1, 13},
                               {"lut", 3, 2, 11}, // 2 x 64 lanes of 3 arrays
                               {"mac", 8, 4, 12}, // 4 x 32 cells
                               {"vector", 3, 2, 14}};
  CHECK(std::size(expected) == machine.numResources());
  for (const Expected &e : expected) {
    INFO(e.resource);
    const std::optional<Resource> resource = machine.findResource(e.resource);
    REQUIRE(resource);
    CHECK(sim::of(floors({}).peak, *resource) == e.peak);
    CHECK(sim::of(floors(resource).peak, *resource) == e.twice);
    CHECK(sim::of(floors({}).shape, *resource) == e.shape);
  }
  CHECK(sim::of(floors(Resource::Issue).shape, Resource::Issue) == 7);
  sim::Floors some;
  some.peak = {1, 7, 3}, some.shape = {4, 8, 9};
  CHECK(some.largestPeak() == 7);
  CHECK(some.largestShape() == 9);
  CHECK(some.largest() == Resource(2));
  CHECK(sim::Floors().largest() == std::nullopt);
}

TEST_CASE("a bound takes a twentieth of the time or more", "[sim][system]") {
  auto bound = [](uint64_t cycles, uint64_t best) {
    sim::ByResource doubled(5, cycles);
    sim::of(doubled, Resource::Scratchpad) = best;
    return sim::boundOf(cycles, doubled);
  };
  for (const uint64_t cycles : {20u, 100u, 1000u}) {
    CHECK(bound(cycles, cycles - cycles / 20) == Resource::Scratchpad);
    CHECK(bound(cycles, cycles / 2) == Resource::Scratchpad);
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
    const std::vector<HardwareEntry> after = describeHardware(sim::MachineModel(h, r).hardware());
    REQUIRE(after.size() == before.size());
    for (size_t i = 0; i < before.size(); ++i)
      if (before[i].value != after[i].value)
        all += after[i].key + " " + before[i].value + " -> " + after[i].value + "; ";
    return all;
  };
  CHECK(changed(Resource::Dram) == "dram.data_rate_mtps 6400 -> 12800; ");
  CHECK(changed(Resource::Dma) == "dma.setup_cycles 16 -> 8; dma.outstanding 4 -> 8; ");
  CHECK(changed(Resource::Scratchpad) == "scratchpad.banks 8 -> 16; accumulator.banks 2 -> 4; ");
  CHECK(changed(Resource::Issue) == "");
  // A unit's own is its model's matter.
  const sim::MachineModel machine(h);
  for (size_t u = 0; u < machine.numUnits(); ++u) {
    if (!sim::MachineModel::computes(u))
      continue;
    INFO(machine.unitName(u));
    const Resource own = sim::MachineModel::resourceOf(u);
    CHECK(changed(own) == "");
    const sim::MachineModel twice(h, own);
    for (size_t other = 2; other < machine.numUnits(); ++other)
      CHECK(twice.unit(other).actionsPerCycle() ==
            (other == u ? 2 : 1) * machine.unit(other).actionsPerCycle());
  }
}

TEST_CASE("an op ends with the command that ends last, whichever started last", "[sim][system]") {
  Builder b;
  b.program.ops = {"", "attn"};
  for (Opcode op : {Opcode::Load, Opcode::Map}) {
    b.add(op, {}, {});
    b.last().opName = 1;
  }
  b.add(Opcode::Map, {}, {}); // no name: its place in the source
  sim::OpAccount ops(4);
  ops.enter(0, b.program);
  const uint32_t load = ops.started(b.program.commands[0], 5), silu = ops.started(b.program.commands[1], 6);
  const uint32_t other = ops.started(b.program.commands[2], 7);
  CHECK(load == silu);
  CHECK(other != silu);
  CHECK(ops.name(other) == "test:2");
  sim::Work work;
  work.macs = 8;
  ops.finished(silu, 3, {1, 30, 8, 9}, 100, work);
  ops.finished(load, 0, {1, 20, 0, 0}, 50, work);
  ops.finished(silu, 3, {1, 5, 8, 9}, 60, work);
  const std::vector<sim::OpRecord> records = ops.take();
  REQUIRE(records.size() == 2);
  CHECK(records[0].op == "attn");
  CHECK(records[0].start == 5);
  CHECK(records[0].end == 100);
  REQUIRE(records[0].units.size() == 4);
  CHECK(records[0].units[3].busy == 35);
  CHECK(records[0].units[3].commands == 2);
  CHECK(records[0].units[3].actions == 16);
  CHECK(records[0].units[3].shape == 18);
  CHECK(records[0].units[0].busy == 20);
  CHECK(records[0].units[0].commands == 1);
  CHECK(records[0].work.macs == 24);
}

namespace {

/// The cost of a copy: 16 cycles of set-up, 20 on the wires, 40 until the first data.
sim::ReplayCost copyCost(uint64_t chip) { return {0, 16, 20, 40, chip, 0}; }

using Cycles = std::vector<uint64_t>;

} // namespace

TEST_CASE("replays by hand", "[sim][system]") {
  Hardware h = edge(); // a command a cycle, set-up 16, four copies under way
  auto times = [&](const program::Program &p, const std::vector<sim::ReplayCost> &costs) {
    return sim::replay(p, sim::MachineModel(h), costs);
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
  queued.add(Opcode::Map, {}, {});
  const std::vector<sim::ReplayCost> costs = {copyCost(0), copyCost(0), copyCost(0), copyCost(0), {6}};
  h.dma.queueDepth = 2, h.queueDepth = 8;
  CHECK(times(queued.program, costs).start[4] == 79); // the second load starts at 77
  h.dma.queueDepth = 8, h.queueDepth = 1;
  t = times(queued.program, costs);
  CHECK(t.start[4] == 5);
  CHECK(t.end[4] == 11);
  h.issueCycles = 3;
  CHECK(times(queued.program, costs).start[4] == 15);
  CHECK(sim::replay(queued.program, sim::MachineModel(h, Resource::Issue), costs).start[4] ==
        7); // 1.5 cycles a command
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
  b.map(siluBody, {at(s, {10, 64})}, at(y, {10, 64}), {0}); // 4 + 640 / 16
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
    const char *resource;
    uint64_t first, gate, second;
  };
  const Expected expected[] = {{"dram", 256, 44, 16 + 10 + 40 + 30}, // data begins when it did
                               {"dma", 256 - 8, 44, 136 - 8},
                               {"scratchpad", 256 - 100, 44, 136},
                               {"issue", 256, 44, 136},
                               {"table", 256, 44, 136},
                               {"lut", 256, 44, 136},
                               {"vector", 256, 4 + 20, 136}};
  const sim::MachineModel machine(h);
  CHECK(std::size(expected) == machine.numResources());
  for (const Expected &e : expected) {
    INFO(e.resource);
    const std::optional<Resource> resource = machine.findResource(e.resource);
    REQUIRE(resource);
    CHECK(sim::of(r.ops[0].doubled, *resource) == e.first);
    CHECK(sim::of(r.ops[1].doubled, *resource) == e.gate);
    CHECK(sim::of(r.ops[2].doubled, *resource) == e.second);
  }
}
