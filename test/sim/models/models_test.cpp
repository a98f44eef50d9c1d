// Cycles of single commands, against numbers derived by hand from lut-edge.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dma/dma_model.h"
#include "sim/models/lut_unit/lut_unit_model.h"
#include "sim/models/mac_array/mac_array_model.h"
#include "sim/models/table_unit/table_unit_model.h"
#include "sim/models/vector_unit/vector_unit_model.h"
#include "test/sim/support/bodies.h"
#include "test/sim/support/builder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <iostream>

using namespace accord;
using namespace accord::sim;
using namespace accord::test;
using isa::ElementType;
using isa::Opcode;

namespace {

// 500 MHz; LPDDR5 2 x x16 at 6400 MT/s: 25.6 GB/s, 51.2 bytes a cycle, bursts of 16 x 2 bytes; dma setup 16;
// spm 8 banks x 32 bytes, latency 2; 16 vector lanes, latency 4; one table a cycle.
Hardware lutEdge() {
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  auto hardware = loadHardware(std::string(source ? source : ".") + "/models/hardware/lut-edge.yaml");
  REQUIRE(hardware);
  return *hardware;
}

DmaCost costOf(const DmaModel &dma, Builder &b) {
  return dma.cost(b.last(), b.program, DmaModel::dramRuns(b.last(), b.program));
}

} // namespace

TEST_CASE("a copy costs setup, bursts and bank rows", "[sim][models]") {
  const DmaModel dma(lutEdge());
  CHECK(dma.burstBytes() == 32);
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, 1 << 20, program::Role::Argument);
  const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::I8, 1 << 17);
  auto load = [&](program::View from, program::View to) {
    b.add(Opcode::Load, {std::move(from)}, {std::move(to)});
    return costOf(dma, b);
  };
  // 4096 contiguous bytes: 128 bursts, 4096/51.2 = 80 cycles; 128 bank rows of 8 banks = 16 cycles.
  DmaCost c = load(Builder::view(x, {4096}), Builder::view(s, {4096}));
  CHECK(c.bursts == 128);
  CHECK(c.busCycles == 80);
  CHECK(c.chipCycles == 16);
  CHECK(c.fixedCycles == 16);
  // 64 rows of 16 bytes, 576 apart: a burst each, half of it wasted. 2048/51.2 = 40.
  c = load({x, 0, {64, 16}, {576, 1}}, Builder::view(s, {64, 16}));
  CHECK(c.bursts == 64);
  CHECK(c.busCycles == 40);
  // The same rows begin in the middle of a burst and end in the next one: two bursts each.
  c = load({x, 24, {64, 16}, {576, 1}}, Builder::view(s, {64, 16}));
  CHECK(c.bursts == 128);
  // Rows of 16 that follow each other closely share bursts: 4 rows of 24 apart, bytes 0..88, 3 bursts.
  c = load({x, 0, {4, 16}, {24, 1}}, Builder::view(s, {4, 16}));
  CHECK(c.bursts == 3);
  CHECK(c.busCycles == 2); // 96/51.2 = 1.875
  // Single bytes in different bank rows: the scratchpad is the limit. 512 rows / 8 banks = 64 > 512/51.2
  // = 10.
  c = load(Builder::view(x, {512}), {s, 0, {512}, {32}});
  CHECK(c.chipCycles == 64);
  // A store reads the scratchpad before it asks the dram: 16 + 2.
  b.add(Opcode::Store, {Builder::view(s, {4096})}, {Builder::view(x, {2, 2048})});
  c = costOf(dma, b);
  CHECK(c.fixedCycles == 18);
  CHECK(c.busCycles == 80);
  // Its dram side is one run; that of rows that stand apart is one a row.
  std::vector<DramRun> runs = DmaModel::dramRuns(b.last(), b.program);
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].bytes == 4096);
  load({x, 24, {3, 16}, {576, 1}}, Builder::view(s, {3, 16}));
  runs = DmaModel::dramRuns(b.last(), b.program);
  REQUIRE(runs.size() == 3);
  CHECK(runs[2].address == 24 + 2 * 576);
  CHECK(runs[2].bytes == 16);
}

