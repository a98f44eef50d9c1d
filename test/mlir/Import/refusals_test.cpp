// Every model that is not imported, and what is said: the key or tensor, expected, got.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/mlir/Import/import_support.h"
#include "test/sim/golden/random.h"
#include <catch2/catch.hpp>
#include <functional>

using namespace accord;
using namespace accord::test;
using Format = model::TensorType;

namespace {

using Text = std::string;
using Change = std::function<void(ModelSpec &)>;

struct Case {
  std::string expected; ///< the whole message, after `tiny.gguf: `
  Change change;
};

Change set(const char *key, ModelSpec::Value value) {
  return [=](ModelSpec &spec) { spec.set(key, value); };
}

Change erase(const std::string &key) {
  return [=](ModelSpec &spec) { spec.erase(key); };
}

void checkAll(const TinyModelOptions &options, const std::vector<Case> &cases) {
  for (auto &[expected, change] : cases) {
    ModelSpec spec(options);
    change(spec);
    Imported model(spec);
    CHECK(model.error == "tiny.gguf: " + expected);
    CHECK(!model.module);
  }
  std::printf("%s: %zu refusals\n", options.architecture.c_str(), cases.size());
}

std::vector<std::string> requiredKeys() {
  return {"block_count", "context_length", "embedding_length", "feed_forward_length", "attention.head_count"};
}

} // namespace

TEST_CASE("keys that are not imported are told", "[import]") {
  std::vector<Case> cases = {
      {"key 'general.architecture': expected one of llama, bitnet, bitnet-b1.58, bitnet-25, got 'qwen2'",
       [](ModelSpec &spec) { spec.keys["general.architecture"] = Text("qwen2"); }},
      {"key 'general.architecture': expected a string, got none",
       [](ModelSpec &spec) { spec.keys.erase("general.architecture"); }},
      {"key 'split.count': expected a whole model, got one of several parts",
       [](ModelSpec &spec) { spec.keys["split.count"] = uint32_t(2); }},
      {"key 'llama.attention.layer_norm_rms_epsilon': expected a number, got none",
       erase("attention.layer_norm_rms_epsilon")},
      {"key 'llama.attention.layer_norm_rms_epsilon': expected an f32 number of at least 0, got -1",
       set("attention.layer_norm_rms_epsilon", -1.0f)},
      {"key 'llama.attention.layer_norm_rms_epsilon': expected a finite number, got inf",
       set("attention.layer_norm_rms_epsilon", std::numeric_limits<float>::infinity())},
      {"key 'llama.block_count': expected a number from 1 to 2147483647, got 0",
       set("block_count", uint32_t(0))},
      {"key 'llama.block_count': expected layers with tensors, of which the file has 20, got 2147483647",
       set("block_count", uint32_t(2147483647))},
      {"key 'llama.embedding_length': expected a number from 1 to 2147483647, got 4294967295",
       set("embedding_length", uint32_t(-1))},
      {"key 'llama.context_length': expected a number from 1 to 2147483647, got 0",
       set("context_length", uint32_t(0))},
      {"key 'llama.block_count': expected a non-negative integer, got string",
       set("block_count", Text("two"))},
      {"key 'llama.attention.head_count_kv': expected one number, or the same for every layer, got [2, 4] of "
       "2 i32",
       set("attention.head_count_kv", std::vector<int32_t>{2, 4})},
      {"key 'llama.attention.head_count': expected one number, or the same for every layer, got [] of 0 i32",
       set("attention.head_count", std::vector<int32_t>{})},
      {"key 'llama.attention.head_count_kv': expected a divisor of the 4 heads, got 3",
       set("attention.head_count_kv", uint32_t(3))},
      {"key 'llama.attention.head_count': expected a divisor of the embedding's 64, got 5",
       [](ModelSpec &spec) {
         spec.set("attention.head_count", uint32_t(5));
         spec.set("attention.head_count_kv", uint32_t(5));
       }},
      {"key 'llama.attention.key_length': expected heads of an even number of values, got 15",
       set("attention.key_length", uint32_t(15))},
      {"key 'llama.attention.value_length': expected the 16 values of a head, got 32",
       set("attention.value_length", uint32_t(32))},
      {"key 'llama.rope.dimension_count': expected the 16 values of a head, got 8",
       set("rope.dimension_count", uint32_t(8))},
      {"key 'llama.rope.freq_base': expected a number of at least 1, got 0.5", set("rope.freq_base", 0.5f)},
      // Heads of twice the values: queries are wider than the embedding.
      {"tensor 'blk.0.attn_q.weight': expected shape [128, 64], got [64, 64]",
       [](ModelSpec &spec) {
         spec.set("attention.key_length", uint32_t(32));
         spec.set("attention.value_length", uint32_t(32));
         spec.set("rope.dimension_count", uint32_t(32));
       }},
      {"key 'llama.rope.scaling.type': expected 'none' or 'linear', got 'yarn'",
       set("rope.scaling.type", Text("yarn"))},
      {"key 'llama.rope.scaling.type': expected 'none' or 'linear', got 'longrope'",
       set("rope.scaling.type", Text("longrope"))},
      {"key 'llama.rope.scaling.factor': expected a number of at least 0, got -2",
       set("rope.scaling.factor", -2.0f)},
      {"key 'llama.rope.scaling.attn_factor': expected 1 or no such key, got 2",
       set("rope.scaling.attn_factor", 2.0f)},
      {"key 'llama.expert_count': expected 0 or no such key, got 8", set("expert_count", uint32_t(8))},
      {"key 'llama.attention.causal': expected true or no such key, got false",
       set("attention.causal", false)},
      {"key 'llama.attention.sliding_window': expected 0 or no such key, got 4096",
       set("attention.sliding_window", uint32_t(4096))},
  };
  for (const std::string &key : requiredKeys())
    cases.push_back({"key 'llama." + key + "': expected a non-negative integer, got none", erase(key)});
  checkAll({}, cases);
}

