// Prompts, chats, and texts to score.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/run_input.h"
#include "tools/driver/input.h"

#include <sstream>

namespace accord::cli {

using tokenizer::Tokenizer;
using Tokens = std::vector<int32_t>;

namespace {

/// Of a prompt or of token ids: far more than a context holds.
constexpr uint64_t mostBytes = 64 << 20;

} // namespace

Expected<Tokens> readTokens(const std::string &path, const model::GgufFile &file) {
  const model::TensorInfo *embedding = file.find("token_embd.weight");
  if (!embedding || embedding->shape.size() != 2)
    return Error{file.path() + ": expected a matrix 'token_embd.weight', got none"};
  const int64_t vocabulary = embedding->shape[0];
  Expected<std::string> text = readInput(path, mostBytes);
  if (!text)
    return text.error();
  std::istringstream words(*text);
  Tokens tokens;
  for (std::string word; words >> word;) {
    uint64_t id = 0;
    for (char c : word)
      id = c >= '0' && c <= '9' && id < UINT32_MAX ? id * 10 + uint64_t(c - '0') : UINT64_MAX;
    if (id >= uint64_t(vocabulary) || id > INT32_MAX)
      return Error{path + ": token " + std::to_string(tokens.size() + 1) + ": expected an id below " +
                   std::to_string(vocabulary) + ", got '" + word.substr(0, 40) + "'"};
    tokens.push_back(int32_t(id));
  }
  return tokens;
}

Expected<Tokens> tokensOf(const RunOptions &o, const Tokenizer &tokenizer) {
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
  if (!o.chat) {
    Expected<Tokens> ids = tokenizer.encode(text, true, true);
    if (ids && tokenizer.addsBos() && ids->size() > 1 && (*ids)[0] == (*ids)[1])
      note("prompt: begins with '" + tokenizer.decode((*ids)[0]) +
           "', and the model puts one in front: there are two");
    return ids;
  }
  std::vector<tokenizer::Message> messages;
  if (!o.system.empty())
    messages.push_back({"system", o.system});
  messages.push_back({"user", text});
  Expected<std::string> written = tokenizer.chat(messages, true);
  if (!written)
    return written.error();
  Expected<Tokens> ids = tokenizer.encode(*written, false, true);
  // A template may leave bos to the tokenizer.
  if (ids && tokenizer.addsBos() && (ids->empty() || ids->front() != *tokenizer.bos()))
    ids->insert(ids->begin(), *tokenizer.bos());
  return ids;
}

} // namespace accord::cli
