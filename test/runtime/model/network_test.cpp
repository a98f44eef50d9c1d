// Network files: what they hold, what changes on the command line make of it, and each mistake with its
// place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/network.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace accord;
using namespace accord::model;

namespace {

const std::string right = R"(name: small
architecture: llama
layers: 2
embedding: 256
heads: 4
kv_heads: 2
feed_forward: 512
vocabulary: 320
context: 128
activation: silu
norm: rms
norm_epsilon: 0.00001
positions: rope
rope_theta: 10000
formats:
  weights: Q4_1
  embedding: Q8_0
  head: Q6_K
  activations: int8
  cache: f16
)";

/// The text with one line in the place of another; `to` empty: without it.
std::string with(const std::string &from, const std::string &to) {
  std::string text = right;
  const size_t at = text.find(from + "\n");
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size() + (to.empty() ? 1 : 0), to);
}

std::string said(const std::string &text, const NetworkChanges &changes = {}) {
  Expected<Network> network = Network::parse(text, "n.yaml", changes);
  return network ? "accepted" : network.error().message;
}

Network parsed(const std::string &text, const NetworkChanges &changes = {}) {
  Expected<Network> network = Network::parse(text, "n.yaml", changes);
  if (!network)
    FAIL(network.error().message);
  return std::move(*network);
}

} // namespace

TEST_CASE("a network's sizes and formats are read", "[model]") {
  const Network n = parsed(right);
  CHECK(n.path() == "n.yaml");
  CHECK(n.fileBytes() == right.size());
  CHECK(n.text("architecture") == "llama");
  CHECK(n.count("feed_forward") == 512);
  CHECK(n.number("norm_epsilon") == 1e-5);
  CHECK(!n.has("head_dim"));
  CHECK(!n.isTied());
  CHECK(!n.i2sLayout());
  CHECK(n.formatOf("token_embd.weight").type == TensorType::Q8_0);
  CHECK(n.formatOf("output.weight").key == "formats.head");
  CHECK(n.formatOf("blk.1.ffn_down.weight").type == TensorType::Q4_1);
  CHECK(n.tensorKeys().empty());
}

TEST_CASE("a matrix may have its own format, of one layer before that of all", "[model]") {
  const Network n = parsed(right + "tensors:\n  ffn_down: Q6_K\n  blk.1.ffn_down: I2_S\n",
                           {"formats.i2s_layout=arm", "tensors.blk.0.attn_q=F16", "formats.head=tied"});
  CHECK(n.formatOf("blk.0.ffn_down.weight").type == TensorType::Q6_K);
  CHECK(n.formatOf("blk.1.ffn_down.weight").type == TensorType::I2_S);
  CHECK(n.formatOf("blk.1.ffn_down.weight").key == "tensors.blk.1.ffn_down");
  CHECK(n.formatOf("blk.0.attn_q.weight").type == TensorType::F16);
  CHECK(n.formatOf("blk.1.attn_q.weight").type == TensorType::Q4_1);
  CHECK(n.i2sLayout() == I2SLayout::ARM);
  CHECK(n.isTied());
  CHECK(n.tensorKeys() ==
        std::vector<std::string>{"tensors.blk.0.attn_q", "tensors.blk.1.ffn_down", "tensors.ffn_down"});
}

TEST_CASE("changes stand in the place of what the file says, or add to it", "[model]") {
  const Network n = parsed(right, {"layers=7", "head_dim=64", "formats.weights=TQ2_0", "rope_factor=2.5"});
  CHECK(n.count("layers") == 7);
  CHECK(n.count("head_dim") == 64);
  CHECK(n.number("rope_factor") == 2.5);
  CHECK(n.formatOf("blk.0.attn_q.weight").type == TensorType::TQ2_0);
  // What is missing in the file may come so.
  CHECK(parsed(with("layers: 2", ""), {"layers=3"}).count("layers") == 3);
  CHECK(said(with("layers: 2", "layers: 0"), {"layers=3"}) == "accepted");
  // The layout of a format that is changed may stay.
  CHECK(said(with("  weights: Q4_1", "  weights: I2_S\n  i2s_layout: arm"), {"formats.weights=Q8_0"}) ==
        "accepted");
}

