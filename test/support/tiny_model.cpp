// Random weights in every format, and a small tokenizer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/support/tiny_model.h"

#include "runtime/model/tensor_values.h"
#include "sim/golden/primitives.h"
#include <cmath>
#include <random>

namespace accord::test {

using golden::BlockFormat;
using golden::BlockInfo;
using model::TensorType;

namespace {

/// Uniform in [-1, 1), the same on every library.
float uniform(std::mt19937_64 &random) {
  return static_cast<float>(static_cast<int64_t>(random() >> 40) - (1 << 23)) * 0x1p-23f;
}

void putHalf(std::string &bytes, size_t at, float value) {
  const uint16_t half = golden::f32ToF16(value);
  bytes[at] = static_cast<char>(half & 0xff);
  bytes[at + 1] = static_cast<char>(half >> 8);
}

/// f16 scales of every block: d of unit size, of either sign where nothing forbids it, and minima that centre
/// the codes; all times `scale`.
void putScales(std::string &bytes, const BlockInfo &info, float scale, uint64_t seed) {
  std::mt19937_64 random(seed);
  const float centre = static_cast<float>((1 << info.values.bits) - 1) / 2;
  const bool twoLevels = info.weights > 32 && info.values.hasMin; // their minimum is subtracted
  for (size_t at = 0; at + static_cast<size_t>(info.bytes) <= bytes.size();
       at += static_cast<size_t>(info.bytes)) {
    float d = scale * (1 + 0.5f * uniform(random));
    if (!info.values.hasMin && random() % 2)
      d = -d;
    putHalf(bytes, at + static_cast<size_t>(info.dOffset), d);
    if (info.values.hasMin)
      putHalf(bytes, at + static_cast<size_t>(info.minOffset), twoLevels ? d * centre : -d * centre);
  }
}

/// Four codes of 0 to 2.
char ternaryByte(std::mt19937_64 &random) {
  int byte = 0;
  for (int i = 0; i < 4; ++i)
    byte = byte << 2 | static_cast<int>(random() % 3);
  return static_cast<char>(byte);
}

double rootMeanSquare(const std::vector<float> &values) {
  double sum = 0;
  for (const float v : values)
    sum += double(v) * double(v);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

// Common pairs of English, each of letters or of earlier merges. ^ stands for the letter of a space.
constexpr const char *merges[] = {
    "^ t",  "^ a", "h e",  "i n",  "r e",  "o n",  "^t he", "e r",  "^ s",   "a t",  "^ w", "^ o", "e n",
    "^ c",  "i t", "i s",  "a n",  "o r",  "e s",  "^ b",   "e d",  "^ f",   "in g", "^ p", "o u", "^a n",
    "a l",  "a r", "^t o", "^ m",  "^o f", "^ in", "^ d",   "^ h",  "^an d", "i c",  "a s", "l e", "^t h",
    "i on", "o m", "l l",  "en t", "^ n",  "^ l",  "s t",   "^ re", "v e",   "^ e",  "r o", "l y", "^b e",
    "^ g",  "^ T", "c t",  "^ S",  "i d",  "o t",  "^ I",   "u t",  "e t"};

std::string withSpaces(std::string_view text) {
  std::string result;
  for (const char c : text)
    result += c == '^' ? byteLetter(' ') : std::string(1, c);
  return result;
}

void addTokenizer(GgufWriter &file, const TinyModelOptions &options) {
  constexpr int32_t normal = 1, control = 3;
  std::vector<std::string> tokens = {"<|endoftext|>", options.marks.at(0), options.marks.at(1)}, pairs;
  std::vector<int32_t> types(tokens.size(), control);
  for (int byte = 0; byte < 256; ++byte)
    tokens.push_back(byteLetter(static_cast<uint8_t>(byte)));
  const auto more = options.marks.begin() + 2, end = options.marks.end();
  for (const char *merge : merges) {
    if (tokens.size() + static_cast<size_t>(end - more) == static_cast<size_t>(options.vocab))
      break;
    pairs.push_back(withSpaces(merge));
    std::string token = pairs.back();
    token.erase(token.find(' '), 1);
    tokens.push_back(token);
  }
  types.resize(tokens.size(), normal);
  tokens.insert(tokens.end(), more, end);
  types.resize(tokens.size(), control);
  file.text("tokenizer.ggml.model", "gpt2");
  if (options.preTokenizer != "none")
    file.text("tokenizer.ggml.pre", options.preTokenizer);
  file.texts("tokenizer.ggml.tokens", tokens);
  file.i32s("tokenizer.ggml.token_type", types);
  file.texts("tokenizer.ggml.merges", pairs);
  file.u32("tokenizer.ggml.bos_token_id", 0);
  file.u32("tokenizer.ggml.eos_token_id", 0);
  file.u32("tokenizer.ggml.unknown_token_id", 0);
  file.flag("tokenizer.ggml.add_bos_token", options.addBos);
  if (!options.chatTemplate.empty())
    file.text("tokenizer.chat_template", options.chatTemplate);
}

void addParameters(GgufWriter &file, const TinyModelOptions &o) {
  const std::string prefix = o.architecture + ".";
  const auto count = [&](const char *key, int64_t value) {
    file.u32(prefix + key, static_cast<uint32_t>(value));
  };
  file.text("general.architecture", o.architecture);
  file.text("general.name", o.name);
  count("block_count", o.layers);
  count("context_length", o.context);
  count("embedding_length", o.embd);
  count("feed_forward_length", o.ff);
  count("attention.head_count", o.heads);
  count("attention.head_count_kv", o.kvHeads);
  count("rope.dimension_count", o.embd / o.heads);
  count("vocab_size", o.vocab);
  file.f32(prefix + "attention.layer_norm_rms_epsilon", o.epsilon);
  file.f32(prefix + "rope.freq_base", o.ropeBase);
}

} // namespace

std::string byteLetter(uint8_t byte) {
  const auto prints = [](int b) { return (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || b >= 0xae; };
  int letter = byte;
  if (!prints(byte)) {
    letter = 0x100;
    for (int b = 0; b < byte; ++b)
      letter += !prints(b);
  }
  if (letter < 0x80)
    return std::string(1, static_cast<char>(letter));
  return {static_cast<char>(0xc0 | letter >> 6), static_cast<char>(0x80 | (letter & 0x3f))};
}

std::string randomBlocks(BlockFormat format, int64_t rows, int64_t k, float rms, uint64_t seed) {
  const BlockInfo &info = golden::blockInfo(format);
  std::mt19937_64 random(seed);
  const bool ternary = format == BlockFormat::TQ2_0 || info.values.group == 0;
  std::string bytes(static_cast<size_t>(golden::matrixBytes(format, rows, k)), 0);
  for (char &b : bytes)
    b = ternary ? ternaryByte(random) : static_cast<char>(random());
  if (info.values.group == 0) {
    const float scale = rms * std::sqrt(1.5f); // two of three codes are not zero
    std::memcpy(&bytes[bytes.size() - model::trailerBytesI2S], &scale, sizeof scale);
    return bytes;
  }
  // Measure the blocks under unit scales, then scale them.
  putScales(bytes, info, 1, seed + 1);
  const golden::WeightFormat f = golden::weightFormat(format, k);
  std::vector<uint8_t> codes(static_cast<size_t>(rows * k));
  std::vector<float> d(static_cast<size_t>(rows * golden::ceilDiv(k, f.group))), min(d.size()),
      w(codes.size());
  (void)golden::decodeBlocks(format, reinterpret_cast<const uint8_t *>(bytes.data()), rows, k, codes.data(),
                             d.data(),
                             min.data()); // only I2_S can fail
  golden::dequantize(codes.data(), d.data(), f.hasMin ? min.data() : nullptr, f.zero, rows, k, f.group,
                     w.data());
  putScales(bytes, info, static_cast<float>(double(rms) / rootMeanSquare(w)), seed + 1);
  return bytes;
}

std::string randomTensor(TensorType type, int64_t rows, int64_t k, float rms, uint64_t seed,
                         model::I2SLayout layout) {
  if (const std::optional<BlockFormat> format = model::blockFormatOf(type, layout))
    return randomBlocks(*format, rows, k, rms, seed);
  std::mt19937_64 random(seed);
  std::string bytes;
  for (int64_t i = 0; i < rows * k; ++i) {
    const float value = rms * std::sqrt(3.0f) * uniform(random);
    if (type == TensorType::F32)
      bytes += numberBytes(golden::bitsOf(value), 4);
    else
      bytes +=
          numberBytes(type == TensorType::F16 ? golden::f32ToF16(value) : golden::bitsOf(value) >> 16, 2);
  }
  return bytes;
}

GgufWriter tinyModel(const TinyModelOptions &o) {
  GgufWriter file;
  file.version = o.version;
  addParameters(file, o);
  addTokenizer(file, o);
  uint64_t seed = o.seed * 1000003;
  const auto matrix = [&](const std::string &name, int64_t n, int64_t k, float rms) {
    const auto other = o.others.find(name);
    const TensorType type = other == o.others.end() ? o.matrices : other->second;
    file.tensor(name, type, {n, k}, randomTensor(type, n, k, rms, seed += 17, o.i2s));
  };
  const auto norm = [&](const std::string &name, int64_t k) {
    std::mt19937_64 random(seed += 17);
    std::string bytes;
    for (int64_t i = 0; i < k; ++i)
      bytes += numberBytes(golden::bitsOf(1 + 0.1f * uniform(random)), 4);
    file.tensor(name, TensorType::F32, {k}, bytes);
  };
  const auto spread = [](int64_t k) { return 1 / std::sqrt(static_cast<float>(k)); };
  const int64_t kv = o.embd / o.heads * o.kvHeads;
  matrix("token_embd.weight", o.vocab, o.embd, 1);
  for (int64_t layer = 0; layer < o.layers; ++layer) {
    const std::string blk = "blk." + std::to_string(layer) + ".";
    norm(blk + "attn_norm.weight", o.embd);
    matrix(blk + "attn_q.weight", o.embd, o.embd, spread(o.embd));
    matrix(blk + "attn_k.weight", kv, o.embd, spread(o.embd));
    matrix(blk + "attn_v.weight", kv, o.embd, spread(o.embd));
    if (o.subNorms)
      norm(blk + "attn_sub_norm.weight", o.embd);
    matrix(blk + "attn_output.weight", o.embd, o.embd, spread(o.embd));
    norm(blk + "ffn_norm.weight", o.embd);
    matrix(blk + "ffn_gate.weight", o.ff, o.embd, spread(o.embd));
    matrix(blk + "ffn_up.weight", o.ff, o.embd, spread(o.embd));
    if (o.subNorms)
      norm(blk + "ffn_sub_norm.weight", o.ff);
    matrix(blk + "ffn_down.weight", o.embd, o.ff, spread(o.ff));
  }
  norm("output_norm.weight", o.embd);
  if (!o.tied)
    matrix("output.weight", o.vocab, o.embd, spread(o.embd));
  return file;
}

} // namespace accord::test
