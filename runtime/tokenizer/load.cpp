// A tokenizer from the metadata of a GGUF file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tokenizer/tokenizer.h"

namespace accord::tokenizer {

namespace {

/// Reads keys until one fails; the first error is kept.
class Reader {
public:
  explicit Reader(const model::GgufFile &file) : file(file) {}

  void text(std::string_view key, std::string &out, bool required) {
    if (wanted(key, required))
      keep(file.text(key), out);
  }
  void flag(std::string_view key, std::optional<bool> &out) {
    bool value = false;
    if (wanted(key, false) && keep(file.flag(key), value))
      out = value;
  }
  void id(std::string_view key, std::optional<int64_t> &out) {
    uint64_t value = 0;
    if (!wanted(key, false) || !keep(file.count(key), value))
      return;
    if (value > INT32_MAX)
      status = Error{file.path() + ": key '" + std::string(key) + "': expected the id of a token, got " +
                     std::to_string(value)};
    else
      out = static_cast<int64_t>(value);
  }
  void texts(std::string_view key, std::vector<std::string> &out) {
    std::vector<std::string_view> views;
    if (wanted(key, true) && keep(file.texts(key), views))
      out.assign(views.begin(), views.end());
  }
  void integers(std::string_view key, std::vector<int64_t> &out) {
    if (wanted(key, false))
      keep(file.integers(key), out);
  }
  void numbers(std::string_view key, std::vector<float> &out, bool required) {
    if (wanted(key, required))
      keep(file.numbers(key), out);
  }
  /// What the rest of the file says of the number of tokens must agree.
  void agree(const std::string &what, uint64_t tokens, uint64_t got) {
    if (status && tokens != got)
      status = Error{file.path() + ": " + what + ": expected " + std::to_string(tokens) +
                     ", the number of tokens, got " + std::to_string(got)};
  }
  /// What a size that does not agree says; empty when it does, or is not there.
  std::string oddSize(const std::string &key, uint64_t tokens) {
    uint64_t value = tokens;
    if (!wanted(key, false) || !keep(file.count(key), value) || value == tokens)
      return "";
    return file.path() + ": key '" + key + "': expected " + std::to_string(tokens) +
           ", the number of tokens, got " + std::to_string(value) + "; it is not used";
  }
  Status status;

private:
  bool wanted(std::string_view key, bool required) const { return status && (required || file.has(key)); }
  template <typename T> bool keep(Expected<T> value, T &out) {
    if (value)
      out = std::move(*value);
    else
      status = value.error();
    return static_cast<bool>(value);
  }
  const model::GgufFile &file;
};

} // namespace

Expected<std::unique_ptr<Tokenizer>> Tokenizer::load(const model::GgufFile &file, const std::string &pre) {
  Reader read(file);
  VocabularySource s;
  s.place = file.path();
  read.text("general.name", s.name, false);
  read.text("tokenizer.ggml.model", s.model, true);
  read.text("tokenizer.ggml.pre", s.pre, false);
  if (!pre.empty())
    s.pre = pre;
  read.texts("tokenizer.ggml.tokens", s.tokens);
  read.integers("tokenizer.ggml.token_type", s.types);
  if (s.model == "gpt2")
    read.texts("tokenizer.ggml.merges", s.merges);
  else if (s.model == "llama")
    read.numbers("tokenizer.ggml.scores", s.scores, true);
  read.id("tokenizer.ggml.bos_token_id", s.bos);
  read.id("tokenizer.ggml.eos_token_id", s.eos);
  read.id("tokenizer.ggml.unknown_token_id", s.unknown);
  for (const std::string key :
       {"eot_token_id", "eom_token_id", "fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id"}) {
    std::optional<int64_t> end;
    read.id("tokenizer.ggml." + key, end);
    if (end)
      s.moreEnds.emplace_back(key, *end);
  }
  read.flag("tokenizer.ggml.add_bos_token", s.addBos);
  read.flag("tokenizer.ggml.add_eos_token", s.addEos);
  read.flag("tokenizer.ggml.add_space_prefix", s.addSpacePrefix);
  read.text("tokenizer.chat_template", s.chatTemplate, false);

  if (!read.status)
    return read.status.error();
  Expected<std::unique_ptr<Tokenizer>> tokenizer = create(std::move(s));
  if (!tokenizer)
    return tokenizer.error();

  const uint64_t size = static_cast<uint64_t>((*tokenizer)->vocabulary());
  std::string architecture;
  read.text("general.architecture", architecture, false);
  (*tokenizer)->oddity = read.oddSize(architecture + ".vocab_size", size);
  if (const model::TensorInfo *embedding = file.find("token_embd.weight"))
    if (embedding->shape.size() == 2)
      read.agree("tensor 'token_embd.weight': rows", size, static_cast<uint64_t>(embedding->shape[0]));
  if (!read.status)
    return read.status.error();
  return tokenizer;
}

} // namespace accord::tokenizer
