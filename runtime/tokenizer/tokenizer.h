// Text to token ids and back, with the vocabulary of a GGUF file; ids equal to llama.cpp's.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "runtime/model/gguf.h"
#include "runtime/tokenizer/chat_template.h"
#include "runtime/tokenizer/vocabulary.h"
#include <memory>

namespace accord::tokenizer {

/// Immutable; calls may come from any thread.
class Tokenizer {
public:
  /// From a GGUF's metadata (keys tokenizer.*). Fails for a model or pre-tokenizer that is not supported,
  /// naming it and the supported ones. `pre` names the pre-tokenizer in place of the file, unless empty. Does
  /// not need the file afterwards.
  static Expected<std::unique_ptr<Tokenizer>> load(const model::GgufFile &file, const std::string &pre = "");
  static Expected<std::unique_ptr<Tokenizer>> create(VocabularySource source);
  ~Tokenizer();

  /// The ids of a text of any bytes. `addSpecial` adds the tokens that the model wants around a text (bos,
  /// eos) where the file says so. `parseSpecial` finds control tokens that are written out in the text;
  /// without it they are text. The text of chat() is encoded with addSpecial = false and parseSpecial = true.
  ///
  /// Byte-level BPE replaces bytes that are not UTF-8 by U+FFFD, SentencePiece keeps them (but decodes a
  /// space after a cut character as U+2581). Fails for more than 2^30 bytes.
  Expected<std::vector<int32_t>> encode(std::string_view text, bool addSpecial, bool parseSpecial) const;

  /// The bytes of one token, which may be a part of a UTF-8 character; the text of control tokens; nothing
  /// for unused tokens and ids outside the vocabulary. SentencePiece gives a text a leading space: whoever
  /// decodes a whole text removes it when addsSpace().
  std::string decode(int32_t id) const;

  int32_t vocabulary() const { return tokens.size(); }
  std::optional<int32_t> bos() const { return tokens.bos(); }
  std::optional<int32_t> eos() const { return tokens.eos(); }
  /// Of eos and of every other token that ends an answer; false outside the vocabulary.
  bool isEndOfGeneration(int32_t id) const;
  bool isControl(int32_t id) const;
  /// Whether encode adds bos in front of a text.
  bool addsBos() const { return addBos; }
  /// What the file says that is odd and does no harm; empty for nothing.
  const std::string &warning() const { return oddity; }
  bool addsSpace() const { return addSpacePrefix; }

  /// The conversation as the model's own chat template writes it. An unknown template is refused, not
  /// guessed.
  Expected<std::string> chat(const std::vector<Message> &messages, bool addGenerationPrompt) const;

private:
  struct Encoders;
  explicit Tokenizer(Vocabulary vocabulary);

  Vocabulary tokens;
  bool addBos = false, addEos = false, addSpacePrefix = false;
  std::string oddity;
  std::unique_ptr<Encoders> encoders;
};

} // namespace accord::tokenizer
