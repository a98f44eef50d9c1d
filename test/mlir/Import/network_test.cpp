// Networks of sizes alone: the graph of a network is the graph of the GGUF file with its sizes, to the
// letter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/mlir/Import/import_support.h"
#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>

using namespace accord;
using namespace accord::test;
using Format = model::TensorType;

namespace {

std::string spelled(Format format) { return std::string(model::toString(format)); }

/// The network of what tinyModel makes of the same options.
std::string networkOf(const TinyModelOptions &o) {
  auto formatOf = [&](const std::string &tensor) {
    auto other = o.others.find(tensor);
    return other == o.others.end() ? o.matrices : other->second;
  };
  std::ostringstream text;
  text << "name: a.tiny-model\narchitecture: " << o.architecture << "\nlayers: " << o.layers
       << "\nembedding: " << o.embd << "\nheads: " << o.heads << "\nkv_heads: " << o.kvHeads
       << "\nfeed_forward: " << o.ff << "\nvocabulary: " << o.vocab << "\ncontext: " << o.context
       << "\nactivation: " << (o.architecture.find("bitnet-") == 0 ? "relu2" : "silu")
       << "\nnorm: rms\nnorm_epsilon: 0.00001\npositions: rope\nrope_theta: " << int64_t(o.ropeBase)
       << "\nformats:\n  weights: " << spelled(o.matrices)
       << "\n  embedding: " << spelled(formatOf("token_embd.weight"))
       << "\n  head: " << (o.tied ? "tied" : spelled(formatOf("output.weight")))
       << "\n  activations: int8\n  cache: f16\n";
  std::string tensors;
  bool usesI2S = o.matrices == Format::I2_S;
  for (const auto &[name, format] : o.others) {
    usesI2S |= format == Format::I2_S;
    if (name.rfind("blk.", 0) == 0)
      tensors += "  " + name.substr(0, name.rfind(".weight")) + ": " + spelled(format) + "\n";
  }
  if (usesI2S)
    text << "  i2s_layout: " << (o.i2s == model::I2SLayout::ARM ? "arm" : "x86") << "\n";
  return text.str() + (tensors.empty() ? "" : "tensors:\n" + tensors);
}

/// The module's text, or the error. The path is that of ModelSpec's file.
std::string textOf(const std::string &network, const ImportOptions &options = {},
                   const model::NetworkChanges &changes = {}) {
  Expected<model::Network> parsed = model::Network::parse(network, "tiny.gguf", changes);
  if (!parsed)
    return parsed.error().message;
  auto module = importModel(importContext(), *parsed, options);
  if (!module)
    return module.error().message;
  std::string text;
  llvm::raw_string_ostream os(text);
  (*module)->print(os);
  return text;
}

/// Holds the network against the GGUF file; how many bytes of text were compared.
size_t checkSame(const TinyModelOptions &options) {
  ModelSpec spec(options);
  spec.keys["general.name"] = std::string("a.tiny-model");
  ImportOptions fixed;
  fixed.context = 64;
  fixed.promptTokens = 8;
  fixed.f32Cache = true;
  size_t compared = 0;
  for (const ImportOptions &import : {ImportOptions(), fixed}) {
    Imported gguf(spec, import, {options.i2s});
    INFO(gguf.error << networkOf(options));
    REQUIRE(gguf.module);
    const std::string expected = gguf.text();
    CHECK(textOf(networkOf(options), import) == expected);
    compared += expected.size();
  }
  return compared;
}

} // namespace

TEST_CASE("a network gives the graph of a GGUF file of its sizes, in every format", "[import]") {
  size_t models = 0, compared = 0;
  for (const char *architecture : {"llama", "bitnet", "bitnet-b1.58", "bitnet-25"})
    for (Format format : model::allTensorTypes())
      for (bool tied : {true, false}) {
        TinyModelOptions options = bitnetOptions(architecture, format);
        options.subNorms = options.architecture != "llama";
        if (!tied && options.subNorms)
          continue; // bitnet's head is tied
        options.tied = tied;
        if (format != Format::I2_S)
          options.others.clear();
        options.others["output.weight"] = tied ? options.matrices : Format::Q6_K;
        if (tied)
          options.others.erase("output.weight");
        INFO(architecture << " " << spelled(format));
        compared += checkSame(options);
        ++models;
      }
  REQUIRE(models == 5 * model::allTensorTypes().size());
  std::printf("networks: %zu models, %zu bytes of L0 compared with GGUF files\n", models, compared);
}

