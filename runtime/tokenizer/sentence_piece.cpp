// SentencePiece's byte-pair encoding.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tokenizer/sentence_piece.h"
#include "runtime/tokenizer/unicode.h"

#include <algorithm>
#include <queue>

namespace accord::tokenizer {

namespace {

constexpr uint32_t nowhere = ~uint32_t(0);

/// A part of the text; bytes = 0 once it is part of its left neighbour.
struct Symbol {
  uint32_t begin, bytes, previous, next;
};

/// Neighbours that are a token together. The best has the highest score; of equal scores, the leftmost.
struct Candidate {
  float score;
  uint32_t left, right, bytes;
  bool operator<(const Candidate &other) const {
    return score != other.score ? score < other.score : left > other.left;
  }
};

int digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                : -1;
}

} // namespace

std::optional<uint8_t> byteOfToken(std::string_view token) {
  if (token.size() != 6 || token.substr(0, 3) != "<0x" || token[5] != '>' || digit(token[3]) < 0 ||
      digit(token[4]) < 0)
    return std::nullopt;
  return static_cast<uint8_t>(digit(token[3]) * 16 + digit(token[4]));
}

SentencePiece::SentencePiece(const Vocabulary &vocabulary) {
  for (uint32_t byte = 0; byte < 256; ++byte) {
    const char *digits = "0123456789ABCDEF";
    const char named[] = {'<', '0', 'x', digits[byte >> 4], digits[byte & 15], '>'};
    const char itself = static_cast<char>(byte);
    const int32_t id = vocabulary.find({named, sizeof named});
    byteToken[byte] = id >= 0 ? id : vocabulary.find({&itself, 1});
  }
}

void SentencePiece::encode(const Vocabulary &vocabulary, std::string_view text,
                           std::vector<int32_t> &ids) const {
  std::vector<Symbol> symbols;
  symbols.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = std::min<size_t>(promisedLength(text[at]), text.size() - at);
    const uint32_t i = static_cast<uint32_t>(symbols.size());
    symbols.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(bytes), i - 1, i + 1});
    at += bytes;
  }
  if (symbols.empty())
    return;
  symbols.front().previous = symbols.back().next = nowhere;

  std::priority_queue<Candidate> candidates;
  const auto consider = [&](uint32_t left, uint32_t right) {
    if (left == nowhere || right == nowhere)
      return;
    const uint32_t bytes = symbols[left].bytes + symbols[right].bytes;
    if (bytes > vocabulary.longest())
      return;
    if (const int32_t id = vocabulary.find(text.substr(symbols[left].begin, bytes)); id >= 0)
      candidates.push({vocabulary.score(id), left, right, bytes});
  };
  for (uint32_t i = 1; i < symbols.size(); ++i)
    consider(i - 1, i);
  while (!candidates.empty()) {
    const Candidate best = candidates.top();
    candidates.pop();
    Symbol &left = symbols[best.left], &right = symbols[best.right];
    // Symbols only grow, so the same sum means that neither did.
    if (left.bytes == 0 || right.bytes == 0 || left.bytes + right.bytes != best.bytes)
      continue;
    left.bytes = best.bytes;
    right.bytes = 0;
    left.next = right.next;
    if (left.next != nowhere)
      symbols[left.next].previous = best.left;
    consider(left.previous, best.left);
    consider(best.left, left.next);
  }

  for (uint32_t i = 0; i != nowhere; i = symbols[i].next) {
    const std::string_view part = text.substr(symbols[i].begin, symbols[i].bytes);
    if (const int32_t id = vocabulary.find(part); id >= 0) {
      ids.push_back(id);
      continue;
    }
    for (const char c : part) {
      const int32_t id = byteToken[static_cast<uint8_t>(c)];
      if (id >= 0)
        ids.push_back(id);
      else if (vocabulary.unknown())
        ids.push_back(*vocabulary.unknown());
    }
  }
}

} // namespace accord::tokenizer
