// A vocabulary (gguf_text.h) with texts and conversations: an error of one line with its place, or a
// tokenizer whose ids are tokens and whose texts come back.
//
//   encode TEXT      say ROLE TEXT     one more message of the conversation
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tokenizer/tokenizer.h"
#include "runtime/tokenizer/unicode.h"
#include "test/fuzz/fuzz_target.h"
#include "test/fuzz/gguf_text.h"

namespace accord::fuzz {

using tokenizer::Tokenizer;

std::vector<Seed> seeds() { return {}; }

namespace {

void checkRefusal(const std::string &message) {
  if (message.rfind("fuzz: ", 0) != 0 || message.find(": expected ") == std::string::npos)
    fail("expected an error with its place, got", message);
}

/// The number of ids.
size_t encode(const Tokenizer &tokenizer, const std::string &text) {
  size_t count = 0;
  for (const bool special : {false, true}) {
    Expected<std::vector<int32_t>> ids = tokenizer.encode(text, special, special);
    if (!ids)
      fail("expected ids of a short text, got", ids.error().message);
    // Each byte and the two around a text at most; a character that becomes U+FFFD is three of one.
    if (ids->size() > 3 * text.size() + 8)
      fail("expected no more ids than bytes, got", std::to_string(ids->size()) + " of " + text);
    for (const int32_t id : *ids) {
      if (id < 0 || id >= tokenizer.vocabulary())
        fail("expected ids of the vocabulary, got", std::to_string(id));
      tokenizer.decode(id);
      count += tokenizer.isControl(id) || tokenizer.isEndOfGeneration(id) ? 0 : 1;
    }
  }
  return count;
}

} // namespace

std::string outcomeOf(std::string_view bytes) {
  const GgufText text(bytes);
  auto file = model::GgufFile::parse(text.bytes, "fuzz");
  if (!file)
    return file.error().message;
  auto loaded = Tokenizer::load(**file);
  if (!loaded) {
    checkRefusal(loaded.error().message);
    return loaded.error().message;
  }
  const Tokenizer &tokenizer = **loaded;
  for (int32_t id = -1; id <= tokenizer.vocabulary(); ++id)
    tokenizer.decode(id);
  size_t ids = 0;
  std::vector<tokenizer::Message> messages;
  for (const auto &[kind, rest] : text.others) {
    if (kind == "encode") {
      ids += encode(tokenizer, unescaped(rest));
    } else if (kind == "say") {
      const size_t space = std::min(rest.find(' '), rest.size());
      messages.push_back({rest.substr(0, space), unescaped(rest.substr(std::min(space + 1, rest.size())))});
    }
  }
  std::string outcome =
      "accepted, " + std::to_string(tokenizer.vocabulary()) + " tokens, " + std::to_string(ids) + " ids";
  if (messages.empty())
    return outcome;
  for (const bool prompt : {false, true}) {
    Expected<std::string> chat = tokenizer.chat(messages, prompt);
    if (prompt)
      outcome +=
          chat ? ", a chat of " + std::to_string(chat->size()) + " bytes" : ", " + chat.error().message;
    if (chat)
      encode(tokenizer, *chat);
  }
  return outcome;
}

} // namespace accord::fuzz