TEST_CASE("a unit goes by the memory that it reads and writes", "[sim][models]") {
  // Nothing of the two is alike: rows of 32 bytes in 8 banks, of 16 bytes in 4.
  Hardware h = lutEdge();
  h.scratchpad.banks = 8, h.scratchpad.widthBits = 256, h.scratchpad.latencyCycles = 3;
  h.accumulator.banks = 4, h.accumulator.widthBits = 128, h.accumulator.latencyCycles = 7;
  h.tableUnit->tablesPerCycle = 5;
  const DmaModel dma(h);
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I32, 1024, program::Role::InOut);
  const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::I32, 1024);
  const uint32_t a = b.buffer("a", isa::Memory::Acc, ElementType::I32, 1024);
  struct Chip {
    uint32_t buffer;
    uint64_t rows, banks, latency;
  };
  for (const Chip &chip : {Chip{s, 128, 8, 3}, Chip{a, 256, 4, 7}}) {
    b.add(Opcode::Load, {Builder::view(x, {1024})}, {Builder::view(chip.buffer, {1024})});
    DmaCost c = costOf(dma, b);
    CHECK(c.chipCycles == chip.rows / chip.banks);
    CHECK(c.fixedCycles == 16);
    b.add(Opcode::Store, {Builder::view(chip.buffer, {1024})}, {Builder::view(x, {1024})});
    c = costOf(dma, b);
    CHECK(c.chipCycles == chip.rows / chip.banks);
    CHECK(c.fixedCycles == 16 + chip.latency);
  }
  const uint32_t codes = b.buffer("codes", isa::Memory::Spm, ElementType::I8, 4096);
  const uint32_t tables = b.buffer("tables", isa::Memory::Spm, ElementType::I16, 4096);
  b.add(Opcode::Table, {Builder::view(codes, {3, 72})},
        {Builder::view(tables, {3, 18, 8}), Builder::view(s, {3, 3})});
  CHECK(TableUnitModel(h).shapeCycles(b.last(), b.program) == 11); // 54 tables, five a cycle
  CHECK(TableUnitModel(h).cycles(b.last(), b.program) == 3 + 11);
  // 16 sums a cycle by the accumulator's four banks, of the 32 lanes; the scratchpad holds none back.
  h.vector.lanes = 32;
  const VectorUnitModel vector(h);
  b.map(siluBody, {Builder::view(a, {2, 64})}, Builder::view(s, {2, 64}));
  CHECK(vector.cycles(b.last(), b.program) == 7 + 4 + 8);
  b.map(siluBody, {Builder::view(s, {2, 64})}, Builder::view(s, {2, 64}, 512));
  CHECK(vector.cycles(b.last(), b.program) == 4 + 4);
}

TEST_CASE("an array that has more to say than to read is bound by its sums", "[sim][models]") {
  // One plane, a group a table: 8 groups of 2 rows of 64 sums, 16 a beat.
  Builder b;
  const uint32_t codes = b.buffer("codes", isa::Memory::Spm, ElementType::I8, 4096);
  const uint32_t tables = b.buffer("tables", isa::Memory::Spm, ElementType::I16, 4096);
  const uint32_t planes = b.buffer("planes", isa::Memory::Spm, ElementType::I8, 4096);
  const uint32_t sums = b.buffer("sums", isa::Memory::Acc, ElementType::I32, 4096);
  b.add(Opcode::Lmma, {Builder::view(tables, {2, 8, 8}), Builder::view(planes, {1, 8, 1, 32})},
        {Builder::view(sums, {8, 2, 64})});
  b.last().group = 4;
  const LutUnitModel lut(lutEdge());
  CHECK(lut.shapeCycles(b.last(), b.program) == 8 * 2 * 4);
  CHECK(lut.cycles(b.last(), b.program) >= lut.shapeCycles(b.last(), b.program));
  b.last().group = 32; // one group: its eight weight beats are as many as the output beats
  CHECK(lut.shapeCycles(b.last(), b.program) == 8);
  b.add(Opcode::Mma, {Builder::view(codes, {2, 32}), Builder::view(planes, {1, 8, 1, 32})},
        {Builder::view(sums, {8, 2, 64})});
  b.last().group = 4;
  // Two tiles of 32 lanes, 8 steps each, of the two rows that are live.
  const MacArrayShape shape = macArrayShape(b.last());
  CHECK(macShapeCycles(MacArrayConfig(), shape) == 8 * 2 * 4);
  CHECK(macArrayCycles(MacArrayConfig(), shape) >= 8 * 2 * 4);
  b.last().group = 32;
  CHECK(macShapeCycles(MacArrayConfig(), macArrayShape(b.last())) == 2 * 8 * 2);
}