TEST_CASE("keys that say nothing new are taken", "[import]") {
  ModelSpec spec;
  spec.set("expert_count", uint32_t(0));
  spec.set("attention.causal", true);
  spec.set("rope.scaling.attn_factor", 1.0f);
  spec.set("rope.scaling.factor", 0.0f);
  spec.keys["split.count"] = uint32_t(1);
  Imported model(spec);
  CHECK(model.error.empty());
}

TEST_CASE("tensors that are not imported are told", "[import]") {
  auto shape = [](const char *name, std::vector<int64_t> shape) {
    return [=](ModelSpec &spec) {
      GgufWriter::Tensor &tensor = spec.tensor(name);
      tensor.type = 0;
      tensor.shape = shape;
      int64_t size = 4;
      for (int64_t extent : shape)
        size *= extent;
      tensor.bytes.assign(size, 0);
    };
  };
  checkAll(
      {},
      {
          {"tensor 'token_embd.weight': expected a tensor of this name, got none",
           [](ModelSpec &spec) { spec.eraseTensor("token_embd.weight"); }},
          {"tensor 'output_norm.weight': expected a tensor of this name, got none",
           [](ModelSpec &spec) { spec.eraseTensor("output_norm.weight"); }},
          {"tensor 'blk.1.ffn_up.weight': expected a tensor of this name, got none",
           [](ModelSpec &spec) { spec.eraseTensor("blk.1.ffn_up.weight"); }},
          {"tensor 'blk.0.attn_k.weight': expected shape [32, 64], got [64, 64]",
           shape("blk.0.attn_k.weight", {64, 64})},
          {"tensor 'blk.0.ffn_norm.weight': expected shape [64], got [63]",
           shape("blk.0.ffn_norm.weight", {63})},
          {"tensor 'token_embd.weight': expected a matrix, got shape [64]", shape("token_embd.weight", {64})},
          {"tensor 'token_embd.weight': expected shape [320, 64], got [320, 32]",
           shape("token_embd.weight", {320, 32})},
          {"tensor 'blk.1.attn_norm.weight': expected type F32, got F16 (1)",
           [](ModelSpec &spec) {
             spec.tensor("blk.1.attn_norm.weight").type = 1;
             spec.tensor("blk.1.attn_norm.weight").bytes.resize(128);
           }},
          {"tensor 'blk.0.attn_q.bias': expected a product without a bias, got one of shape [64]",
           [](ModelSpec &spec) { spec.addVector("blk.0.attn_q.bias", std::vector<float>(64)); }},
          {"tensor 'blk.2.attn_norm.weight': expected only tensors that the graph of 'llama' uses, got one "
           "of shape [64]",
           [](ModelSpec &spec) { spec.addVector("blk.2.attn_norm.weight", std::vector<float>(64)); }},
          {"tensor 'rope_freqs.weight': expected shape [8], got [16]",
           [](ModelSpec &spec) { spec.addVector("rope_freqs.weight", std::vector<float>(16, 1)); }},
          {"tensor 'rope_freqs.weight': expected finite factors above 0, got 0",
           [](ModelSpec &spec) { spec.addVector("rope_freqs.weight", std::vector<float>(8)); }},
      });
}

