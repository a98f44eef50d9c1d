// All of the simulator that needs no events, so that sanitizers see it: values in program order, images,
// results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/compute.h"
#include "sim/system/machine_check.h"
#include "sim/system/race_trap.h"
#include "sim/system/sim_result.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/generator.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>

using namespace accord;
using namespace accord::test;

TEST_CASE("commands in program order give golden's values without a race", "[sim][system]") {
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  const auto hardware = loadHardware(std::string(source ? source : ".") + "/models/hardware/lut-edge.yaml");
  REQUIRE(hardware);
  size_t compared = 0;
  uint64_t checked = 0;
  for (uint64_t seed = 500; seed < 520; ++seed) {
    const Generated g = generate(seed);
    REQUIRE(sim::checkMachine(g.program, *hardware));
    REQUIRE(sim::checkImage(g.program, g.arguments));
    sim::Memories memories(g.program, *hardware, g.arguments);
    sim::RaceTrap trap(g.program);
    for (uint32_t i = 0; i < g.program.commands.size(); ++i) {
      const program::Command &c = g.program.commands[i];
      if (!isa::isCommand(c.op)) {
        trap.synchronized(i);
        continue;
      }
      trap.issued(i);
      REQUIRE(trap.started(i));
      std::vector<sim::Bytes> inputs;
      for (const program::View &v : c.reads)
        inputs.push_back(memories.gather(v));
      if (c.accumulate)
        inputs.push_back(memories.gather(c.writes[0]));
      const auto outputs = sim::compute(g.program, c, inputs);
      REQUIRE((outputs ? "" : outputs.error().message) == "");
      for (size_t w = 0; w < outputs->size(); ++w)
        memories.scatter(c.writes[w], (*outputs)[w]);
    }
    const sim::DramImage image = memories.takeDram();
    for (const auto &[index, bytes] : g.expected.buffers) {
      CHECK(image.buffers.at(index) == bytes);
      compared += bytes.size() / 4;
    }
    checked += trap.bytesChecked();
  }
  std::cout << compared << " values compared, " << checked << " bytes checked for races\n";
  CHECK(compared > 500);
  CHECK(checked > 10000);
}

TEST_CASE("operands that no table or lookup gives are refused", "[sim][system]") {
  sim::Bytes tables(16, 0);
  CHECK(sim::checkTables(tables, 11));
  tables[3] = 0x02; // 512
  CHECK(sim::checkTables(tables, 11));
  tables[2] = 1;
  const Status s = sim::checkTables(tables, 11);
  REQUIRE_FALSE(s);
  CHECK(s.error().message == "expected table entries of at most 512, got 513");
}

TEST_CASE("images come back from their container, and broken ones do not", "[sim][system]") {
  using program::Role;
  const Generated g = generate(1);
  const std::string bytes = sim::writeImage(g.program, g.arguments, {Role::Argument});
  const auto again = sim::readImage(g.program, bytes, "i");
  REQUIRE(again);
  CHECK(again->buffers == g.arguments.buffers);
  size_t refused = 0;
  for (size_t n = 0; n < bytes.size(); n += 1 + n / 64) {
    CHECK_FALSE(sim::readImage(g.program, std::string_view(bytes).substr(0, n), "i"));
    ++refused;
  }
  std::string other = bytes;
  other[16] = 99; // the first index
  CHECK(sim::readImage(g.program, other, "i").error().message ==
        "i: byte 28: expected a buffer below " + std::to_string(g.program.buffers.size()) + ", got 99");
  CHECK(sim::readImage(g.program, bytes + "x", "i").error().message.find("expected the end of the file") !=
        std::string::npos);
  other = bytes.substr(0, 12) + std::string("\x02\0\0\0", 4) + bytes.substr(16) + bytes.substr(16);
  CHECK_FALSE(sim::readImage(g.program, other, "i"));
  std::cout << refused << " truncated images refused\n";
}

TEST_CASE("results come back from json", "[sim][system]") {
  sim::SimResult r;
  r.cycles = 12, r.clockHz = UINT64_MAX, r.macs = 7, r.rtlCycles = 3;
  r.units[3] = {1, 2, 3, 4};
  r.processor.busy = 9;
  r.memories[2] = {5, 6};
  r.floors = {{"issue", 4}};
  r.commands = {{1, 2, 3}};
  const std::string text = sim::toJson(r);
  const auto again = sim::fromJson(text, "r");
  REQUIRE(again);
  CHECK(sim::toJson(*again) == text);
  CHECK(again->units[3].stall == 3);
  CHECK(again->clockHz == UINT64_MAX);
  CHECK_FALSE(sim::fromJson(text.substr(0, text.size() / 2), "r"));
  CHECK(sim::fromJson("{}", "r").error().message.find("r: expected a simulation result, got ") == 0);
}
