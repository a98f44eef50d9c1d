// Texts of any bytes: they come back, or as much of them as the vocabulary can hold, and nothing else
// happens.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "generated.h"
#include "runtime/tokenizer/byte_pairs.h"
#include "runtime/tokenizer/pre_tokenizer.h"
#include "runtime/tokenizer/tokenizer.h"
#include "runtime/tokenizer/unicode.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

using namespace accord;
using namespace accord::tokenizer;
using namespace accord::tokenizer::test;

namespace {

std::unique_ptr<Tokenizer> create(VocabularySource source) {
  auto tokenizer = Tokenizer::create(std::move(source));
  if (!tokenizer)
    FAIL(tokenizer.error().message);
  return std::move(*tokenizer);
}

std::string back(const Tokenizer &t, const std::string &text, bool parseSpecial) {
  const auto ids = t.encode(text, false, parseSpecial);
  if (!ids)
    return "error: " + ids.error().message;
  std::string out;
  for (const int32_t id : *ids) {
    REQUIRE(id >= 0);
    REQUIRE(id < t.vocabulary());
    out += t.decode(id);
  }
  return out;
}

/// With spaces for SentencePiece's marks.
std::string spaced(std::string text) {
  for (size_t at; (at = text.find("\xe2\x96\x81")) != std::string::npos;)
    text.replace(at, 3, " ");
  return text;
}

std::string anyText(Random &random, const std::vector<std::string> &specials) {
  return random.chance(50) ? randomBytes(random, 200) : randomText(random, random.integer(1, 20), specials);
}

/// Each list of supportedPreTokenizers once.
std::vector<std::string> preTokenizers() {
  std::vector<std::string> names;
  std::istringstream list(supportedPreTokenizers());
  for (std::string name; std::getline(list >> std::ws, name, ',');)
    names.push_back(name);
  return names;
}

} // namespace

TEST_CASE("byte-level BPE gives back what its vocabulary holds", "[tokenizer]") {
  Random random("byte-level BPE gives back");
  int64_t texts = 0, bytes = 0, replaced = 0, lost = 0;
  for (const std::string &name : preTokenizers()) {
    const VocabularySource source = generateBytePairs(random, name);
    const std::vector<std::string> specials = specialsOf(source);
    const auto t = create(source);
    for (int64_t i = 0; i < 150; ++i) {
      const std::string text = anyText(random, specials);
      std::string wanted;
      // Special tokens are cut out first, so what is invalid is decided between them; a cut in a character
      // would make its parts invalid, but special tokens are whole characters.
      for (const char c : repairUtf8(text))
        if (std::find(source.tokens.begin(), source.tokens.end(), alphabetOf(static_cast<uint8_t>(c))) !=
            source.tokens.end())
          wanted += c;
      replaced += repairUtf8(text) != text;
      lost += wanted != repairUtf8(text);
      const std::string got = back(*t, text, random.chance(50));
      // A special token may hold a byte that has no token of its own, which then is not lost.
      if (wanted == repairUtf8(text))
        CHECK(got == wanted);
      else
        CHECK(got.size() >= wanted.size());
      ++texts;
      bytes += static_cast<int64_t>(text.size());
    }
  }
  std::printf(
      "byte-level BPE: %lld texts (%lld bytes) there and back; %lld had bytes that are not UTF-8, %lld bytes "
      "without a token\n",
      static_cast<long long>(texts), static_cast<long long>(bytes), static_cast<long long>(replaced),
      static_cast<long long>(lost));
  CHECK(texts >= 2700);
}

TEST_CASE("SentencePiece gives back any bytes", "[tokenizer]") {
  Random random("SentencePiece gives back");
  int64_t texts = 0, bytes = 0;
  for (int64_t round = 0; round < 4; ++round) {
    VocabularySource source = generateSentencePiece(random);
    source.addSpacePrefix = false;
    const std::vector<std::string> specials = specialsOf(source);
    const auto t = create(source);
    for (int64_t i = 0; i < 600; ++i) {
      const std::string text = anyText(random, specials);
      const std::string got = back(*t, text, random.chance(50));
      // A byte that promises more than it has takes bytes of the mark of a following space with it, which
      // then come back one by one, as the mark.
      CHECK((repairUtf8(text) == text ? got : spaced(got)) == spaced(text));
      ++texts;
      bytes += static_cast<int64_t>(text.size());
    }
  }
  std::printf("SentencePiece: %lld texts (%lld bytes) there and back\n", static_cast<long long>(texts),
              static_cast<long long>(bytes));
  CHECK(texts == 2400);
}

TEST_CASE("words follow each other without gaps", "[tokenizer]") {
  Random random("words follow each other");
  int64_t words = 0;
  for (int64_t i = 0; i < 2000; ++i) {
    const std::string text = repairUtf8(anyText(random, {}));
    for (const PreTokenizer::Words kind : {PreTokenizer::Words::Gpt2, PreTokenizer::Words::SingleNumbersGpt2,
                                           PreTokenizer::Words::Llama3, PreTokenizer::Words::Qwen2}) {
      uint32_t last = 0;
      for (const uint32_t end : splitWords(kind, text)) {
        REQUIRE(end > last);
        last = end;
        ++words;
      }
      REQUIRE(last == text.size());
    }
  }
  std::printf("%lld words of 2000 texts\n", static_cast<long long>(words));
  CHECK(words > 10000);
}

