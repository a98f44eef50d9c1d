// Floors are below every time there is, and bounds foretell what twice as much of a resource gives.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/floors.h"
#include "sim/system/what_if.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/decode.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/generator.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <iostream>
#include <map>

using namespace accord;
using namespace accord::test;
using isa::ElementType;
using isa::Opcode;
using sim::Resource;

namespace {

/// Machines that differ in what binds.
std::vector<Hardware> machines() {
  std::vector<Hardware> all(5, lutEdge());
  all[1].dram.refresh = "per_bank";
  all[1].dma.engines = 1;
  all[2].dram.refresh = "none";
  all[2].queueDepth = 1;
  all[3].lutArray->count = 2;
  all[3].dram.dataRateMtps = 400;
  all[4].dram.standard = "DDR4", all[4].dram.busWidthBits = 64, all[4].dram.dataRateMtps = 2400;
  all[4].dram.channels = 1;
  return all;
}

uint64_t checkFloors(const sim::Floors &floors, uint64_t cycles) {
  for (size_t r = 0; r < floors.peak.size(); ++r) {
    CHECK(floors.peak[r] <= floors.shape[r]);
    CHECK(floors.shape[r] <= cycles);
  }
  return floors.largestShape() > 0;
}

/// x [m, 16 * 4] codes' tables against 64 * tiles lanes of planes: what one lmma takes, alone.
program::Program product(int64_t m, int64_t lanes) {
  Builder b;
  const int64_t tables = 16, planes = 4, tiles = (lanes + 63) / 64;
  const uint32_t t = b.buffer("tables", isa::Memory::Spm, ElementType::I16, m * tables * 8);
  const uint32_t w = b.buffer("planes", isa::Memory::Spm, ElementType::I8, tiles * tables * planes * 32);
  const uint32_t s = b.buffer("sums", isa::Memory::Acc, ElementType::I32, 2 * m * lanes);
  b.add(Opcode::Lmma, {Builder::view(t, {m, tables, 8}), Builder::view(w, {tiles, tables, planes, 32})},
        {Builder::view(s, {2, m, lanes})});
  b.last().group = 32;
  return b.program;
}

sim::SimResult runOf(const program::Sequence &sequence, const Hardware &hardware,
                     const sim::SimOptions &options) {
  sim::DramImage none;
  auto r = simulateForked(sequence, hardware, none, options);
  REQUIRE((r ? "" : r.error().message) == "");
  return *r;
}

size_t indexOfUnit(const sim::MachineModel &machine, const std::string &name) {
  const std::vector<std::string> &names = machine.unitNames();
  return size_t(std::find(names.begin(), names.end(), name) - names.begin());
}

} // namespace

TEST_CASE("no program, call or op is below its floors", "[sim][system][bounds]") {
  uint64_t floors = 0, runs = 0;
  for (const Hardware &hardware : machines())
    for (uint64_t seed = 1; seed <= 25; ++seed) {
      CAPTURE(seed, hardware.dram.refresh, hardware.dram.standard);
      sim::SimOptions options;
      options.trapRaces = false;
      const sim::SimResult r = runOf(program::sequenceOf(generate(seed).program), hardware, options);
      for (const sim::OpRecord &op : r.ops)
        floors += checkFloors(op.floors, op.end - op.start);
      for (const sim::CallRecord &call : r.calls)
        floors += checkFloors(call.floors, call.end - call.start);
      floors += checkFloors(r.floors, r.cycles);
      ++runs;
    }
  std::cout << runs << " runs, " << floors << " parts with a floor\n";
  CHECK(floors > 1000);
}

TEST_CASE("a floor counts rows and lanes that have work", "[sim][system][bounds]") {
  sim::SimOptions options;
  options.trapRaces = false; // reads bytes that nothing wrote
  auto floor = [&](int64_t m, int64_t lanes, const Hardware &h) {
    return runOf(program::sequenceOf(product(m, lanes)), h, options).floors;
  };
  const Resource lut = *sim::MachineModel(lutEdge()).findResource("lut");
  // 16 tables of 4 planes: 64 steps, with one row live or both.
  const sim::Floors one = floor(1, 64, lutEdge()), two = floor(2, 64, lutEdge());
  CHECK(of(one.shape, lut) == 64);
  CHECK(of(two.shape, lut) == 64);
  CHECK(of(one.peak, lut) == 32);
  CHECK(of(two.peak, lut) == 64);
  CHECK(of(floor(3, 64, lutEdge()).shape, lut) == 128);
  // A last tile of 8 lanes takes its steps whole.
  CHECK(of(floor(2, 72, lutEdge()).shape, lut) == 128);
  CHECK(of(floor(2, 72, lutEdge()).peak, lut) == 72);
}