TEST_CASE("a vocabulary that is not the tokenizer's is told", "[import]") {
  GgufWriter writer = tinyModel();
  writer.tensors[0].shape = {319, 64};
  writer.tensors[0].bytes.resize(319 * 64 / 32 * 34);
  std::string bytes = writer.bytes();
  auto file = model::GgufFile::parse(bytes, "tiny.gguf");
  REQUIRE(file);
  auto module = importModel(importContext(), **file);
  REQUIRE(!module);
  CHECK(module.error().message ==
        "tiny.gguf: tensor 'token_embd.weight': expected a row for each of the 320 tokens, got 319 rows");
}

TEST_CASE("bitnet: what is not imported is told", "[import]") {
  checkAll(bitnetOptions("bitnet-b1.58", Format::TQ2_0),
           {
               {"key 'bitnet-b1.58.hidden_activation': expected 'silu' or 'relu2', got 'gelu'",
                set("hidden_activation", Text("gelu"))},
               {"key 'bitnet-b1.58.attention.key_length': expected heads that make up the embedding's 256, "
                "got 4 of 32",
                [](ModelSpec &spec) {
                  spec.set("attention.key_length", uint32_t(32));
                  spec.set("attention.value_length", uint32_t(32));
                  spec.set("rope.dimension_count", uint32_t(32));
                }},
               {"key 'bitnet-b1.58.block_count': expected layers with tensors, of which the file has 24, got "
                "2000000000",
                set("block_count", uint32_t(2000000000))},
               {"tensor 'blk.0.attn_q.scale': expected the factor 1, got 0.5",
                [](ModelSpec &spec) { spec.addVector("blk.0.attn_q.scale", {0.5}); }},
               {"tensor 'blk.1.ffn_down.scale': expected shape [1], got [2]",
                [](ModelSpec &spec) { spec.addVector("blk.1.ffn_down.scale", {1, 1}); }},
               {"tensor 'blk.0.attn_q.weight_scale': expected only tensors that the graph of 'bitnet-b1.58' "
                "uses, got one of "
                "shape [1]",
                [](ModelSpec &spec) { spec.addVector("blk.0.attn_q.weight_scale", {1}); }},
               {"tensor 'rope_freqs.weight': expected only tensors that the graph of 'bitnet-b1.58' uses, "
                "got one of shape [32]",
                [](ModelSpec &spec) { spec.addVector("rope_freqs.weight", std::vector<float>(32, 1)); }},
               {"tensor 'blk.0.ffn_sub_norm.weight': expected a tensor of this name, got none",
                [](ModelSpec &spec) { spec.eraseTensor("blk.0.ffn_sub_norm.weight"); }},
           });
}

