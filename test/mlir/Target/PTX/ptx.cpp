// Is every operation of the PTX we generate rounded on its own, does the check see when it is not, and does
// NVIDIA's assembler take it?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/PTX/PtxTarget.h"
#include "test/mlir/Target/programs.h"
#include "test/runtime/devices.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <unistd.h>

using namespace accord;
using namespace accord::test;
using Catch::Matchers::Contains;

namespace {

rt::Image compileImage(const std::string &l3, const PtxOptions &options = {}) {
  auto context = makeContext();
  auto module = parseProgram(*context, l3);
  if (!module)
    FAIL(module.error().message);
  auto image = compileToPtx(**module, "program", options);
  if (!image)
    FAIL(image.error().message);
  CHECK(image->format == rt::ImageFormat::Ptx);
  CHECK(image->entry == "program");
  return std::move(*image);
}

std::string textOf(const rt::Image &image) { return std::string(image.bytes.begin(), image.bytes.end()); }
std::string compile(const std::string &l3) { return textOf(compileImage(l3)); }

/// The product in dispatches of at most 100 loop iterations.
rt::Image steppedProduct() {
  PtxOptions options;
  options.stepBudget = 100;
  return compileImage(productL3(), options);
}

/// ACCORD_PTXAS, or what tools/dev/fetch_ptxas.sh left in the build; empty when neither is there.
std::string findPtxas() {
  if (const char *given = std::getenv("ACCORD_PTXAS"); given && *given)
    return given;
  const char *build = std::getenv("ACCORD_BUILD_DIR");
  std::string path = std::string(build ? build : ".") + "/ptxas/ptxas-12.9.86";
  return access(path.c_str(), X_OK) == 0 ? path : std::string();
}

} // namespace

TEST_CASE("generated PTX rounds every operation on its own", "[ptx]") {
  uint64_t rounded = 0;
  for (const auto &[name, l3] : targetPrograms()) {
    INFO(name);
    std::string text = compile(l3);
    CHECK(text.back() == '\n');
    CHECK_THAT(text,
               Contains(".target sm_80") && Contains(".visible .entry program(") && Contains("bar.sync"));
    auto rounding = checkPtxRounding(text);
    if (!rounding)
      FAIL(rounding.error().message);
    CHECK((name == "transpose" ||
           rounding->adds + rounding->subs + rounding->muls > 0)); // that one has no arithmetic
    rounded += rounding->adds + rounding->subs + rounding->muls;
  }
  std::cout << "ptx: " << targetPrograms().size() << " programs, " << rounded
            << " f32 operations, all .rn without .ftz" << std::endl;
}

TEST_CASE("a program in steps reads the number of its step", "[ptx]") {
  rt::Image whole = compileImage(productL3()), stepped = steppedProduct();
  CHECK(whole.steps == 1);
  CHECK(stepped.steps > 1);
  CHECK(stepped.scalars == whole.scalars);
  CHECK(stepped.buffers.size() == whole.buffers.size());
  // One parameter more: the buffer of scalars, which the product itself does not have.
  auto parameters = [](const std::string &text) {
    size_t count = 0;
    for (size_t at = 0; (at = text.find(".param .u64", at)) != std::string::npos; ++at)
      ++count;
    return count;
  };
  CHECK(parameters(textOf(stepped)) == parameters(textOf(whole)) + 1);
  std::cout << "ptx: the product takes " << stepped.steps << " steps of 100 iterations" << std::endl;
}

