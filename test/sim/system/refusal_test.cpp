// What simulate refuses, and how it says so.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/support/bodies.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/generator.h"

#include <catch2/catch.hpp>
#include <cstring>

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
  CHECK(refusal(g.program, h)
            .find("command 4 (table): expected hardware with a lut_array, whose tables these are, "
                  "got lut-edge without one") == 0);
  h = lutEdge();
  h.lutArray->n = 128;
  CHECK(
      refusal(g.program, h) ==
      "command 9 (lmma): expected lut_array.n 64, the layout of packed planes, got 128 of hardware lut-edge");
  h.lutArray->n = 64, h.lutArray->tableBits = 10;
  CHECK(refusal(g.program, h) ==
        "command 4 (table): expected lut_array.table_bits of at least 11, which exact "
        "tables need, got 10 of hardware lut-edge");
  Builder mma;
  const uint32_t codes = mma.buffer("codes", isa::Memory::Spm, ElementType::I8, 128);
  const uint32_t planes = mma.buffer("planes", isa::Memory::Spm, ElementType::I8, 16 * 4 * 32);
  const uint32_t isum = mma.buffer("isum", isa::Memory::Acc, ElementType::I32, 128);
  mma.add(Opcode::Mma, {Builder::view(codes, {2, 64}), Builder::view(planes, {1, 16, 4, 32})},
          {Builder::view(isum, {1, 2, 64})});
  mma.last().group = 64;
  h = lutEdge();
  CHECK(refusal(mma.program, h) ==
        "command 0 (mma): expected hardware with a mac_array, got lut-edge without one");
  h.macArray = MacArray{4, 32, 4, 16, "bf16"};
  CHECK(refusal(mma.program, h) ==
        "command 0 (mma): expected mac_array.dtype int8, got bf16 of hardware lut-edge");
  h.macArray = MacArray{4, 48, 4, 16, "int8"};
  CHECK(refusal(mma.program, h).find("command 0 (mma): mac array: expected cols that divide the 64 lanes") ==
        0);
  Builder b;
  b.buffer("b", isa::Memory::L2, ElementType::I8, 64);
  CHECK(refusal(b.program, lutEdge()) ==
        "buffer 0 (b): expected a memory that hardware lut-edge has (dram, spm, acc), got l2");
}

TEST_CASE("options and images that do not fit are refused", "[sim][system]") {
  const Generated g = generate(1);
  sim::SimOptions options;
  options.rtl = {"lut_array"};
  CHECK(refusal(g.program, lutEdge(), options) ==
        "rtl: expected values to drive it with, got a run without values");
  options.values = true;
  Hardware h = lutEdge();
  h.lutArray->count = 2;
  CHECK(refusal(g.program, h, options, g.arguments) == "rtl: expected hardware with one lut_array, got 2");
  h = lutEdge();
  h.scratchpad.widthBits = 128;
  CHECK(
      refusal(g.program, h, options, g.arguments) ==
      "rtl: expected scratchpad.width_bits that hold a beat of weights, got one that takes 2 cycles for it");
  options.rtl = {"vector"};
  CHECK(refusal(g.program, lutEdge(), options, g.arguments) ==
        "rtl: expected table_unit, lut_array, mac_array, got vector");
  options.rtl = {"lut_array"};
  options.twice = "vector";
  CHECK(refusal(g.program, lutEdge(), options, g.arguments) ==
        "twice: expected neither bounds nor rtl with it, got both");
  options.twice.clear();
  options.rtl.clear();
  CHECK(refusal(g.program, lutEdge(), options) == "dram image: expected contents of argument x, got none");
  sim::DramImage image = g.arguments;
  image.buffers[0] = sim::Content::view(image.buffers[0].data(), image.buffers[0].size() - 1);
  CHECK(refusal(g.program, lutEdge(), options, image).find("dram image: expected ") == 0);
}

TEST_CASE("every body of a sequence has to run on the machine", "[sim][system]") {
  Builder good, bad;
  bad.program.name = "wide";
  bad.buffer("b", isa::Memory::Spm, ElementType::I8, (256 << 10) + 1);
  for (const bool badFirst : {false, true}) {
    program::Sequence s;
    s.bodies = badFirst ? std::vector{bad.program, good.program} : std::vector{good.program, bad.program};
    s.calls = {{0, "zero", {}}, {1, "one", {}}};
    sim::DramImage none;
    const auto r = simulateForked(s, lutEdge(), none, {});
    REQUIRE_FALSE(r);
    CHECK(r.error().message.find("body " + std::to_string(badFirst ? 0 : 1) +
                                 " (wide): buffer 0 (b): expected bytes below 262144") == 0);
  }
}

