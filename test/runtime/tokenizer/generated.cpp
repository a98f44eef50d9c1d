// Random vocabularies.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "generated.h"
#include "runtime/tokenizer/byte_pairs.h"
#include "runtime/tokenizer/sentence_piece.h"
#include "runtime/tokenizer/unicode.h"
#include <algorithm>
#include <set>

namespace accord::tokenizer::test {

namespace {

enum : int64_t { normal = 1, unknown = 2, control = 3, userDefined = 4, byteType = 6 };

class Builder {
public:
  explicit Builder(VocabularySource &source) : source(source) {}
  bool add(const std::string &text, int64_t type, float score = 0) {
    if (text.empty() || !known.insert(text).second)
      return false;
    source.tokens.push_back(text);
    source.types.push_back(type);
    if (source.model == "llama")
      source.scores.push_back(score);
    return true;
  }
  bool has(const std::string &text) const { return known.count(text) > 0; }

private:
  VocabularySource &source;
  std::set<std::string> known;
};

void addSpecials(Builder &tokens) {
  for (const char *text :
       {"<|im_start|>", "<|im_end|>", "<|a|>", "<|a|>|", "<|reserved_0|>", "<s>", "</s>", "<|endoftext|>"})
    tokens.add(text, control);
  // Some overlap, and the longer wins. None of equal length do: llama.cpp's order of those is its sort's.
  for (const char *text : {"[USR]", "[USR][USR]", "USR][USR]!!", "ab", "|>>", "  ", "日本", "<|", "aaa"})
    tokens.add(text, userDefined);
  tokens.add("<unk>", unknown);
}

} // namespace

std::vector<std::string> specialsOf(const VocabularySource &source) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < source.tokens.size(); ++i)
    if (source.types[i] >= unknown && source.types[i] <= userDefined)
      texts.push_back(source.tokens[i]);
  return texts;
}

VocabularySource generateBytePairs(Random &random, const std::string &pre) {
  VocabularySource s;
  s.place = "generated";
  s.model = "gpt2";
  s.pre = pre;
  Builder tokens(s);
  std::set<int64_t> missing;
  while (missing.size() < 3)
    missing.insert(random.integer(0x80, 0xff));
  for (int byte = 0; byte < 256; ++byte)
    if (missing.count(byte) == 0)
      tokens.add(std::string(alphabetOf(static_cast<uint8_t>(byte))), normal);

  // Learning from words: a random pair of neighbours becomes one, everywhere.
  std::vector<std::vector<std::string>> sample;
  for (int64_t i = 0; i < 400; ++i) {
    std::vector<std::string> word;
    for (const char c : repairUtf8(randomText(random, 1, {})))
      if (missing.count(static_cast<uint8_t>(c)) == 0)
        word.emplace_back(alphabetOf(static_cast<uint8_t>(c)));
    if (word.size() > 1)
      sample.push_back(std::move(word));
  }
  for (int64_t i = 0; i < 1200; ++i) {
    const std::vector<std::string> &from = random.pick(sample);
    if (from.size() < 2)
      continue;
    const size_t at = static_cast<size_t>(random.integer(0, static_cast<int64_t>(from.size()) - 2));
    const std::string left = from[at], right = from[at + 1];
    s.merges.push_back(left + " " + right);
    tokens.add(left + right, normal);
    for (std::vector<std::string> &word : sample)
      for (size_t k = 0; k + 1 < word.size(); ++k)
        if (word[k] == left && word[k + 1] == right) {
          word[k] += right;
          word.erase(word.begin() + static_cast<ptrdiff_t>(k) + 1);
        }
  }
  // A second way to a token, and a pair that is listed twice.
  s.merges.push_back(s.merges.front());
  for (const char *text : {"Ġworld", "Hello", "Ġ123", "123", "ĊĊ", "don", "ĠĠĠ", "it's"})
    tokens.add(text, normal);
  addSpecials(tokens);
  s.bos = static_cast<int64_t>(s.tokens.size()) - 1;
  s.eos = *s.bos - 1;
  if (random.chance(50))
    s.addBos = random.chance(50);
  if (random.chance(50))
    s.addEos = random.chance(50);
  return s;
}

VocabularySource generateSentencePiece(Random &random) {
  VocabularySource s;
  s.place = "generated";
  s.model = "llama";
  Builder tokens(s);
  tokens.add("<unk>", unknown);
  tokens.add("<s>", control);
  tokens.add("</s>", control);
  for (int byte = 0; byte < 256; ++byte) {
    const char *digits = "0123456789ABCDEF";
    tokens.add({'<', '0', 'x', digits[byte >> 4], digits[byte & 15], '>'}, byteType);
  }
  tokens.add(std::string(spaceMark), normal, -1);
  for (int64_t i = 0; i < 2500; ++i) {
    std::string text = randomText(random, 2, {});
    std::string marked;
    for (const char c : text)
      marked += c == ' ' ? std::string(spaceMark) : std::string(1, c);
    // A piece of whole characters, two thirds of them of one or two.
    std::vector<size_t> begins;
    for (size_t at = 0; at < marked.size();
         at += std::min<size_t>(promisedLength(marked[at]), marked.size() - at))
      begins.push_back(at);
    if (begins.empty())
      continue;
    begins.push_back(marked.size());
    const int64_t first = random.integer(0, static_cast<int64_t>(begins.size()) - 2);
    const int64_t most = random.chance(66) ? 2 : 8;
    const int64_t last =
        std::min<int64_t>(first + random.integer(1, most), static_cast<int64_t>(begins.size()) - 1);
    const std::string piece =
        marked.substr(begins[static_cast<size_t>(first)],
                      begins[static_cast<size_t>(last)] - begins[static_cast<size_t>(first)]);
    if (piece.find('\0') != std::string::npos)
      continue; // llama.cpp would end the token there
    tokens.add(piece, normal, static_cast<float>(-random.integer(0, 300)));
  }
  addSpecials(tokens);
  s.bos = 1;
  s.eos = 2;
  s.unknown = 0;
  if (random.chance(50))
    s.addSpacePrefix = random.chance(50);
  if (random.chance(50))
    s.addEos = random.chance(50);
  return s;
}

} // namespace accord::tokenizer::test