TEST_CASE("each unit follows its formula", "[sim][models]") {
  const Hardware h = lutEdge();
  Builder b;
  const uint32_t f = b.buffer("f", isa::Memory::Spm, ElementType::F32, 4096);
  const uint32_t i8 = b.buffer("i8", isa::Memory::Spm, ElementType::I8, 1 << 16);
  const uint32_t i16 = b.buffer("i16", isa::Memory::Spm, ElementType::I16, 4096);
  const uint32_t i32 = b.buffer("i32", isa::Memory::Acc, ElementType::I32, 8192);
  const uint32_t f16 = b.buffer("f16", isa::Memory::Spm, ElementType::F16, 8192);
  auto v = [](uint32_t buffer, std::vector<int64_t> sizes) {
    return Builder::view(buffer, std::move(sizes));
  };
  const VectorUnitModel vector(h);
  auto vectorCycles = [&] { return vector.cycles(b.last(), b.program); };

  b.add(Opcode::Table, {v(i8, {3, 70})}, {v(i16, {3, 18, 8}), v(i32, {3, 3})});
  CHECK(TableUnitModel(h).cycles(b.last(), b.program) == 2 + 3 * 18);
  b.add(Opcode::Lmma, {v(i16, {3, 18, 8}), v(i8, {2, 18, 4, 32})}, {v(i32, {3, 3, 70})});
  b.last().group = 32;
  const LutUnitModel lut(h);
  CHECK(lut.overheadCycles() == 3);
  CHECK(lut.cycles(b.last(), b.program) == 3 + lutArrayCycles(LutArrayConfig(), {3, 70, 18, 8, 4}));
  CHECK(lutUnitKind().actions(b.program, b.last()) == 3 * 70 * 18 * 4);
  CHECK(lutUnitKind().macs(b.program, b.last()) == 3 * 70 * 72);
  Hardware two = h;
  two.lutArray->count = 2; // one tile of 64 lanes each
  CHECK(LutUnitModel(two).cycles(b.last(), b.program) ==
        3 + lutArrayCycles(LutArrayConfig(), {3, 64, 18, 8, 4}));
  two.scratchpad.banks = 1; // there is a bank for one alone
  CHECK(LutUnitModel(two).cycles(b.last(), b.program) == lut.cycles(b.last(), b.program));
  Hardware ports = h;
  ports.accumulator.widthBits = 128; // four sums a beat
  LutArrayConfig fourLanes;
  fourLanes.outLanes = 4;
  CHECK(LutUnitModel(ports).cycles(b.last(), b.program) == 3 + lutArrayCycles(fourLanes, {3, 70, 18, 8, 4}));
  ports = h;
  ports.scratchpad.widthBits = 128; // two cycles for a beat of 64 x 4 bits
  CHECK(LutUnitModel(ports).weightBeatCycles() == 2);
  CHECK(LutUnitModel(ports).cycles(b.last(), b.program) ==
        3 + lutArrayCycles(LutArrayConfig(), {3, 70, 18, 8, 8}));
  b.last().group = 1024; // longer than K: one group
  CHECK(lut.cycles(b.last(), b.program) == 3 + lutArrayCycles(LutArrayConfig(), {3, 70, 18, 18, 4}));

  b.add(Opcode::Mma, {v(i8, {3, 70}), v(i8, {2, 18, 4, 32})}, {v(i32, {3, 3, 70})});
  b.last().group = 32;
  Hardware multiplies = h;
  multiplies.macArray = MacArray{4, 32, 4, 16, "int8"};
  const MacUnitModel mac(multiplies);
  CHECK(mac.cycles(b.last(), b.program) == 3 + macArrayCycles(MacArrayConfig(), {3, 70, 18, 8, 4}));
  CHECK(macUnitKind().macs(b.program, b.last()) == 3 * 70 * 70);
  b.last().group = 1024; // longer than K: one group
  CHECK(mac.cycles(b.last(), b.program) == 3 + macArrayCycles(MacArrayConfig(), {3, 70, 18, 18, 4}));
  multiplies.scratchpad.widthBits = 128; // planes arrive half as fast
  CHECK(MacUnitModel(multiplies).cycles(b.last(), b.program) ==
        3 + macArrayCycles({4, 32, 4, 16, 128}, {3, 70, 18, 18, 4}));
  b.add(Opcode::GroupSums, {v(i8, {2, 40})}, {v(i32, {2, 2})});
  CHECK(vectorCycles() == 4 + 5);

  b.add(Opcode::Quantize, {v(f, {2, 40})}, {v(i8, {2, 40}), v(f, {2, 2})});
  CHECK(vectorCycles() == (4 + 5) + (4 + 1) + (4 + 5));
  b.add(Opcode::Dequant, {v(i32, {3, 2, 70}), v(i32, {2, 3}), v(f, {2, 3}), v(f16, {2, 3, 64})},
        {v(f, {2, 70})});
  CHECK(vectorCycles() == 2 + 4 + 27); // the accumulator's latency, 420/16
  Hardware narrow = h;
  narrow.accumulator.widthBits = 128, narrow.accumulator.latencyCycles = 5; // eight sums of two banks
  CHECK(VectorUnitModel(narrow).cycles(b.last(), b.program) == 5 + 4 + 53);
  b.last().reads.push_back(v(f16, {2, 3, 64}));
  CHECK(vectorCycles() == 2 + 4 + 53); // 840/16
  b.add(Opcode::RmsNorm, {v(f, {2, 40}), v(f, {40})}, {v(f, {2, 40})});
  CHECK(vectorCycles() == (4 + 5) + (4 + 2) + (4 + 5));
  b.add(Opcode::Softmax, {v(f, {2, 40})}, {v(f, {2, 40})});
  CHECK(vectorCycles() == (4 + 5) + (4 + 5) + (4 + 2) + (4 + 5));
  b.map(siluBody, {v(f, {2, 41})}, v(f, {2, 41}));
  CHECK(vectorCycles() == 4 + 6);
  CHECK(vectorUnitKind().actions(b.program, b.last()) == 82);
}

