// What simulate refuses, and how it says so.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/support/builder.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/generator.h"

#include <catch2/catch.hpp>

using namespace accord;
using namespace accord::test;
using isa::ElementType;
using isa::Opcode;

namespace {

std::string refusal(const program::Program &p, const Hardware &h, sim::SimOptions options = {},
                    sim::DramImage image = {}) {
  const auto r = simulateForked(p, h, image, options);
  return r ? "" : r.error().message;
}

} // namespace

TEST_CASE("a machine that cannot run the program is refused", "[sim][system]") {
  const Generated g = generate(1);
  Hardware h = lutEdge();
  h.scratchpad.capacityBytes = 64;
  CHECK(refusal(g.program, h).find("expected bytes below 64, the spm of hardware lut-edge, got bytes") !=
        std::string::npos);
  h = lutEdge();
  h.lutArray.reset();
  CHECK(refusal(g.program, h).find("expected hardware with a lut_array, got lut-edge without one") !=
        std::string::npos);
  h = lutEdge();
  h.lutArray->n = 128;
  CHECK(refusal(g.program, h) ==
        "hardware lut-edge: expected lut_array.n 64 and lut_array.k 4, the layout of packed "
        "planes, got 128 and 4");
  Builder b;
  b.buffer("b", isa::Memory::L2, ElementType::I8, 64);
  CHECK(refusal(b.program, lutEdge()) ==
        "buffer 0 (b): expected a memory that hardware lut-edge has (dram, spm, acc), got l2");
}

TEST_CASE("options and images that do not fit are refused", "[sim][system]") {
  const Generated g = generate(1);
  sim::SimOptions options;
  options.rtl = {"vector"};
  CHECK(refusal(g.program, lutEdge(), options) == "rtl: expected lut_array, got vector");
  options.rtl = {"lut_array"};
  CHECK(refusal(g.program, lutEdge(), options) ==
        "rtl: expected values to drive it with, got a run without values");
  options.rtl.clear();
  options.values = true;
  CHECK(refusal(g.program, lutEdge(), options) == "dram image: expected contents of argument x, got none");
  sim::DramImage image = g.arguments;
  image.buffers[0].pop_back();
  CHECK(refusal(g.program, lutEdge(), options, image).find("dram image: expected ") == 0);
}

TEST_CASE("races and undefined bytes are trapped with both commands", "[sim][system]") {
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::F32, 64, program::Role::Argument);
  const uint32_t xs = b.buffer("xs", isa::Memory::Spm, ElementType::F32, 64);
  const uint32_t ys = b.buffer("ys", isa::Memory::Spm, ElementType::F32, 64);
  b.add(Opcode::Load, {Builder::view(x, {1, 64})}, {Builder::view(xs, {1, 64})});
  b.add(Opcode::Silu, {Builder::view(xs, {1, 16}, 16)}, {Builder::view(ys, {1, 16})});
  CHECK(refusal(b.program, lutEdge()) == "cycle 2: race: command 1 (silu, test:1) reads xs at spm byte 0x40, "
                                         "which command 0 (load, test:0) writes, and "
                                         "neither waits for the other");
  b.program.commands.erase(b.program.commands.begin());
  CHECK(refusal(b.program, lutEdge()) ==
        "cycle 1: uninitialized: command 0 (silu, test:1) reads xs at spm byte 0x40, "
        "expected an earlier write, got none");
}

TEST_CASE("an empty program takes no time", "[sim][system]") {
  sim::DramImage none;
  const auto r = simulateForked(Builder().program, lutEdge(), none, {});
  REQUIRE((r ? "" : r.error().message) == "");
  CHECK(r->cycles == 0);
}
