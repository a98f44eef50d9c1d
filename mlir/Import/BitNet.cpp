// bitnet, bitnet-b1.58, bitnet-25: ternary weights, norms also before the output and the down projection.
//
// Three names, one graph, but for the gate: `bitnet` is llama.cpp's own and gates with SiLU
// (src/models/bitnet.cpp); the others are Microsoft's (microsoft/BitNet's llama.cpp), whose models gate with
// a squared ReLU. The key `hidden_activation`, where a file has it, decides. Heads rotate by halves, and the
// head is always tied.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Import/Architectures.h"
#include "runtime/model/quoted.h"

using namespace mlir;

namespace accord::importer {

static Value buildLayer(GraphBuilder &g, const Layer &in, const Hyperparameters &shape, bool relu2) {
  constexpr auto style = nn::RopeStyle::Halves;
  Value h = g.rmsNorm(in.x, in.weight("attn_norm"), shape.epsilon);
  Value q = g.project(h, in.weight("attn_q"));
  Value k = g.project(h, in.weight("attn_k"));
  Value v = g.project(h, in.weight("attn_v"));
  q = g.rope(q, in.cos, in.sin, shape.headDim, style);
  k = g.rope(k, in.cos, in.sin, shape.headDim, style);
  g.append(k, in.kCache, in.number, in.position);
  g.append(v, in.vCache, in.number, in.position);
  Value a = g.attention(q, in.kCache, in.vCache, in.number, in.position, shape.heads);
  a = g.rmsNorm(a, in.weight("attn_sub_norm"), shape.epsilon);
  Value x = g.add(g.project(a, in.weight("attn_output")), in.x);

  h = g.rmsNorm(x, in.weight("ffn_norm"), shape.epsilon);
  Value gate = g.project(h, in.weight("ffn_gate"));
  Value up = g.project(h, in.weight("ffn_up"));
  Value f = relu2 ? g.relu2Mul(gate, up) : g.siluMul(gate, up);
  f = g.rmsNorm(f, in.weight("ffn_sub_norm"), shape.epsilon);
  return g.add(g.project(f, in.weight("ffn_down")), x);
}

static bool gatesWithRelu2(ModelReader &reader) {
  StringRef usual = reader.architecture() == "bitnet" ? "silu" : "relu2";
  std::string activation = reader.text("hidden_activation", usual);
  if (activation != "silu" && activation != "relu2")
    reader.failKey("hidden_activation", "'silu' or 'relu2'", model::quoted(activation));
  return activation == "relu2";
}

/// A factor of a whole product, beside its weight. Converters write it into the weights instead, so that
/// where it stands it says 1; another value would need an operation of its own.
static void requireUnitScales(ModelReader &reader, const Decoder &decoder) {
  for (int64_t i = 0; i < decoder.shape.layers && reader.status(); ++i)
    for (const LayerTensor &tensor : decoder.tensors) {
      std::string name = ("blk." + Twine(i) + "." + tensor.name + ".scale").str();
      if (tensor.shape.size() != 2 || !reader.hasTensor(name))
        continue;
      std::vector<float> scale = reader.values(name, 1);
      if (!scale.empty() && scale[0] != 1)
        reader.failTensor(name, "the factor 1", numberText(scale[0]));
    }
}

Decoder describeBitNet(ModelReader &reader) {
  Hyperparameters shape = readHyperparameters(reader);
  int64_t embedding = shape.embedding, kvWidth = shape.kvHeads * shape.headDim;
  if (shape.heads * shape.headDim != embedding)
    reader.failKey("attention.key_length", "heads that make up the embedding's " + Twine(embedding),
                   Twine(shape.heads) + " of " + Twine(shape.headDim));
  bool relu2 = gatesWithRelu2(reader);
  Decoder decoder;
  decoder.head = "token_embd.weight";
  decoder.tensors = {
      {"attn_norm", {embedding}},
      {"attn_q", {embedding, embedding}},
      {"attn_k", {kvWidth, embedding}},
      {"attn_v", {kvWidth, embedding}},
      {"attn_sub_norm", {embedding}},
      {"attn_output", {embedding, embedding}},
      {"ffn_norm", {embedding}},
      {"ffn_gate", {shape.feedForward, embedding}},
      {"ffn_up", {shape.feedForward, embedding}},
      {"ffn_sub_norm", {shape.feedForward}},
      {"ffn_down", {embedding, shape.feedForward}},
  };
  decoder.layer = [shape, relu2](GraphBuilder &g, const Layer &in) {
    return buildLayer(g, in, shape, relu2);
  };
  decoder.shape = std::move(shape);
  requireUnitScales(reader, decoder);
  return decoder;
}

} // namespace accord::importer
