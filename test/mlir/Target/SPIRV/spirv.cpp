// Is the SPIR-V we generate valid, is every f32 operation decorated, do barriers order storage buffers, and
// are inexact operations refused by name?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/SPIRV/SpirvTarget.h"
#include "test/mlir/Target/programs.h"
#include "test/runtime/devices.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>
#include <unistd.h>

using namespace accord;
using namespace accord::test;
using Catch::Matchers::Contains;

namespace {

Expected<rt::Image> compile(const std::string &l3) {
  auto context = makeContext();
  auto module = parseProgram(*context, l3);
  if (!module)
    return module.error();
  return compileToSpirv(**module);
}

std::vector<uint32_t> wordsOf(const rt::Image &image) { return valuesOf<uint32_t>(image.bytes); }

/// Calls `visit(opcode, operands, count)` for each instruction.
template <typename F> void forEachInstruction(const std::vector<uint32_t> &words, F visit) {
  for (size_t at = 5; at < words.size(); at += words[at] >> 16)
    visit(words[at] & 0xffff, &words[at + 1], (words[at] >> 16) - 1);
}

std::string loopWith(const std::string &body) {
  return "func.func @program(%x: memref<64xf32> {accel.role = \"inout\"}) attributes {accel.program} {\n"
         "  %c0 = arith.constant 0 : index\n  %c1 = arith.constant 1 : index\n  %c64 = arith.constant 64 : "
         "index\n"
         "  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {\n"
         "    %a = memref.load %x[%i] : memref<64xf32>\n" +
         body + "    memref.store %r, %x[%i] : memref<64xf32>\n  }\n  return\n}\n";
}

} // namespace

TEST_CASE("spirv-val accepts every program", "[spirv]") {
  if (std::system("spirv-val --version > /dev/null 2>&1") != 0) {
    const char *text = "spirv: no spirv-val (Debian: spirv-tools)";
    if (!offline())
      FAIL(text);
    std::cout << "skipped: " << text << std::endl;
    return;
  }
  unsigned validated = 0;
  for (const auto &[name, l3] : targetPrograms()) {
    auto image = compile(l3);
    if (!image)
      FAIL(image.error().message);
    FILE *pipe = popen("spirv-val --target-env vulkan1.3 -", "w");
    REQUIRE(pipe);
    std::fwrite(image->bytes.data(), 1, image->bytes.size(), pipe);
    INFO(name);
    REQUIRE(pclose(pipe) == 0);
    ++validated;
  }
  std::cout << "spirv-val: " << validated << " programs" << std::endl;
}

TEST_CASE("every f32 operation carries NoContraction and buffers are coherent", "[spirv]") {
  constexpr uint32_t fNegate = 127, fAdd = 129, fSub = 131, fMul = 133, decorate = 71, noContraction = 42,
                     descriptorSet = 34, coherent = 23, controlBarrier = 224, constant = 43;
  uint64_t operations = 0, barriers = 0;
  for (const auto &[name, l3] : targetPrograms()) {
    INFO(name);
    auto image = compile(l3);
    REQUIRE(image);
    std::set<uint32_t> decorated, arithmetic, buffers, coherentBuffers, semantics;
    std::vector<std::pair<uint32_t, uint32_t>> constants;
    forEachInstruction(wordsOf(*image), [&](uint32_t op, const uint32_t *operand, uint32_t count) {
      if (op == decorate && operand[1] == noContraction)
        decorated.insert(operand[0]);
      if (op == decorate && operand[1] == descriptorSet)
        buffers.insert(operand[0]);
      if (op == decorate && operand[1] == coherent)
        coherentBuffers.insert(operand[0]);
      if (op == fNegate || op == fAdd || op == fSub || op == fMul)
        arithmetic.insert(operand[1]);
      if (op == constant && count == 3)
        constants.emplace_back(operand[1], operand[2]);
      if (op == controlBarrier) {
        semantics.insert(operand[2]);
        ++barriers;
      }
    });
    CHECK(arithmetic == decorated);
    CHECK(buffers == coherentBuffers);
    CHECK(buffers.size() == image->buffers.size() + (image->scalars ? 1 : 0) + image->scratch.size());
    REQUIRE(semantics.size() == 1);
    for (auto [id, value] : constants)
      if (semantics.count(id))
        CHECK(value == (0x8 | 0x40 | 0x100)); // AcquireRelease, UniformMemory, WorkgroupMemory
    operations += arithmetic.size();
  }
  REQUIRE(operations > 0);
  REQUIRE(barriers > 0);
  std::cout << "spirv: " << operations << " f32 operations decorated, " << barriers << " barriers"
            << std::endl;
}

TEST_CASE("operations that devices round differently are refused by name", "[spirv]") {
  auto refused = [&](const std::string &body) {
    auto image = compile(loopWith(body));
    return image ? std::string("accepted") : image.error().message;
  };
  CHECK(refused("    %r = arith.addf %a, %a : f32\n") == "accepted");
  CHECK(refused("    %r = arith.negf %a : f32\n") == "accepted");
  CHECK_THAT(refused("    %r = arith.divf %a, %a : f32\n"),
             Contains("'spirv.FDiv' op expected an operation that every device rounds alike"));
  CHECK_THAT(refused("    %r = arith.remf %a, %a : f32\n"), Contains("'spirv.FRem' op"));
  CHECK_THAT(refused("    %b = arith.negf %a : f32\n    %r = arith.maximumf %a, %b : f32\n"),
             Contains("'spirv.GL.FMax' op"));
  CHECK_THAT(refused("    %h = arith.truncf %a : f32 to f16\n    %r = arith.extf %h : f16 to f32\n"),
             Contains("'spirv.FConvert' op"));
}

TEST_CASE("what does not fit a device is refused by name", "[spirv]") {
  auto error = [](const std::string &text, unsigned workgroupSize = 64) {
    auto context = makeContext();
    auto module = parseProgram(*context, text);
    REQUIRE(module);
    SpirvOptions options;
    options.workgroupSize = workgroupSize;
    auto image = compileToSpirv(**module, {}, options);
    return image ? std::string("accepted") : image.error().message;
  };
  const std::string tail = " attributes {accel.program} {\n  return\n}\n";
  CHECK(error("func.func @f(%x: memref<33554432xf32>)" + tail) == "accepted"); // Exactly 128 MiB.
  CHECK_THAT(error("func.func @f(%x: memref<33554433xf32>)" + tail),
             Contains("argument 0: expected at most 134217728 bytes in one binding, got 134217732"));
  CHECK_THAT(error("func.func @f() attributes {accel.program} {\n  %a = memref.alloc() : "
                   "memref<134217729xi8>\n  return\n}\n"),
             Contains("of on-chip buffers of 'i8', got 134217792"));
  CHECK_THAT(error("func.func @f(%x: memref<?xf32>)" + tail),
             Contains("argument 0: expected an index or a static"));
  CHECK_THAT(error("func.func @f(%s: index, %x: memref<4xf32>)" + tail),
             Contains("argument 1: expected buffers before scalars"));
  CHECK_THAT(error("func.func @f(%x: memref<4xf32>)" + tail, 16),
             Contains("expected workgroup-size in 32..1024, got 16"));
  CHECK_THAT(error("func.func @f() {\n  return\n}\n"),
             Contains("module: expected an accel.program, got none"));
}
