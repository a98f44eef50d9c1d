// Files that contradict themselves: one error each, with its place and what was expected.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "gguf_source.h"
#include "runtime/tokenizer/tokenizer.h"
#include "texts.h"
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>

using namespace accord;
using namespace accord::tokenizer;
using namespace accord::tokenizer::test;

namespace {

VocabularySource bytePairs() {
  VocabularySource s;
  s.model = "gpt2";
  s.pre = "gpt-2";
  s.tokens = {"a", "b", "c", "ab", "abc", "<|end|>"};
  s.types = {1, 1, 1, 1, 1, 3};
  s.merges = {"a b", "ab c"};
  s.bos = s.eos = 5;
  return s;
}
VocabularySource sentencePiece() {
  VocabularySource s;
  s.model = "llama";
  s.tokens = {"<unk>", "<s>", "</s>", "a", "ab"};
  s.types = {2, 3, 3, 1, 1};
  s.scores = {0, 0, 0, -1, -2};
  return s;
}

/// The error of a file with this metadata and embedding; empty when it loads.
std::string errorOf(const Metadata &metadata, size_t rows) {
  const std::string bytes = ggufBytes(metadata, rows);
  const auto file = model::GgufFile::parse(bytes, "m.gguf");
  if (!file)
    return "reader: " + file.error().message;
  const auto tokenizer = Tokenizer::load(**file);
  return tokenizer ? "" : tokenizer.error().message;
}
std::string errorOf(const VocabularySource &source) {
  return errorOf(metadataOf(source), source.tokens.size());
}

/// With one key replaced, or removed.
std::string errorWith(const VocabularySource &source, const std::string &key, const Value &value) {
  Metadata metadata = metadataOf(source);
  metadata[key] = value;
  return errorOf(metadata, source.tokens.size());
}
std::string errorWithout(const VocabularySource &source, const std::string &key) {
  Metadata metadata = metadataOf(source);
  REQUIRE(metadata.erase(key) == 1);
  return errorOf(metadata, source.tokens.size());
}
std::string expected(const std::string &key, const std::string &rest) {
  return "m.gguf: key 'tokenizer.ggml." + key + "': expected " + rest;
}

} // namespace

TEST_CASE("the files that the others are made from load", "[tokenizer]") {
  CHECK(errorOf(bytePairs()) == "");
  CHECK(errorOf(sentencePiece()) == "");
}

TEST_CASE("missing keys of a tokenizer", "[tokenizer]") {
  CHECK(errorWithout(bytePairs(), "tokenizer.ggml.model") == expected("model", "a string, got none"));
  CHECK(errorWithout(bytePairs(), "tokenizer.ggml.tokens") ==
        expected("tokens", "an array of strings, got none"));
  CHECK(errorWithout(bytePairs(), "tokenizer.ggml.merges") ==
        expected("merges", "an array of strings, got none"));
  CHECK(errorWithout(sentencePiece(), "tokenizer.ggml.scores") ==
        expected("scores", "an array of numbers, got none"));
  CHECK(errorWithout(bytePairs(), "tokenizer.ggml.pre").rfind(expected("pre", "one of gpt-2, "), 0) == 0);
  CHECK(errorWithout(bytePairs(), "tokenizer.ggml.token_type") == "");
  CHECK(errorWithout(bytePairs(), "tokenizer.ggml.bos_token_id") == "");
}

TEST_CASE("models and pre-tokenizers that are not supported are named", "[tokenizer]") {
  CHECK(errorWith(bytePairs(), "tokenizer.ggml.model", textValue("bert")) ==
        expected("model", "gpt2 or llama, got 'bert'"));
  const std::string error = errorWith(bytePairs(), "tokenizer.ggml.pre", textValue("default"));
  CHECK(error.rfind(expected("pre", "one of gpt-2, "), 0) == 0);
  CHECK(error.find("smollm") != std::string::npos);
  CHECK(error.substr(error.size() - 13) == "got 'default'");
}

TEST_CASE("counts that differ from the number of tokens", "[tokenizer]") {
  VocabularySource s = bytePairs();
  s.types.pop_back();
  CHECK(errorOf(s) == expected("token_type", "6 elements, one a token, got 5"));
  s = sentencePiece();
  s.scores.push_back(1);
  CHECK(errorOf(s) == expected("scores", "5 elements, one a token, got 6"));
  // A key that nothing is made from is told, and no more.
  Metadata odd = metadataOf(bytePairs());
  odd["llama.vocab_size"] = countValue(7);
  const std::string bytes = ggufBytes(odd, bytePairs().tokens.size());
  const auto file = model::GgufFile::parse(bytes, "m.gguf");
  REQUIRE(file);
  const auto tokenizer = Tokenizer::load(**file);
  REQUIRE(tokenizer);
  CHECK((*tokenizer)->warning() ==
        "m.gguf: key 'llama.vocab_size': expected 6, the number of tokens, got 7; it is not used");
  CHECK(errorOf(metadataOf(bytePairs()), 8) ==
        "m.gguf: tensor 'token_embd.weight': rows: expected 6, the number of tokens, got 8");
  CHECK(errorWith(bytePairs(), "tokenizer.ggml.tokens", textsValue({})) ==
        expected("tokens", "1 to 2^30 tokens, got 0"));
}

