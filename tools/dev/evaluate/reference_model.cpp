// Metadata keys and tensor names as in the GGUF specification (ggml docs/gguf.md) and, for BitNet, as
// llama.cpp (src/models/bitnet.cpp: "bitnet") and the fork in microsoft/BitNet ("bitnet-b1.58", "bitnet-25")
// read them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/dev/evaluate/reference_model.h"
#include "runtime/model/tensor_values.h"

namespace accord::evaluate {
namespace {

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text;
  for (int64_t extent : shape)
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

/// Reads `<architecture>.<key>` until the first failure, which it keeps.
class Keys {
public:
  Keys(const model::GgufFile &file, const std::string &prefix) : file(file), prefix(prefix + ".") {}

  int64_t count(const std::string &key) {
    Expected<uint64_t> value = file.count(prefix + key);
    if (value && *value >= 1 && *value < (1U << 24))
      return static_cast<int64_t>(*value);
    fail(value ? file.path() + ": " + prefix + key + ": expected 1 to 2^24, got " + std::to_string(*value)
               : value.error().message);
    return 1;
  }
  int64_t count(const std::string &key, int64_t otherwise) {
    return file.has(prefix + key) ? count(key) : otherwise;
  }
  double number(const std::string &key) {
    Expected<double> value = file.number(prefix + key);
    if (!value)
      fail(value.error().message);
    return value ? *value : 0;
  }
  double number(const std::string &key, double otherwise) {
    return file.has(prefix + key) ? number(key) : otherwise;
  }
  std::string text(const std::string &key, const std::string &otherwise) {
    if (!file.has(prefix + key))
      return otherwise;
    Expected<std::string> value = file.text(prefix + key);
    if (!value)
      fail(value.error().message);
    return value ? *value : "";
  }
  Status status = {};

private:
  void fail(const std::string &message) {
    if (status)
      status = Error{message};
  }
  const model::GgufFile &file;
  std::string prefix;
};

} // namespace

Expected<ReferenceModel> ReferenceModel::open(const std::string &path, const model::OpenOptions &options) {
  Expected<std::unique_ptr<model::GgufFile>> file = model::GgufFile::open(path, options);
  if (!file)
    return file.error();
  ReferenceModel result;
  result.file = std::move(*file);
  if (Status status = result.readArchitecture(); !status)
    return status.error();
  return result;
}

Status ReferenceModel::readArchitecture() {
  Expected<std::string> name = file->text("general.architecture");
  if (!name)
    return name.error();
  arch.name = *name;
  const bool bitnet = *name == "bitnet" || *name == "bitnet-b1.58" || *name == "bitnet-25";
  if (*name != "llama" && !bitnet)
    return error("expected architecture llama, bitnet, bitnet-25 or bitnet-b1.58, got " + *name);

  Keys keys(*file, *name);
  arch.layers = keys.count("block_count");
  arch.embedding = keys.count("embedding_length");
  arch.feedForward = keys.count("feed_forward_length");
  arch.heads = keys.count("attention.head_count");
  arch.kvHeads = keys.count("attention.head_count_kv", arch.heads);
  arch.headSize = keys.count("attention.key_length", arch.embedding / arch.heads);
  arch.rotated = keys.count("rope.dimension_count", arch.headSize);
  arch.ropeBase = keys.number("rope.freq_base", 10000);
  const double factor = keys.number("rope.scaling.factor", 1);
  arch.ropeScale = factor == 0 ? 1 : 1 / factor;
  arch.normEpsilon = static_cast<float>(keys.number("attention.layer_norm_rms_epsilon"));
  const std::string scaling = keys.text("rope.scaling.type", "none");
  // BitNet's first models gate with SiLU, those of 2025 with a squared ReLU; a key may say which.
  const std::string activation =
      keys.text("hidden_activation", !bitnet || *name == "bitnet" ? "silu" : "relu2");
  if (!keys.status)
    return keys.status;
  if (scaling != "none" && scaling != "linear")
    return error("expected rope.scaling.type none or linear, got " + scaling);
  if (activation != "silu" && activation != "relu2")
    return error("expected hidden_activation silu or relu2, got " + activation);
  if (arch.heads % arch.kvHeads != 0 || arch.rotated > arch.headSize || arch.rotated % 2 != 0)
    return error("expected heads shared evenly and an even RoPE size within a head, got " +
                 std::to_string(arch.heads) + " heads, " + std::to_string(arch.kvHeads) +
                 " for K and V, RoPE " + std::to_string(arch.rotated) + " of " +
                 std::to_string(arch.headSize));
  arch.activation = activation == "silu" ? Activation::SiLU : Activation::ReLUSquared;
  // The rows of Q and K of llama files are permuted at conversion, so that pairs are neighbours; BitNet's are
  // not.
  arch.splitHalves = arch.subNorms = bitnet;

  const model::TensorInfo *embedding = file->find("token_embd.weight");
  if (!embedding || embedding->shape.size() != 2)
    return error("expected a matrix token_embd.weight, got none");
  arch.vocabulary = embedding->shape[0];
  if (has("rope_freqs.weight")) {
    Expected<std::vector<float>> factors = load("rope_freqs.weight", {arch.rotated / 2});
    if (!factors)
      return factors.error();
    // llama.cpp hands them to RoPE for llama; its bitnet graph has none.
    if (!bitnet)
      arch.ropeFactors = *factors;
  }
  return {};
}

Expected<std::vector<float>> ReferenceModel::load(const std::string &name,
                                                  const std::vector<int64_t> &shape) {
  const model::TensorInfo *tensor = file->find(name);
  if (!tensor || tensor->shape != shape)
    return error("tensor '" + name + "': expected " + shapeText(shape) + ", got " +
                 (tensor ? shapeText(tensor->shape) : "none"));
  return widen(*tensor, 0, tensor->numElements() / shape.back());
}

Expected<std::vector<float>> ReferenceModel::loadRow(const std::string &name, int64_t row, int64_t k) {
  const model::TensorInfo *tensor = file->find(name);
  if (!tensor || tensor->shape.size() != 2 || tensor->shape[1] != k)
    return error("tensor '" + name + "': expected rows of " + std::to_string(k) + ", got " +
                 (tensor ? shapeText(tensor->shape) : "none"));
  if (row < 0 || row >= tensor->shape[0])
    return error("tensor '" + name + "': expected a row below " + std::to_string(tensor->shape[0]) +
                 ", got " + std::to_string(row));
  return widen(*tensor, row, 1);
}

Expected<std::vector<float>> ReferenceModel::widen(const model::TensorInfo &tensor, int64_t first,
                                                   int64_t rows) {
  used.insert(tensor.name);
  std::vector<float> values(static_cast<size_t>(rows * tensor.shape.back()));
  const model::I2SLayout layout = file->i2sLayout().value_or(model::I2SLayout::X86);
  if (Status status = model::widenRows(tensor, first, rows, values.data(), layout); !status)
    return error(status.error().message);
  return values;
}

Status ReferenceModel::checkAllUsed() const {
  for (const model::TensorInfo &tensor : file->tensors())
    if (!used.count(tensor.name))
      return error("expected only tensors of " + arch.name + ", got '" + tensor.name + "'");
  return {};
}

} // namespace accord::evaluate