TEST_CASE("only live positions take time", "[sim][models]") {
  const Hardware h = lutEdge();
  const VectorUnitModel vector(h);
  Builder b;
  const uint32_t f = b.buffer("f", isa::Memory::Spm, ElementType::F32, 1 << 14);
  const uint32_t f16 = b.buffer("f16", isa::Memory::Spm, ElementType::F16, 1 << 14);
  const uint32_t i8 = b.buffer("i8", isa::Memory::Spm, ElementType::I8, 1 << 14);
  auto v = [](uint32_t buffer, std::vector<int64_t> sizes) {
    return Builder::view(buffer, std::move(sizes));
  };
  auto passes = [&](int64_t live) {
    b.last().live = live;
    return vectorPasses(b.program, b.last());
  };
  using Passes = std::vector<uint64_t>;
  // 3 queries of 4 heads of 8 over 16 positions of 2 heads. From 5 live positions on they see 5 + 6 + 7.
  b.add(Opcode::Scores, {v(f, {3, 32}), v(f16, {16, 16})}, {v(f, {12, 16})});
  b.last().heads = 4, b.last().headDim = 8;
  CHECK(passes(5) == Passes{18 * 4 * 8, 18 * 4});
  CHECK(vector.cycles(b.last(), b.program) == (4 + 36) + (4 + 5)); // 576/16, 72/16
  CHECK(passes(15) == Passes{(15 + 16 + 16) * 4 * 8, 47 * 4});
  CHECK(passes(-1) == Passes{1 * 4 * 8, 4});
  CHECK(passes(-9) == Passes{0, 0});
  CHECK(vector.cycles(b.last(), b.program) == 4 + 4);
  b.add(Opcode::Weigh, {v(f, {12, 16}), v(f, {16, 16})}, {v(f, {3, 32})});
  b.last().heads = 4, b.last().headDim = 8;
  CHECK(passes(5) == Passes{18 * 4 * 8});
  CHECK(passes(0) == Passes{3 * 4 * 8});
  b.add(Opcode::Softmax, {v(f, {12, 16})}, {v(f, {12, 16})});
  b.last().heads = 4, b.last().chunk = 16;
  CHECK(passes(5) == Passes{18 * 4, 18 * 4, 16 * 12, 18 * 4});
  CHECK(passes(program::Command::noLive) == Passes{192, 192, 192, 192});
  b.add(Opcode::Expand, {v(i8, {3, 32}), v(f16, {3, 1})}, {v(f, {3, 32})});
  CHECK(vectorUnitKind().actions(b.program, b.last()) == 96);
  b.last().reads.push_back(v(f16, {3, 1}));
  CHECK(vectorUnitKind().actions(b.program, b.last()) == 192);
  b.add(Opcode::Contract, {v(f, {3, 32}), v(f16, {5, 32})}, {v(f, {3, 5})});
  CHECK(vectorPasses(b.program, b.last()) == Passes{3 * 32 * 5});
  for (Opcode op : {Opcode::Narrow, Opcode::Widen, Opcode::Transpose}) {
    b.add(op, {v(f, {3, 32})}, {v(f, {3, 32})});
    CHECK(vectorPasses(b.program, b.last()) == Passes{96});
  }
}