TEST_CASE("merges of what is not in the vocabulary", "[tokenizer]") {
  VocabularySource s = bytePairs();
  const auto with = [&](const std::string &merge) {
    s.merges = {"a b", merge};
    return errorOf(s);
  };
  CHECK(with("x b") == expected("merges", "tokens of the vocabulary in merge 1, got 'x'"));
  CHECK(with("a x") == expected("merges", "tokens of the vocabulary in merge 1, got 'x'"));
  CHECK(with("c a") == expected("merges", "tokens of the vocabulary in merge 1, got 'ca'"));
  for (const char *text : {"ab", "", " ", "a ", " b"})
    CHECK(with(text) == expected("merges", "two tokens and a space between them as merge 1, got '" +
                                               std::string(text) + "'"));
  CHECK(with("a b") == "");
}

TEST_CASE("tokens that are the same, and types and scores that mean nothing", "[tokenizer]") {
  VocabularySource s = bytePairs();
  s.tokens[2] = "b";
  CHECK(errorOf(s) == expected("tokens", "different tokens, got 'b' as 1 and 2"));
  s = bytePairs();
  s.tokens[2] = s.tokens[4] = ""; // padding
  s.merges.pop_back();
  CHECK(errorOf(s) == "");
  s = bytePairs();
  s.types[3] = 7;
  CHECK(errorOf(s) == expected("token_type", "0 to 6, got 7 for token 3"));
  s.types[3] = -1;
  CHECK(errorOf(s) == expected("token_type", "0 to 6, got -1 for token 3"));
  s = sentencePiece();
  s.scores[4] = std::nanf("");
  CHECK(errorOf(s) == expected("scores", "numbers, got nan for token 4"));
}

TEST_CASE("ids of special tokens outside the vocabulary", "[tokenizer]") {
  for (const char *key : {"bos_token_id", "eos_token_id", "unknown_token_id", "eot_token_id", "eom_token_id",
                          "fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id"}) {
    const std::string whole = "tokenizer.ggml." + std::string(key);
    CHECK(errorWith(bytePairs(), whole, countValue(6)) == expected(key, "an id below 6, got 6"));
    CHECK(errorWith(bytePairs(), whole, countValue(0xffffffffu)) ==
          expected(key, "the id of a token, got 4294967295"));
    CHECK(errorWith(bytePairs(), whole, textValue("x")).rfind(expected(key, "a"), 0) == 0);
    CHECK(errorWith(bytePairs(), whole, countValue(5)) == "");
  }
  VocabularySource s = bytePairs();
  s.bos.reset();
  s.eos.reset();
  s.addBos = true;
  CHECK(errorOf(s) == expected("bos_token_id", "an id, as add_bos_token is true, got none"));
  s.addBos.reset();
  s.addEos = true;
  CHECK(errorOf(s) == expected("eos_token_id", "an id, as add_eos_token is true, got none"));
}

TEST_CASE("values of another kind", "[tokenizer]") {
  CHECK(errorWith(bytePairs(), "tokenizer.ggml.tokens", countValue(1))
            .rfind(expected("tokens", "an array of strings"), 0) == 0);
  CHECK(errorWith(bytePairs(), "tokenizer.ggml.token_type", textValue("x"))
            .rfind(expected("token_type", "a"), 0) == 0);
  CHECK(errorWith(bytePairs(), "tokenizer.ggml.add_bos_token", countValue(1))
            .rfind(expected("add_bos_token", "a"), 0) == 0);
  CHECK(errorWith(bytePairs(), "tokenizer.chat_template", countValue(1))
            .rfind("m.gguf: key 'tokenizer.chat_template'", 0) == 0);
}

TEST_CASE("files with any byte changed load or are refused", "[tokenizer]") {
  Random random("files with any byte changed");
  std::map<std::string, int64_t> outcomes;
  std::vector<std::string> files;
  for (const VocabularySource &source : {bytePairs(), sentencePiece()})
    files.push_back(ggufBytes(metadataOf(source), source.tokens.size()));
  for (int64_t i = 0; i < 20000; ++i) {
    std::string bytes = random.pick(files);
    // The metadata of these files ends before their first tensor's name.
    const int64_t end = static_cast<int64_t>(bytes.find("token_embd"));
    for (int64_t n = random.integer(1, 3); n > 0; --n)
      bytes[static_cast<size_t>(random.integer(24, end - 1))] = static_cast<char>(random.integer(0, 255));
    const auto file = model::GgufFile::parse(bytes, "m.gguf");
    if (!file) {
      ++outcomes["refused by the reader"];
      continue;
    }
    const auto tokenizer = Tokenizer::load(**file);
    if (!tokenizer) {
      ++outcomes["refused"];
      CHECK(tokenizer.error().message.rfind("m.gguf: ", 0) == 0);
      continue;
    }
    ++outcomes["loaded"];
    for (const std::string &text : {std::string("ab abc<s>\xff\x80 c"), randomBytes(random, 30)}) {
      const auto ids = (*tokenizer)->encode(text, true, random.chance(50));
      REQUIRE(ids);
      for (const int32_t id : *ids) {
        REQUIRE(id >= 0);
        REQUIRE(id < (*tokenizer)->vocabulary());
        (*tokenizer)->decode(id);
      }
    }
    (void)(*tokenizer)->chat({{"user", "x"}}, true);
  }
  for (const auto &[outcome, count] : outcomes) {
    std::printf("%lld changed files %s\n", static_cast<long long>(count), outcome.c_str());
    CHECK(count > 500);
  }
  CHECK(outcomes.size() == 3);
}
