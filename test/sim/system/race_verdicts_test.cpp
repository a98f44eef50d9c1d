// What counts as the same binding for the race trap, and that its verdict is a matter of the binding.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/race_trap.h"
#include "sim/system/race_verdicts.h"
#include "test/sim/support/builder.h"

#include <catch2/catch.hpp>

using namespace accord;
using namespace accord::test;
using isa::ElementType;
using isa::Memory;
using isa::Opcode;
using program::Role;

namespace {

/// Stores s to y and loads z, neither waiting for the other: a race when z and y share bytes.
program::Program storeAndLoad() {
  Builder b;
  const uint32_t x = b.buffer("x", Memory::Dram, ElementType::F32, 64, Role::Argument);
  const uint32_t y = b.buffer("y", Memory::Dram, ElementType::F32, 64, Role::InOut);
  const uint32_t z = b.buffer("z", Memory::Dram, ElementType::F32, 64, Role::InOut);
  const uint32_t w = b.buffer("w", Memory::Dram, ElementType::F32, 64, Role::Argument);
  const uint32_t s = b.buffer("s", Memory::Spm, ElementType::F32, 64);
  const uint32_t t = b.buffer("t", Memory::Spm, ElementType::F32, 64);
  const uint32_t load = b.add(Opcode::Load, {Builder::view(x, {64})}, {Builder::view(s, {64})});
  b.add(Opcode::Store, {Builder::view(s, {64})}, {Builder::view(y, {64})}, {load});
  b.add(Opcode::Load, {Builder::view(z, {64})}, {Builder::view(t, {64})});
  b.add(Opcode::Load, {Builder::view(w, {64})}, {Builder::view(t, {64})});
  return b.program;
}

bool trapped(const program::Program &p) {
  sim::RaceTrap trap(p);
  for (uint32_t i = 0; i < p.commands.size(); ++i)
    trap.issued(i);
  for (uint32_t i = 0; i < p.commands.size(); ++i)
    if (!trap.started(i))
      return true;
  return false;
}

} // namespace

TEST_CASE("a verdict holds for bindings whose buffers share the same bytes", "[sim][system][hazards]") {
  program::Program p = storeAndLoad();
  sim::RaceVerdicts verdicts;
  CHECK_FALSE(verdicts.isClean(0, p));
  CHECK_FALSE(trapped(p));
  verdicts.foundClean(0, p);
  CHECK(verdicts.isClean(0, p));
  CHECK_FALSE(verdicts.isClean(1, p)); // another body

  // Elsewhere, in another order, beside one another: nothing written is shared.
  program::Program moved = p;
  moved.buffers[0].address = 1 << 20, moved.buffers[1].address = 4096 + 256, moved.buffers[2].address = 4096;
  CHECK(verdicts.isClean(0, moved));
  CHECK_FALSE(trapped(moved));
  // Two that are only read on the same bytes.
  moved.buffers[3].address = moved.buffers[0].address;
  CHECK(verdicts.isClean(0, moved));
  CHECK_FALSE(trapped(moved));

  // One byte of the last element: a race that the first binding has not.
  size_t races = 0;
  for (int64_t distance : {0, 4, 252, -252}) {
    program::Program aliased = moved;
    aliased.buffers[2].address = aliased.buffers[1].address + distance;
    CHECK_FALSE(verdicts.isClean(0, aliased));
    CHECK(trapped(aliased));
    ++races;
  }
  CHECK(races == 4);
  for (int64_t distance : {256, -256}) {
    program::Program beside = moved;
    beside.buffers[2].address = beside.buffers[1].address + distance;
    CHECK(verdicts.isClean(0, beside));
    CHECK_FALSE(trapped(beside));
  }
  // One that is only read on bytes of one that is written.
  program::Program covered = moved;
  covered.buffers[3].address = covered.buffers[1].address + 128;
  CHECK_FALSE(verdicts.isClean(0, covered));
  // A shared byte that was found clean says nothing of another distance.
  program::Program ordered = p;
  ordered.commands[2].after = {1};
  ordered.buffers[2].address = ordered.buffers[1].address + 64;
  CHECK_FALSE(trapped(ordered));
  verdicts.foundClean(2, ordered);
  CHECK(verdicts.isClean(2, ordered));
  for (program::Buffer &b : ordered.buffers)
    b.address += 4096;
  CHECK(verdicts.isClean(2, ordered));
  ordered.buffers[2].address += 64;
  CHECK_FALSE(verdicts.isClean(2, ordered));
}