TEST_CASE("a time below a floor is an error that names both", "[sim][system][bounds]") {
  const Hardware h = lutEdge();
  const sim::MachineModel machine(h);
  const sim::FloorModel model(machine);
  const Resource lut = *machine.findResource("lut");
  sim::SimResult r;
  r.resources = machine.resources();
  r.cycles = 100;
  r.calls.push_back({"layer", 0, 100, {}, {}});
  r.ops.resize(1);
  r.ops[0].op = "attn_q", r.ops[0].end = 90;
  r.ops[0].units.resize(machine.numUnits());
  uint64_t &shape = r.ops[0].units[indexOfUnit(machine, "lut")].shape;
  shape = 90;
  CHECK(sim::settleFloors(r, model, {7}));
  CHECK(of(r.floors.shape, lut) == 90);
  CHECK(of(r.calls[0].floors.shape, Resource::Issue) == 7);
  shape = 91;
  CHECK(sim::settleFloors(r, model, {7}).error().message ==
        "simulation: op attn_q of call layer: expected at least 91 cycles, the floor of lut, got 90");
  shape = 0;
  CHECK(sim::settleFloors(r, model, {101}).error().message ==
        "simulation: call layer: expected at least 101 cycles, the floor of issue, got 100");
  // Work at the peak rate that the shape does not hold is a mistake of the account.
  r.ops[0].units[indexOfUnit(machine, "lut")].actions = 1000;
  CHECK(sim::settleFloors(r, model, {7}).error().message ==
        "simulation: op attn_q of call layer: the peak floor of lut: expected at most its shape floor, 0 "
        "cycles, "
        "got 8");
}

TEST_CASE("a replay with nothing changed takes what was simulated", "[sim][system][bounds]") {
  uint64_t replays = 0;
  double worst = 0;
  auto hold = [&](const program::Sequence &sequence, const Hardware &hardware) {
    sim::SimOptions options;
    options.trapRaces = false;
    options.bounds = true;
    const sim::SimResult r = runOf(sequence, hardware, options);
    CHECK(r.replays.size() == sequence.bodies.size());
    for (const sim::Replayed &replay : r.replays) {
      const sim::CallRecord &call = r.calls[replay.call];
      CHECK(replay.cycles == call.end - call.start);
      worst = std::max(worst, std::abs(double(replay.replayedCycles) / double(replay.cycles) - 1));
      ++replays;
    }
  };
  for (const Hardware &hardware : machines()) {
    for (uint64_t seed = 1; seed <= 20; ++seed)
      hold(program::sequenceOf(generate(seed).program), hardware);
    hold(decodeSequence(2, 9), hardware);
  }
  // Short copies, which only their set-ups hold apart, or the copies under way.
  for (int64_t outstanding : {1, 2, 8}) {
    Hardware hardware = lutEdge();
    hardware.dma.outstanding = outstanding;
    Builder b;
    const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, 4096, program::Role::Argument);
    const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::I8, 4096);
    for (int64_t i = 0; i < 64; ++i)
      b.add(Opcode::Load, {Builder::view(x, {64}, i * 64)}, {Builder::view(s, {64}, i * 64)});
    hold(program::sequenceOf(b.program), hardware);
  }
  std::cout << replays << " replays, the worst " << 100 * worst << " % beside its simulation\n";
  CHECK(replays == 108);
  CHECK(worst < 0.01);
}

TEST_CASE("a bound names what a run with twice as much confirms", "[sim][system][bounds]") {
  uint64_t rows = 0, agree = 0;
  std::map<std::string, uint64_t> named;
  auto hold = [&](const program::Sequence &sequence, const Hardware &hardware) {
    sim::SimOptions options;
    options.trapRaces = false;
    options.bounds = true;
    const sim::SimResult base = runOf(sequence, hardware, options);
    options.bounds = false;
    std::vector<sim::ByResource> measured(base.ops.size());
    for (const std::string &resource : base.resources) {
      options.twice = resource;
      const sim::SimResult twice = runOf(sequence, hardware, options);
      for (size_t i = 0; i < base.ops.size(); ++i)
        for (const sim::OpRecord &op : twice.ops)
          if (op.call == base.ops[i].call && op.op == base.ops[i].op)
            measured[i].push_back(op.end - op.start);
    }
    for (size_t i = 0; i < base.ops.size(); ++i) {
      const uint64_t cycles = base.ops[i].end - base.ops[i].start;
      const auto bound = sim::boundOf(cycles, base.ops[i].doubled);
      agree += bound == sim::boundOf(cycles, measured[i]);
      ++named[bound ? base.resources[size_t(*bound)] : "dependency"];
      ++rows;
    }
  };
  for (const Hardware &hardware : machines()) {
    for (uint64_t seed = 1; seed <= 4; ++seed)
      hold(program::sequenceOf(generate(seed).program), hardware);
    hold(decodeSequence(1, 9), hardware);
  }
  std::cout << agree << " of " << rows << " op rows agree; named:";
  for (const auto &[name, count] : named)
    std::cout << ' ' << name << ' ' << count;
  std::cout << "\n";
  CHECK(rows >= 50);
  CHECK(agree * 10 >= rows * 9);
}

TEST_CASE("twice as much of a resource is never slower than its halved time allows",
          "[sim][system][bounds]") {
  const program::Sequence load = decodeSequence(1, 9);
  sim::SimOptions options;
  options.trapRaces = false;
  const uint64_t cycles = runOf(load, lutEdge(), options).cycles;
  uint64_t compared = 0;
  for (const std::string &resource : sim::MachineModel(lutEdge()).resources()) {
    options.twice = resource;
    const uint64_t twice = runOf(load, lutEdge(), options).cycles;
    CHECK(twice <= cycles);
    CHECK(twice * 2 >= cycles);
    ++compared;
  }
  CHECK(compared == 7);
  sim::DramImage none;
  options.twice = "mac";
  const auto refused = simulateForked(load, lutEdge(), none, options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "twice: expected a resource of lut-edge (dram, dma, scratchpad, issue, "
                                   "table, lut, vector), got mac");
  options.bounds = true;
  options.twice = "dram";
  CHECK(simulateForked(load, lutEdge(), none, options).error().message ==
        "twice: expected neither bounds nor rtl with it, got both");
}
