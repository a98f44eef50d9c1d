// Pieces of programs by hand that several tests put together: each appends its buffers and commands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "test/sim/support/bodies.h"
#include "test/sim/support/builder.h"

namespace accord::test {

/// From dram to the scratchpad.
struct Copied {
  uint32_t from, to;
};

/// `count` loads of `bytes` each, round and round through `slots` places on chip.
inline Copied addLoads(Builder &b, int64_t count, int64_t bytes, int64_t slots) {
  const uint32_t x =
      b.buffer("x", isa::Memory::Dram, isa::ElementType::I8, count * bytes, program::Role::Argument);
  const uint32_t s = b.buffer("s", isa::Memory::Spm, isa::ElementType::I8, slots * bytes);
  for (int64_t i = 0; i < count; ++i)
    b.add(isa::Opcode::Load, {Builder::view(x, {bytes}, i * bytes)},
          {Builder::view(s, {bytes}, i % slots * bytes)});
  return {x, s};
}

/// One burst of the dram, again and again, into 512 rows of the scratchpad: its banks take the longest.
inline Copied addFan(Builder &b) {
  const uint32_t x = b.buffer("x", isa::Memory::Dram, isa::ElementType::I8, 64, program::Role::Argument);
  const uint32_t s = b.buffer("s", isa::Memory::Spm, isa::ElementType::I8, 32 * 512);
  b.add(isa::Opcode::Load, {{x, 0, {512, 32}, {0, 1}}}, {Builder::view(s, {512, 32})});
  return {x, s};
}

/// `count` times silu of the same `elements` on chip, which nothing wrote: work for the vector unit.
inline void addSilus(Builder &b, int count, int64_t elements) {
  const uint32_t in = b.buffer("in", isa::Memory::Spm, isa::ElementType::F32, elements);
  const uint32_t out = b.buffer("out", isa::Memory::Spm, isa::ElementType::F32, elements);
  for (int i = 0; i < count; ++i)
    b.map(siluBody, {Builder::view(in, {1, elements})}, Builder::view(out, {1, elements}));
}

/// A gather from a table in dram, its indices loaded before it.
struct Gathered {
  uint32_t table, ids, rows; ///< rows: on chip
  uint32_t load, gather;     ///< commands
};

/// `taken` of five rows of 32 bytes. `waits`: the gather has the load's token, not only its place behind it.
inline Gathered addGather(Builder &b, int64_t taken, bool waits) {
  Gathered g;
  g.table = b.buffer("table", isa::Memory::Dram, isa::ElementType::I8, 5 * 32, program::Role::Argument);
  g.ids = b.buffer("ids", isa::Memory::Dram, isa::ElementType::I32, taken, program::Role::Argument);
  const uint32_t tile = b.buffer("ids.tile", isa::Memory::Spm, isa::ElementType::I32, taken);
  g.rows = b.buffer("rows", isa::Memory::Spm, isa::ElementType::I8, 32 * taken);
  g.load = b.add(isa::Opcode::Load, {Builder::view(g.ids, {taken})}, {Builder::view(tile, {taken})});
  program::CompactList<uint32_t> after;
  if (waits)
    after.push_back(g.load);
  g.gather = b.add(isa::Opcode::Gather, {Builder::view(g.table, {5, 32}), Builder::view(tile, {taken})},
                   {Builder::view(g.rows, {taken, 32})}, after);
  return g;
}

} // namespace accord::test
