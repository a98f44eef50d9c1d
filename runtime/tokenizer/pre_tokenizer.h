// Cutting text into the words that byte-level BPE merges within: the regular expressions of the
// pre-tokenizers, by hand.
//
// A regular expression library would need Unicode classes and look-ahead, and its recursion ends on long
// words. Each expression is a list of alternatives, tried in order at the end of the last word, so a function
// that returns the end of the next word says the same in a few lines.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace accord::tokenizer {

/// What `tokenizer.ggml.pre` stands for.
struct PreTokenizer {
  enum class Words : uint8_t {
    /// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
    Gpt2,
    /// Each \p{N} by itself, then Gpt2 in what lies between.
    SingleNumbersGpt2,
    /// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
    /// ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
    Llama3,
    /// Llama3 with \p{N} for \p{N}{1,3}
    Qwen2,
  };
  Words words;
  bool ignoreMerges; ///< a word that is a token is that token, whatever the merges would make of it
  bool addBos;       ///< unless the file says otherwise
};

/// Nothing for a name that is not supported.
std::optional<PreTokenizer> findPreTokenizer(std::string_view name);
/// For messages: `gpt-2, llama-bpe, ...`.
std::string supportedPreTokenizers();

/// The ends of the words of `text`, in bytes, ascending; the last is text.size(). Needs a text of repairUtf8.
std::vector<uint32_t> splitWords(PreTokenizer::Words words, std::string_view text);

} // namespace accord::tokenizer