TEST_CASE("the rounding check fails on doctored PTX", "[ptx]") {
  std::string text = compile(productL3());
  REQUIRE(checkPtxRounding(text));
  auto doctored = [&](const std::string &from, const std::string &to) {
    std::string changed = text;
    size_t at = changed.find(from);
    REQUIRE(at != std::string::npos);
    changed.replace(at, from.size(), to);
    auto result = checkPtxRounding(changed);
    return result ? std::string("accepted") : result.error().message;
  };
  CHECK_THAT(doctored("mul.rn.f32", "mul.f32"),
             Contains("ptx: line ") && Contains("expected .rn") && Contains("got mul.f32"));
  CHECK_THAT(doctored("add.rn.f32", "add.f32"), Contains("got add.f32"));
  CHECK_THAT(doctored("sub.rn.f32", "sub.rz.f32"), Contains("got sub.rz.f32"));
  CHECK_THAT(doctored("add.rn.f32", "add.rn.ftz.f32"), Contains("keeps subnormals"));
  CHECK_THAT(doctored("mul.rn.f32", "fma.rn.f32"), Contains("add, sub and mul alone"));
  CHECK_THAT(doctored("mul.rn.f32", "div.rn.f32"), Contains("got div.rn.f32"));
  CHECK_THAT(doctored("mul.rn.f32", "sqrt.rn.f32"), Contains("got sqrt.rn.f32"));
  CHECK_THAT(doctored("mul.rn.f32", "rcp.approx.ftz.f32"), Contains("no approximation"));
  CHECK_THAT(doctored("mul.rn.f32", "mul.rn.f64"), Contains("arithmetic on f32"));
  for (const char *type : {"f64", "f16", "f16x2", "bf16", "bf16x2"}) {
    INFO(type);
    CHECK_THAT(doctored("mul.rn.f32", std::string("add.rn.") + type), Contains("arithmetic on f32"));
    CHECK_THAT(doctored("mul.rn.f32", std::string("fma.rn.") + type), Contains("add, sub and mul alone"));
  }
  CHECK_THAT(doctored("mul.rn.f32", "min.NaN.f32"), Contains("no NaN-propagating minimum"));
  CHECK_THAT(doctored("mul.rn.f32", "call.uni"), Contains("no call"));
  CHECK_THAT(checkPtxRounding("// nothing\n.version 7.0\n").error().message,
             Contains("expected instructions, got none"));
}

TEST_CASE("float intrinsics are refused by name", "[ptx]") {
  auto context = makeContext();
  auto module = parseProgram(*context, R"(
func.func @program(%x: memref<64xf32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    %a = memref.load %x[%i] : memref<64xf32>
    %b = arith.negf %a : f32
    %r = arith.maxnumf %a, %b : f32
    memref.store %r, %x[%i] : memref<64xf32>
  }
  return
}
)");
  REQUIRE(module);
  CHECK_THAT(compileToPtx(**module).error().message, Contains("got a call of llvm.maxnum.f32"));
}

TEST_CASE("ptxas assembles the generated PTX", "[ptx]") {
  std::string ptxas = findPtxas();
  if (ptxas.empty()) {
    const char *text =
        "ptx: no ptxas; fetch it with tools/dev/fetch_ptxas.sh <build>/ptxas, or set ACCORD_PTXAS";
    if (!offline())
      FAIL(text);
    std::cout << "skipped: " << text << std::endl;
    return;
  }
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto &[name, l3] : targetPrograms())
    all.emplace_back(name, compile(l3));
  all.emplace_back("stepped", textOf(steppedProduct()));
  unsigned assembled = 0;
  char folder[] = "/tmp/accord-ptx-XXXXXX";
  REQUIRE(mkdtemp(folder));
  for (const auto &[name, text] : all)
    for (const char *chip : {"sm_80", "sm_90"}) {
      std::string path = std::string(folder) + "/" + name;
      std::ofstream(path + ".ptx") << text;
      std::string command = "'" + ptxas + "' -arch=" + chip + " -o " + path + ".cubin " + path + ".ptx 2>&1";
      FILE *pipe = popen(command.c_str(), "r");
      REQUIRE(pipe);
      std::string output;
      for (char buffer[256]; std::fgets(buffer, sizeof buffer, pipe);)
        output += buffer;
      INFO(name << " for " << chip << ": " << output);
      REQUIRE(pclose(pipe) == 0);
      REQUIRE(std::ifstream(path + ".cubin").peek() == 0x7f); // An ELF file.
      std::remove((path + ".ptx").c_str());
      std::remove((path + ".cubin").c_str());
      ++assembled;
    }
  rmdir(folder);
  std::cout << "ptxas: " << assembled << " assemblies" << std::endl;
}
