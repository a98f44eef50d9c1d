// Byte-level byte-pair encoding.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tokenizer/byte_pairs.h"
#include "runtime/tokenizer/unicode.h"

#include <array>
#include <queue>

namespace accord::tokenizer {

namespace {

/// GPT-2's alphabet: a byte that prints in Latin-1 is itself, the others are U+0100 and on, in order.
struct Alphabet {
  std::array<std::string, 256> characters;
  std::array<int16_t, 0x144> bytes; ///< by code point; -1 for none

  Alphabet() {
    bytes.fill(-1);
    uint32_t next = 0x100;
    for (uint32_t byte = 0; byte < 256; ++byte) {
      const bool prints = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte != 0xad);
      const uint32_t codePoint = prints ? byte : next++;
      appendUtf8(characters[byte], codePoint);
      bytes[codePoint] = static_cast<int16_t>(byte);
    }
  }
};

const Alphabet &alphabet() {
  static const Alphabet a;
  return a;
}

/// Neighbours that may become one token. The best is the lowest rank; of equal ranks, the leftmost.
struct Candidate {
  uint32_t rank, left, right;
  int32_t leftToken, rightToken, merged;
  bool operator<(const Candidate &other) const {
    return rank != other.rank ? rank > other.rank : left > other.left;
  }
};

struct Symbol {
  int32_t token;
  uint32_t previous, next;
};

constexpr uint32_t nowhere = ~uint32_t(0);
constexpr int32_t swallowed = -2; ///< of a symbol that became part of its left neighbour

} // namespace

/// What one word after another is merged in.
struct BytePairs::Workspace {
  std::vector<Symbol> symbols;
  std::priority_queue<Candidate> candidates;
  std::string written;
};

std::string_view alphabetOf(uint8_t byte) { return alphabet().characters[byte]; }

std::string decodeAlphabet(std::string_view token) {
  std::string bytes;
  for (size_t at = 0; at < token.size();) {
    const Decoded d = decodeUtf8(token, at);
    if (d.codePoint < alphabet().bytes.size() && alphabet().bytes[d.codePoint] >= 0)
      bytes += static_cast<char>(alphabet().bytes[d.codePoint]);
    else
      bytes += token.substr(at, d.bytes);
    at += d.bytes;
  }
  return bytes;
}

void BytePairs::Merges::reserve(size_t count) {
  int bits = 4;
  while ((size_t(1) << bits) < 2 * count)
    ++bits;
  shift = 64 - bits;
  slots.assign(size_t(1) << bits, Slot());
}

size_t BytePairs::Merges::slotOf(uint64_t pair) const {
  // Fibonacci hashing: ids are small and consecutive, the product's high bits are not.
  size_t slot = pair * 0x9e3779b97f4a7c15u >> shift;
  while (slots[slot].pair != none && slots[slot].pair != pair)
    slot = (slot + 1) & (slots.size() - 1);
  return slot;
}

void BytePairs::Merges::insert(int32_t left, int32_t right, Merge merge) {
  Slot &slot = slots[slotOf(pairOf(left, right))];
  if (slot.pair == none)
    slot = {pairOf(left, right), merge};
}

const BytePairs::Merge *BytePairs::Merges::find(int32_t left, int32_t right) const {
  if (left < 0 || right < 0)
    return nullptr;
  const Slot &slot = slots[slotOf(pairOf(left, right))];
  return slot.pair == none ? nullptr : &slot.merge;
}

Expected<BytePairs> BytePairs::create(const Vocabulary &vocabulary, PreTokenizer rules) {
  BytePairs encoder;
  encoder.rules = rules;
  for (uint32_t byte = 0; byte < 256; ++byte)
    encoder.byteToken[byte] = vocabulary.find(alphabetOf(static_cast<uint8_t>(byte)));

  const std::vector<std::string> &list = vocabulary.facts().merges;
  if (list.size() > (size_t(1) << 30))
    return vocabulary.error("merges", "at most 2^30 merges", std::to_string(list.size()));
  encoder.merges.reserve(list.size());
  std::string both;
  for (size_t rank = 0; rank < list.size(); ++rank) {
    const std::string &text = list[rank];
    // Neither side is empty; a space never stands in a token that is merged, it is a letter of the alphabet
    // there.
    const size_t space = text.find(' ', 1);
    if (space == std::string::npos || space + 1 == text.size())
      return vocabulary.error(
          "merges", "two tokens and a space between them as merge " + std::to_string(rank), quoted(text));
    const std::string_view left = std::string_view(text).substr(0, space),
                           right = std::string_view(text).substr(space + 1);
    both.assign(left).append(right);
    const int32_t leftToken = vocabulary.find(left), rightToken = vocabulary.find(right),
                  merged = vocabulary.find(both);
    for (const auto &[token, side] : {std::pair(leftToken, left), {rightToken, right}, {merged, both}})
      if (token < 0)
        return vocabulary.error("merges", "tokens of the vocabulary in merge " + std::to_string(rank),
                                quoted(side));
    encoder.merges.insert(leftToken, rightToken, {static_cast<uint32_t>(rank), merged});
  }
  return encoder;
}

void BytePairs::encodeWord(std::string_view word, Workspace &work, std::vector<int32_t> &ids) const {
  std::vector<Symbol> &symbols = work.symbols;
  std::priority_queue<Candidate> &candidates = work.candidates;
  const uint32_t length = static_cast<uint32_t>(word.size());
  symbols.clear();
  for (uint32_t i = 0; i < length; ++i)
    symbols.push_back({byteToken[static_cast<uint8_t>(word[i])], i == 0 ? nowhere : i - 1,
                       i + 1 == length ? nowhere : i + 1});

  const auto consider = [&](uint32_t left, uint32_t right) {
    if (left == nowhere || right == nowhere)
      return;
    const int32_t leftToken = symbols[left].token, rightToken = symbols[right].token;
    if (const Merge *merge = merges.find(leftToken, rightToken))
      candidates.push({merge->rank, left, right, leftToken, rightToken, merge->merged});
  };
  for (uint32_t i = 1; i < length; ++i)
    consider(i - 1, i);
  while (!candidates.empty()) {
    const Candidate best = candidates.top();
    candidates.pop();
    Symbol &left = symbols[best.left], &right = symbols[best.right];
    // Tokens differ in their text, so a symbol with the same token still covers the same bytes.
    if (left.token != best.leftToken || right.token != best.rightToken)
      continue;
    left.token = best.merged;
    left.next = right.next;
    right.token = swallowed;
    if (left.next != nowhere)
      symbols[left.next].previous = best.left;
    consider(left.previous, best.left);
    consider(best.left, left.next);
  }
  for (uint32_t i = 0; i != nowhere && length > 0; i = symbols[i].next)
    if (symbols[i].token >= 0)
      ids.push_back(symbols[i].token);
}

void BytePairs::encode(const Vocabulary &vocabulary, std::string_view text, std::vector<int32_t> &ids) const {
  const std::string repaired = repairUtf8(text);
  Workspace work;
  size_t begin = 0;
  for (const uint32_t end : splitWords(rules.words, repaired)) {
    const std::string_view word(repaired.data() + begin, end - begin);
    begin = end;
    if (rules.ignoreMerges) {
      work.written.clear();
      for (const char c : word)
        work.written += alphabetOf(static_cast<uint8_t>(c));
      if (const int32_t id = vocabulary.find(work.written); id >= 0) {
        ids.push_back(id);
        continue;
      }
    }
    encodeWord(word, work, ids);
  }
}

} // namespace accord::tokenizer