TEST_CASE("a map passes as often as its primitives or its functions ask", "[sim][models]") {
  Builder b;
  const uint32_t f = b.buffer("f", isa::Memory::Spm, ElementType::F32, 1 << 10);
  auto passes = [&](const char *body, unsigned inputs) {
    b.map(body, std::vector<program::View>(inputs, Builder::view(f, {3, 32})), Builder::view(f, {3, 32}));
    return vectorPasses(b.program, b.last());
  };
  using Passes = std::vector<uint64_t>;
  CHECK(passes("x0: yield x0", 1) == Passes{96});
  CHECK(passes(": v0 = f32 1; yield v0", 0) == Passes{96});
  CHECK(passes(test::sumBody, 2) == Passes{96});
  CHECK(passes(test::siluMulBody, 2) == Passes{96});
  CHECK(passes(test::relu2MulBody, 2) == Passes{96}); // four primitives and a constant
  CHECK(passes("x0: v0 = neg x0; v1 = neg v0; v2 = neg v1; v3 = neg v2; v4 = neg v3; yield v4", 1) ==
        Passes{96, 96});
  CHECK(passes("x0: v0 = exp x0; v1 = rcp v0; v2 = erf v1; yield v2", 1) == Passes{96, 96, 96});
  CHECK(passes("x0: v0 = bits x0; v1 = i32 1; v2 = of_bits v1; yield v2", 1) == Passes{96}); // nothing at all
}

