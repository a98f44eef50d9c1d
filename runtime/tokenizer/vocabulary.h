// The tokens of a model and what its file says of them, checked.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <string_view>
#include <vector>

namespace accord::tokenizer {

/// Ids as in `tokenizer.ggml.token_type`.
enum class TokenType : uint8_t { Undefined, Normal, Unknown, Control, UserDefined, Unused, Byte };

/// `tokenizer.ggml.*` of a file, as it stands there.
struct VocabularySource {
  std::string place; ///< of messages: the file's path
  std::string name;  ///< `general.name`
  std::string model; ///< `.model`: "gpt2" (byte-level BPE) or "llama" (SentencePiece)
  std::string pre;   ///< `.pre`, of gpt2
  std::vector<std::string> tokens;
  std::vector<int64_t> types;               ///< empty: all normal
  std::vector<float> scores;                ///< of llama; one a token
  std::vector<std::string> merges;          ///< of gpt2; "left right", the most frequent pair first
  std::optional<int64_t> bos, eos, unknown; ///< `.bos_token_id`, ...
  /// Other ids that the file says end a generation, with their keys after `tokenizer.ggml.`.
  std::vector<std::pair<std::string, int64_t>> moreEnds;
  std::optional<bool> addBos, addEos, addSpacePrefix; ///< `.add_bos_token`, ...
  std::string chatTemplate;                           ///< `tokenizer.chat_template`; empty without one
};

/// From texts to ids, by open addressing: a model has hundreds of thousands of merges, and each asks three
/// times.
class TextIndex {
public:
  /// Forgets everything; makes room for `count` texts.
  void reserve(size_t count);
  /// The id that the text had before, or -1 when it is new. `texts` is what ids index.
  int32_t insert(const std::vector<std::string> &texts, int32_t id);
  int32_t find(const std::vector<std::string> &texts, std::string_view text) const;

private:
  struct Slot {
    uint32_t hash = 0; ///< spares most looks at the texts
    int32_t id = -1;
  };
  size_t slotOf(const std::vector<std::string> &texts, std::string_view text, uint32_t hash) const;
  std::vector<Slot> slots; ///< a power of two, at most half full
};

class Vocabulary {
public:
  /// Refuses a source that contradicts itself: `<place>: key '<key>': expected X, got Y`.
  static Expected<Vocabulary> create(VocabularySource source);

  int32_t size() const { return static_cast<int32_t>(source.tokens.size()); }
  const std::string &text(int32_t id) const { return source.tokens[static_cast<size_t>(id)]; }
  TokenType type(int32_t id) const { return types[static_cast<size_t>(id)]; }
  /// White space behind the token is part of it.
  bool takesSpace(int32_t id) const { return spaceTakers[static_cast<size_t>(id)]; }
  /// 0 without scores.
  float score(int32_t id) const { return source.scores.empty() ? 0 : source.scores[static_cast<size_t>(id)]; }
  /// The token that is written exactly so; -1 without one.
  int32_t find(std::string_view text) const { return ids.find(source.tokens, text); }
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
  std::vector<bool> ends, spaceTakers;
  TextIndex ids;
  std::optional<int32_t> bosId, eosId, unknownId;
  size_t longestBytes = 0;
};

/// A text for a message: quoted, cut when long.
std::string quoted(std::string_view text);

} // namespace accord::tokenizer
