// The pre-tokenizers' regular expressions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tokenizer/pre_tokenizer.h"
#include "runtime/tokenizer/unicode.h"

namespace accord::tokenizer {

namespace {

using Words = PreTokenizer::Words;

struct Row {
  std::string_view name;
  PreTokenizer rules;
};

// Names that share an expression, as in llama.cpp; "default" has one of its own, known to be wrong for most
// models.
constexpr Row table[] = {
    {"gpt-2", {Words::Gpt2, false, false}},
    {"phi-2", {Words::Gpt2, false, false}},
    {"mpt", {Words::Gpt2, false, false}},
    {"olmo", {Words::Gpt2, false, false}},
    {"smollm", {Words::SingleNumbersGpt2, false, false}},
    {"starcoder", {Words::SingleNumbersGpt2, false, false}},
    {"refact", {Words::SingleNumbersGpt2, false, false}},
    {"command-r", {Words::SingleNumbersGpt2, false, false}},
    {"codeshell", {Words::SingleNumbersGpt2, false, false}},
    {"llama-bpe", {Words::Llama3, true, true}},
    {"llama3", {Words::Llama3, true, true}},
    {"llama-v3", {Words::Llama3, true, true}},
    {"falcon3", {Words::Llama3, true, true}},
    {"dbrx", {Words::Llama3, false, false}},
    {"smaug-bpe", {Words::Llama3, false, false}},
    {"qwen2", {Words::Qwen2, false, false}},
    {"deepseek-r1-qwen", {Words::Qwen2, false, false}},
    {"stablelm2", {Words::Qwen2, false, false}},
};

/// A text by characters. Every question about a place at or past the end has an answer, so that the rules
/// read as the expressions do.
class Characters {
public:
  explicit Characters(std::string_view text) : text(text) {
    characters.reserve(text.size() + 1);
    for (size_t at = 0; at < text.size();) {
      const Decoded d = decodeUtf8(text, at);
      characters.push_back({static_cast<uint32_t>(at), classOf(d.codePoint)});
      at += d.bytes;
    }
    end = characters.size();
  }

  size_t size() const { return characters.size(); }
  /// Moves the place where the text seems to end.
  void endAt(size_t place) { end = place; }
  size_t endPlace() const { return end; }

  bool is(size_t i, CharClass name) const { return i < end && characters[i].name == name; }
  /// Of ASCII; other characters and the end give -1.
  int ascii(size_t i) const {
    const int byte = i < end ? static_cast<uint8_t>(text[characters[i].begin]) : 0x80;
    return byte < 0x80 ? byte : -1;
  }
  bool isNewline(size_t i) const { return ascii(i) == '\r' || ascii(i) == '\n'; }
  /// The end of the run of one class that begins at i, of at most `limit` characters.
  size_t endOfRun(size_t i, CharClass name, size_t limit = SIZE_MAX) const {
    for (; limit > 0 && is(i, name); --limit)
      ++i;
    return i;
  }
  uint32_t byteOffset(size_t i) const {
    return i < characters.size() ? characters[i].begin : static_cast<uint32_t>(text.size());
  }

private:
  struct Character {
    uint32_t begin; ///< in bytes
    CharClass name;
  };
  std::string_view text;
  std::vector<Character> characters;
  size_t end;
};

/// 's|'t|'re|'ve|'m|'ll|'d: the end of the match at i, or i.
size_t endOfContraction(const Characters &c, size_t i, bool anyCase) {
  if (c.ascii(i) != '\'')
    return i;
  const auto letter = [&](size_t place) {
    const int byte = c.ascii(place);
    return anyCase && byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte;
  };
  const int first = letter(i + 1), second = letter(i + 2);
  if (first == 's' || first == 't' || first == 'm' || first == 'd')
    return i + 2;
  if ((first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l'))
    return i + 3;
  return i;
}

/// \s+(?!\S)|\s+ where i is white space: a run leaves its last character to the word that follows, if one
/// does.
size_t endOfSpaces(const Characters &c, size_t i) {
  const size_t end = c.endOfRun(i, CharClass::Space);
  return end < c.endPlace() && end - i > 1 ? end - 1 : end;
}

size_t nextGpt2(const Characters &c, size_t i) {
  if (const size_t end = endOfContraction(c, i, false); end > i)
    return end;
  const size_t first = c.ascii(i) == ' ' ? i + 1 : i;
  for (CharClass name : {CharClass::Letter, CharClass::Number, CharClass::Other})
    if (c.is(first, name))
      return c.endOfRun(first, name);
  return endOfSpaces(c, i);
}

size_t nextLlama3(const Characters &c, size_t i, size_t digits) {
  if (const size_t end = endOfContraction(c, i, true); end > i)
    return end;
  // [^\r\n\p{L}\p{N}]?\p{L}+
  if (c.is(i, CharClass::Letter))
    return c.endOfRun(i, CharClass::Letter);
  if (!c.isNewline(i) && !c.is(i, CharClass::Number) && c.is(i + 1, CharClass::Letter))
    return c.endOfRun(i + 1, CharClass::Letter);
  if (c.is(i, CharClass::Number))
    return c.endOfRun(i, CharClass::Number, digits);
  // ` ?[^\s\p{L}\p{N}]+[\r\n]*`
  const size_t first = c.ascii(i) == ' ' ? i + 1 : i;
  if (c.is(first, CharClass::Other)) {
    size_t end = c.endOfRun(first, CharClass::Other);
    while (c.isNewline(end))
      ++end;
    return end;
  }
  // \s*[\r\n]+ ends after the last line break of the run.
  for (size_t end = c.endOfRun(i, CharClass::Space); end > i; --end)
    if (c.isNewline(end - 1))
      return end;
  return endOfSpaces(c, i);
}

} // namespace

std::optional<PreTokenizer> findPreTokenizer(std::string_view name) {
  for (const Row &row : table)
    if (row.name == name)
      return row.rules;
  return std::nullopt;
}

std::string supportedPreTokenizers() {
  std::string names;
  for (const Row &row : table)
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

std::vector<uint32_t> splitWords(PreTokenizer::Words words, std::string_view text) {
  Characters c(text);
  std::vector<uint32_t> ends;
  ends.reserve(text.size() / 4 + 1);
  const auto take = [&](size_t &i, size_t end) {
    i = end;
    ends.push_back(c.byteOffset(end));
  };
  size_t i = 0;
  switch (words) {
  case Words::Gpt2:
    while (i < c.size())
      take(i, nextGpt2(c, i));
    break;
  case Words::SingleNumbersGpt2:
    while (i < c.size()) {
      c.endAt(c.size());
      if (c.is(i, CharClass::Number)) {
        take(i, i + 1);
        continue;
      }
      size_t number = i;
      while (number < c.size() && !c.is(number, CharClass::Number))
        ++number;
      c.endAt(number); // to the look-ahead, the text ends before the number
      while (i < number)
        take(i, nextGpt2(c, i));
    }
    break;
  case Words::Llama3:
  case Words::Qwen2:
    while (i < c.size())
      take(i, nextLlama3(c, i, words == Words::Llama3 ? 3 : 1));
    break;
  }
  return ends;
}

} // namespace accord::tokenizer
