// All of the simulator that needs no events, so that sanitizers see it: values in program order, images,
// results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/compute.h"
#include "sim/system/machine_check.h"
#include "sim/system/race_trap.h"
#include "sim/system/sim_result.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/image_order.h"

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
    const program::Sequence sequence = program::sequenceOf(g.program);
    const sim::DramImage arguments = toParameters(g.program, g.arguments);
    REQUIRE(sim::checkImage(sequence, arguments));
    sim::Memories memories(sequence, *hardware, arguments);
    memories.enter(sequence.calls[0]);
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
      const auto outputs = sim::compute(g.program, c, {inputs.begin(), inputs.end()});
      REQUIRE((outputs ? "" : outputs.error().message) == "");
      for (size_t w = 0; w < outputs->size(); ++w)
        memories.scatter(c.writes[w], (*outputs)[w]);
    }
    const sim::DramImage image = toBuffers(g.program, memories.takeDram());
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
  const program::Sequence sequence = program::sequenceOf(g.program);
  const sim::DramImage arguments = toParameters(g.program, g.arguments);
  const std::string bytes = sim::writeImage(sequence, arguments, {Role::Argument});
  const auto again = sim::readImage(sequence, bytes, "i");
  REQUIRE(again);
  CHECK(again->buffers == arguments.buffers);
  size_t refused = 0;
  for (size_t n = 0; n < bytes.size(); n += 1 + n / 64) {
    CHECK_FALSE(sim::readImage(sequence, std::string_view(bytes).substr(0, n), "i"));
    ++refused;
  }
  for (const auto &[index, content] : again->buffers) {
    CHECK(content.isView());
    CHECK((reinterpret_cast<const char *>(content.data()) - bytes.data()) % 64 == 0);
  }
  std::string other = bytes;
  other[16] = 99; // the first index
  CHECK(sim::readImage(sequence, other, "i").error().message ==
        "i: byte 28: expected a buffer below " + std::to_string(sequence.buffers.size()) + ", got 99");
  CHECK(sim::readImage(sequence, bytes + "x", "i").error().message.find("expected the end of the file") !=
        std::string::npos);
  // The first buffer in the place of the second.
  sim::DramImage one;
  one.buffers[0] = arguments.buffers.at(0);
  other = sim::writeImage(sequence, one, {Role::Argument});
  other = other.substr(0, 12) + std::string("\x02\0\0\0", 4) + other.substr(16, 12) + other.substr(16);
  other.insert(40, 24, '\0'); // contents begin at 64 again
  other += std::string((64 - other.size() % 64) % 64, '\0') + other.substr(64);
  CHECK(sim::readImage(sequence, other, "i").error().message.find("expected each buffer once, got ") !=
        std::string::npos);
  std::cout << refused << " truncated images refused\n";
}

TEST_CASE("results come back from json", "[sim][system]") {
  sim::SimResult r;
  r.dram = {3, 2, 4, 5, 9, 10, 8};
  r.cycles = 12, r.clockHz = UINT64_MAX, r.work.macs = 7, r.rtlCycles = 3;
  r.calls = {{"layer \xff", 0, 12, {}, {1, 2}}};
  r.ops.resize(1);
  r.ops[0].op = "attn_q", r.ops[0].end = 11, r.ops[0].busy[1] = 5, r.ops[0].commands[2] = 6;
  r.ops[0].work.dramRefreshes = 8, r.idle.dramRefreshes = 6;
  r.units[3] = {1, 2, 3, 4};
  r.processor.busy = 9;
  r.memories[2] = {5, 6};
  r.floors.peak[0] = 3, r.floors.shape[0] = 4, r.ops[0].floors.shape[7] = 2, r.ops[0].needs.wireBytes = 5;
  r.doubled[2] = 9, r.ops[0].doubled[1] = 8, r.replays = {{0, 12, 11}};
  r.commands = {{1, 2, 3}};
  const std::string text = sim::toJson(r);
  const auto again = sim::fromJson(text, "r");
  REQUIRE(again);
  CHECK(sim::toJson(*again) == text);
  CHECK(again->units[3].stall == 3);
  CHECK(again->dram == r.dram);
  CHECK(again->calls[0].end == 12);
  CHECK(again->calls[0].name == "layer \xef\xbf\xbd"); // what is no UTF-8 is replaced
  r.calls[0].name = "a \"quoted\\ \n\x01 \xc3\xa9";
  r.ops[0].op.clear();
  const auto odd = sim::fromJson(sim::toJson(r), "r");
  REQUIRE(odd);
  CHECK(odd->calls[0].name == r.calls[0].name);
  CHECK(odd->ops[0].op.empty());
  CHECK(again->ops[0].op == "attn_q");
  CHECK(again->ops[0].busy[1] == 5);
  CHECK(again->ops[0].work.dramRefreshes == 8);
  CHECK(again->idle.dramRefreshes == 6);
  CHECK(again->clockHz == UINT64_MAX);
  for (size_t n = 0; n < text.size(); ++n)
    CHECK_FALSE(sim::fromJson(text.substr(0, n), "r"));
  CHECK(sim::fromJson("{}", "r").error().message.find("r: expected a simulation result, got ") == 0);
}
