// GGUF files that say what a VocabularySource says.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/tokenizer/vocabulary.h"
#include "test/support/gguf_writer.h"
#include <functional>
#include <map>

namespace accord::tokenizer::test {

/// Writes the value of a key.
using Value = std::function<void(accord::test::GgufWriter &, std::string_view key)>;
Value textValue(std::string text);
Value countValue(uint32_t number);
Value textsValue(std::vector<std::string> texts);

/// By key, so that tests may replace one and leave one out.
using Metadata = std::map<std::string, Value>;
/// All that the source says, and a llama architecture of one layer.
Metadata metadataOf(const VocabularySource &source);
/// A whole file with the tensors of the smallest llama model, so that llama.cpp loads it too; `rows` of the
/// embedding.
std::string ggufBytes(const Metadata &metadata, size_t rows);

} // namespace accord::tokenizer::test
