// Models and programs simulated by calls of the driver alone, without a word on either output.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/tools/driver_support.h"
#include "tools/driver/sim_about.h"
#include "tools/driver/sim_beside.h"
#include "tools/driver/sim_source.h"
#include <algorithm>
#include <iostream>

using namespace accord;
using namespace accord::driver;
using accord::test::must;

namespace {

SimModelOptions decodeOf(const test::DriverFiles &files) {
  SimModelOptions options;
  options.path = files.model;
  options.context = 9;
  options.values = options.check = options.bounds = true;
  return options;
}

MachineRun runOn(SimSource &source, const std::string &machine) {
  return must(test::silently([&] { return source.run(must(openMachine(machine))); }));
}

/// The network of DriverFiles' model.
constexpr const char *sizesOfModel = R"(name: tiny
architecture: llama
layers: 2
embedding: 64
heads: 4
kv_heads: 2
feed_forward: 128
vocabulary: 320
context: 256
activation: silu
norm: rms
norm_epsilon: 0.00001
positions: rope
rope_theta: 10000
formats: {weights: Q4_1, embedding: Q8_0, head: tied, activations: int8, cache: f16}
)";

/// The value of a quantity among `totals`.
Cell total(const Table &table, const std::string &quantity) {
  for (const auto &row : table.rows)
    if (std::get<std::string>(row[0]) == quantity)
      return row[2];
  FAIL(quantity);
  return {};
}

const ReportKind &kind(const std::string &name) {
  for (const ReportKind &each : reportKinds())
    if (each.name == name)
      return each;
  FAIL(name);
  return reportKinds()[0];
}

/// The text of the model's entry at a level.
std::string textAt(const test::DriverFiles &files, Level level) {
  Toolchain toolchain;
  ImportOptions import;
  import.context = 64;
  auto imported = must(importFile(toolchain, files.model, {}, import));
  must(keepEntry(toolchain, *imported.module, "decode", files.model));
  must(toolchain.raise(*imported.module, level, must(openMachine("lut-edge")).hardware, files.model));
  return print(*imported.module);
}

} // namespace

TEST_CASE("a model is compiled and simulated on two machines, and every report is data", "[tools]") {
  const test::DriverFiles files;
  auto source = must(test::silently([&] { return modelSource(decodeOf(files), std::nullopt, true); }));
  std::vector<MachineRun> runs;
  uint64_t compared = 0;
  for (const char *machine : {"lut-edge", "mac-edge"}) {
    INFO(machine);
    runs.push_back(runOn(*source, machine));
    MachineRun &run = runs.back();
    must(addEnergy("", run));
    CHECK(run.machine.hardware.name == machine);
    CHECK(run.tokens == 1);
    CHECK(run.result.cycles > 0);
    REQUIRE(run.checked);
    CHECK(run.checked->compared == 448); // 320 logits; 2 caches of 2 layers, 2 heads of 16 each
    CHECK(run.checked->kept.value_or(0) == 1152);
    CHECK(run.checked->mismatches == 0);
    compared += run.checked->compared + run.checked->kept.value_or(0);
    CHECK((run.took.import && run.took.emit && run.took.pack && run.took.compile > 0));
    CHECK(run.took.peakBytes > 0);
    REQUIRE(run.energy);
    CHECK(run.energy->total > 0);
  }
  CHECK(runs[0].result.cycles != runs[1].result.cycles);

  size_t cells = 0;
  for (const ReportKind &each : reportKinds()) {
    INFO(each.name);
    for (size_t count : {size_t(1), size_t(2)}) {
      const Table table = reportOf(each, {runs.begin(), runs.begin() + long(count)});
      REQUIRE(!table.rows.empty());
      for (const auto &row : table.rows) {
        REQUIRE(row.size() == table.columns.size());
        cells += row.size();
      }
    }
  }
  const Table totals = reportOf(kind("totals"), {runs[0]});
  CHECK(total(totals, "cycles") == Cell(int64_t(runs[0].result.cycles)));
  CHECK(total(totals, "values_compared") == Cell(int64_t(448)));
  const Table ops = reportOf(kind("ops"), runs, {true, 3});
  CHECK(ops.rows.size() >= 3);
  CHECK(ops.rows.size() <= 6);
  CHECK(ops.columns.back() == "ratio");
  CHECK(ops.columns.size() == kind("ops").keys + 2 * kind("ops").beside.size() + 1);

  const About about = must(identify(*source, runs, ""));
  auto of = [&](const std::string &key) {
    auto at = std::find_if(about.begin(), about.end(), [&](const auto &row) { return row.first == key; });
    return at == about.end() ? std::string("none") : at->second;
  };
  CHECK(of("model") == files.model);
  CHECK(of("model_sha256") == must(sha256OfFile(files.model)));
  CHECK(of("hardware2_sha256") == must(sha256OfFile(runs[1].machine.path)));
  CHECK(of("phase") == "decode");
  std::cout << "driver: " << compared << " values compared, " << cells << " cells of reports\n";
}