TEST_CASE("ids outside the vocabulary are nothing", "[tokenizer]") {
  Random random("ids outside");
  const auto t = create(generateSentencePiece(random));
  for (const int32_t id : {-1, INT32_MIN, t->vocabulary(), INT32_MAX}) {
    CHECK(t->decode(id) == "");
    CHECK(!t->isEndOfGeneration(id));
    CHECK(!t->isControl(id));
  }
}

TEST_CASE("a byte without a token becomes the unknown token, or nothing", "[tokenizer]") {
  VocabularySource source;
  source.model = "llama";
  source.tokens = {"a", "?", "<0x62>"};
  source.scores = {0, 0, 0};
  source.types = {1, 2, 6};
  source.addBos = source.addSpacePrefix = false;
  source.unknown = 1;
  const auto t = create(source);
  const auto ids = t->encode("abc", false, false);
  REQUIRE(ids);
  CHECK(*ids == std::vector<int32_t>{0, 2, 1});
  CHECK(t->decode(2) == "b");
  CHECK(t->decode(1) == "?");
}

TEST_CASE("merges take the lowest rank, then the leftmost, and the first of a pair", "[tokenizer]") {
  VocabularySource source;
  source.model = "gpt2";
  source.pre = "gpt-2";
  source.tokens = {"a", "b", "c", "aa", "ab", "bc"};
  source.merges = {"a a", "a b", "b c", "a b"};
  const auto t = create(source);
  const auto ids = [&](const char *text) {
    const auto got = t->encode(text, false, false);
    REQUIRE(got);
    return *got;
  };
  CHECK(ids("aaa") == std::vector<int32_t>{3, 0});
  CHECK(ids("aaaab") == std::vector<int32_t>{3, 3, 1});
  CHECK(ids("abc") == std::vector<int32_t>{4, 2}); // rank 1 of "a b", not 3
}

TEST_CASE("scores take the highest, then the leftmost, and the longest token too", "[tokenizer]") {
  VocabularySource source;
  source.model = "llama";
  source.tokens = {"<unk>", "<s>", "</s>", "a", "b", "aa", "ab", "abab", "ababab"}; // the longest of all
  source.types = {2, 3, 3, 1, 1, 1, 1, 1, 1};
  source.scores = {0, 0, 0, 0, 0, -1, -1, -2, -3};
  source.addBos = source.addSpacePrefix = false;
  const auto t = create(source);
  const auto ids = [&](const char *text) {
    const auto got = t->encode(text, false, false);
    REQUIRE(got);
    return *got;
  };
  CHECK(ids("aaa") == std::vector<int32_t>{5, 3});
  CHECK(ids("aab") == std::vector<int32_t>{5, 4});
  CHECK(ids("abab") == std::vector<int32_t>{7});
  CHECK(ids("ababab") == std::vector<int32_t>{8});
  CHECK(ids("abababab") == std::vector<int32_t>{7, 7});
}

TEST_CASE("code points are kept up to the last, and no byte is lost to what is none", "[tokenizer]") {
  const std::string replaced = "\xef\xbf\xbd";
  for (uint32_t c : {0x7fu, 0x80u, 0x7ffu, 0x800u, 0xffffu, 0x10000u, 0x10fffeu, 0x10ffffu}) {
    std::string text;
    appendUtf8(text, c);
    CHECK(repairUtf8("a" + text + "z") == "a" + text + "z");
  }
  CHECK(repairUtf8("\xf4\x90\x80\x80z") == replaced + replaced + replaced + replaced + "z"); // U+110000
  CHECK(repairUtf8("\xc3z\xe2\x82") == replaced + "z" + replaced + replaced);
}

TEST_CASE("text begins with a space where the text does and behind special tokens", "[tokenizer]") {
  VocabularySource source;
  source.model = "llama";
  source.tokens = {"<unk>",
                   "<s>",
                   "</s>",
                   "a",
                   "\xe2\x96\x81",
                   "\xe2\x96\x81"
                   "a"};
  source.types = {2, 3, 3, 1, 1, 1};
  source.scores.assign(source.tokens.size(), 0);
  source.addBos = false;
  const auto ids = [&](bool prefix, const char *text) {
    source.addSpacePrefix = prefix;
    const auto got = create(source)->encode(text, false, true);
    REQUIRE(got);
    return *got;
  };
  CHECK(ids(true, "a<s>a") == std::vector<int32_t>{5, 1, 5});
  CHECK(ids(false, "a<s>a") == std::vector<int32_t>{3, 1, 3});
  CHECK(ids(true, "<s> a") == std::vector<int32_t>{1, 4, 5});
}

