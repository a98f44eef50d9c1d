// Tokens that are found in a text before it is cut into words: control tokens and those that a user added.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/tokenizer/vocabulary.h"

namespace accord::tokenizer {

/// A part of a text: a special token, or text between them.
struct Fragment {
  std::string_view text;
  int32_t token; ///< -1 for text
};

class SpecialTokens {
public:
  explicit SpecialTokens(const Vocabulary &vocabulary);
  /// The text in parts, in order, none of them empty. User-defined tokens are always found, control and
  /// unknown tokens only with `parseSpecial`. Where two overlap the longer wins, wherever it begins; of equal
  /// length, the lower id. White space behind a token that takes it is in no part.
  std::vector<Fragment> split(std::string_view text, bool parseSpecial) const;

private:
  struct Special {
    std::string text; ///< own copies: the vocabulary may move
    int32_t id;
    uint32_t rank; ///< in order of precedence
    bool onlyParsed, takesSpace;
  };
  std::vector<Special> byText; ///< sorted
  bool begins[256] = {};       ///< bytes with which one begins
};

} // namespace accord::tokenizer
