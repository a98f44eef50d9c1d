// A GGUF language model as an outsider reads it: numbers of its architecture, and tensors widened to f32.
//
// Written from the definition of the models and not from Accord's importer, with which it shares the file
// reader and the decoding of blocks alone (both are held against ggml by their own tests).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "runtime/model/gguf.h"
#include <set>
#include <string>
#include <vector>

namespace accord::evaluate {

enum class Activation { SiLU, ReLUSquared };

/// What the forward pass needs to know besides the weights.
struct Architecture {
  std::string name;
  int64_t layers, embedding, feedForward, heads, kvHeads, headSize, vocabulary;
  int64_t rotated;  ///< leading values of a head that RoPE turns
  bool splitHalves; ///< RoPE pairs (i, i + rotated/2), else neighbours (2i, 2i + 1)
  double ropeBase, ropeScale;
  float normEpsilon;
  Activation activation;
  bool subNorms;                  ///< BitNet: norms before the output and the down projection
  std::vector<float> ropeFactors; ///< [rotated/2] divisors of the frequencies, or empty
};

/// Tensors by name, each remembered as used.
class ReferenceModel {
public:
  /// Error: `<path>: expected X, got Y`, also for architectures other than llama and bitnet*.
  static Expected<ReferenceModel> open(const std::string &path, const model::OpenOptions &options = {});

  const Architecture &architecture() const { return arch; }
  bool has(const std::string &name) const { return file->find(name) != nullptr; }
  /// Row-major f32 values of a tensor of exactly this shape.
  Expected<std::vector<float>> load(const std::string &name, const std::vector<int64_t> &shape);
  /// One row of a matrix [rows, k].
  Expected<std::vector<float>> loadRow(const std::string &name, int64_t row, int64_t k);
  /// Error naming a tensor that nobody asked for: the forward pass would be of another model.
  Status checkAllUsed() const;

private:
  ReferenceModel() = default;
  Status readArchitecture();
  Expected<std::vector<float>> widen(const model::TensorInfo &tensor, int64_t first, int64_t rows);
  Error error(const std::string &text) const { return {file->path() + ": " + text}; }

  std::unique_ptr<model::GgufFile> file;
  Architecture arch;
  std::set<std::string> used;
};

} // namespace accord::evaluate