TEST_CASE("every mistake of a network file is told with its place", "[model]") {
  const std::string formats =
      "F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, BF16, TQ1_0, "
      "TQ2_0, I2_S";
  const std::pair<std::string, std::string> cases[] = {
      {with("layers: 2", "layers: 0"), "n.yaml:3:9: 'layers' must be from 1 to 1024, got '0'"},
      {with("layers: 2", "layers: -1"), "n.yaml:3:9: 'layers' must be from 1 to 1024, got '-1'"},
      {with("layers: 2", "layers: 99999999999999999999"),
       "n.yaml:3:9: 'layers' must be from 1 to 1024, got '99999999999999999999'"},
      {with("layers: 2", "layers: 2.5"), "n.yaml:3:9: 'layers' must be a whole number, got '2.5'"},
      {with("layers: 2", "layers: [2]"), "n.yaml:3:9: 'layers' must be a whole number, got a list"},
      {with("layers: 2", "layers:"), "n.yaml:4:1: 'layers' must be a whole number, got nothing"},
      {with("layers: 2", ""), "n.yaml:1:1: 'layers' must be given, got no such key"},
      {with("layers: 2", "layer: 2"),
       "n.yaml:3:1: a network file must hold known keys only, got 'layer' (did you mean 'layers'?)"},
      {with("layers: 2", "layers: 2\nlayers: 3"),
       "n.yaml:4:1: 'layers' must be given once, got it again after line 3"},
      {with("layers: 2", "layers: 2\nxyzzy: 3"), "n.yaml:4:1: a network file must hold known keys only, got "
                                                 "'xyzzy' (known: name, architecture, layers, "
                                                 "embedding, heads, kv_heads, head_dim, feed_forward, "
                                                 "vocabulary, context, activation, norm, norm_epsilon, "
                                                 "positions, rope_theta, rope_factor, formats, tensors)"},
      {with("vocabulary: 320", "vocabulary: 0"),
       "n.yaml:8:13: 'vocabulary' must be from 1 to 4194304 tokens, got '0'"},
      {with("activation: silu", "activation: gelu"),
       "n.yaml:10:13: 'activation' must be one of silu, relu2, got 'gelu'"},
      {with("norm: rms", "norm: layer"),
       "n.yaml:11:7: 'norm' must be rms (no architecture here has another norm), got 'layer'"},
      {with("positions: rope", "positions: alibi"),
       "n.yaml:13:12: 'positions' must be rope (no architecture here has other positions), got 'alibi'"},
      {with("rope_theta: 10000", "rope_theta: 0.5"),
       "n.yaml:14:13: 'rope_theta' must be from 1 to 1000000000, got '0.5'"},
      {with("rope_theta: 10000", "rope_theta: 1e4"),
       "n.yaml:14:13: 'rope_theta' must be a decimal number, got '1e4'"},
      {with("name: small", "name: a b"),
       "n.yaml:1:7: 'name' must be a name of at most 64 letters, digits, '-', '_' and '.', got 'a b'"},
      {with("  weights: Q4_1", "  weights: Q4"),
       "n.yaml:16:12: 'formats.weights' must be one of " + formats + ", got 'Q4'"},
      {with("  head: Q6_K", "  head: q6_k"),
       "n.yaml:18:9: 'formats.head' must be one of " + formats + ", tied, got 'q6_k'"},
      {with("  weights: Q4_1", ""), "n.yaml:16:3: 'formats.weights' must be given, got no such key"},
      {with("  weights: Q4_1", "  weight: Q4_1"),
       "n.yaml:16:3: 'formats' must hold known keys only, got 'weight' (did you mean 'weights'?)"},
      {with("  weights: Q4_1", "  weights: I2_S"),
       "n.yaml:1:1: 'formats.i2s_layout' must be given where a format is I2_S, got no such key"},
      {with("  cache: f16", "  cache: bf16"),
       "n.yaml:20:10: 'formats.cache' must be one of f16, f32, got 'bf16'"},
      {with("  activations: int8", "  activations: int4"),
       "n.yaml:19:16: 'formats.activations' must be int8 (products are of activations quantized so), got "
       "'int4'"},
      {right.substr(0, right.find("formats:")), "n.yaml:1:1: 'formats' must be given, got no such key"},
      {right + "tensors: Q4_0\n", "n.yaml:21:10: 'tensors' must be a mapping, got 'Q4_0'"},
      {right + "tensors:\n  ffn_down: Q7\n",
       "n.yaml:22:13: 'tensors.ffn_down' must be one of " + formats + ", got 'Q7'"},
      {"[1, 2]", "n.yaml:1:1: a network file must be a mapping of keys, got a list"},
      {"", "n.yaml:1:1: a network file must be a mapping of keys, got nothing"},
      {"layers: [", "n.yaml:1:1: expected YAML, got a syntax error: end of sequence flow not found"},
  };
  for (const auto &[text, expected] : cases)
    CHECK(said(text) == expected);
  std::printf("network files: %zu refusals\n", std::size(cases));
}