TEST_CASE("a network gives the graph of a GGUF file where matrices differ", "[import]") {
  TinyModelOptions options = bitnetOptions("llama", Format::Q4_K);
  options.subNorms = false;
  options.layers = 4;
  options.heads = 8;
  options.kvHeads = 1;
  options.ropeBase = 500000;
  options.others = {{"token_embd.weight", Format::Q4_K},
                    {"blk.0.attn_v.weight", Format::Q6_K},
                    {"blk.3.ffn_down.weight", Format::I2_S}};
  CHECK(checkSame(options) > 1000);
  options.i2s = model::I2SLayout::ARM;
  CHECK(checkSame(options) > 1000);
  // For all layers, by a name without a number.
  const std::string all = networkOf(options);
  model::NetworkChanges each, one = {"tensors.ffn_up=Q8_0"};
  for (int layer = 0; layer < 4; ++layer)
    each.push_back("tensors.blk." + std::to_string(layer) + ".ffn_up=Q8_0");
  CHECK(textOf(all, {}, each) == textOf(all, {}, one));
  CHECK(textOf(all, {}, one) != textOf(all));
}

TEST_CASE("what a network leaves to the architecture may be said", "[import]") {
  const TinyModelOptions options = bitnetOptions("llama", Format::Q8_0);
  const std::string network = networkOf(options);
  CHECK(textOf(network, {}, {"head_dim=64"}) == textOf(network));
  // Heads that do not make up the embedding, and linear scaling: as the keys of a GGUF file.
  ModelSpec spec(options);
  spec.keys["general.name"] = std::string("a.tiny-model");
  spec.set("rope.scaling.factor", 4.0f);
  for (const char *tensor : {"attn_sub_norm", "ffn_sub_norm"})
    for (int layer = 0; layer < 2; ++layer)
      spec.eraseTensor("blk." + std::to_string(layer) + "." + tensor + ".weight");
  Imported scaled(spec);
  INFO(scaled.error);
  REQUIRE(scaled.module);
  CHECK(textOf(network, {}, {"rope_factor=4"}) == scaled.text());
  CHECK(countOf(textOf(network, {}, {"head_dim=128"}), "tensor<512x256x!lut.weight") > 0);
  // The network's own caches, where the user says nothing.
  ImportOptions f32, f16;
  f32.f32Cache = true;
  f16.f32Cache = false;
  CHECK(textOf(network, {}, {"formats.cache=f32"}) == textOf(network, f32));
  CHECK(textOf(network, f16, {"formats.cache=f32"}) == textOf(network));
}

