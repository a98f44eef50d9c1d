// Writing GGUF version 3.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "gguf_bytes.h"
#include <cstring>

namespace accord::tokenizer::test {

namespace {

template <typename T> void put(std::string &bytes, T value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  bytes.append(raw, sizeof value);
}
void putText(std::string &bytes, std::string_view text) {
  put<uint64_t>(bytes, text.size());
  bytes += text;
}
template <typename T, typename Write>
GgufValue array(uint32_t type, const std::vector<T> &items, Write write) {
  GgufValue value{9, {}};
  put<uint32_t>(value.bytes, type);
  put<uint64_t>(value.bytes, items.size());
  for (const T &item : items)
    write(value.bytes, item);
  return value;
}
GgufValue ggufReal(float number) {
  GgufValue value{6, {}};
  put(value.bytes, number);
  return value;
}
constexpr size_t width = 32, alignment = 32;

} // namespace

GgufValue ggufText(std::string_view text) {
  GgufValue value{8, {}};
  putText(value.bytes, text);
  return value;
}
GgufValue ggufCount(uint32_t number) {
  GgufValue value{4, {}};
  put(value.bytes, number);
  return value;
}
GgufValue ggufFlag(bool flag) { return {7, std::string(1, flag ? '\1' : '\0')}; }
GgufValue ggufTexts(const std::vector<std::string> &texts) {
  return array(8, texts, [](std::string &bytes, const std::string &text) { putText(bytes, text); });
}
GgufValue ggufIntegers(const std::vector<int64_t> &integers) {
  return array(5, integers, [](std::string &bytes, int64_t i) { put(bytes, static_cast<int32_t>(i)); });
}
GgufValue ggufNumbers(const std::vector<float> &numbers) {
  return array(6, numbers, [](std::string &bytes, float x) { put(bytes, x); });
}

GgufMetadata metadataOf(const VocabularySource &s) {
  GgufMetadata m;
  m.emplace("general.architecture", ggufText("llama"));
  for (const char *key :
       {"embedding_length", "feed_forward_length", "rope.dimension_count", "context_length"})
    m.emplace("llama." + std::string(key), ggufCount(width));
  m.emplace("llama.block_count", ggufCount(1));
  m.emplace("llama.attention.head_count", ggufCount(1));
  m.emplace("llama.attention.layer_norm_rms_epsilon", ggufReal(1e-5f));
  const auto tell = [&](const std::string &key, GgufValue value) {
    m.emplace("tokenizer.ggml." + key, std::move(value));
  };
  tell("model", ggufText(s.model));
  if (!s.pre.empty())
    tell("pre", ggufText(s.pre));
  tell("tokens", ggufTexts(s.tokens));
  if (!s.types.empty())
    tell("token_type", ggufIntegers(s.types));
  if (s.model == "gpt2")
    tell("merges", ggufTexts(s.merges));
  if (!s.scores.empty())
    tell("scores", ggufNumbers(s.scores));
  for (const auto &[key, id] :
       {std::pair("bos_token_id", s.bos), {"eos_token_id", s.eos}, {"unknown_token_id", s.unknown}})
    if (id)
      tell(key, ggufCount(static_cast<uint32_t>(*id)));
  for (const auto &[key, flag] : {std::pair("add_bos_token", s.addBos),
                                  {"add_eos_token", s.addEos},
                                  {"add_space_prefix", s.addSpacePrefix}})
    if (flag)
      tell(key, ggufFlag(*flag));
  if (!s.chatTemplate.empty())
    m.emplace("tokenizer.chat_template", ggufText(s.chatTemplate));
  return m;
}

std::string ggufBytes(const GgufMetadata &metadata, size_t rows) {
  std::vector<std::pair<std::string, std::vector<uint64_t>>> tensors = {{"token_embd", {width, rows}},
                                                                        {"output_norm", {width}}};
  for (const char *name : {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"})
    tensors.push_back({"blk.0." + std::string(name), {width, width}});
  for (const char *name : {"attn_norm", "ffn_norm"})
    tensors.push_back({"blk.0." + std::string(name), {width}});

  std::string bytes = "GGUF";
  put<uint32_t>(bytes, 3);
  put<uint64_t>(bytes, tensors.size());
  put<uint64_t>(bytes, metadata.size());
  for (const auto &[key, value] : metadata) {
    putText(bytes, key);
    put(bytes, value.type);
    bytes += value.bytes;
  }
  uint64_t offset = 0;
  for (const auto &[name, shape] : tensors) {
    putText(bytes, name + ".weight");
    put(bytes, static_cast<uint32_t>(shape.size()));
    uint64_t size = sizeof(float);
    for (const uint64_t extent : shape) {
      put(bytes, extent);
      size *= extent;
    }
    put<uint32_t>(bytes, 0); // F32
    put(bytes, offset);
    offset += size;
  }
  bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
  return bytes.append(offset, '\0');
}

} // namespace accord::tokenizer::test
