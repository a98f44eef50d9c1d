// What is wrong with a model, a machine or a schedule comes back as an error, with the compiler's first word
// and its place; nothing is printed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/tools/driver_support.h"
#include "tools/driver/sim_source.h"
#include "tools/driver/target_code.h"

using namespace accord;
using namespace accord::driver;
using accord::test::edited;
using accord::test::must;
using accord::test::silently;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const char *const unknownOp = "func.func @f() {\n  foo.bar\n  return\n}\n";

/// The message of what must fail.
template <typename T> std::string errorOf(const T &result) {
  REQUIRE(!result);
  return result.error().message;
}

std::string decodeText(const test::DriverFiles &files, Level level) {
  Toolchain toolchain;
  ImportOptions import;
  import.context = 64;
  auto imported = must(importFile(toolchain, files.model, {}, import));
  must(keepEntry(toolchain, *imported.module, "decode", files.model));
  must(toolchain.raise(*imported.module, level, must(openMachine("lut-edge")).hardware, files.model));
  return print(*imported.module);
}

/// The error of a decode step by this text.
std::string errorOfSchedule(test::DriverFiles &files, const std::string &text) {
  SimModelOptions options;
  options.path = files.model;
  options.schedule = files.write("edited.mlir", text);
  options.context = 9;
  options.values = true;
  return errorOf(silently([&]() -> Expected<MachineRun> {
    auto source = modelSource(options, std::nullopt, false);
    if (!source)
      return source.error();
    return (*source)->run(must(openMachine("lut-edge")));
  }));
}

} // namespace

TEST_CASE("an error has the first diagnostic with its place where nobody listens", "[tools]") {
  Toolchain toolchain;
  CHECK_THAT(errorOf(silently([&] { return toolchain.parse(unknownOp, "bad.mlir"); })),
             StartsWith("bad.mlir: expected a module that parses and verifies, got bad.mlir:2:3: "));
  // The next error is told anew.
  CHECK_THAT(errorOf(silently([&] { return toolchain.parse("\n\nfunc.func @f(", "other.mlir"); })),
             StartsWith("other.mlir: expected a module that parses and verifies, got other.mlir:3:"));
  CHECK_THAT(errorOf(silently([&] { return toolchain.load("none.mlir"); })),
             StartsWith("none.mlir: expected a readable file, got: "));
}

TEST_CASE("a listener gets diagnostics as values; the error refers to one that was shown", "[tools]") {
  Collector collector;
  Toolchain toolchain(collector);
  CHECK_THAT(errorOf(silently([&] { return toolchain.parse(unknownOp, "bad.mlir"); })),
             Contains("got bad.mlir:2:3: "));
  REQUIRE(collector.diagnostics.size() == 1);
  const Diagnostic &d = collector.diagnostics[0];
  CHECK((d.severity == Diagnostic::Severity::Error && d.file == "bad.mlir" && d.line == 2 && d.column == 3));
  CHECK(d.place() == "bad.mlir:2:3");
  CHECK_THAT(d.message, Contains("foo"));
  CHECK_THAT(d.text, StartsWith("bad.mlir:2:3: error: " + d.message + "\n  foo.bar\n  ^\n"));

  // A note has its own place: the function that the call does not fit.
  const char *const twice = "func.func @f() {\n  return\n}\nfunc.func @f() {\n  return\n}\n";
  (void)errorOf(silently([&] { return toolchain.parse(twice, "twice.mlir"); }));
  REQUIRE(collector.diagnostics.size() == 2);
  REQUIRE(collector.diagnostics[1].notes.size() == 1);
  CHECK(collector.diagnostics[1].line == 4);
  CHECK(collector.diagnostics[1].notes[0].line == 1);
  CHECK(collector.diagnostics[1].notes[0].severity == Diagnostic::Severity::Note);
  CHECK_THAT(collector.diagnostics[1].text,
             Contains("twice.mlir:4:1: error: ") && Contains("twice.mlir:1:1: note: "));

  struct Shower : Listener {
    bool diagnostic(const Diagnostic &) override { return true; }
  } shower;
  Toolchain shown(shower);
  CHECK_THAT(errorOf(silently([&] { return shown.parse(unknownOp, "bad.mlir"); })),
             StartsWith("bad.mlir: expected a module that parses and verifies, got the error above; "));
}

