// Prompts, chats, and texts to score.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/run_input.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sstream>

namespace accord::cli {

using tokenizer::Tokenizer;
using Tokens = std::vector<int32_t>;

namespace {

/// The bytes of a file, or of stdin for "-".
Expected<std::string> readAll(const std::string &path) {
  auto failure = [&] {
    return Error{path + ": expected a readable file, got: " + std::strerror(errno ? errno : EIO)};
  };
  errno = 0;
  std::FILE *file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (!file)
    return failure();
  std::string bytes;
  char piece[4096];
  while (size_t got = std::fread(piece, 1, sizeof piece, file))
    bytes.append(piece, got);
  bool bad = std::ferror(file);
  Error error = failure();
  if (file != stdin)
    std::fclose(file);
  if (bad)
    return error;
  return bytes;
}

/// Token ids apart by white space.
Expected<Tokens> readTokens(const std::string &path, int32_t vocabulary) {
  Expected<std::string> text = readAll(path);
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
    Expected<std::string> read = readAll(o.scores() ? o.scoreText : o.promptFile);
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