TEST_CASE("sizes that make no model are refused at their place", "[import]") {
  const std::string llama = networkOf(bitnetOptions("llama", Format::Q8_0)),
                    bitnet = networkOf(bitnetOptions("bitnet", Format::Q8_0));
  struct Case {
    std::string network, expected;
    model::NetworkChanges changes;
  };
  const std::vector<Case> cases = {
      {llama,
       "--network: 'architecture' must be one of llama, bitnet, bitnet-b1.58, bitnet-25, got 'qwen2'",
       {"architecture=qwen2"}},
      {llama,
       "--network: 'heads' must be a divisor of the embedding's 256, got 5",
       {"heads=5", "kv_heads=5"}},
      {llama, "--network: 'kv_heads' must be a divisor of the 4 heads, got 3", {"kv_heads=3"}},
      {llama, "tiny.gguf:6:11: 'kv_heads' must be a divisor of the 1 heads, got 2", {"heads=1"}},
      {llama, "--network: 'head_dim' must be heads of an even number of values, got 63", {"head_dim=63"}},
      {llama, "--network: 'activation' must be 'silu', got 'relu2'", {"activation=relu2"}},
      {llama,
       "--network: 'formats.weights' must be a format whose blocks divide the 288 values of a row of "
       "'blk.0.attn_q.weight', got Q4_K with blocks of 256",
       {"embedding=288", "formats.weights=Q4_K"}},
      {llama,
       "--network: 'tensors.ffn_dwn' must be of a matrix that layers of 'llama' have, such as ffn_down or "
       "blk.0.ffn_down, got another name",
       {"tensors.ffn_dwn=Q4_0"}},
      {llama,
       "--network: 'tensors.blk.2.ffn_down' must be of a matrix that layers of 'llama' have, such as "
       "ffn_down or "
       "blk.0.ffn_down, got another name",
       {"tensors.blk.2.ffn_down=Q4_0"}},
      {bitnet,
       "--network: 'formats.head' must be tied in an architecture 'bitnet', got 'Q8_0'",
       {"formats.head=Q8_0"}},
      {bitnet,
       "--network: 'head_dim' must be heads that make up the embedding's 256, got 4 of 32",
       {"head_dim=32"}},
      {llama,
       "--network: 'context' must be positions that rotation scales to below 1048576, got 1.04858e+08",
       {"context=1048576", "rope_factor=0.01"}},
  };
  for (const Case &each : cases)
    CHECK(textOf(each.network, {}, each.changes) == each.expected);
  ImportOptions far;
  far.context = 300;
  CHECK(textOf(llama, far) == "tiny.gguf:9:10: 'context' must be a context of 1 to 256 positions, got 300");
  std::printf("networks: %zu refusals\n", cases.size() + 1);
}

TEST_CASE("the networks that come with Accord are those of their names", "[import]") {
  const std::pair<const char *, const char *> parameters[] = {
      {"bitnet-b1.58-2b4t", "2412820480"}, {"bitnet-b1.58-3b", "3324387840"}, {"llama-2-13b", "13015864320"},
      {"llama-2-70b", "68976648192"},      {"llama-2-7b", "6738415616"},      {"smollm2-135m", "134515008"}};
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  const std::string folder = std::string(source ? source : ".") + "/models/networks/";
  size_t files = 0;
  for (const auto &entry : std::filesystem::directory_iterator(folder))
    files += entry.path().extension() == ".yaml";
  CHECK(files == std::size(parameters)); // a new one gets a row
  for (const auto &[name, count] : parameters) {
    INFO(name);
    Expected<model::Network> network = model::Network::open(folder + name + ".yaml");
    REQUIRE(network);
    CHECK(network->text("name") == name);
    auto module = importModel(importContext(), *network);
    REQUIRE(module);
    std::string text;
    llvm::raw_string_ostream os(text);
    (*module)->print(os);
    CHECK(countOf(text, std::string("parameters = ") + count) == 1);
  }
}

TEST_CASE("the network smollm2-135m is the development model's graph", "[import]") {
  const std::string path = developmentModel();
  if (path.empty())
    return;
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  Expected<model::Network> network =
      model::Network::open(std::string(source ? source : ".") + "/models/networks/smollm2-135m.yaml");
  auto file = model::GgufFile::open(path);
  REQUIRE(network);
  REQUIRE(file);
  std::string texts[2];
  for (int i : {0, 1}) {
    auto module = i ? importModel(importContext(), *network) : importModel(importContext(), **file);
    REQUIRE(module);
    mlir::ModuleOp top = **module;
    // Names of model and file are their own.
    mlir::NamedAttrList about(top->getAttrOfType<mlir::DictionaryAttr>(modelAttrName));
    about.erase("name");
    about.erase("file");
    top->setAttr(modelAttrName, about.getDictionary(&importContext()));
    llvm::raw_string_ostream os(texts[i]);
    top.print(os);
  }
  CHECK(texts[0].size() > 10000);
  CHECK(texts[0] == texts[1]);
}
