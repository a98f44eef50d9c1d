// Imported models against a plain f32 forward pass of their dequantized weights (tools/dev/evaluate), which
// was written from the definition of the models and not from the importer: errors of structure show here.
//
// The bound: activations are rounded to 8 bits before each product by quantized weights, keys and values to
// f16. What that moves the logits was measured, in parts of their own root mean square, and is bounded by at
// most twice that (a few times for plain f32, where orders of sums alone differ); what a wrong graph moves
// them is a multiple, which the last test shows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Parser/Parser.h"
#include "test/mlir/Import/model_runner.h"
#include "tools/dev/evaluate/forward.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace accord;
using namespace accord::test;
using namespace mlir;
using Format = model::TensorType;

namespace {

constexpr int64_t length = 24;

struct Case {
  const char *name;
  TinyModelOptions options;
  double bound; ///< root mean square of the difference, over that of the reference's logits
};

std::vector<Case> cases() {
  TinyModelOptions q8, exact, mixed, factors;
  exact.matrices = Format::F32;
  mixed.embd = 256;
  mixed.ff = 512;
  mixed.tied = false;
  mixed.matrices = Format::Q4_K;
  mixed.others = {{"blk.1.ffn_down.weight", Format::Q6_K}, {"output.weight", Format::Q6_K}};
  return {{"llama F32", exact, 1e-3},
          {"llama Q8_0", q8, 0.02},
          {"llama Q4_K, Q6_K, untied", mixed, 0.02},
          {"bitnet TQ2_0", bitnetOptions("bitnet", Format::TQ2_0), 0.02},
          {"bitnet-b1.58 TQ2_0", bitnetOptions("bitnet-b1.58", Format::TQ2_0), 0.02},
          {"bitnet-b1.58 I2_S", bitnetOptions("bitnet-b1.58", Format::I2_S), 0.02}};
}

/// Logits of the model in `path` by the reference.
std::vector<float> referenceOf(const std::string &path, const std::vector<int32_t> &tokens, int threads) {
  auto model = evaluate::ReferenceModel::open(path, {model::I2SLayout::X86});
  INFO((model ? "" : model.error().message));
  REQUIRE(model);
  auto logits = evaluate::forward(*model, {tokens.begin(), tokens.end()}, threads);
  INFO((logits ? "" : logits.error().message));
  REQUIRE(logits);
  return *logits;
}

/// The same of a file in memory.
std::vector<float> reference(const std::string &bytes, const std::vector<int32_t> &tokens) {
  const char *build = std::getenv("ACCORD_BUILD_DIR");
  std::string path = std::string(build ? build : ".") + "/import-reference.gguf";
  std::ofstream(path, std::ios::binary) << bytes;
  std::vector<float> logits = referenceOf(path, tokens, 1);
  std::filesystem::remove(path);
  return logits;
}

/// Root mean square of a − b over that of b.
double distance(const std::vector<float> &a, const std::vector<float> &b) {
  REQUIRE(a.size() == b.size());
  double difference = 0, size = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(double(a[i]) - double(b[i]), 2);
    size += std::pow(double(b[i]), 2);
  }
  return std::sqrt(difference / size);
}

std::vector<float> score(ModuleOp module, const model::GgufFile &file, const std::vector<int32_t> &tokens) {
  ModelRunner runner(module, file);
  std::vector<float> logits = runner.run("score", tokens, 0);
  INFO(runner.said);
  REQUIRE(!logits.empty());
  return logits;
}

} // namespace

TEST_CASE("imported models are close to their float32 forward pass", "[import]") {
  const std::vector<int32_t> tokens = randomTokens(length, 11);
  for (const Case &test : cases()) {
    INFO(test.name);
    Imported model(ModelSpec(test.options), {}, {model::I2SLayout::X86});
    INFO(model.error);
    REQUIRE(model.module);
    double found = distance(score(*model.module, *model.file, tokens), reference(model.bytes, tokens));
    std::printf("%-26s %zu logits, difference %.5f of their root mean square, bound %.5f\n", test.name,
                tokens.size() * tinyVocab, found, test.bound);
    CHECK(found < test.bound);
    CHECK(found > 0);
  }
}