TEST_CASE("names of pre-tokenizers have llama.cpp's rules", "[tokenizer]") {
  // llama-vocab.cpp: the regular expressions of a name's type, and the flags that it sets.
  using Words = PreTokenizer::Words;
  const std::pair<std::vector<const char *>, PreTokenizer> known[] = {
      {{"gpt-2", "phi-2", "mpt", "olmo"}, {Words::Gpt2, false, false}},
      {{"smollm", "starcoder", "refact", "command-r", "codeshell"}, {Words::SingleNumbersGpt2, false, false}},
      {{"llama-bpe", "llama3", "llama-v3", "falcon3"}, {Words::Llama3, true, true}},
      {{"dbrx", "smaug-bpe"}, {Words::Llama3, false, false}},
      {{"qwen2", "deepseek-r1-qwen", "stablelm2"}, {Words::Qwen2, false, false}}};
  size_t names = 0;
  for (const auto &[group, rules] : known)
    for (const char *name : group) {
      INFO(name);
      const auto found = findPreTokenizer(name);
      REQUIRE(found);
      CHECK((found->words == rules.words && found->ignoreMerges == rules.ignoreMerges &&
             found->addBos == rules.addBos));
      ++names;
    }
  CHECK(names == preTokenizers().size());
}

TEST_CASE("texts that llama.cpp knows end a generation, or carry structure, whatever their type",
          "[tokenizer]") {
  // llama-vocab.cpp, where it looks for EOT, EOM, padding, repository and file marks, and for
  // fill-in-the-middle.
  const std::vector<std::string> ends = {"<|eot_id|>",
                                         "<|im_end|>",
                                         "<|end|>",
                                         "<end_of_turn>",
                                         "<|endoftext|>",
                                         "</s>",
                                         "<|eom_id|>",
                                         "<EOT>",
                                         "_<EOT>",
                                         "[EOT]",
                                         "[EOS]",
                                         "<|end_of_text|>",
                                         "<end_of_utterance>",
                                         "<eos>",
                                         "<｜end▁of▁sentence｜>",
                                         "<|fim_pad|>",
                                         "<fim-pad>",
                                         "<fim_pad>",
                                         "<PAD>",
                                         "[PAD]",
                                         "<|fim_repo|>",
                                         "<|repo_name|>",
                                         "<fim-repo>",
                                         "<REPO>",
                                         "<reponame>",
                                         "<|file_sep|>"};
  const std::vector<std::string> marks = {
      "<|fim_prefix|>", "<fim-prefix>",    "<fim_prefix>",    "<｜fim▁begin｜>", "<PRE>",
      "▁<PRE>",         "<|code_prefix|>", "<|prefix|>",      "<|fim_suffix|>",  "<fim-suffix>",
      "<fim_suffix>",   "<｜fim▁hole｜>",  "<SUF>",           "▁<SUF>",          "<|code_suffix|>",
      "<|suffix|>",     "<|fim_middle|>",  "<fim-middle>",    "<fim_middle>",    "<｜fim▁end｜>",
      "<MID>",          "▁<MID>",          "<|code_middle|>", "<|middle|>"};
  const std::vector<std::string> others = {"a", "<|end", "<|End|>", "<s>", "end"};
  VocabularySource source;
  source.model = "gpt2";
  source.pre = "gpt-2";
  for (const auto *texts : {&ends, &marks, &others})
    source.tokens.insert(source.tokens.end(), texts->begin(), texts->end());
  source.types.assign(source.tokens.size(), 1);
  const auto t = create(source);
  for (size_t i = 0; i < source.tokens.size(); ++i) {
    INFO(source.tokens[i]);
    CHECK(t->isEndOfGeneration(int32_t(i)) == (i < ends.size()));
    CHECK(t->isControl(int32_t(i)) == (i < ends.size() + marks.size()));
  }
}

TEST_CASE("special tokens are found by length, then by place", "[tokenizer]") {
  VocabularySource source;
  source.model = "llama";
  source.tokens = {"<unk>", "<s>", "ab", "bcd", "cd", "dede", "x"};
  source.types = {2, 3, 4, 4, 4, 3, 1};
  source.scores.assign(source.tokens.size(), 0);
  source.addSpacePrefix = false;
  source.unknown = 0;
  const auto t = create(source);
  const auto ids = [&](const char *text, bool parse) {
    const auto got = t->encode(text, false, parse);
    REQUIRE(got);
    return *got;
  };
  CHECK(ids("abcd", false) == std::vector<int32_t>{0, 3});      // a unknown, bcd
  CHECK(ids("abcdede", true) == std::vector<int32_t>{2, 0, 5}); // ab, c unknown, dede
  CHECK(ids("abcdede", false) == std::vector<int32_t>{0, 3, 0, 0, 0});
  CHECK(ids("dedededede", true) == std::vector<int32_t>{5, 5, 0, 0});
  CHECK(ids("x<s>x", true) == std::vector<int32_t>{6, 1, 6});
  CHECK(ids("x<s>x", false) == std::vector<int32_t>{6, 0, 0, 0, 6});
}
