// Vocabularies from a seed: small, but with all that a tokenizer must tell apart.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/tokenizer/vocabulary.h"
#include "texts.h"

namespace accord::tokenizer::test {

/// Byte-level BPE: merges learnt from random text, words that no merge makes, a few bytes without a token,
/// and special tokens that overlap.
VocabularySource generateBytePairs(Random &random, const std::string &pre);
/// SentencePiece: pieces of random text with scores, many of them equal; all 256 bytes.
VocabularySource generateSentencePiece(Random &random);
/// The texts of the special tokens.
std::vector<std::string> specialsOf(const VocabularySource &source);

} // namespace accord::tokenizer::test
