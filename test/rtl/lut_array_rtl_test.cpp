// The LUT array pin by pin: reset, idle outputs, protocol assertions, waveforms.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/verilated_block.h"
#include "sim/models/lut_array/lut_array_block.h"
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace accord;
using namespace accord::rtl;
using Catch::Matchers::Contains;

namespace {
/// The array with its assertions, and buffers for its beats.
struct Fixture {
  std::shared_ptr<VerilatedBlock> rtl;
  std::vector<std::vector<uint32_t>> words;
  std::vector<sim::RtlBeat> beats;
  sim::RtlBeat *table, *weight, *out;
  std::vector<uint32_t> fields;
  sim::RtlPins pins;

  explicit Fixture(bool trace = false) {
    RtlOptions options;
    options.assertions = true;
    options.trace = trace;
    Expected<std::shared_ptr<VerilatedBlock>> loaded = VerilatedBlock::load(sim::lutArraySpec({}), options);
    INFO((loaded ? std::string() : loaded.error().message));
    REQUIRE(loaded);
    rtl = *loaded;
    REQUIRE(rtl->ports().streams.size() == 3);
    beats.resize(3);
    for (const sim::RtlStream &stream : rtl->ports().streams)
      words.emplace_back(stream.words);
    for (size_t s = 0; s < 3; ++s)
      beats[s].words = words[s].data();
    table = &beats[0], weight = &beats[1], out = &beats[2];
    pins.streams = beats.data();
  }

  void step() { rtl->step(pins); }

  void command(uint32_t m, uint32_t n, uint32_t kTables, uint32_t groupTables, uint32_t planes) {
    fields = {m, n, kTables, groupTables, planes - 1};
    pins.fields = fields.data();
    pins.cmdValid = true;
    step();
    pins.cmdValid = false;
  }
};
} // namespace

TEST_CASE("ports are told as the parameters make them", "[rtl]") {
  Fixture f;
  // 2 x 8 x 11 bits, 64 x 4, 16 x 32.
  CHECK(f.rtl->ports().text() ==
        "cmd m n k_tables group_tables planes_m1; table in 6, weight in 8, out out 16");
  CHECK(f.rtl->name() == "lut_array");
}

TEST_CASE("an idle array wants a command only", "[rtl]") {
  Fixture f;
  f.table->valid = f.weight->valid = f.out->ready = true;
  for (int cycle = 0; cycle < 3; ++cycle) {
    f.step();
    CHECK(f.pins.cmdReady);
    CHECK_FALSE(f.table->ready);
    CHECK_FALSE(f.weight->ready);
    CHECK_FALSE(f.out->valid);
  }
  CHECK(f.rtl->failure().empty());
}

TEST_CASE("a reset in the middle of a command leaves an idle array", "[rtl]") {
  Fixture f;
  f.command(2, 64, 4, 4, 2);
  f.table->valid = f.weight->valid = true;
  for (int cycle = 0; cycle < 3; ++cycle)
    f.step();
  CHECK_FALSE(f.pins.cmdReady);
  f.rtl->reset();
  f.table->valid = f.weight->valid = false;
  f.step();
  CHECK(f.pins.cmdReady);
  CHECK_FALSE(f.out->valid);

  // One row of T[0] = 5 in lane 0: plane 0 gives 5, plane 1 its double.
  f.table->words[0] = 5;
  f.command(1, 1, 1, 1, 2);
  CHECK(f.pins.cmdReady);
  f.table->valid = f.weight->valid = f.out->ready = true;
  int32_t got = 0;
  for (int cycle = 0; cycle < 8 && !f.out->valid; ++cycle) {
    f.step();
    got = int32_t(f.out->words[0]);
  }
  CHECK(f.out->valid);
  CHECK(f.out->last);
  CHECK(got == 15);
  CHECK(f.rtl->failure().empty());
}

TEST_CASE("a beat that is withdrawn is told by the RTL's assertion", "[rtl]") {
  Fixture f;
  f.command(2, 64, 4, 4, 2);
  f.weight->valid = true; // no table yet: not taken
  f.step();
  CHECK_FALSE(f.weight->ready);
  CHECK(f.rtl->failure().empty());
  f.weight->valid = false;
  f.step();
  CHECK_THAT(f.rtl->failure(), Contains("array_weight_hold_a"));
  f.rtl->reset();
  CHECK(f.rtl->failure().empty());
}

TEST_CASE("a command of no rows is told by the RTL's assertion", "[rtl]") {
  Fixture f;
  f.command(0, 64, 4, 4, 2);
  f.step();
  CHECK_THAT(f.rtl->failure(), Contains("seq_size_a"));
}

TEST_CASE("waveforms name the RTL's signals", "[rtl]") {
  Fixture f(true);
  std::filesystem::path path =
      std::filesystem::path(std::getenv("ACCORD_BUILD_DIR")) / "lut_array_rtl_test.vcd";
  REQUIRE(f.rtl->openTrace(path.string()));
  f.command(1, 1, 1, 1, 1);
  f.step();
  f.rtl.reset();
  std::ifstream in(path);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  CHECK_THAT(text, Contains("table_ready_o") && Contains("u_seq"));
  std::filesystem::remove(path);
}

TEST_CASE("a waveform on a full disk is refused, and not the end of the process", "[rtl]") {
  Fixture f(true);
  CHECK_FALSE(f.rtl->openTrace("/dev/full"));
  f.step();
  CHECK(f.rtl->failure().empty());
}

TEST_CASE("a waveform needs tracing compiled in", "[rtl]") {
  Fixture f;
  Status opened = f.rtl->openTrace("unused.vcd");
  REQUIRE_FALSE(opened);
  CHECK_THAT(opened.error().message, Contains("unused.vcd: expected"));
}
