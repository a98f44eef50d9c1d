// Cycles of single commands, against numbers derived by hand from lut-edge.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dma/dma_model.h"
#include "sim/models/lut_unit/lut_unit_model.h"
#include "sim/models/table_unit/table_unit_model.h"
#include "sim/models/vector_unit/vector_unit_model.h"
#include "test/sim/support/builder.h"

#include <catch2/catch.hpp>
#include <cstdlib>

using namespace accord;
using namespace accord::sim;
using namespace accord::test;
using isa::ElementType;
using isa::Opcode;

namespace {

// 500 MHz; LPDDR5 2 x x16 at 6400 MT/s: 25.6 GB/s, 51.2 bytes a cycle, bursts of 16 x 2 bytes, 40 ns = 20
// cycles; dma setup 16; spm 8 banks x 32 bytes, latency 2; 16 vector lanes, latency 4; one table a cycle.
Hardware lutEdge() {
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  auto hardware = loadHardware(std::string(source ? source : ".") + "/models/hardware/lut-edge.yaml");
  REQUIRE(hardware);
  return *hardware;
}

} // namespace

TEST_CASE("a copy costs setup, latency and bursts", "[sim][models]") {
  const DmaModel dma(lutEdge());
  CHECK(dma.burstBytes() == 32);
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, 1 << 20, program::Role::Argument);
  const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::I8, 1 << 17);
  auto load = [&](program::View from, program::View to) {
    b.add(Opcode::Load, {std::move(from)}, {std::move(to)});
    return dma.cost(b.last(), b.program);
  };
  // 4096 contiguous bytes: 128 bursts, 4096/51.2 = 80 cycles; 128 bank rows of 8 banks = 16 cycles.
  DmaCost c = load(Builder::view(x, {4096}), Builder::view(s, {4096}));
  CHECK(c.bursts == 128);
  CHECK(c.busCycles == 80);
  CHECK(c.chipCycles == 16);
  CHECK(c.fixedCycles == 36);
  CHECK(c.cycles() == 116);
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
  CHECK(c.cycles() == 36 + 64);
  // A store reads the scratchpad first and has no dram latency: 16 + 2.
  b.add(Opcode::Store, {Builder::view(s, {4096})}, {Builder::view(x, {4096})});
  CHECK(dma.cycles(b.last(), b.program) == 18 + 80);
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
  CHECK(LutUnitModel::lookups(b.last()) == 3 * 70 * 18 * 4);
  CHECK(LutUnitModel::macs(b.last()) == 3 * 70 * 72);
  Hardware two = h;
  two.lutArray->count = 2; // one tile of 64 lanes each
  CHECK(LutUnitModel(two).cycles(b.last(), b.program) ==
        3 + lutArrayCycles(LutArrayConfig(), {3, 64, 18, 8, 4}));
  b.last().group = 1024; // longer than K: one group
  CHECK(lut.cycles(b.last(), b.program) == 3 + lutArrayCycles(LutArrayConfig(), {3, 70, 18, 18, 4}));

  b.add(Opcode::Quantize, {v(f, {2, 40})}, {v(i8, {2, 40}), v(f, {2, 2})});
  CHECK(vectorCycles() == (4 + 5) + (4 + 1) + (4 + 5));
  b.add(Opcode::Dequant, {v(i32, {3, 2, 70}), v(i32, {2, 3}), v(f, {2, 3}), v(f16, {2, 3, 64})},
        {v(f, {2, 70})});
  CHECK(vectorCycles() == 4 + 27); // 420/16
  b.last().reads.push_back(v(f16, {2, 3, 64}));
  CHECK(vectorCycles() == 4 + 53); // 840/16
  b.add(Opcode::RmsNorm, {v(f, {2, 40}), v(f, {40})}, {v(f, {2, 40})});
  CHECK(vectorCycles() == (4 + 5) + (4 + 2) + (4 + 5));
  b.add(Opcode::Softmax, {v(f, {2, 40})}, {v(f, {2, 40})});
  CHECK(vectorCycles() == (4 + 5) + (4 + 5) + (4 + 2) + (4 + 5));
  b.add(Opcode::Silu, {v(f, {2, 41})}, {v(f, {2, 41})});
  CHECK(vectorCycles() == 4 + 6);
  CHECK(VectorUnitModel::steps(b.last()) == 82);
}
