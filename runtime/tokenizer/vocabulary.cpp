// What a file says of its tokens, checked once, so that the encoders need not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tokenizer/vocabulary.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace accord::tokenizer {

namespace {

// Files tell few of the tokens that end a generation or carry structure, and some mark them as ordinary text.
// llama.cpp knows them by their text; the lists below are its lists, less those of pre-tokenizers that are
// not supported.

/// Control tokens, whatever their type; a generation ends with them.
constexpr std::string_view endTexts[] = {
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>",
    "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>", "<end_of_utterance>", "<eos>", "<｜end▁of▁sentence｜>",
    // Padding, repository and file marks of fill-in-the-middle.
    "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]", "<|fim_repo|>", "<|repo_name|>", "<fim-repo>",
    "<REPO>", "<reponame>", "<|file_sep|>"};

/// Control tokens, whatever their type.
constexpr std::string_view controlTexts[] = {
    "<|fim_prefix|>", "<fim-prefix>",    "<fim_prefix>",    "<｜fim▁begin｜>", "<PRE>",
    "▁<PRE>",         "<|code_prefix|>", "<|prefix|>",      "<|fim_suffix|>",  "<fim-suffix>",
    "<fim_suffix>",   "<｜fim▁hole｜>",  "<SUF>",           "▁<SUF>",          "<|code_suffix|>",
    "<|suffix|>",     "<|fim_middle|>",  "<fim-middle>",    "<fim_middle>",    "<｜fim▁end｜>",
    "<MID>",          "▁<MID>",          "<|code_middle|>", "<|middle|>"};

/// Of Phi-3 the tokens outside of ordinary text take the white space behind them, but for these. A GGUF file
/// does not say so; its name is what llama.cpp goes by, too.
constexpr std::string_view phi3SpaceLeft[] = {"<unk>", "<s>", "<|endoftext|>"};

bool isPhi3(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return 'A' <= c && c <= 'Z' ? char(c | 0x20) : char(c); });
  return name.find("phi-3") != std::string::npos || name.find("phi3") != std::string::npos;
}

} // namespace

std::string quoted(std::string_view text) {
  size_t most = std::min<size_t>(text.size(), 40);
  while (most > 0 && most < text.size() && (text[most] & 0xc0) == 0x80)
    --most; // not within a character
  std::string out = "'";
  for (const char c : text.substr(0, most))
    out += static_cast<uint8_t>(c) < 0x20 ? ' ' : c;
  return out + (most < text.size() ? "...'" : "'");
}

Error Vocabulary::error(std::string_view key, const std::string &expected, const std::string &got) const {
  return Error{source.place + ": key 'tokenizer.ggml." + std::string(key) + "': expected " + expected +
               ", got " + got};
}

void TextIndex::reserve(size_t count) {
  size_t size = 16;
  while (size < 2 * count)
    size *= 2;
  slots.assign(size, Slot());
}

size_t TextIndex::slotOf(const std::vector<std::string> &texts, std::string_view text, uint32_t hash) const {
  size_t slot = hash & (slots.size() - 1);
  while (slots[slot].id >= 0 &&
         (slots[slot].hash != hash || texts[static_cast<size_t>(slots[slot].id)] != text))
    slot = (slot + 1) & (slots.size() - 1);
  return slot;
}

int32_t TextIndex::insert(const std::vector<std::string> &texts, int32_t id) {
  const std::string &text = texts[static_cast<size_t>(id)];
  const uint32_t hash = static_cast<uint32_t>(std::hash<std::string_view>()(text));
  Slot &slot = slots[slotOf(texts, text, hash)];
  if (slot.id >= 0)
    return slot.id;
  slot = {hash, id};
  return -1;
}

int32_t TextIndex::find(const std::vector<std::string> &texts, std::string_view text) const {
  const uint32_t hash = static_cast<uint32_t>(std::hash<std::string_view>()(text));
  return slots[slotOf(texts, text, hash)].id;
}

Expected<std::optional<int32_t>> Vocabulary::checkId(std::string_view key, std::optional<int64_t> id) const {
  if (!id)
    return std::optional<int32_t>();
  if (*id < 0 || *id >= size())
    return error(key, "an id below " + std::to_string(size()), std::to_string(*id));
  return std::optional<int32_t>(static_cast<int32_t>(*id));
}

