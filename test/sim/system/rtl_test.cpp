// The lookup array's RTL inside the running simulation: golden's values, the model's cycles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/support/fork_run.h"
#include "test/sim/support/generator.h"

#include <catch2/catch.hpp>
#include <iostream>

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
    CHECK(withRtl->rtlCommands == withRtl->units[unsigned(isa::Unit::Lut)].commands);
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
