// The numbers that all decoder architectures have in common, read and checked against each other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Import/ModelReader.h"

namespace accord::importer {

struct Hyperparameters {
  int64_t layers, context, embedding, heads, kvHeads, headDim, feedForward, vocabulary;
  float epsilon; ///< of every norm
  /// Rotary angles of position p, pair i: p·ropeScale·ropeTheta^(−2i/headDim), over the factors of pair i.
  double ropeTheta, ropeScale;
  std::string ropeFactors; ///< tensor [headDim / 2]; empty: none
};

/// Reads what llama.cpp calls the common keys. Refuses, by its key, what no graph here computes: experts,
/// rotary scaling other than linear, partial rotation, keys and values of different widths, attention that is
/// not causal or slides. Failures stay in the reader.
Hyperparameters readHyperparameters(ModelReader &reader);

/// Rotary factors from the tensor `rope_freqs.weight`, where the model has it and the architecture uses it.
void readRopeFactors(ModelReader &reader, Hyperparameters &shape);

} // namespace accord::importer