TEST_CASE("races and undefined bytes are trapped with both commands", "[sim][system]") {
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::F32, 64, program::Role::Argument);
  const uint32_t xs = b.buffer("xs", isa::Memory::Spm, ElementType::F32, 64);
  const uint32_t ys = b.buffer("ys", isa::Memory::Spm, ElementType::F32, 64);
  b.add(Opcode::Load, {Builder::view(x, {1, 64})}, {Builder::view(xs, {1, 64})});
  b.map(siluBody, {Builder::view(xs, {1, 16}, 16)}, Builder::view(ys, {1, 16}));
  CHECK(refusal(b.program, lutEdge()) == "cycle 2: race: command 1 (map, test:1) reads xs at spm byte 0x40, "
                                         "which command 0 (load, test:0) writes, and "
                                         "neither waits for the other");
  b.program.commands.erase(b.program.commands.begin());
  CHECK(refusal(b.program, lutEdge()) ==
        "cycle 1: uninitialized: command 0 (map, test:1) reads xs at spm byte 0x40, "
        "expected an earlier write, got none");
}

TEST_CASE("an index that is no row of its table is refused", "[sim][system]") {
  Builder b;
  auto at = [](uint32_t buffer, std::vector<int64_t> sizes) {
    return Builder::view(buffer, std::move(sizes));
  };
  const uint32_t table = b.buffer("table", isa::Memory::Dram, ElementType::F32, 20, program::Role::Argument);
  const uint32_t ids = b.buffer("ids", isa::Memory::Dram, ElementType::I32, 3, program::Role::Argument);
  const uint32_t y = b.buffer("y", isa::Memory::Dram, ElementType::F32, 12, program::Role::Result);
  const uint32_t idsOnChip = b.buffer("ids.tile", isa::Memory::Spm, ElementType::I32, 3);
  const uint32_t rows = b.buffer("rows", isa::Memory::Spm, ElementType::F32, 12);
  const uint32_t loaded = b.add(Opcode::Load, {at(ids, {3})}, {at(idsOnChip, {3})});
  const uint32_t gathered =
      b.add(Opcode::Gather, {at(table, {5, 4}), at(idsOnChip, {3})}, {at(rows, {3, 4})}, {loaded});
  b.add(Opcode::Store, {at(rows, {3, 4})}, {at(y, {3, 4})}, {gathered});
  sim::SimOptions options;
  options.values = true;
  auto imageOf = [&](std::vector<int32_t> indices) {
    sim::DramImage image;
    std::vector<uint8_t> bytes(80);
    for (uint8_t i = 0; i < 80; ++i)
      bytes[i] = i;
    const auto *first = reinterpret_cast<const uint8_t *>(indices.data());
    image.buffers[table] = std::move(bytes);
    image.buffers[ids] = std::vector<uint8_t>(first, first + 12);
    return image;
  };
  for (auto [index, got] : {std::pair<int32_t, const char *>{5, "5"}, {-1, "-1"}}) {
    const std::string message = refusal(b.program, lutEdge(), options, imageOf({0, index, 4}));
    INFO(message);
    CHECK(message.find("command 1 (gather, test:1): index 1: expected 0 to 4, got " + std::string(got)) !=
          std::string::npos);
  }
  sim::DramImage image = imageOf({4, 0, 4});
  const auto r = simulateForked(b.program, lutEdge(), image, options);
  REQUIRE((r ? "" : r.error().message) == "");
  const sim::Content &content = image.buffers.at(y);
  const std::vector<uint8_t> got(content.data(), content.data() + content.size());
  size_t compared = 0;
  for (size_t i = 0; i < got.size(); ++i, ++compared)
    CHECK(got[i] == (i / 16 == 1 ? 0 : 64) + i % 16);
  CHECK(compared == 48);
  // Three rows of 16 bytes and three indices were read, not the table of 80.
  CHECK(r->memories[static_cast<unsigned>(isa::Memory::Dram)].readBytes == 48 + 12);
  // And they have to cross the wires, with the 48 that are stored: 108 bytes, 51.2 a cycle.
  CHECK(sim::of(r->floors.peak, sim::Resource::Dram) == 3);
}

TEST_CASE("an empty program takes no time", "[sim][system]") {
  sim::DramImage none;
  const auto r = simulateForked(Builder().program, lutEdge(), none, {});
  REQUIRE((r ? "" : r.error().message) == "");
  CHECK(r->cycles == 0);
}
