// Hard texts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "texts.h"
#include "runtime/tokenizer/unicode.h"
#include <cstdio>
#include <cstdlib>

namespace accord::tokenizer::test {

namespace {

using namespace std::string_literals;

// clang-format off: it gives each a line of its own, as it cannot tell how wide they are.
const std::vector<std::string> &words() {
  static const std::vector<std::string> list = {
      "the", "Hello", "world", "tokenizer", "quantization", "I", "a", "antidisestablishmentarianism", "naïve",
      "Straße", "don't", "I'LL", "we've", "they're", "it's", "I'm", "he'd", "DON'T", "We'Ve", "'s", "''s",
      "'t't", "’s", "x'y'z", "int", "main()", "std::vector<int>", "x->y", "foo_bar", "camelCase", "#include",
      "/* no */", "//", "{}", "[[]]", "==", "!=", "<=>", "&&", "||", "0x1F", "1e-5f", "return;", "\\n",
      "C:\\path", "https://example.org/a?b=c&d=%20", "user@example.org", "v1.2.3", "$100.00", "50%",
      "1,000,000", "3.14159", "2024-01-31", "+1-555", "½", "²", "Ⅷ", "١٢٣", "१२३", "１２３", "𝟙𝟚", "十二", "日本語",
      "中文字符", "한국어", "ひらがな", "カタカナ", "ไทย", "हिन्दी", "தமிழ்", "العربية", "עברית", "\xe2\x80\x8frtl\xe2\x80\x8e", "Ελληνικά",
      "русский", "Ünïcödé", "e\xcc\x81", "a\xcc\x8a\xcc\xa3", "ﬁ", "ǅ", "😀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪🇯🇵",
      "❤️", "☃", "→", "…", "—", "«»", "„“", "、。", "！？", "\xef\xbb\xbf", "\xe2\x80\x8b", "\xc2\xad",
      "\xf0\xaf\xa0\x80", "\xee\x80\x80", "\xf0\x9f\xab\xa8", "𠮷", "\xf0\xb2\x8e\xaf", "\xf0\xae\xaf\xb0",
      "_", "-", "---", "...", "!!!", "?!", "\"", "'", "`", "~", "^", "@", "=", "*", "|"};
  return list;
}

const std::vector<std::string> &spaces() {
  static const std::vector<std::string> list = {
      " ", "  ", "   ", "\t", "\n", "\r\n", "\n\n", "\r", " \n", "\n ", "\t\t", "\v", "\f", "\xc2\xa0",
      "\xe3\x80\x80", "\xe2\x80\xa8", "\xe2\x80\x89", "\xc2\x85", "\xe1\x9a\x80", "\x1c", "\x1f",
      " \t \n \r\n  "};
  return list;
}

// clang-format on

} // namespace

Random::Random(const char *test) {
  const char *given = std::getenv("ACCORD_TEST_SEED");
  const uint64_t seed = given ? std::stoull(given) : std::random_device{}();
  std::printf("%s: ACCORD_TEST_SEED=%llu\n", test, static_cast<unsigned long long>(seed));
  engine.seed(seed);
}

std::vector<std::string> handWritten(size_t longRun) {
  // clang-format off
  std::vector<std::string> texts = {
      "", " ", "  ", "\n", "\0"s, "a\0b"s, "a", " a", "a ", " a ", "\ta", "a\t\tb", "\n\n\na", "a\n\n\n",
      "a \n b", "Hello, world!", "  leading", "trailing  ", "1", "12", "123", "1234", "12345678901234567890",
      " 1", "  1", "1 ", "1  ", "a1b2c3", "1a", "1.5", "1 2 3", "１２３４", "x½y", "  x", "   x", "    x", "\r\n",
      "\r\n\r\n", "a\r\nb", "\n \n", " \n", "\n ", "!\n", "! \n", "!\n\nx", " !", "  !", "! ", "?!?!", "'s",
      "'S", "it's", "it'S", "it's's", "'", "''", "'x", "' s", "'re", "'rE", "'RE", "'ll've'd'm't",
      "\xc5\xbf's", "'\xc5\xbf", "don’t", "def f(x):\n    return x + 1\n",
      "if (a < b && c > d) { e[i++] = 0x1F; }", "for\tx\tin\ty:", "\t\t\t\tdeep", "日本語", "日本語 テスト", "今日は、世界！",
      "한국어 문장", "😀", "😀😀", " 😀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽👍", "e\xcc\x81", "e\xcc\x81\xcc\x81", "\xcc\x81",
      "x\xcc\x81y", "مرحبا بالعالم", "שלום עולם", "\xe2\x80\x8f", "\xff", "\xff\xff", "\x80", "\xc3", "\xc3(",
      "\xe2\x82", "\xe2\x82(", "\xf0\x9f\x98", "\xf0\x9f", "a\xff b", "\xc0\x80", "\xc1\xbf", "\xe0\x80\xaf",
      "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe",
      "\xef\xbf\xbd", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf", "\xc2\xa0", "\xc2\xa0x", "x\xc2\xa0 y",
      "\xe3\x80\x80\xe3\x80\x80x", "\xc2\x85\n", "\x1c\x1d\x1e\x1f", "\x7f", "▁", "▁▁a", "a▁b", "<0x41>",
      "<0x0A>", "<unk>", "<s>", "</s>", "<s>x</s>", "<|im_start|>user\nHi<|im_end|>\n", "<|im_start|>",
      "<|im_start|", "|im_start|>", "<<|im_start|>>", "<|im_start|><|im_end|>", "a<|endoftext|>b",
      " <|endoftext|> ", "<|im_end|>\n<|im_start|>assistant\n", "[EMPTY_5]", "x[USR][USR]!!y",
      "<|>>|a|>|>", "Ġ", "ĠĠ", "Ċ", "\\u0120",
      "The quick brown fox jumps over the lazy dog.", "https://example.org/path?query=1&other=%20#fragment",
      "{\"key\": [1, 2.5e-3, null, true], \"s\": \"\\n\"}", "$x^2 + \\frac{1}{2}$",
      "| a | b |\n|---|---|\n| 1 | 2 |\n", "- [ ] item\n- [x] item\n", "~~~~~~~~", "--------",
      "================================", "aaaaaaaaaaaaaaaa", "AAAAaaaa", "ababababab", "the the the the"};
  // clang-format on
  for (const char *unit : {"a", " ", "\n", "!", "ab", "the ", "日", "1", "\xff", "😀"}) {
    const std::string piece = unit;
    std::string run;
    while (run.size() < longRun)
      run += piece;
    texts.push_back(std::move(run));
  }
  return texts;
}

std::string randomText(Random &random, int64_t pieces, const std::vector<std::string> &specials) {
  std::string text;
  for (int64_t i = 0; i < pieces; ++i) {
    const int64_t kind = random.integer(0, 99);
    if (kind < 50) {
      text += random.pick(words());
    } else if (kind < 60) {
      for (int64_t n = random.integer(1, 7); n > 0; --n)
        text += static_cast<char>(random.integer('0', '9'));
    } else if (kind < 68) {
      for (int64_t n = random.integer(1, 6); n > 0; --n)
        text += static_cast<char>(random.integer(0x21, 0x7e));
    } else if (kind < 74 && !specials.empty()) {
      const std::string &special = random.pick(specials);
      const size_t cut = random.chance(30) ? 1 : 0; // nearly a special token
      text += random.chance(50) ? special.substr(cut) : special.substr(0, special.size() - cut);
    } else if (kind < 80) {
      appendUtf8(text, static_cast<uint32_t>(random.chance(70) ? random.integer(0x80, 0x33fff)
                                                               : random.integer(0, 0x10ffff)));
    } else if (kind < 83) {
      // F4 to F7 begin what lies above U+10FFFF.
      const int64_t byte = random.integer(0, 255);
      text += static_cast<char>(byte >= 0xf4 && byte <= 0xf7 ? 0xff : byte);
    } else {
      text += random.pick(spaces());
    }
    if (random.chance(45))
      text += random.pick(spaces());
  }
  return text;
}

std::string randomBytes(Random &random, int64_t most) {
  std::string bytes;
  for (int64_t n = random.integer(0, most); n > 0; --n)
    bytes += static_cast<char>(random.integer(0, 255));
  return bytes;
}

} // namespace accord::tokenizer::test