TEST_CASE("models and machines that are none are errors", "[tools]") {
  test::DriverFiles files;
  SimModelOptions options;
  options.context = 9;
  auto run = [&]() -> Expected<MachineRun> {
    auto source = modelSource(options, std::nullopt, false);
    if (!source)
      return source.error();
    return (*source)->run(must(openMachine("lut-edge")));
  };
  options.path = files.write("text.gguf", "no model\n");
  CHECK_THAT(errorOf(silently(run)),
             StartsWith(options.path + ": ") && Contains("expected the magic 'GGUF'"));
  options.path = files.model;
  options.context = 0;
  CHECK_THAT(errorOf(silently(run)), Contains("expected a context of at least 1 token, got 0"));
  options.context = 256;
  CHECK_THAT(errorOf(silently(run)),
             Contains("expected a context of at most 255 tokens and room for one more"));
  options.context = 9;
  options.check = true;
  CHECK_THAT(errorOf(silently(run)), Contains("expected values where they are checked"));

  CHECK_THAT(errorOf(silently([] { return openMachine("lut-egde"); })), Contains("lut-edge"));
  std::ifstream good(must(openMachine("lut-edge")).path);
  const std::string yaml(std::istreambuf_iterator<char>(good), {});
  const std::string key = files.write("key.yaml", edited(yaml, "clock_mhz", "clok_mhz"));
  CHECK_THAT(errorOf(silently([&] { return openMachine(key); })),
             StartsWith(key + ":") && Contains("got 'clok_mhz' (did you mean 'clock_mhz'?)"));
  // A machine that holds no tile of the model: the op that does not fit, by the pass that found it.
  const std::string tiny = files.write("tiny.yaml", edited(yaml, "capacity_kib: 256", "capacity_kib: 1"));
  Toolchain toolchain;
  const std::string gemm = test::sourceFile("models/networks/gemm/q4_1_m8.mlir");
  auto module = must(toolchain.load(gemm));
  const Machine machine = must(openMachine(tiny));
  CHECK_THAT(errorOf(silently([&] { return toolchain.raise(*module, Level::L3, machine.hardware, gemm); })),
             StartsWith(gemm + ": expected to reach L3 from L0, got " + gemm + ":11:8: ") &&
                 Contains("expected a tile that fits"));
}

TEST_CASE("a schedule that is not the model's, or not legal, is an error at its line", "[tools]") {
  test::DriverFiles files;
  const std::string l2 = decodeText(files, Level::L2);
  CHECK_THAT(
      errorOfSchedule(files, edited(l2, "eps = 9.99999974E-6", "eps = 1.0e-3")),
      Contains("edited.mlir: expected a schedule of the model, got " + files.folder + "/edited.mlir:") &&
          Contains("expected eps = "));
  CHECK_THAT(errorOfSchedule(files, edited(l2, "cust.name = \"attn_q\"} in", "cust.name = \"attn_z\"} in")),
             Contains("edited.mlir: expected to reach L3 from L2, got " + files.folder + "/edited.mlir:"));
  CHECK_THAT(errorOfSchedule(files, "module {}"), Contains("expected one public function, got none"));
}

TEST_CASE("what fills a program's arguments is checked, at its place", "[tools]") {
  test::DriverFiles files;
  const std::string l3 = decodeText(files, Level::L3);
  const std::string whole = "accel.param = \"blk.0.attn_q.weight\", accel.part = \"planes\"";
  const std::string at = "edited.mlir:";
  size_t checked = 0;
  for (auto [from, to, told] : std::vector<std::array<std::string, 3>>{
           {whole, edited(whole, "planes", "plane"),
            "expected accel.part to be planes, codes, d or min, got \"plane\""},
           {whole, edited(whole, "\"planes\"", "3 : i64"),
            "expected accel.part to be planes, codes, d or min, got 3"},
           {whole, edited(whole, ", accel.part = \"planes\"", ""), "beside accel.source, got none"},
           {whole, edited(whole, "\"blk.0.attn_q.weight\"", "7 : i64"),
            "expected accel.param to be the name of a tensor, got 7"},
           {"table = \"sin\"", "table = \"tan\"", "expected the table cos or sin of accel.rope, got \"tan\""},
           {"head_dim = 16 : i64, scale", "head = 16 : i64, scale",
            "expected a rotary table of f32 with head_dim"},
       }) {
    INFO(to);
    CHECK_THAT(
        errorOfSchedule(files, edited(l3, from, to)),
        Contains("expected arguments that say what fills them, got " + files.folder + "/edited.mlir:") &&
            Contains(told));
    ++checked;
  }
  CHECK(checked == 6);
  // Of the weights' parts, in another order.
  CHECK_THAT(errorOfSchedule(files, edited(l3, whole, edited(whole, "planes", "d"))),
             Contains("behind its planes or codes, once, got another order"));
}

TEST_CASE("code of a target comes back as bytes, and what has none as an error", "[tools]") {
  Toolchain toolchain;
  const std::string path = test::sourceFile("models/networks/gemm/q4_1_m1.mlir");
  auto module = must(toolchain.load(path));
  must(toolchain.raise(*module, Level::L3, must(openMachine("lut-edge")).hardware, path));
  for (const char *word : {"llvm", "spirv", "ptx", "program"}) {
    INFO(word);
    const auto target = parseTarget(word);
    REQUIRE(target);
    CHECK(must(silently([&] { return emitTarget(*target, toolchain, *module, "", {}, path); })).size() >
          1000);
  }
  CHECK(!parseTarget("wasm"));
  CHECK_THAT(
      errorOf(silently([&] { return emitTarget(Target::Program, toolchain, *module, "", {7}, path); })),
      Contains("expected 0 scalars, got 1"));
  CHECK_THAT(errorOf(silently([&] { return emitTarget(Target::Ptx, toolchain, *module, "nope", {}, path); })),
             Contains("called 'nope', got none"));
}
