// The development model, SmolLM2-135M-Instruct: how long it takes, how small its IR is, and what stands in
// it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Parser/Parser.h"
#include "test/mlir/Import/import_support.h"
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>

using namespace accord;
using namespace accord::test;
using namespace mlir;

namespace {

double milliseconds(const std::function<void()> &work) {
  auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

TEST_CASE("SmolLM2 imports at once, small, and survives printing and parsing", "[import]") {
  std::string path = developmentModel();
  if (path.empty())
    return;
  importContext(); // Made once in a program, not once a model.
  std::unique_ptr<model::GgufFile> file;
  OwningOpRef<ModuleOp> module;
  double open = milliseconds([&] {
    auto opened = model::GgufFile::open(path);
    if (opened)
      file = std::move(*opened);
  });
  REQUIRE(file);
  std::string error;
  double import = milliseconds([&] {
    auto imported = importModel(importContext(), *file);
    if (imported)
      module = std::move(*imported);
    else
      error = imported.error().message;
  });
  INFO(error);
  REQUIRE(module);

  std::string text, again;
  llvm::raw_string_ostream os(text), osAgain(again);
  module->print(os);
  OwningOpRef<ModuleOp> parsed;
  double parse = milliseconds([&] { parsed = parseSourceString<ModuleOp>(text, &importContext()); });
  REQUIRE(parsed);
  parsed->print(osAgain);
  CHECK(again == text);
  CHECK((throughAccordOpt(text) == text + "\n"));
  std::printf("SmolLM2: open %.1f ms, import %.1f ms, parse %.1f ms, IR %.1f KB\n", open, import, parse,
              text.size() / 1024.0);
  CHECK(open + import < 200);
  CHECK(text.size() < 256 * 1024);

  CHECK(countOf(text, "func.func") == 5);
  CHECK(countOf(text, "call @layer_prefill_0(") == 60);
  CHECK(countOf(text, "call @layer_decode_0(") == 30);
  CHECK(countOf(text, "nn.param") == 3 * 272); // Every tensor of the file, in each entry.
  CHECK(countOf(text, "memref<30x8192x3x64xf16>") > 0);
  CHECK(countOf(text, "theta = 1.000000e+05} -> tensor<8192x32xf32>") == 3);
  CHECK(countOf(text, "nn.attention {heads = 9, scale = 1.250000e-01}") == 2);
  CHECK(countOf(text, "parameters = 134515008") == 1);
  CHECK(countOf(text, "tied = true") == 1);
}
