// SPIR-V word by word, without a device: what is refused, and what is declared of f32.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/vulkan/spirv_words.h"
#include <catch2/catch.hpp>
#include <cstring>

using namespace accord;
using Catch::Matchers::Contains;

namespace {

/// Capability Shader, the entry point @go (id 4) of a compute shader, its workgroup of one.
std::vector<uint32_t> module() {
  uint32_t go;
  std::memcpy(&go, "go\0", 4);
  return {0x07230203,   0x00010500, 0,  9,  0,     // header
          2 << 16 | 17, 1,                         // OpCapability Shader
          4 << 16 | 15, 5,          4,  go,        // OpEntryPoint GLCompute %4 "go"
          6 << 16 | 16, 4,          17, 1,  1, 1}; // OpExecutionMode %4 LocalSize 1 1 1
}

std::vector<uint8_t> bytesOf(const std::vector<uint32_t> &words) {
  std::vector<uint8_t> bytes(words.size() * 4);
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

} // namespace

TEST_CASE("a module of whole instructions with its entry point is read") {
  CHECK(*rt::readSpirv(bytesOf(module()), "go") == module());
  CHECK(rt::capabilitiesOf(module()) == std::vector<uint32_t>{1});
  CHECK_THAT(rt::readSpirv(bytesOf(module()), "gone").error().message,
             Contains("expected an entry point 'gone', got none"));
  // An instruction that ends behind the module, by one word and by many, and one of no words.
  for (uint32_t length : {0u, 7u, 0xffffu}) {
    std::vector<uint32_t> words = module();
    words[11] = length << 16 | 16;
    CHECK_THAT(rt::readSpirv(bytesOf(words), "go").error().message,
               Contains("word 11: expected an instruction inside the module, got " + std::to_string(length)));
  }
  std::vector<uint8_t> cut = bytesOf(module());
  cut.pop_back();
  CHECK_FALSE(rt::readSpirv(cut, "go"));
}

TEST_CASE("modes of f32 are declared by the numbers of SPIR-V 1.4") {
  // Execution mode and capability: SPV_KHR_float_controls, "New tokens".
  struct {
    rt::FloatModes modes;
    uint32_t mode, capability;
  } const known[] = {{{true, false, false}, 4459, 4464},  // DenormPreserve
                     {{false, true, false}, 4461, 4466},  // SignedZeroInfNanPreserve
                     {{false, false, true}, 4462, 4467}}; // RoundingModeRTE
  for (const auto &each : known) {
    std::vector<uint32_t> words = module();
    rt::declareFloatModes(words, each.modes);
    std::vector<uint32_t> wanted = module();
    wanted.insert(wanted.begin() + 11, {4 << 16 | 16, 4, each.mode, 32});
    wanted.insert(wanted.begin() + 5, {2 << 16 | 17, each.capability});
    CHECK(words == wanted);
    CHECK(rt::readSpirv(bytesOf(words), "go"));
  }
  std::vector<uint32_t> words = module();
  rt::declareFloatModes(words, {});
  CHECK(words == module());
  rt::declareFloatModes(words, {true, true, true});
  CHECK(words.size() == module().size() + 3 * (2 + 4));
}
