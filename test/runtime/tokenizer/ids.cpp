// Token ids against an outsider: llama.cpp, on the development model and on generated vocabularies.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "generated.h"
#include "gguf_source.h"
#include "llama.h"
#include "runtime/tokenizer/pre_tokenizer.h"
#include "runtime/tokenizer/tokenizer.h"
#include "runtime/tokenizer/unicode.h"
#include "test/runtime/model/files.h"
#include "test/support/ggml_library.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

using namespace accord;
using namespace accord::tokenizer;
using namespace accord::tokenizer::test;
using accord::test::Folder;
using accord::test::skippedOffline;

namespace {

std::string modelPath() {
  const char *given = std::getenv("ACCORD_MODEL");
  if (!given || !std::filesystem::exists(given))
    FAIL("expected ACCORD_MODEL to name a GGUF file, got "
         << (given ? given : "nothing") << "; run tools/dev/fetch_model.sh (ACCORD_OFFLINE=1 skips)");
  return given;
}

std::unique_ptr<Tokenizer> load(const std::string &path) {
  auto file = model::GgufFile::open(path);
  if (!file)
    FAIL(file.error().message);
  auto tokenizer = Tokenizer::load(**file);
  if (!tokenizer)
    FAIL(tokenizer.error().message);
  return std::move(*tokenizer); // the file goes, the tokenizer stays
}

std::string show(const std::vector<int32_t> &ids) {
  std::ostringstream out;
  for (size_t i = 0; i < ids.size() && i < 60; ++i)
    out << (i ? " " : "") << ids[i];
  return out.str();
}

struct Counts {
  int64_t texts = 0, ids = 0, bytes = 0, wrong = 0;
};

void compare(const Tokenizer &ours, const Llama &theirs, const std::string &text, Counts &counts) {
  for (const bool addSpecial : {false, true})
    for (const bool parseSpecial : {false, true}) {
      const auto a = ours.encode(text, addSpecial, parseSpecial);
      REQUIRE(a);
      const std::vector<int32_t> b = theirs.encode(text, addSpecial, parseSpecial);
      counts.ids += static_cast<int64_t>(b.size());
      if (*a == b || ++counts.wrong > 5)
        continue;
      std::string hex;
      for (size_t i = 0; i < text.size() && i < 200; ++i) {
        char digits[8];
        std::snprintf(digits, sizeof digits, "%02x ", static_cast<uint8_t>(text[i]));
        hex += digits;
      }
      std::printf("addSpecial %d, parseSpecial %d, text %s\n  llama.cpp %s\n  accord    %s\n", addSpecial,
                  parseSpecial, hex.c_str(), show(b).c_str(), show(*a).c_str());
    }
  ++counts.texts;
  counts.bytes += static_cast<int64_t>(text.size());
}

/// Every token's text, and what the model says of it.
int64_t compareTokens(const Tokenizer &ours, const Llama &theirs) {
  int64_t wrong = ours.vocabulary() != theirs.vocabulary();
  wrong += ours.bos().value_or(-1) != theirs.bos();
  wrong += ours.eos().value_or(-1) != theirs.eos();
  for (int32_t id = 0; id < ours.vocabulary() && id < theirs.vocabulary(); ++id) {
    const bool same = ours.decode(id) == theirs.decode(id) &&
                      ours.isEndOfGeneration(id) == theirs.isEndOfGeneration(id) &&
                      ours.isControl(id) == theirs.isControl(id);
    if (!same && ++wrong < 5)
      std::printf("token %d: '%s' end %d control %d, llama.cpp '%s' end %d control %d\n", id,
                  ours.decode(id).c_str(), ours.isEndOfGeneration(id), ours.isControl(id),
                  theirs.decode(id).c_str(), theirs.isEndOfGeneration(id), theirs.isControl(id));
  }
  return wrong;
}

void report(const std::string &what, const Counts &c) {
  std::printf("llama.cpp %s: %lld texts (%lld bytes) in 4 modes, %lld ids compared, %lld mismatches\n",
              what.c_str(), static_cast<long long>(c.texts), static_cast<long long>(c.bytes),
              static_cast<long long>(c.ids), static_cast<long long>(c.wrong));
}

} // namespace

