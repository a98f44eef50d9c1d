// llama: LLaMA 2 and 3, SmolLM2, TinyLlama: norms before, grouped queries, gates with SiLU.
//
// Source: llama.cpp src/models/llama.cpp. Its files hold the rows of Q and K in the order in which a head's
// pairs are neighbours (the converter permutes them), so the rotation is of adjacent values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Import/Architectures.h"
#include "runtime/model/quoted.h"

using namespace mlir;

namespace accord::importer {

static Value buildLayer(GraphBuilder &g, const Layer &in, const Hyperparameters &shape) {
  constexpr auto style = nn::RopeStyle::Adjacent;
  Value h = g.rmsNorm(in.x, in.weight("attn_norm"), shape.epsilon);
  Value q = g.project(h, in.weight("attn_q"));
  Value k = g.project(h, in.weight("attn_k"));
  Value v = g.project(h, in.weight("attn_v"));
  q = g.rope(q, in.cos, in.sin, shape.headDim, style);
  k = g.rope(k, in.cos, in.sin, shape.headDim, style);
  g.append(k, in.kCache, in.number, in.position);
  g.append(v, in.vCache, in.number, in.position);
  Value a = g.attention(q, in.kCache, in.vCache, in.number, in.position, shape.heads);
  Value x = g.add(g.project(a, in.weight("attn_output")), in.x);

  h = g.rmsNorm(x, in.weight("ffn_norm"), shape.epsilon);
  Value gate = g.project(h, in.weight("ffn_gate"));
  Value up = g.project(h, in.weight("ffn_up"));
  Value down = g.project(g.siluMul(gate, up), in.weight("ffn_down"));
  return g.add(down, x);
}

Decoder describeLlama(ModelReader &reader) {
  Hyperparameters shape = readHyperparameters(reader);
  if (std::string activation = reader.text("hidden_activation", "silu"); activation != "silu")
    reader.failKey("hidden_activation", "'silu'", model::quoted(activation));
  readRopeFactors(reader, shape);
  int64_t embedding = shape.embedding, width = shape.heads * shape.headDim,
          kvWidth = shape.kvHeads * shape.headDim;
  Decoder decoder;
  decoder.head = reader.hasTensor("output.weight") ? "output.weight" : "token_embd.weight";
  decoder.tensors = {
      {"attn_norm", {embedding}},
      {"attn_q", {width, embedding}},
      {"attn_k", {kvWidth, embedding}},
      {"attn_v", {kvWidth, embedding}},
      {"attn_output", {embedding, width}},
      {"ffn_norm", {embedding}},
      {"ffn_gate", {shape.feedForward, embedding}},
      {"ffn_up", {shape.feedForward, embedding}},
      {"ffn_down", {embedding, shape.feedForward}},
  };
  decoder.layer = [shape](GraphBuilder &g, const Layer &in) { return buildLayer(g, in, shape); };
  decoder.shape = std::move(shape);
  return decoder;
}

} // namespace accord::importer