TEST_CASE("a network of sizes takes the cycles of a file with weights, and has no values", "[tools]") {
  test::DriverFiles files;
  SimModelOptions model = decodeOf(files);
  model.values = model.check = false;
  SimModelOptions network = model;
  network.path = files.write("m.yaml", sizesOfModel);
  uint64_t cycles[2] = {};
  for (bool sizes : {false, true}) {
    auto source =
        must(test::silently([&] { return modelSource(sizes ? network : model, std::nullopt, false); }));
    cycles[sizes] = runOn(*source, "lut-edge").result.cycles;
  }
  CHECK(cycles[0] > 0);
  CHECK(cycles[0] == cycles[1]);

  network.network = {"layers=1"};
  auto shorter = must(test::silently([&] { return modelSource(network, std::nullopt, false); }));
  CHECK(runOn(*shorter, "lut-edge").result.cycles < cycles[0]);
  const About about = must(shorter->inputs());
  CHECK(std::find(about.begin(), about.end(), std::pair<std::string, std::string>("network", "layers=1")) !=
        about.end());

  network.values = true;
  auto refused = test::silently([&] { return modelSource(network, std::nullopt, false); });
  REQUIRE(!refused);
  CHECK(refused.error().message.find(network.path + ": expected weights, got a network of sizes; ") == 0);
  model.network = {"layers=1"};
  auto source = must(test::silently([&] { return modelSource(model, std::nullopt, false); }));
  auto run = test::silently([&] { return source->run(must(openMachine("lut-edge"))); });
  REQUIRE(!run);
  CHECK(run.error().message == model.path +
                                   ": expected a network of sizes to change 'layers=1' in, got a model with "
                                   "weights");
}

TEST_CASE("an edited schedule and a program of a model run by the same calls", "[tools]") {
  test::DriverFiles files;
  auto own = must(modelSource(decodeOf(files), std::nullopt, false));
  const MachineRun reference = runOn(*own, "lut-edge");
  uint64_t compared = 0;
  for (Level level : {Level::L2, Level::L3}) {
    SimModelOptions options = decodeOf(files);
    options.schedule = files.write(std::string(name(level)) + ".mlir", textAt(files, level));
    auto source = must(test::silently([&] { return modelSource(options, std::nullopt, false); }));
    const MachineRun run = runOn(*source, "lut-edge");
    CHECK(run.result.cycles == reference.result.cycles);
    CHECK(run.checked->mismatches == 0);
    compared += run.checked->compared;
  }
  CHECK(compared == 2 * 448);
  std::cout << "driver: " << compared << " values of schedules compared\n";
}

TEST_CASE("a program is simulated with its values, and without them", "[tools]") {
  SimProgramOptions options;
  options.path = test::sourceFile("models/networks/gemm/q4_1_m1.mlir");
  const MachineRun timed = runOn(*programSource(options), "lut-edge");
  options.values = options.check = true;
  const MachineRun valued = runOn(*programSource(options), "lut-edge");
  CHECK(timed.result.cycles == valued.result.cycles);
  CHECK(!timed.checked);
  REQUIRE(valued.checked);
  CHECK(valued.checked->compared == 192); // results of the product
  CHECK(valued.checked->mismatches == 0);
}

TEST_CASE("a listener is told what long work is at", "[tools]") {
  struct Watcher : Listener {
    void progress(const std::string &text) override { told.push_back(text); }
    bool seesProgress() const override { return true; }
    std::unique_ptr<Work> begin(const std::string &path, const char *step) override {
      begun.push_back(path + ": " + step);
      return nullptr;
    }
    std::vector<std::string> told, begun;
  } watcher;
  const test::DriverFiles files;
  auto source = must(modelSource(decodeOf(files), std::nullopt, false, watcher));
  runOn(*source, "lut-edge");
  REQUIRE(watcher.told.size() >= 3);
  CHECK(watcher.told[0] == "compile " + files.model + " for lut-edge");
  CHECK(watcher.told[1] == "run on the CPU");
  CHECK(watcher.told[2] == "pack the weights for lut-edge");
  for (size_t i = 3; i < watcher.told.size(); ++i)
    CHECK_THAT(watcher.told[i], Catch::Matchers::StartsWith("simulate lut-edge: "));
  REQUIRE(watcher.begun.size() >= 2);
  CHECK(watcher.begun[0] == files.model + ": raise it");
  CHECK_THAT(watcher.begun[1], Catch::Matchers::EndsWith(": compile it"));
}
