// Two slots of everything, each given back by a token.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/support/decode.h"
#include "sim/golden/primitives.h"
#include "test/sim/support/builder.h"

#include <cstring>
#include <random>

namespace accord::test {
namespace {

using isa::ElementType;
using isa::Memory;
using isa::Opcode;
using program::Role;

constexpr int64_t k = 576, group = 32, groups = k / group, tables = k / 4, bits = 4, lanes = 64;
constexpr int64_t tilePlanes = tables * bits * lanes / 2, tileScales = groups * lanes;

program::Program product(int64_t tiles) {
  Builder b;
  const uint32_t x = b.buffer("x", Memory::Dram, ElementType::F32, k, Role::Argument);
  const uint32_t planes =
      b.buffer("planes", Memory::Dram, ElementType::I8, tiles * tilePlanes, Role::Argument);
  const uint32_t d = b.buffer("d", Memory::Dram, ElementType::F16, tiles * tileScales, Role::Argument);
  const uint32_t y = b.buffer("y", Memory::Dram, ElementType::F32, tiles * lanes, Role::Result);
  const uint32_t xs = b.buffer("xs", Memory::Spm, ElementType::F32, k);
  const uint32_t codes = b.buffer("codes", Memory::Spm, ElementType::I8, k);
  const uint32_t scales = b.buffer("scales", Memory::Spm, ElementType::F32, groups);
  const uint32_t table = b.buffer("tables", Memory::Spm, ElementType::I16, tables * 8);
  const uint32_t asum = b.buffer("asum", Memory::Spm, ElementType::I32, groups);
  const uint32_t planeSlots = b.buffer("planes.spm", Memory::Spm, ElementType::I8, 2 * tilePlanes);
  const uint32_t scaleSlots = b.buffer("d.spm", Memory::Spm, ElementType::F16, 2 * tileScales);
  const uint32_t isum = b.buffer("isum", Memory::Acc, ElementType::I32, 2 * groups * lanes);
  const uint32_t ys = b.buffer("ys", Memory::Spm, ElementType::F32, 2 * lanes);

  const uint32_t loadX = b.add(Opcode::Load, {Builder::view(x, {1, k})}, {Builder::view(xs, {1, k})});
  const uint32_t quantize =
      b.add(Opcode::Quantize, {Builder::view(xs, {1, k})},
            {Builder::view(codes, {1, k}), Builder::view(scales, {1, groups})}, {loadX});
  b.last().group = group;
  const uint32_t makeTables =
      b.add(Opcode::Table, {Builder::view(codes, {1, k})},
            {Builder::view(table, {1, tables, 8}), Builder::view(asum, {1, groups})}, {quantize});
  b.last().group = group;

  uint32_t lmma[2] = {}, dequant[2] = {}, store[2] = {};
  for (int64_t t = 0; t < tiles; ++t) {
    const int64_t slot = t % 2;
    const bool again = t >= 2; // the slot was used before
    auto after = [&](std::initializer_list<uint32_t> always, uint32_t before) {
      program::CompactList<uint32_t> list = always;
      if (again)
        list.push_back(before);
      return list;
    };
    const program::View planeTile =
        Builder::view(planeSlots, {1, tables, bits, lanes / 2}, slot * tilePlanes);
    const program::View scaleTile = Builder::view(scaleSlots, {1, groups, lanes}, slot * tileScales);
    const program::View sums = Builder::view(isum, {groups, 1, lanes}, slot * groups * lanes);
    const program::View out = Builder::view(ys, {1, lanes}, slot * lanes);
    const uint32_t loadPlanes =
        b.add(Opcode::Load, {Builder::view(planes, {1, tables, bits, lanes / 2}, t * tilePlanes)},
              {planeTile}, after({}, lmma[slot]));
    const uint32_t loadScales = b.add(Opcode::Load, {Builder::view(d, {1, groups, lanes}, t * tileScales)},
                                      {scaleTile}, after({}, dequant[slot]));
    lmma[slot] = b.add(Opcode::Lmma, {Builder::view(table, {1, tables, 8}), planeTile}, {sums},
                       after({makeTables, loadPlanes}, dequant[slot]));
    b.last().group = group;
    dequant[slot] =
        b.add(Opcode::Dequant,
              {sums, Builder::view(asum, {1, groups}), Builder::view(scales, {1, groups}), scaleTile}, {out},
              after({lmma[slot], loadScales}, store[slot]));
    b.last().group = group, b.last().bits = bits, b.last().zero = 8;
    store[slot] = b.add(Opcode::Store, {out}, {Builder::view(y, {1, lanes}, t * lanes)}, {dequant[slot]});
  }
  b.program.name = "product";
  // As compiled code has it: few locations, many commands of each.
  b.program.locations = {"unknown", "decode:activations", "decode:product"};
  for (uint32_t i = 0; i < b.program.commands.size(); ++i)
    b.program.commands[i].location = i < 3 ? 1 : 2;
  return std::move(b.program);
}

} // namespace

program::Sequence decodeSequence(int64_t calls, int64_t tiles) {
  program::Sequence s;
  s.name = "decode";
  s.bodies.push_back(product(tiles));
  int64_t address = 0;
  for (uint32_t i : program::parametersOf(s.bodies[0])) {
    program::Buffer b = s.bodies[0].buffers[i];
    if (b.name != "x")
      b.elements *= calls;
    b.address = address;
    address += (b.bytes() + 63) / 64 * 64;
    s.buffers.push_back(b);
  }
  for (int64_t c = 0; c < calls; ++c) {
    program::Call call{0, "layer " + std::to_string(c), {}};
    for (uint32_t i = 0; i < s.buffers.size(); ++i)
      call.bindings.push_back({i, i == 0 ? 0 : s.buffers[i].bytes() / calls * c});
    s.calls.push_back(std::move(call));
  }
  return s;
}

sim::DramImage decodeArguments(const program::Sequence &s, uint64_t seed) {
  std::mt19937_64 random(seed);
  sim::DramImage image;
  for (uint32_t i = 0; i < s.buffers.size(); ++i) {
    const program::Buffer &b = s.buffers[i];
    if (b.role == Role::Result)
      continue;
    std::vector<uint8_t> bytes(static_cast<size_t>(b.bytes()));
    size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
      const uint64_t word = random();
      std::memcpy(&bytes[at], &word, 8);
    }
    // Floats on a coarse grid: plain numbers.
    auto fill = [&](auto element, auto value) {
      for (at = 0; at < bytes.size(); at += sizeof element) {
        element = value(static_cast<float>(bytes[at]) / 64 - 2);
        std::memcpy(&bytes[at], &element, sizeof element);
      }
    };
    if (b.type == ElementType::F32)
      fill(float(), [](float v) { return v; });
    if (b.type == ElementType::F16)
      fill(uint16_t(), golden::f32ToF16);
    image.buffers[i] = std::move(bytes);
  }
  return image;
}

} // namespace accord::test
