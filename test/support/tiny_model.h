// A random language model of a few hundred kilobytes, as a GGUF file that any loader takes.
//
// Weights are random codes under scales that keep activations of ordinary size, so every format is exercised
// in every field and text generated from the model means nothing. The tokenizer is a real byte-level BPE:
// three special tokens, 256 bytes and 61 merges.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/golden/formats.h"
#include "test/support/gguf_writer.h"
#include <map>

namespace accord::test {

/// Tokens of a tiny model: <|endoftext|> 0 (bos and eos), two of a chat's marks, then the 256
/// bytes in the order of their values, then the merges.
constexpr int64_t tinyVocab = 320;

struct TinyModelOptions {
  std::string architecture = "llama"; ///< general.architecture, and the prefix of its keys
  std::string name = "tiny";          ///< general.name
  int64_t layers = 2, embd = 64, heads = 4, kvHeads = 2, ff = 128, context = 256;
  int64_t vocab = tinyVocab; ///< or fewer: without the last merges
  bool tied = true;          ///< no output.weight
  bool subNorms = false;     ///< attn_sub_norm and ffn_sub_norm, as BitNet has
  float ropeBase = 10000, epsilon = 1e-5f;
  model::TensorType matrices = model::TensorType::Q8_0; ///< embd and ff hold whole blocks of it
  std::map<std::string, model::TensorType>
      others; ///< by tensor name: token_embd.weight, blk.0.ffn_down.weight
  model::I2SLayout i2s = model::I2SLayout::X86;
  std::string preTokenizer = "smollm", chatTemplate; ///< no template by default; "none": no key
  bool addBos = false;                               ///< tokenizer.ggml.add_bos_token
  /// Control tokens: 1 and 2, and more in the place of the last merges.
  std::vector<std::string> marks = {"<|im_start|>", "<|im_end|>"};
  uint64_t seed = 1;
  uint32_t version = 3;
};

/// The same file for the same options.
GgufWriter tinyModel(const TinyModelOptions &options = {});

/// [rows, k] of random values whose root mean square is about `rms`, stored as `type`; k holds whole blocks.
std::string randomTensor(model::TensorType type, int64_t rows, int64_t k, float rms, uint64_t seed,
                         model::I2SLayout layout = model::I2SLayout::X86);

/// The same of a block format; its bytes as in a file.
std::string randomBlocks(golden::BlockFormat format, int64_t rows, int64_t k, float rms, uint64_t seed);

/// GPT-2's letter for a byte, as UTF-8: printable ones are themselves, the others U+0100 and up in order.
std::string byteLetter(uint8_t byte);

} // namespace accord::test
