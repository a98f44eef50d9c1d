// SentencePiece's byte-pair encoding, as LLaMA-2 and its descendants use it: characters merge by the score of
// the token that they become, over the whole text, spaces included.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/tokenizer/vocabulary.h"

namespace accord::tokenizer {

/// U+2581, which stands for a space in SentencePiece's tokens.
constexpr std::string_view spaceMark = "\xe2\x96\x81";

/// The byte of a token that is written `<0x0A>`.
std::optional<uint8_t> byteOfToken(std::string_view token);

class SentencePiece {
public:
  explicit SentencePiece(const Vocabulary &vocabulary);
  /// Appends the ids of a text in which spaceMark stands for spaces. A character without a token becomes its
  /// bytes; a byte without a token the unknown token, or nothing when there is none.
  void encode(const Vocabulary &vocabulary, std::string_view text, std::vector<int32_t> &ids) const;

private:
  int32_t byteToken[256] = {}; ///< -1 for none
};

} // namespace accord::tokenizer
