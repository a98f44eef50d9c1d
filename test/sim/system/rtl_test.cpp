// The lookup array's RTL inside the running simulation: golden's values, the model's cycles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/support/fork_run.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/units.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

using namespace accord;
using namespace accord::test;

TEST_CASE("rtl in the loop gives golden's values in the model's cycles", "[sim][system][rtl]") {
  const Hardware hardware = lutEdge();
  size_t programs = 0, values = 0;
  uint64_t commands = 0, rtlCycles = 0, modelCycles = 0, cycles = 0;
  for (uint64_t seed = 300; seed < 330; ++seed) {
    const Generated g = generate(seed);
    INFO("seed " << seed << " " << g.shape);
    sim::SimOptions options;
    options.values = true;
    sim::DramImage model = g.arguments, rtl = g.arguments;
    const auto withModel = simulateForked(g.program, hardware, model, options);
    REQUIRE((withModel ? "" : withModel.error().message) == "");
    options.rtl = {"lut_array"};
    const auto withRtl = simulateForked(g.program, hardware, rtl, options);
    REQUIRE((withRtl ? "" : withRtl.error().message) == "");
    CHECK(withRtl->cycles == withModel->cycles);
    CHECK(withRtl->rtlCommands == useOf(*withRtl, "lut").commands);
    CHECK(withRtl->rtlCycles == withRtl->modelCyclesOfRtlCommands);
    for (const auto &[index, bytes] : g.expected.buffers) {
      CHECK(rtl.buffers.at(index) == model.buffers.at(index));
      CHECK(rtl.buffers.at(index) == bytes);
      values += bytes.size() / 4;
    }
    commands += withRtl->rtlCommands, rtlCycles += withRtl->rtlCycles;
    modelCycles += withRtl->modelCyclesOfRtlCommands, cycles += withRtl->cycles;
    ++programs;
  }
  std::cout << "rtl in the loop: " << programs << " programs, " << commands << " commands by rtl, "
            << rtlCycles << " cycles rtl, " << modelCycles << " cycles model, " << values
            << " values compared, " << cycles << " cycles in all\n";
  CHECK(commands > 0);
}

TEST_CASE("rtl that is not as its model is told with its command", "[sim][system][rtl]") {
  namespace fs = std::filesystem;
  const fs::path source = std::getenv("ACCORD_SOURCE_DIR"),
                 root = fs::path(std::getenv("ACCORD_BUILD_DIR")) / "other-rtl";
  Generated g = generate(300);
  // What a run says of a copy of the RTL in which a text stands for another.
  auto told = [&](const char *file, const std::string &from, const std::string &to) {
    fs::remove_all(root);
    for (const char *folder : {"pkg", "lut_array", "lint"}) {
      fs::create_directories(root / folder);
      fs::copy(source / "rtl" / folder, root / folder);
    }
    std::ostringstream text;
    text << std::ifstream(root / "lut_array" / file).rdbuf();
    std::string changed = text.str();
    const size_t at = changed.find(from);
    REQUIRE(at != std::string::npos);
    std::ofstream(root / "lut_array" / file) << changed.replace(at, from.size(), to);
    setenv("ACCORD_RTL_DIR", root.c_str(), 1);
    sim::SimOptions options;
    options.values = true;
    options.rtl = {"lut_array"};
    sim::DramImage image = g.arguments;
    const auto r = simulateForked(g.program, lutEdge(), image, options);
    unsetenv("ACCORD_RTL_DIR");
    fs::remove_all(root);
    return r ? std::string() : r.error().message;
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(told("acc_lut_drain.sv", "out_last_o  = last_q & end_beat", "out_last_o  = 1'b0"),
             Contains("(lmma") && Contains("rtl lut_array cycle ") &&
                 Contains(" of the command: expected out_last 1 in out beat ") && Contains(", got 0"));
  // Weights that wait for no table: a cycle less.
  const std::string early = told("acc_lut_table.sv", "head_valid_o = head_valid_q", "head_valid_o = 1'b1");
  REQUIRE_THAT(early, Contains("(lmma") && Contains("expected "));
  long model = 0, rtl = 0;
  REQUIRE(std::sscanf(early.c_str() + early.find("expected "),
                      "expected %ld cycles of the lut_array model, got %ld of its rtl", &model, &rtl) == 2);
  CHECK(rtl + 1 == model);

  // After the only command of a program nobody else asks whether the array is idle.
  auto products = [](const program::Program &p) {
    return std::count_if(p.commands.begin(), p.commands.end(),
                         [](const program::Command &c) { return c.op == isa::Opcode::Lmma; });
  };
  for (uint64_t seed = 301; products(g.program) != 1; ++seed)
    g = generate(seed);
  CHECK_THAT(told("acc_lut_seq.sv", "if (done_i) state_q <= StIdle", "if (done_i) state_q <= StDrain"),
             Contains("expected an idle block after the last output beat, got a busy one"));
}
