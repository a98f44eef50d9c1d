// Models at L0, in the form that the importer gives them, small enough for golden to run whole; and random
// parameters for them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Interpreter/Interpreter.h"
#include <cstdint>
#include <string>

namespace accord::test {

/// A model of norm, attention, norm, gated products a layer. Element types are text of the IR.
struct L0Model {
  int64_t layers, heads, kvHeads, headDim, feedForward, vocabulary, context;
  std::string weights; ///< of the products: f32, f16, bf16, or a !lut.weight of a file's storage
  std::string table;   ///< of the embedding, likewise
  std::string head;    ///< of the output product; empty: the embedding's table again
  std::string cache;   ///< f16 or f32
  std::string style;   ///< halves or adjacent
  std::string gating;  ///< silu_mul or relu2_mul
  std::string rope;    ///< further parameters of nn.rope_table; a factors tensor is "rope_freqs.weight"

  int64_t width() const { return heads * headDim; }
  /// A module of @prefill (tensor<?xi32>, logits of the last token), @decode (tensor<1xi32>) and @score
  /// (tensor<?xi32>, logits of every token).
  std::string text() const;
};

/// Parameters of any of them: values follow from the seed, the name and the type alone.
ParamResolver randomParameters(uint32_t seed);

} // namespace accord::test
