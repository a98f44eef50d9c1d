// Prompts, chats, and texts to score.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/run_input.h"
#include "tools/accord/input.h"

#include <sstream>

namespace accord::cli {

using tokenizer::Tokenizer;
using Tokens = std::vector<int32_t>;

namespace {

/// Of a prompt or of token ids: far more than a context holds.
constexpr uint64_t mostBytes = 64 << 20;

/// Token ids apart by white space.
Expected<Tokens> readTokens(const std::string &path, int32_t vocabulary) {
  Expected<std::string> text = readInput(path, mostBytes);
  if (!text)
    return text.error();
  std::istringstream words(*text);
  Tokens tokens;
  for (std::string word; words >> word;) {
    uint64_t id = 0;
    for (char c : word)
      id = c >= '0' && c <= '9' && id < UINT32_MAX ? id * 10 + uint64_t(c - '0') : UINT64_MAX;
    if (id >= uint64_t(vocabulary))
      return Error{path + ": token " + std::to_string(tokens.size() + 1) + ": expected an id below " +
                   std::to_string(vocabulary) + ", got '" + word.substr(0, 40) + "'"};
    tokens.push_back(int32_t(id));
  }
  return tokens;
}

} // namespace

Expected<Tokens> tokensOf(const RunOptions &o, const Tokenizer &tokenizer) {
  if (!o.scoreTokens.empty())
    return readTokens(o.scoreTokens, tokenizer.vocabulary());
  std::string text;
  if (o.prompt) {
    text = *o.prompt;
  } else {
    Expected<std::string> read = readInput(o.scores() ? o.scoreText : o.promptFile, mostBytes);
    if (!read)
      return read.error();
    text = std::move(*read);
    if (!o.scores() && !text.empty() && text.back() == '\n')
      text.pop_back();
  }
  if (o.scores())
    return tokenizer.encode(text, true, false);
  if (!o.chat)
    return tokenizer.encode(text, true, true);
  std::vector<tokenizer::Message> messages;
  if (!o.system.empty())
    messages.push_back({"system", o.system});
  messages.push_back({"user", text});
  Expected<std::string> written = tokenizer.chat(messages, true);
  if (!written)
    return written.error();
  return tokenizer.encode(*written, false, true);
}

} // namespace accord::cli