TEST_CASE("scaled and factored rotation is the reference's", "[import]") {
  TinyModelOptions options;
  options.matrices = Format::F32;
  ModelSpec spec(options);
  spec.set("rope.scaling.type", std::string("linear"));
  spec.set("rope.scaling.factor", 4.0f);
  spec.addVector("rope_freqs.weight", {1, 1, 1, 1, 2, 4, 8, 8});
  Imported model(spec);
  REQUIRE(model.module);
  const std::vector<int32_t> tokens = randomTokens(length, 12);
  double found = distance(score(*model.module, *model.file, tokens), reference(model.bytes, tokens));
  std::printf("scaled and factored rotation: difference %.5f\n", found);
  CHECK(found < 1e-3);
}

TEST_CASE("SmolLM2 is close to its float32 forward pass", "[import]") {
  std::string path = developmentModel();
  if (path.empty())
    return;
  auto file = model::GgufFile::open(path);
  REQUIRE(file);
  ImportOptions options;
  options.context = 64;
  auto module = importModel(importContext(), **file, options);
  REQUIRE(module);
  const std::vector<int32_t> tokens = {504, 3575, 282, 4649,
                                       314, 7042, 30}; // The capital of France is Paris.
  std::vector<float> ours = score(**module, **file, tokens), theirs = referenceOf(path, tokens, 2);
  double found = distance(ours, theirs);
  const size_t vocabulary = ours.size() / tokens.size();
  size_t agreeing = 0;
  for (size_t row = 0; row < tokens.size(); ++row) {
    auto best = [&](const std::vector<float> &logits) {
      auto begin = logits.begin() + row * vocabulary;
      return std::max_element(begin, begin + vocabulary) - begin;
    };
    agreeing += best(ours) == best(theirs);
  }
  std::printf(
      "SmolLM2: %zu logits, difference %.5f of their root mean square, the same first token in %zu of %zu\n",
      ours.size(), found, agreeing, tokens.size());
  CHECK(found < 0.08);
  CHECK(agreeing == tokens.size());
}

TEST_CASE("a graph with one wrong operation is not close", "[import]") {
  struct Mutation {
    const char *architecture, *from, *to;
  };
  const Mutation mutations[] = {
      {"llama", "style = adjacent", "style = halves"},
      {"llama", "scale = 2.500000e-01", "scale = 1.250000e-01"},
      {"llama", "theta = 1.000000e+04", "theta = 1.000000e+03"},
      {"llama", "nn.silu_mul", "nn.silu_mul"}, // Nothing wrong.
      {"bitnet", "style = halves", "style = adjacent"},
      {"bitnet", "nn.silu_mul", "nn.relu2_mul"},
      {"bitnet-b1.58", "nn.relu2_mul", "nn.silu_mul"},
  };
  const std::vector<int32_t> tokens = randomTokens(length, 13);
  int caught = 0;
  for (auto [architecture, from, to] : mutations) {
    INFO(architecture << ": " << from << " -> " << to);
    bool changes = std::string(from) != to;
    TinyModelOptions options;
    if (std::string(architecture) != "llama")
      options = bitnetOptions(architecture, Format::TQ2_0);
    Imported model((ModelSpec(options)));
    REQUIRE(model.module);
    std::string text = model.text();
    REQUIRE(countOf(text, from) > 0);
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += std::string(to).size())
      text.replace(at, std::string(from).size(), to);
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &importContext());
    REQUIRE(module);
    double found = distance(score(*module, *model.file, tokens), reference(model.bytes, tokens));
    std::printf("%s: %s -> %s: difference %.5f\n", architecture, from, to, found);
    CHECK((found > 0.02) == changes);
    caught += changes && found > 0.02;
  }
  std::printf("%d wrong graphs caught\n", caught);
  CHECK(caught == 6);
}