Status Vocabulary::checkTokens() {
  const size_t count = source.tokens.size();
  const auto ofAll = [&](size_t got, const char *key) -> Status {
    if (got == count)
      return {};
    return error(key, std::to_string(count) + " elements, one a token", std::to_string(got));
  };
  if (count == 0 || count > (size_t(1) << 30))
    return error("tokens", "1 to 2^30 tokens", std::to_string(count));
  if (!source.types.empty())
    if (Status s = ofAll(source.types.size(), "token_type"); !s)
      return s;
  if (source.model == "llama" || !source.scores.empty())
    if (Status s = ofAll(source.scores.size(), "scores"); !s)
      return s;

  ids.reserve(count);
  types.assign(count, TokenType::Normal);
  ends.assign(count, false);
  spaceTakers.assign(count, false);
  for (size_t i = 0; i < count; ++i) {
    const std::string &text = source.tokens[i];
    longestBytes = std::max(longestBytes, text.size());
    // Files pad their vocabularies with empty tokens; nothing is ever encoded as one.
    if (!text.empty())
      if (const int32_t other = ids.insert(source.tokens, static_cast<int32_t>(i)); other >= 0)
        return error("tokens", "different tokens",
                     quoted(text) + " as " + std::to_string(other) + " and " + std::to_string(i));
    if (!source.scores.empty() && std::isnan(source.scores[i]))
      return error("scores", "numbers", "nan for token " + std::to_string(i));
    if (source.types.empty())
      continue;
    if (source.types[i] < 0 || source.types[i] > static_cast<int64_t>(TokenType::Byte))
      return error("token_type", "0 to 6",
                   std::to_string(source.types[i]) + " for token " + std::to_string(i));
    types[i] = static_cast<TokenType>(source.types[i]);
  }
  return {};
}

Status Vocabulary::checkSpecials() {
  // SentencePiece files may leave out what its trainer always does; nothing can be assumed of others.
  const bool sentencePiece = source.model == "llama";
  const auto preset = [&](std::optional<int64_t> id, int64_t usual) {
    return !id && sentencePiece && usual < size() ? std::optional<int64_t>(usual) : id;
  };
  struct Special {
    std::string_view key;
    std::optional<int64_t> given;
    std::optional<int32_t> &id;
  };
  for (const Special &s : {Special{"bos_token_id", preset(source.bos, 1), bosId},
                           Special{"eos_token_id", preset(source.eos, 2), eosId},
                           Special{"unknown_token_id", preset(source.unknown, 0), unknownId}}) {
    Expected<std::optional<int32_t>> id = checkId(s.key, s.given);
    if (!id)
      return id.error();
    s.id = *id;
  }
  if (source.addBos.value_or(false) && !bosId)
    return error("bos_token_id", "an id, as add_bos_token is true", "none");
  if (source.addEos.value_or(false) && !eosId)
    return error("eos_token_id", "an id, as add_eos_token is true", "none");

  for (std::string_view text : controlTexts)
    if (const int32_t id = find(text); id >= 0)
      types[static_cast<size_t>(id)] = TokenType::Control;
  for (std::string_view text : endTexts)
    if (const int32_t id = find(text); id >= 0) {
      types[static_cast<size_t>(id)] = TokenType::Control;
      ends[static_cast<size_t>(id)] = true;
    }
  if (eosId)
    ends[static_cast<size_t>(*eosId)] = true;
  for (const auto &[key, end] : source.moreEnds) {
    Expected<std::optional<int32_t>> id = checkId(key, end);
    if (!id)
      return id.error();
    ends[static_cast<size_t>(**id)] = true;
  }
  if (isPhi3(source.name)) {
    for (size_t i = 0; i < types.size(); ++i)
      spaceTakers[i] = types[i] == TokenType::Control || types[i] == TokenType::Unknown ||
                       types[i] == TokenType::UserDefined;
    for (std::string_view text : phi3SpaceLeft)
      if (const int32_t id = find(text); id >= 0)
        spaceTakers[static_cast<size_t>(id)] = false;
  }
  return {};
}

Expected<Vocabulary> Vocabulary::create(VocabularySource source) {
  Vocabulary v;
  v.source = std::move(source);
  if (v.source.model != "gpt2" && v.source.model != "llama")
    return v.error("model", "gpt2 or llama", quoted(v.source.model));
  if (Status s = v.checkTokens(); !s)
    return s.error();
  if (Status s = v.checkSpecials(); !s)
    return s.error();
  return v;
}

} // namespace accord::tokenizer
