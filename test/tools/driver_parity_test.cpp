// Executions held against golden by calls of the driver.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/tools/driver_support.h"
#include "tools/driver/parity_layers.h"
#include "tools/driver/parity_model.h"
#include "tools/driver/parity_program.h"
#include "tools/driver/parity_schedule.h"
#include <iostream>

using namespace accord;
using namespace accord::driver;
using accord::test::must;
using accord::test::silently;

namespace {

/// The sum of a column of counts.
int64_t sum(const Table &table, const std::string &column) {
  const size_t at =
      size_t(std::find(table.columns.begin(), table.columns.end(), column) - table.columns.begin());
  REQUIRE(at < table.columns.size());
  int64_t all = 0;
  for (const auto &row : table.rows)
    all += std::get<int64_t>(row[at]);
  return all;
}

} // namespace

TEST_CASE("a program runs on the CPU and in the simulator to golden's bits", "[tools]") {
  ProgramParity parity;
  parity.path = test::sourceFile("models/networks/gemm/q4_1_m1.mlir");
  parity.devices = {"cpu:portable", "sim"};
  parity.hardware = must(openMachine("lut-edge")).hardware;
  Executor executor;
  Table table;
  table.columns = programColumns();
  bool agree = true;
  must(silently([&] { return compareProgram(parity, executor, table, agree); }));
  CHECK(agree);
  REQUIRE(table.rows.size() == 2);
  CHECK(sum(table, "compared") == 2 * 2 * 192); // devices, runs, results
  CHECK(sum(table, "mismatches") == 0);
  std::cout << "driver: " << sum(table, "compared") << " values of a program compared\n";

  parity.devices = {};
  const Status none = silently([&] { return compareProgram(parity, executor, table, agree); });
  REQUIRE(!none);
  CHECK_THAT(none.error().message,
             Catch::Matchers::EndsWith("expected executions and runs to compare, got none"));
  parity.devices = {"abacus"};
  const Status unknown = silently([&] { return compareProgram(parity, executor, table, agree); });
  REQUIRE(!unknown);
  CHECK_THAT(unknown.error().message, Catch::Matchers::Contains("abacus"));
}

TEST_CASE("a model's entries, layers and schedule agree with golden", "[tools]") {
  test::DriverFiles files;
  bool agree = true;
  ModelParity model;
  model.path = files.model;
  model.devices = {"native:portable"};
  model.tokens = 4;
  const Table entries = must(silently([&] { return compareModel(model, agree); }));
  CHECK(sum(entries, "compared") == (1 + 2 + 4) * test::tinyVocab);
  CHECK(sum(entries, "mismatches") == 0);

  LayerParity layers;
  layers.path = files.model;
  layers.devices = {"sim"};
  layers.hardware = must(openMachine("mac-edge")).hardware;
  layers.prompt = 3;
  const Table ops = must(silently([&] { return compareLayers(layers, agree); }));
  CHECK(sum(ops, "compared") > 0);
  CHECK(sum(ops, "sim_mismatches") == 0);

  SimModelOptions schedule;
  schedule.path = files.model;
  schedule.context = 5;
  Toolchain toolchain;
  ImportOptions import;
  import.context = 64;
  const Machine machine = must(openMachine("lut-edge"));
  auto imported = must(importFile(toolchain, files.model, {}, import));
  must(keepEntry(toolchain, *imported.module, "decode", files.model));
  must(toolchain.raise(*imported.module, Level::L2, machine.hardware, files.model));
  schedule.schedule = files.write("decode.l2.mlir", print(*imported.module));
  Table runs;
  runs.columns = scheduleColumns();
  must(silently([&] { return compareSchedule(schedule, machine, runs, agree); }));
  CHECK(sum(runs, "compared") == 448 + 5 * 128);
  CHECK(agree);
  std::cout << "driver: " << sum(entries, "compared") << " logits, " << sum(ops, "compared")
            << " values of ops, " << sum(runs, "compared") << " of a schedule compared\n";

  model.devices = {"native:z80"};
  auto wrong = silently([&] { return compareModel(model, agree); });
  REQUIRE(!wrong);
  CHECK_THAT(wrong.error().message, Catch::Matchers::Contains("got 'native:z80'"));
}
