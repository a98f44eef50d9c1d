// The L0 text of a llama-shaped model in a GGUF file: what tests and the benchmark of the CPU backend compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/model/gguf.h"
#include <string>

namespace accord::test {

struct LlamaTextOptions {
  int64_t context = 0;        ///< 0: the model's own
  std::string cache = "f16";  ///< element type of the caches
  bool entries[3] = {true, true, true}; ///< prefill, decode, score
};

/// Error: what the file lacks.
Expected<std::string> llamaText(const model::GgufFile &file, const LlamaTextOptions &options = {});

/// `!lut.weight<...>` of a storage, or f32, f16, bf16.
std::string elementText(model::TensorType type, int64_t k, model::I2SLayout layout = model::I2SLayout::X86);

} // namespace accord::test
