// Encoding and decoding: special tokens first, then the model's own algorithm for the text between them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tokenizer/tokenizer.h"
#include "runtime/tokenizer/byte_pairs.h"
#include "runtime/tokenizer/sentence_piece.h"
#include "runtime/tokenizer/special_tokens.h"

namespace accord::tokenizer {

struct Tokenizer::Encoders {
  SpecialTokens specials;
  std::optional<BytePairs> bytePairs; ///< exactly one of the two
  std::optional<SentencePiece> sentencePiece;
};

namespace {

/// " a" and "\u2581a": one way or the other.
std::string replaceAll(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  out.reserve(text.size());
  for (;;) {
    const size_t at = text.find(from);
    out += text.substr(0, at);
    if (at == std::string_view::npos)
      return out;
    out += to;
    text.remove_prefix(at + from.size());
  }
}

} // namespace

Tokenizer::Tokenizer(Vocabulary vocabulary) : tokens(std::move(vocabulary)) {}
Tokenizer::~Tokenizer() = default;

Expected<std::unique_ptr<Tokenizer>> Tokenizer::create(VocabularySource source) {
  Expected<Vocabulary> vocabulary = Vocabulary::create(std::move(source));
  if (!vocabulary)
    return vocabulary.error();
  std::unique_ptr<Tokenizer> t(new Tokenizer(std::move(*vocabulary)));
  const VocabularySource &facts = t->tokens.facts();
  t->encoders = std::make_unique<Encoders>(Encoders{SpecialTokens(t->tokens), {}, {}});
  if (facts.model == "llama") {
    t->encoders->sentencePiece.emplace(t->tokens);
    t->addBos = facts.addBos.value_or(t->tokens.bos().has_value());
    t->addSpacePrefix = facts.addSpacePrefix.value_or(true);
  } else {
    const std::optional<PreTokenizer> rules = findPreTokenizer(facts.pre);
    if (!rules)
      return t->tokens.error("pre", "one of " + supportedPreTokenizers(),
                             facts.pre.empty() ? "none" : quoted(facts.pre));
    Expected<BytePairs> bytePairs = BytePairs::create(t->tokens, *rules);
    if (!bytePairs)
      return bytePairs.error();
    t->encoders->bytePairs = std::move(*bytePairs);
    t->addBos = facts.addBos.value_or(rules->addBos && t->tokens.bos());
  }
  t->addEos = facts.addEos.value_or(false);
  return t;
}

Expected<std::vector<int32_t>> Tokenizer::encode(std::string_view text, bool addSpecial,
                                                 bool parseSpecial) const {
  // Places are kept in 32 bits, and a replacement character may take three bytes for one.
  if (text.size() > (size_t(1) << 30))
    return Error{"text: expected at most 2^30 bytes, got " + std::to_string(text.size())};
  std::vector<int32_t> ids;
  ids.reserve(text.size() / 3 + 2);
  if (addSpecial && addBos)
    ids.push_back(*tokens.bos());
  bool afterSpecial = true;
  for (const Fragment &f : encoders->specials.split(text, parseSpecial)) {
    if (f.token >= 0) {
      ids.push_back(f.token);
    } else if (encoders->bytePairs) {
      encoders->bytePairs->encode(tokens, f.text, ids);
    } else {
      std::string marked = addSpacePrefix && afterSpecial ? std::string(spaceMark) : "";
      marked += replaceAll(f.text, " ", spaceMark);
      encoders->sentencePiece->encode(tokens, marked, ids);
    }
    afterSpecial = f.token >= 0;
  }
  if (addSpecial && addEos)
    ids.push_back(*tokens.eos());
  return ids;
}

std::string Tokenizer::decode(int32_t id) const {
  if (id < 0 || id >= tokens.size())
    return "";
  const std::string &text = tokens.text(id);
  switch (tokens.type(id)) {
  case TokenType::Control:
  case TokenType::Unknown:
  case TokenType::UserDefined:
    return text;
  case TokenType::Normal:
    return encoders->bytePairs ? decodeAlphabet(text) : replaceAll(text, spaceMark, " ");
  case TokenType::Byte:
    if (const std::optional<uint8_t> byte = byteOfToken(text))
      return std::string(1, static_cast<char>(*byte));
    return "";
  case TokenType::Undefined:
  case TokenType::Unused:
    return "";
  }
  return "";
}

bool Tokenizer::isEndOfGeneration(int32_t id) const {
  return id >= 0 && id < tokens.size() && tokens.endsGeneration(id);
}

bool Tokenizer::isControl(int32_t id) const {
  return id >= 0 && id < tokens.size() && tokens.type(id) == TokenType::Control;
}

Expected<std::string> Tokenizer::chat(const std::vector<Message> &messages, bool addGenerationPrompt) const {
  const std::string place = tokens.facts().place + ": key 'tokenizer.chat_template': ";
  if (tokens.facts().chatTemplate.empty())
    return Error{place + "expected a chat template, got none; the model answers plain text only"};
  Expected<ChatTemplate> known = ChatTemplate::recognise(tokens.facts().chatTemplate);
  if (!known)
    return Error{place + known.error().message};
  const auto textOf = [&](std::optional<int32_t> id) { return id ? tokens.text(*id) : std::string(); };
  return known->apply(messages, addGenerationPrompt, textOf(tokens.bos()), textOf(tokens.eos()));
}

} // namespace accord::tokenizer
