// Imported models in the interpreter: however tokens are cut into calls, the bits are the same.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/mlir/Import/model_runner.h"
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

using namespace accord;
using namespace accord::test;
using Format = model::TensorType;

namespace {

/// Positions, more than the 16 lanes of a sum.
constexpr int64_t length = 19;

struct Case {
  const char *name;
  TinyModelOptions options;
  bool f32Cache = false;
};

std::vector<Case> cases() {
  TinyModelOptions small;
  TinyModelOptions untied = small;
  untied.tied = false;
  untied.others = {{"output.weight", Format::Q4_1},
                   {"blk.0.attn_v.weight", Format::F16},
                   {"blk.1.attn_k.weight", Format::BF16}};
  TinyModelOptions mixed; // As Q4_K_M: some matrices of some layers in Q6_K.
  mixed.embd = 256;
  mixed.ff = 512;
  mixed.layers = 3;
  mixed.matrices = Format::Q4_K;
  mixed.others = {{"token_embd.weight", Format::Q6_K},
                  {"blk.0.attn_v.weight", Format::Q6_K},
                  {"blk.0.ffn_down.weight", Format::Q6_K},
                  {"blk.2.ffn_down.weight", Format::Q6_K}};
  TinyModelOptions floats = small;
  floats.matrices = Format::F32;
  auto tq1 = bitnetOptions("bitnet", Format::TQ1_0), tq2 = bitnetOptions("bitnet-b1.58", Format::TQ2_0);
  auto i2s = bitnetOptions("bitnet-b1.58", Format::I2_S);
  tq1.others["token_embd.weight"] = Format::Q6_K;
  return {{"llama Q8_0, tied", small},
          {"llama Q8_0, caches of f32", small, true},
          {"llama Q8_0, Q4_1, F16, BF16, untied", untied},
          {"llama Q4_K, Q6_K", mixed},
          {"llama F32", floats},
          {"bitnet TQ1_0", tq1},
          {"bitnet-b1.58 TQ2_0", tq2},
          {"bitnet-b1.58 I2_S", i2s}};
}

size_t unequal(const float *a, const float *b, size_t count) {
  size_t bad = 0;
  for (size_t i = 0; i < count; ++i)
    bad += std::memcmp(a + i, b + i, 4) != 0;
  return bad;
}

} // namespace

TEST_CASE("a prompt at once, in parts, and token by token give the same bits", "[import]") {
  size_t compared = 0, cacheBytes = 0;
  for (const Case &test : cases()) {
    INFO(test.name);
    ImportOptions options;
    options.context = 32;
    options.f32Cache = test.f32Cache;
    Imported model(ModelSpec(test.options), options, {model::I2SLayout::X86});
    INFO(model.error);
    REQUIRE(model.module);
    const std::vector<int32_t> tokens = randomTokens(length, 7);
    const std::vector<int32_t> head(tokens.begin(), tokens.begin() + 6),
        tail(tokens.begin() + 6, tokens.end());

    ModelRunner all(*model.module, *model.file), once(*model.module, *model.file),
        parts(*model.module, *model.file), steps(*model.module, *model.file);
    std::vector<float> score = all.run("score", tokens, 0);
    INFO(all.said);
    REQUIRE(score.size() == length * tinyVocab);
    std::vector<float> prefill = once.run("prefill", tokens, 0);
    REQUIRE(prefill.size() == tinyVocab);
    REQUIRE(parts.run("prefill", head, 0).size() == tinyVocab);
    std::vector<float> second = parts.run("prefill", tail, 6);
    REQUIRE(second.size() == tinyVocab);
    const float *last = score.data() + (length - 1) * tinyVocab;
    CHECK(unequal(prefill.data(), last, tinyVocab) == 0);
    CHECK(unequal(second.data(), last, tinyVocab) == 0);
    for (int64_t i = 0; i < length; ++i) {
      std::vector<float> step = steps.run("decode", {tokens[i]}, i);
      REQUIRE(step.size() == tinyVocab);
      CHECK(unequal(step.data(), score.data() + i * tinyVocab, tinyVocab) == 0);
    }
    compared += (length + 2) * tinyVocab;
    for (ModelRunner *other : {&once, &parts, &steps}) {
      CHECK(other->kCache.bytes == all.kCache.bytes);
      CHECK(other->vCache.bytes == all.vCache.bytes);
      cacheBytes += all.kCache.bytes.size() + all.vCache.bytes.size();
    }
    // The comparison means something: numbers that differ from row to row.
    size_t finite = 0;
    for (float value : score)
      finite += std::isfinite(value);
    CHECK(finite == score.size());
    CHECK(unequal(score.data(), last, tinyVocab) > tinyVocab / 2);
  }
  std::printf("%zu models: %zu logits and %zu bytes of caches compared\n", cases().size(), compared,
              cacheBytes);
  CHECK(compared > 0);
}

TEST_CASE("positions and tokens that no cache or table has are refused", "[import]") {
  ImportOptions options;
  options.context = 4;
  Imported model(ModelSpec(), options);
  REQUIRE(model.module);
  auto said = [&](const std::vector<int32_t> &tokens, int64_t position) {
    ModelRunner runner(*model.module, *model.file);
    CHECK(runner.run("score", tokens, position).empty());
    return runner.said;
  };
  CHECK(said({1, 2, 3}, 2) != "");
  CHECK(said({1, 2}, -1) != "");
  CHECK(said({1, int32_t(tinyVocab)}, 0) != "");
  ModelRunner fits(*model.module, *model.file);
  CHECK(fits.run("score", {1, 2}, 2).size() == 2 * tinyVocab);
}