TEST_CASE("ids of the development model equal llama.cpp's", "[tokenizer]") {
  if (skippedOffline("ids of the development model"))
    return;
  const std::string path = modelPath();
  const auto ours = load(path);
  const Llama theirs(path);
  CHECK(compareTokens(*ours, theirs) == 0);
  std::printf("llama.cpp %d tokens of the development model compared\n", ours->vocabulary());

  Counts counts;
  for (const std::string &text : handWritten(10000))
    compare(*ours, theirs, text, counts);
  report("hand-written", counts);
  Random random("ids of the development model");
  const std::vector<std::string> specials = {"<|im_start|>", "<|im_end|>", "<|endoftext|>", "<repo_name>",
                                             "<jupyter_code>"};
  for (int64_t i = 0; i < 1500; ++i)
    compare(*ours, theirs, randomText(random, i % 100 == 0 ? 2000 : random.integer(1, 30), specials), counts);
  report("development model", counts);
  CHECK(counts.texts > 1500);
  CHECK(counts.ids > 100000);
  CHECK(counts.wrong == 0);
}

TEST_CASE("texts come back from the development model", "[tokenizer]") {
  if (skippedOffline("texts come back"))
    return;
  const auto t = load(modelPath());
  // SmolLM2's vocabulary has no token for some bytes.
  std::string held;
  for (int byte = 0; byte < 256; ++byte)
    for (int32_t id = 0; id < 1000; ++id)
      if (t->decode(id) == std::string(1, static_cast<char>(byte))) {
        held += static_cast<char>(byte);
        break;
      }
  Random random("texts come back");
  int64_t whole = 0, parts = 0, wrong = 0;
  for (int64_t i = 0; i < 2000; ++i) {
    const std::string text = repairUtf8(randomText(random, random.integer(1, 30), {"<|im_end|>"}));
    std::string wanted, got;
    for (const char c : text)
      if (held.find(c) != std::string::npos)
        wanted += c;
    const auto ids = t->encode(text, false, i % 2 == 0);
    REQUIRE(ids);
    for (const int32_t id : *ids)
      got += t->decode(id);
    wrong += got != wanted;
    ++(wanted == text ? whole : parts);
  }
  std::printf("development model: %lld texts came back whole, %lld without the %d bytes that have no token, "
              "%lld wrong\n",
              static_cast<long long>(whole), static_cast<long long>(parts),
              256 - static_cast<int>(held.size()), static_cast<long long>(wrong));
  CHECK(whole > 500);
  CHECK(wrong == 0);
}

TEST_CASE("a megabyte is encoded fast, with llama.cpp's ids", "[tokenizer]") {
  if (skippedOffline("speed"))
    return;
  const std::string path = modelPath();
  const auto ours = load(path);
  const Llama theirs(path);
  // Prose and code: this project's own files, in the order of their names.
  const char *root = std::getenv("ACCORD_SOURCE_DIR");
  REQUIRE(root);
  std::set<std::filesystem::path> files;
  for (const char *folder : {"sim", "runtime", "test", "rtl"})
    for (const auto &entry :
         std::filesystem::recursive_directory_iterator(std::filesystem::path(root) / folder))
      if (const auto kind = entry.path().extension();
          kind == ".md" || kind == ".cpp" || kind == ".sv" || kind == ".h")
        files.insert(entry.path());
  std::string text;
  for (const auto &file : files) {
    std::ifstream in(file, std::ios::binary);
    text.append(std::istreambuf_iterator<char>(in), {});
  }
  REQUIRE(text.size() > 300000);
  while (text.size() < 1000000)
    text += std::string(text);
  text.resize(1000000);
  using Clock = std::chrono::steady_clock;
  const auto seconds = [](Clock::time_point since) {
    return std::chrono::duration<double>(Clock::now() - since).count();
  };
  const Clock::time_point begin = Clock::now();
  const auto ids = ours->encode(text, false, true);
  const double own = seconds(begin);
  REQUIRE(ids);
  const Clock::time_point second = Clock::now();
  const std::vector<int32_t> judged = theirs.encode(text, false, true);
  const double other = seconds(second);
  std::printf("encoded 1 MB into %zu ids: %.1f MB/s, llama.cpp %.1f MB/s\n", ids->size(), 1 / own, 1 / other);
  CHECK(*ids == judged);
  CHECK(own < 5); // under sanitizers too
}

/// A vocabulary whose special tokens take the space behind them. No special token of it is space itself: of
/// two of one length llama.cpp's sort says which is found first, and that one would take the other.
static void makePhi3(VocabularySource &source, const char *name) {
  source.name = name;
  std::replace(source.tokens.begin(), source.tokens.end(), std::string("  "), std::string("<no space>"));
}

