// Keys: ggml docs/gguf.md; defaults as in llama.cpp's llama-model.cpp.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Import/Hyperparameters.h"
#include "runtime/model/quoted.h"
#include "llvm/ADT/Twine.h"
#include <cmath>

using namespace llvm;

namespace accord::importer {
namespace {

/// Positions over a constant, if at all.
void readRope(ModelReader &reader, Hyperparameters &shape) {
  shape.ropeTheta = reader.number("rope.freq_base", 10000.0);
  if (shape.ropeTheta < 1)
    reader.failKey("rope.freq_base", "a number of at least 1", numberText(shape.ropeTheta));
  const std::string scaling = reader.text("rope.scaling.type", "linear");
  if (scaling != "none" && scaling != "linear")
    reader.failKey("rope.scaling.type", "'none' or 'linear'", model::quoted(scaling));
  // The older key says the same; 0 stands for 1.
  double factor = reader.number("rope.scaling.factor", reader.number("rope.scale_linear", 0.0));
  if (factor < 0)
    reader.failKey("rope.scaling.factor", "a number of at least 0", numberText(factor));
  shape.ropeScale = scaling == "none" || factor == 0 ? 1.0 : 1.0 / factor;
  reader.require("rope.scaling.attn_factor", 1);
}

} // namespace

Hyperparameters readHyperparameters(ModelReader &reader) {
  Hyperparameters shape = {};
  shape.layers = reader.count("block_count");
  // No loop over layers is longer than the file.
  if (shape.layers > reader.mostLayers())
    reader.failKey("block_count", "layers with tensors, of which the file has " + Twine(reader.mostLayers()),
                   Twine(shape.layers));
  shape.context = reader.count("context_length");
  shape.embedding = reader.count("embedding_length");
  shape.feedForward = reader.count("feed_forward_length");
  shape.heads = reader.count("attention.head_count");
  shape.kvHeads = reader.count("attention.head_count_kv", shape.heads);
  if (shape.heads % shape.kvHeads != 0)
    reader.failKey("attention.head_count_kv", "a divisor of the " + Twine(shape.heads) + " heads",
                   Twine(shape.kvHeads));

  if (!reader.has("attention.key_length") && shape.embedding % shape.heads != 0)
    reader.failKey("attention.head_count", "a divisor of the embedding's " + Twine(shape.embedding),
                   Twine(shape.heads));
  shape.headDim = reader.count("attention.key_length", shape.embedding / shape.heads);
  if (shape.headDim % 2 != 0)
    reader.failKey("attention.key_length", "heads of an even number of values", Twine(shape.headDim));
  for (StringRef key : {"attention.value_length", "rope.dimension_count"})
    if (int64_t width = reader.count(key, shape.headDim); width != shape.headDim)
      reader.failKey(key, "the " + Twine(shape.headDim) + " values of a head", Twine(width));

  double epsilon = reader.number("attention.layer_norm_rms_epsilon");
  shape.epsilon = static_cast<float>(epsilon);
  if (epsilon < 0 || !std::isfinite(shape.epsilon))
    reader.failKey("attention.layer_norm_rms_epsilon", "an f32 number of at least 0", numberText(epsilon));
  readRope(reader, shape);

  // What other values would change is not built.
  reader.require("expert_count", 0);
  reader.require("attention.causal", 1);
  reader.require("attention.sliding_window", 0);

  shape.vocabulary = reader.numRows("token_embd.weight");
  if (std::optional<int64_t> tokens = reader.numTokens(); tokens && *tokens != shape.vocabulary)
    reader.failTensor("token_embd.weight", "a row for each of the " + Twine(*tokens) + " tokens",
                      Twine(shape.vocabulary) + " rows");
  return shape;
}

void readRopeFactors(ModelReader &reader, Hyperparameters &shape) {
  constexpr StringLiteral name = "rope_freqs.weight";
  if (!reader.hasTensor(name))
    return;
  shape.ropeFactors = name.str();
  for (float factor : reader.values(name, shape.headDim / 2))
    if (!(factor > 0) || !std::isfinite(factor))
      reader.failTensor(name, "finite factors above 0", numberText(factor));
}

} // namespace accord::importer
