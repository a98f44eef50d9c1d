// The tokens of a model and what its file says of them, checked.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace accord::tokenizer {

/// Ids as in `tokenizer.ggml.token_type`.
enum class TokenType : uint8_t { Undefined, Normal, Unknown, Control, UserDefined, Unused, Byte };

/// `tokenizer.ggml.*` of a file, as it stands there.
struct VocabularySource {
  std::string place; ///< of messages: the file's path
  std::string model; ///< `.model`: "gpt2" (byte-level BPE) or "llama" (SentencePiece)
  std::string pre;   ///< `.pre`, of gpt2
  std::vector<std::string> tokens;
  std::vector<int64_t> types;                         ///< empty: all normal
  std::vector<float> scores;                          ///< of llama; one a token
  std::vector<std::string> merges;                    ///< of gpt2; "left right", the most frequent pair first
  std::optional<int64_t> bos, eos, unknown;           ///< `.bos_token_id`, ...
  /// Other ids that the file says end a generation, with their keys after `tokenizer.ggml.`.
  std::vector<std::pair<std::string, int64_t>> moreEnds;
  std::optional<bool> addBos, addEos, addSpacePrefix; ///< `.add_bos_token`, ...
  std::string chatTemplate;                           ///< `tokenizer.chat_template`; empty without one
};

class Vocabulary {
public:
  /// Refuses a source that contradicts itself: `<place>: key '<key>': expected X, got Y`.
  static Expected<Vocabulary> create(VocabularySource source);

  int32_t size() const { return static_cast<int32_t>(source.tokens.size()); }
  const std::string &text(int32_t id) const { return source.tokens[static_cast<size_t>(id)]; }
  TokenType type(int32_t id) const { return types[static_cast<size_t>(id)]; }
  /// 0 without scores.
  float score(int32_t id) const { return source.scores.empty() ? 0 : source.scores[static_cast<size_t>(id)]; }
  /// The token that is written exactly so; -1 without one.
  int32_t find(std::string_view text) const;
  std::optional<int32_t> bos() const { return bosId; }
  std::optional<int32_t> eos() const { return eosId; }
  std::optional<int32_t> unknown() const { return unknownId; }
  bool endsGeneration(int32_t id) const { return ends[static_cast<size_t>(id)]; }
  /// In bytes, of the longest token.
  size_t longest() const { return longestBytes; }
  const VocabularySource &facts() const { return source; }
  /// `<place>: key 'tokenizer.ggml.<key>': expected <expected>, got <got>`
  Error error(std::string_view key, const std::string &expected, const std::string &got) const;

private:
  Expected<std::optional<int32_t>> checkId(std::string_view key, std::optional<int64_t> id) const;
  Status checkTokens();
  Status checkSpecials();

  VocabularySource source;
  std::vector<TokenType> types;
  std::vector<bool> ends;
  std::unordered_map<std::string_view, int32_t> ids; ///< views into source.tokens, whose heap moves with it
  std::optional<int32_t> bosId, eosId, unknownId;
  size_t longestBytes = 0;
};

/// A text for a message: quoted, cut when long.
std::string quoted(std::string_view text);

} // namespace accord::tokenizer
