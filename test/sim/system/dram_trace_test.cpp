// The bursts that a run asked for, replayed on the dram alone, take the commands of the run.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_replay.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/fork_run.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <unistd.h>

using namespace accord;
using namespace accord::test;
using isa::ElementType;
using isa::Opcode;

TEST_CASE("a run's trace replays to the run's commands", "[sim][system]") {
  for (const char *refresh : {"all_bank", "per_bank"}) {
    Hardware h = lutEdge();
    h.dram.refresh = refresh;
    Builder b;
    const int64_t bytes = 6000;
    const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, 40 * bytes, program::Role::Argument);
    const uint32_t y = b.buffer("y", isa::Memory::Dram, ElementType::I8, 40 * bytes, program::Role::Result);
    const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::I8, 40 * bytes);
    uint32_t commands = 0;
    for (int64_t i = 0; i < 40; ++i) {
      const uint32_t load = commands++;
      b.add(Opcode::Load, {Builder::view(x, {bytes}, i * bytes)}, {Builder::view(s, {bytes}, i * bytes)});
      if (i % 3)
        continue;
      ++commands;
      b.add(Opcode::Store, {Builder::view(s, {bytes}, i * bytes)}, {Builder::view(y, {bytes}, i * bytes)},
            {load});
    }
    sim::DramImage none;
    sim::SimOptions options;
    std::string path = "run-trace-XXXXXX";
    const int fd = mkstemp(path.data());
    REQUIRE(fd >= 0);
    close(fd);
    options.dramTracePath = path;
    const auto run = simulateForked(b.program, h, none, options);
    REQUIRE((run ? "" : run.error().message) == "");
    const int64_t burst = h.dram.busWidthBits / 8 * sim::burstTransfers(h.dram.standard);
    const auto replayed = sim::replayTrace(path, h.dram, burst);
    std::remove(path.c_str());
    REQUIRE((replayed ? "" : replayed.error().message) == "");
    CHECK(run->dram.bursts > 9000);
    CHECK(replayed->use.bursts == run->dram.bursts);
    CHECK(replayed->use.rowHits == run->dram.rowHits);
    CHECK(replayed->use.rowMisses == run->dram.rowMisses);
    CHECK(replayed->use.rowConflicts == run->dram.rowConflicts);
    CHECK(replayed->use.activates == run->dram.activates);
  }
}

TEST_CASE("a trace of bursts that cannot be written fails the run", "[sim][system]") {
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::I8, 64, program::Role::Argument);
  const uint32_t s = b.buffer("s", isa::Memory::Spm, ElementType::I8, 64);
  b.add(Opcode::Load, {Builder::view(x, {64})}, {Builder::view(s, {64})});
  sim::DramImage none;
  sim::SimOptions options;
  options.dramTracePath = "/nowhere/dram.trace";
  const auto run = simulateForked(b.program, lutEdge(), none, options);
  REQUIRE_FALSE(run);
  CHECK(run.error().message ==
        "/nowhere/dram.trace: expected to write to it, got: No such file or directory");
}
