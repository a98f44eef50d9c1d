// GGUF files for tests: any metadata, and the tensors of the smallest llama model, so that llama.cpp loads
// them too.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/tokenizer/vocabulary.h"
#include <functional>
#include <map>

namespace accord::tokenizer::test {

/// A metadata value as the file holds it: its type id and its bytes.
struct GgufValue {
  uint32_t type;
  std::string bytes;
};
GgufValue ggufText(std::string_view text);
GgufValue ggufCount(uint32_t number);
GgufValue ggufFlag(bool flag);
GgufValue ggufTexts(const std::vector<std::string> &texts);
GgufValue ggufIntegers(const std::vector<int64_t> &integers);
GgufValue ggufNumbers(const std::vector<float> &numbers);

using GgufMetadata = std::map<std::string, GgufValue>;
/// All that the source says, and a llama architecture of one layer.
GgufMetadata metadataOf(const VocabularySource &source);
/// A whole file; `rows` of the embedding.
std::string ggufBytes(const GgufMetadata &metadata, size_t rows);

} // namespace accord::tokenizer::test