TEST_CASE("every mistake of a change is told without a line", "[model]") {
  const std::pair<NetworkChanges, std::string> cases[] = {
      {{"layers"}, "--network: expected KEY=VALUE, got 'layers'"},
      {{"=3"}, "--network: expected KEY=VALUE, got '=3'"},
      {{"layers=0"}, "--network: 'layers' must be from 1 to 1024, got '0'"},
      {{"layers="}, "--network: 'layers' must be a whole number, got ''"},
      {{"layer=2"},
       "--network: a network file must hold known keys only, got 'layer' (did you mean 'layers'?)"},
      {{"format.weights=Q4_0"},
       "--network: a network file must hold known keys only, got 'format' (did you mean 'formats'?)"},
      {{"layers.two=2"}, "n.yaml:3:9: 'layers' must be a mapping, got '2'"},
      {{"layers=2", "layers=3"}, "--network: 'layers' must be given once, got it again"},
      {{"formats=Q4_0"}, "--network: 'formats' must be a mapping, got 'Q4_0'"},
      {{"formats.weights=I2_S"},
       "n.yaml:1:1: 'formats.i2s_layout' must be given where a format is I2_S, got no such key"},
  };
  for (const auto &[changes, expected] : cases)
    CHECK(said(right, changes) == expected);
  std::printf("changes of networks: %zu refusals\n", std::size(cases));
}

TEST_CASE("a network file that is not there is told", "[model]") {
  Expected<Network> network = Network::open("none.yaml");
  REQUIRE(!network);
  CHECK(network.error().message ==
        "none.yaml: expected a readable network file, got: No such file or directory");
}

TEST_CASE("the page of networks has the table of keys", "[model]") {
  auto number = [](double v) {
    std::ostringstream text;
    text.precision(10);
    text << v;
    return text.str();
  };
  std::string table = "| key | unit | values | meaning |\n|---|---|---|---|\n";
  for (const NetworkKey &row : networkKeys()) {
    std::string values;
    if (row.kind == NetworkValue::Count || row.kind == NetworkValue::Number)
      values = number(row.min) + " – " + number(row.max);
    else if (row.kind != NetworkValue::Word)
      values = row.kind == NetworkValue::Name ? "a name" : "a format";
    for (const char *word : row.words)
      values += (values.empty() ? "" : ", ") + std::string(word);
    table += "| `" + dottedKey(row) + "` | " + row.unit + " | " + values +
             (row.optional ? ", or nothing" : "") + " | " + row.doc + " |\n";
  }
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  std::stringstream page;
  page << std::ifstream(std::string(source ? source : ".") + "/models/networks/README.md").rdbuf();
  INFO("expected this table in models/networks/README.md:\n" << table);
  CHECK(page.str().find("<!-- keys -->\n" + table + "<!-- /keys -->") != std::string::npos);
}