TEST_CASE("options that the model cannot have are told", "[import]") {
  auto error = [](int64_t context, int64_t prompt) {
    ImportOptions options;
    options.context = context;
    options.promptTokens = prompt;
    return Imported(ModelSpec(), options).error;
  };
  const std::string key = "tiny.gguf: key 'llama.context_length': expected a ";
  CHECK(error(257, 0) == key + "context of 1 to 256 positions, got 257");
  CHECK(error(-1, 0) == key + "context of 1 to 256 positions, got -1");
  CHECK(error(0, -1) == key + "prompt of at most 256 tokens, got -1");
  CHECK(error(16, 17) == key + "prompt of at most 16 tokens, got 17");
  CHECK(error(16, 16).empty());
  ModelSpec far;
  far.set("context_length", uint32_t(2097153));
  far.set("rope.scaling.factor", 2.0f);
  CHECK(Imported(far).error == "tiny.gguf: key 'llama.context_length': expected positions that rotation "
                               "scales to below 1048576, got 1.04858e+06");
  // More than any cache could hold.
  ModelSpec vast;
  vast.set("context_length", uint32_t(1048576));
  vast.set("attention.head_count", uint32_t(2147483647));
  vast.set("attention.head_count_kv", uint32_t(2147483647));
  vast.set("attention.key_length", uint32_t(1048576));
  vast.set("attention.value_length", uint32_t(1048576));
  vast.set("rope.dimension_count", uint32_t(1048576));
  CHECK(Imported(vast).error ==
        "tiny.gguf: key 'llama.context_length': expected caches of at most 2^42 values, got more");
}

// The file's reader says these; what matters here is that nothing of them reaches a graph.
TEST_CASE("types and blocks that no tensor can have are told when the file is opened", "[import]") {
  ModelSpec type;
  type.tensor("blk.0.ffn_up.weight").type = 17;
  CHECK(Imported(type).error.find("tensor 'blk.0.ffn_up.weight': expected") != std::string::npos);
  CHECK(Imported(type).error.find("IQ2_XS (17)") != std::string::npos);
  CHECK(Imported(type).error.find("Q4_K") != std::string::npos);
  ModelSpec block;
  block.tensor("blk.0.ffn_up.weight").type = static_cast<uint32_t>(Format::Q4_K);
  CHECK(Imported(block).error.find("tensor 'blk.0.ffn_up.weight': expected") != std::string::npos);
  CHECK(Imported(block).error.find("256") != std::string::npos);
  Imported i2s(ModelSpec(bitnetOptions("bitnet-b1.58", Format::I2_S)));
  CHECK(i2s.error.find("I2_S") != std::string::npos);
  CHECK(i2s.error.find("layout") != std::string::npos);
}

// Every bit of the header may be wrong; whatever the reader lets through must be imported or refused.
TEST_CASE("models with flipped bits are imported or refused", "[import]") {
  golden::test::Random random("flipped bits");
  int imported = 0, unopened = 0, refused = 0;
  for (TinyModelOptions options : {TinyModelOptions(), bitnetOptions("bitnet-b1.58", Format::TQ2_0)}) {
    options.layers = 1;
    ModelSpec spec(options);
    spec.addVector("rope_freqs.weight", std::vector<float>(options.embd / options.heads / 2, 1));
    if (options.subNorms)
      spec.eraseTensor("rope_freqs.weight");
    const std::string whole = spec.bytes();
    // Up to the name of the last tensor: metadata and tensor records.
    const size_t header = whole.find(spec.tensors.back().name) + 80;
    REQUIRE(header < whole.size());
    for (int i = 0; i < 1000; ++i) {
      std::string bytes = whole;
      for (int64_t flips = random.integer(1, 2); flips > 0; --flips)
        bytes[random.integer(0, header - 1)] ^= static_cast<char>(1 << random.integer(0, 7));
      auto file = model::GgufFile::parse(bytes, "flipped.gguf");
      if (!file) {
        ++unopened;
        continue;
      }
      auto module = importModel(importContext(), **file);
      CHECK((module || module.error().message.rfind("flipped.gguf: ", 0) == 0));
      ++(module ? imported : refused);
    }
  }
  std::printf("flipped bits: %d files not opened, %d refused, %d imported\n", unopened, refused, imported);
  CHECK(unopened > 0);
  CHECK(refused > 0);
  CHECK(imported > 0);
}