TEST_CASE("ids of generated byte-level vocabularies equal llama.cpp's", "[tokenizer]") {
  if (skippedOffline("generated byte-level vocabularies"))
    return;
  Random random("generated byte-level vocabularies");
  std::istringstream names(supportedPreTokenizers());
  Counts counts;
  int64_t vocabularies = 0;
  for (std::string name; std::getline(names >> std::ws, name, ',');) {
    VocabularySource source = generateBytePairs(random, name);
    if (vocabularies % 3 == 0)
      makePhi3(source, "A tiny Phi-3");
    const Folder folder;
    const std::string path = folder.file("model.gguf", ggufBytes(metadataOf(source), source.tokens.size()));
    const auto ours = load(path);
    const Llama theirs(path);
    const int64_t before = counts.wrong;
    CHECK(compareTokens(*ours, theirs) == 0);
    // llama.cpp runs qwen2's expression by std::regex, which recurses once a character.
    for (const std::string &text : handWritten(1000))
      compare(*ours, theirs, text, counts);
    for (int64_t i = 0; i < 100; ++i)
      compare(*ours, theirs, randomText(random, random.integer(1, 30), specialsOf(source)), counts);
    if (counts.wrong != before)
      std::printf("of these, %lld with pre-tokenizer %s\n", static_cast<long long>(counts.wrong - before),
                  name.c_str());
    ++vocabularies;
  }
  report(std::to_string(vocabularies) + " byte-level vocabularies", counts);
  CHECK(vocabularies >= 18);
  CHECK(counts.texts > 4000);
  CHECK(counts.wrong == 0);
}

TEST_CASE("ids of generated SentencePiece vocabularies equal llama.cpp's", "[tokenizer]") {
  if (skippedOffline("generated SentencePiece vocabularies"))
    return;
  Random random("generated SentencePiece vocabularies");
  Counts counts;
  for (int64_t round = 0; round < 6; ++round) {
    VocabularySource source = generateSentencePiece(random);
    if (round % 2 == 0)
      makePhi3(source, "phi3");
    const Folder folder;
    const std::string path = folder.file("model.gguf", ggufBytes(metadataOf(source), source.tokens.size()));
    const auto ours = load(path);
    const Llama theirs(path);
    CHECK(compareTokens(*ours, theirs) == 0);
    for (const std::string &text : handWritten(3000))
      compare(*ours, theirs, text, counts);
    for (int64_t i = 0; i < 250; ++i)
      compare(*ours, theirs, randomText(random, random.integer(1, 30), specialsOf(source)), counts);
  }
  report("6 SentencePiece vocabularies", counts);
  CHECK(counts.texts > 2000);
  CHECK(counts.wrong == 0);
}

TEST_CASE("character classes equal llama.cpp's for every code point", "[tokenizer]") {
  if (skippedOffline("character classes"))
    return;
  // In this vocabulary x, 1 and ! merge with any byte that follows them in the same word, so that the ids of
  // "x" and a character tell whether it is a letter, and so on.
  VocabularySource source;
  source.place = "classes";
  source.model = "gpt2";
  source.pre = "gpt-2";
  source.bos = source.eos = 0;
  std::vector<std::string> alphabet;
  for (int byte = 0; byte < 256; ++byte) {
    const bool prints = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte != 0xad);
    static uint32_t next = 0x100;
    std::string character;
    appendUtf8(character, prints ? static_cast<uint32_t>(byte) : next++);
    alphabet.push_back(character);
  }
  source.tokens = alphabet;
  for (const char *probe : {"x", "1", "!"})
    for (const std::string &character : alphabet) {
      source.merges.push_back(probe + std::string(" ") + character);
      source.tokens.push_back(probe + character);
    }
  const Folder folder;
  const std::string path = folder.file("model.gguf", ggufBytes(metadataOf(source), source.tokens.size()));
  const auto ours = load(path);
  const Llama theirs(path);
  int64_t compared = 0, wrong = 0;
  std::string text;
  for (uint32_t c = 0; c <= 0x10ffff; ++c) {
    // Above the last assigned ideograph only private and unassigned planes remain, and tags: every 61st of
    // those.
    if (c > 0x32fff && c % 61 != 0 && (c < 0xe0000 || c > 0xe0fff))
      continue;
    for (const char *probe : {"x", "1", "!"}) {
      text += probe;
      appendUtf8(text, c);
    }
    text += '\n';
    ++compared;
    if (text.size() < 10000 && c + 61 <= 0x10ffff)
      continue;
    const auto ids = ours->encode(text, false, false);
    REQUIRE(ids);
    if (*ids != theirs.encode(text, false, false) && ++wrong < 5)
      std::printf("a class differs among the characters before U+%04X\n", c);
    text.clear();
  }
  std::printf("llama.cpp character classes: %lld code points compared, %lld mismatches\n",
              static_cast<long long>(compared), static_cast<long long>(wrong));
  CHECK(text.empty());
  CHECK(compared > 220000);
  CHECK(wrong == 0);
}