TEST_CASE("a gather costs its rows, not its table", "[sim][models]") {
  const DmaModel dma(lutEdge());
  Builder b;
  const uint32_t table = b.buffer("table", isa::Memory::Dram, ElementType::F32, 1 << 16);
  const uint32_t ids = b.buffer("ids", isa::Memory::Spm, ElementType::I32, 8);
  const uint32_t rows = b.buffer("rows", isa::Memory::Spm, ElementType::F32, 4096);
  b.add(Opcode::Gather, {Builder::view(table, {256, 256}), Builder::view(ids, {3})},
        {Builder::view(rows, {3, 256})});
  const uint64_t bursts = 1024 / static_cast<uint64_t>(dma.burstBytes());
  CHECK(costOf(dma, b).bursts == 3 * bursts);
  b.add(Opcode::Load, {Builder::view(table, {3, 256})}, {Builder::view(rows, {3, 256})});
  const DmaCost load = costOf(dma, b);
  b.program.commands.pop_back();
  CHECK(costOf(dma, b).busCycles == load.busCycles);
  CHECK(costOf(dma, b).fixedCycles == load.fixedCycles);
  CHECK(costOf(dma, b).chipCycles == load.chipCycles);
  // Rows are spread evenly, or those that are named.
  std::vector<DramRun> runs = DmaModel::dramRuns(b.last(), b.program);
  REQUIRE(runs.size() == 3);
  CHECK(runs[0].address == 0);
  CHECK(runs[1].address == 85 * 1024);
  CHECK(runs[2].address == 170 * 1024);
  runs = DmaModel::dramRuns(b.last(), b.program, {7, 255, 7});
  CHECK(runs[0].address == 7 * 1024);
  CHECK(runs[1].address == 255 * 1024);
  CHECK(runs[2].address == 7 * 1024);
  CHECK(runs[1].bytes == 1024);
}

TEST_CASE("bursts follow from where a buffer lies", "[sim][models]") {
  const DmaModel dma(lutEdge());
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, 1 << 12, program::Role::Argument);
  const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::I8, 1 << 12);
  b.add(Opcode::Load, {{x, 0, {64, 32}, {64, 1}}}, {Builder::view(s, {64, 32})});
  for (int64_t address : {0, 32, 1, 31, 4096 + 8}) {
    CHECK(dma.bursts(b.last(), b.program, address) == (address % 32 == 0 ? 64u : 128u));
    program::Program moved = b.program;
    moved.buffers[x].address = address;
    const DmaCost cost = dma.cost(b.last(), moved, DmaModel::dramRuns(b.last(), moved));
    CHECK(cost.bursts == dma.bursts(b.last(), b.program, address));
  }
}

namespace {

/// A beat whose reading takes several cycles of a port: there in the last of them.
class SlowPort final : public StallSource {
public:
  explicit SlowPort(uint64_t cycles) : cycles(cycles) {}
  uint64_t next(uint64_t, uint64_t cycle) const override { return (cycle / cycles + 1) * cycles - 1; }

private:
  uint64_t cycles;
};

} // namespace

TEST_CASE("a beat of weights that takes several cycles paces the array like so many beats", "[sim][models]") {
  const NoStalls never;
  size_t compared = 0;
  double worst = 0;
  for (uint64_t port : {2u, 4u, 16u})
    for (int64_t m : {1, 2, 7})
      for (int64_t n : {64, 70, 200})
        for (int planes : {1, 4, 8}) {
          LutArrayShape shape{m, n, 40, 8, planes};
          const double beats =
              double(lutArraySchedule(LutArrayConfig(), shape, never, SlowPort(port), never).cycles());
          shape.planes *= static_cast<int>(port);
          const double formula = double(lutArrayCycles(LutArrayConfig(), shape));
          INFO("port " << port << ", m " << m << ", n " << n << ", planes " << planes);
          CHECK(formula == Approx(beats).epsilon(0.02).margin(double(port)));
          worst = std::max(worst, std::abs(formula / beats - 1));
          ++compared;
        }
  std::cout << compared << " shapes with slow ports, " << 100 * worst << " % from the schedule at most\n";
  CHECK(compared == 81);
}
