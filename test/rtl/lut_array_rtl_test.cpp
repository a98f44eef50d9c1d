// The LUT array pin by pin: reset, idle outputs, protocol assertions, waveforms.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/lut_array_run.h"
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
  std::shared_ptr<LutArrayRtl> rtl;
  std::vector<uint32_t> table, weights;
  std::vector<int32_t> sums;
  LutArrayIn in;
  LutArrayOut out;

  explicit Fixture(bool trace = false) {
    RtlOptions options;
    options.assertions = true;
    options.trace = trace;
    Expected<std::shared_ptr<LutArrayRtl>> loaded = LutArrayRtl::load({}, options);
    INFO((loaded ? std::string() : loaded.error().message));
    REQUIRE(loaded);
    rtl = *loaded;
    table.resize(rtl->tableWords());
    weights.resize(rtl->weightWords());
    sums.resize(rtl->outLanes());
    in.table = table.data();
    in.weights = weights.data();
    out.out = sums.data();
  }

  void command(uint16_t m, uint16_t n, uint16_t kTables, uint16_t groupTables, uint8_t planes) {
    in.cmdValid = true;
    in.m = m;
    in.n = n;
    in.kTables = kTables;
    in.groupTables = groupTables;
    in.planesMinusOne = uint8_t(planes - 1);
    rtl->step(in, out);
    in.cmdValid = false;
  }
};
} // namespace

TEST_CASE("beats are as wide as the parameters say", "[rtl]") {
  Fixture f;
  CHECK(f.rtl->tableWords() == 6); // 2 x 8 x 11 bits
  CHECK(f.rtl->weightWords() == 8);
  CHECK(f.rtl->outLanes() == 16);
}

TEST_CASE("an idle array wants a command only", "[rtl]") {
  Fixture f;
  f.in.tableValid = f.in.weightValid = f.in.outReady = true;
  for (int cycle = 0; cycle < 3; ++cycle) {
    f.rtl->step(f.in, f.out);
    CHECK(f.out.cmdReady);
    CHECK_FALSE(f.out.tableReady);
    CHECK_FALSE(f.out.weightReady);
    CHECK_FALSE(f.out.outValid);
  }
  CHECK(f.rtl->failure().empty());
}

TEST_CASE("a reset in the middle of a command leaves an idle array", "[rtl]") {
  Fixture f;
  f.command(2, 64, 4, 4, 2);
  f.in.tableValid = f.in.weightValid = true;
  for (int cycle = 0; cycle < 3; ++cycle)
    f.rtl->step(f.in, f.out);
  CHECK_FALSE(f.out.cmdReady);
  f.rtl->reset();
  f.in.tableValid = f.in.weightValid = false;
  f.rtl->step(f.in, f.out);
  CHECK(f.out.cmdReady);
  CHECK_FALSE(f.out.outValid);

  // One row of T[0] = 5 in lane 0: plane 0 gives 5, plane 1 its double.
  const int16_t entries[8] = {5};
  const int16_t *row = entries;
  packTableBeat(f.rtl->config(), &row, 1, f.table.data());
  f.command(1, 1, 1, 1, 2);
  CHECK(f.out.cmdReady);
  f.in.tableValid = f.in.weightValid = f.in.outReady = true;
  int32_t got = 0;
  for (int cycle = 0; cycle < 8 && !f.out.outValid; ++cycle) {
    f.rtl->step(f.in, f.out);
    got = f.sums[0];
  }
  CHECK(f.out.outValid);
  CHECK(f.out.outLast);
  CHECK(got == 15);
  CHECK(f.rtl->failure().empty());
}

TEST_CASE("a beat that is withdrawn is told by the RTL's assertion", "[rtl]") {
  Fixture f;
  f.command(2, 64, 4, 4, 2);
  f.in.weightValid = true; // no table yet: not taken
  f.rtl->step(f.in, f.out);
  CHECK_FALSE(f.out.weightReady);
  CHECK(f.rtl->failure().empty());
  f.in.weightValid = false;
  f.rtl->step(f.in, f.out);
  CHECK_THAT(f.rtl->failure(), Contains("array_weight_hold_a"));
}

TEST_CASE("a command of no rows is told by the RTL's assertion", "[rtl]") {
  Fixture f;
  f.command(0, 64, 4, 4, 2);
  f.rtl->step(f.in, f.out);
  CHECK_THAT(f.rtl->failure(), Contains("seq_size_a"));
}

TEST_CASE("waveforms name the RTL's signals", "[rtl]") {
  Fixture f(true);
  std::filesystem::path path =
      std::filesystem::path(std::getenv("ACCORD_BUILD_DIR")) / "lut_array_rtl_test.vcd";
  REQUIRE(f.rtl->openTrace(path.string()));
  f.command(1, 1, 1, 1, 1);
  f.rtl->step(f.in, f.out);
  f.rtl.reset();
  std::ifstream in(path);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  CHECK_THAT(text, Contains("table_ready_o") && Contains("u_seq"));
  std::filesystem::remove(path);
}

TEST_CASE("a waveform needs tracing compiled in", "[rtl]") {
  Fixture f;
  Status opened = f.rtl->openTrace("unused.vcd");
  REQUIRE_FALSE(opened);
  CHECK_THAT(opened.error().message, Contains("unused.vcd: expected"));
}
