// The one table of what a network file holds: a row a key. Reader, importer, reports and pages follow it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/network_keys.h"

namespace accord::model {

const std::vector<NetworkKey> &networkKeys() {
  using V = NetworkValue;
  // Ranges end far above any network, and low enough that a matrix has at most 2^41 values.
  static const std::vector<NetworkKey> table = {
      {"", "name", V::Name, 0, 0, {}, "", "", "name in reports"},
      {"", "architecture", V::Name, 0, 0, {}, "", "", "the graph: general.architecture of GGUF files"},
      {"", "layers", V::Count, 1, 1024, {}, "block_count", "", "blocks of attention and feed-forward"},
      {"", "embedding", V::Count, 2, 1 << 18, {}, "embedding_length", "", "values of a token between layers"},
      {"", "heads", V::Count, 1, 4096, {}, "attention.head_count", "", "heads of queries"},
      {"", "kv_heads", V::Count, 1, 4096, {}, "attention.head_count_kv", "", "heads of keys and values"},
      {"",
       "head_dim",
       V::Count,
       2,
       2048,
       {},
       "attention.key_length",
       "",
       "values of a head; embedding / heads when left out",
       true},
      {"", "feed_forward", V::Count, 1, 1 << 22, {}, "feed_forward_length", "", "values inside feed-forward"},
      {"", "vocabulary", V::Count, 1, 1 << 22, {}, "", "tokens", "rows of the embedding"},
      {"", "context", V::Count, 1, 1 << 20, {}, "context_length", "tokens", "most positions of the caches"},
      {"",
       "activation",
       V::Word,
       0,
       0,
       {"silu", "relu2"},
       "hidden_activation",
       "",
       "of the gate of feed-forward; relu2 is squared ReLU"},
      {"",
       "norm",
       V::Word,
       0,
       0,
       {"rms"},
       "",
       "",
       "of every norm",
       false,
       "no architecture here has another norm"},
      {"", "norm_epsilon", V::Number, 0, 1, {}, "attention.layer_norm_rms_epsilon", "", "of every norm"},
      {"",
       "positions",
       V::Word,
       0,
       0,
       {"rope"},
       "",
       "",
       "how positions enter",
       false,
       "no architecture here has other positions"},
      {"", "rope_theta", V::Number, 1, 1e9, {}, "rope.freq_base", "", "base of rotary angles"},
      {"",
       "rope_factor",
       V::Number,
       0.001,
       1000,
       {},
       "rope.scaling.factor",
       "",
       "linear scaling: positions are divided by it; 1 when left out",
       true},
      {"formats", "weights", V::Format, 0, 0, {}, "", "", "of the layers' matrices"},
      {"formats", "embedding", V::Format, 0, 0, {}, "", "", "of the embedding's table"},
      {"formats",
       "head",
       V::Format,
       0,
       0,
       {"tied"},
       "",
       "",
       "of the head; tied: it is the embedding's table"},
      {"formats",
       "i2s_layout",
       V::Word,
       0,
       0,
       {"x86", "arm"},
       "",
       "",
       "how I2_S lies in memory, in blocks of 128 or of 64; must be there with that format",
       true},
      {"formats",
       "activations",
       V::Word,
       0,
       0,
       {"int8"},
       "",
       "",
       "in products by quantized weights, in groups of 32; others take f32",
       false,
       "products are of activations quantized so"},
      {"formats", "cache", V::Word, 0, 0, {"f16", "f32"}, "", "", "keys and values"},
  };
  return table;
}

std::string dottedKey(const NetworkKey &row) {
  return *row.section ? std::string(row.section) + "." + row.key : row.key;
}

const NetworkKey *findNetworkKey(std::string_view dotted) {
  for (const NetworkKey &row : networkKeys())
    if (dottedKey(row) == dotted)
      return &row;
  return nullptr;
}

const NetworkKey *networkKeyOf(std::string_view gguf) {
  for (const NetworkKey &row : networkKeys())
    if (*row.gguf && row.gguf == gguf)
      return &row;
  return nullptr;
}

} // namespace accord::model
