// Vocabularies as GGUF files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "gguf_source.h"

namespace accord::tokenizer::test {

using accord::test::GgufWriter;

namespace {

constexpr int64_t width = 32;

Value flagValue(bool flag) {
  return [=](GgufWriter &w, std::string_view key) { w.flag(key, flag); };
}

} // namespace

Value textValue(std::string text) {
  return [text = std::move(text)](GgufWriter &w, std::string_view key) { w.text(key, text); };
}
Value countValue(uint32_t number) {
  return [=](GgufWriter &w, std::string_view key) { w.u32(key, number); };
}
Value textsValue(std::vector<std::string> texts) {
  return [texts = std::move(texts)](GgufWriter &w, std::string_view key) { w.texts(key, texts); };
}

Metadata metadataOf(const VocabularySource &s) {
  Metadata m;
  m["general.architecture"] = textValue("llama");
  if (!s.name.empty())
    m["general.name"] = textValue(s.name);
  for (const char *key :
       {"embedding_length", "feed_forward_length", "rope.dimension_count", "context_length"})
    m["llama." + std::string(key)] = countValue(width);
  m["llama.block_count"] = m["llama.attention.head_count"] = countValue(1);
  m["llama.attention.layer_norm_rms_epsilon"] = [](GgufWriter &w, std::string_view key) {
    w.f32(key, 1e-5f);
  };
  const std::string own = "tokenizer.ggml.";
  m[own + "model"] = textValue(s.model);
  if (!s.pre.empty())
    m[own + "pre"] = textValue(s.pre);
  m[own + "tokens"] = textsValue(s.tokens);
  if (!s.types.empty())
    m[own + "token_type"] = [types = std::vector<int32_t>(s.types.begin(), s.types.end())](
                                GgufWriter &w, std::string_view key) { w.i32s(key, types); };
  if (s.model == "gpt2")
    m[own + "merges"] = textsValue(s.merges);
  if (!s.scores.empty())
    m[own + "scores"] = [scores = s.scores](GgufWriter &w, std::string_view key) { w.f32s(key, scores); };
  for (const auto &[key, id] :
       {std::pair("bos_token_id", s.bos), {"eos_token_id", s.eos}, {"unknown_token_id", s.unknown}})
    if (id)
      m[own + key] = countValue(static_cast<uint32_t>(*id));
  for (const auto &[key, flag] : {std::pair("add_bos_token", s.addBos),
                                  {"add_eos_token", s.addEos},
                                  {"add_space_prefix", s.addSpacePrefix}})
    if (flag)
      m[own + key] = flagValue(*flag);
  if (!s.chatTemplate.empty())
    m["tokenizer.chat_template"] = textValue(s.chatTemplate);
  return m;
}

std::string ggufBytes(const Metadata &metadata, size_t rows) {
  GgufWriter w;
  for (const auto &[key, write] : metadata)
    write(w, key);
  const auto tensor = [&](const std::string &name, std::vector<int64_t> shape) {
    int64_t count = 1;
    for (const int64_t extent : shape)
      count *= extent;
    w.tensor(name + ".weight", model::TensorType::F32, std::move(shape),
             std::string(static_cast<size_t>(4 * count), '\0'));
  };
  tensor("token_embd", {static_cast<int64_t>(rows), width});
  tensor("output_norm", {width});
  for (const char *name : {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"})
    tensor("blk.0." + std::string(name), {width, width});
  for (const char *name : {"attn_norm", "ffn_norm"})
    tensor("blk.0." + std::string(name), {width});
  return w.bytes();
}

} // namespace accord::tokenizer::test
