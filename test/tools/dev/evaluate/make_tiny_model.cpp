// make-tiny-model: a random model of test/support as a file, of a size whose logits can be compared.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/support/tiny_model.h"
#include <boost/program_options.hpp>
#include <cstring>
#include <exception>
#include <iostream>
#include <random>

namespace po = boost::program_options;
using namespace accord;

namespace {

/// Templates as models are published with them, and one that nobody knows; marks that are tokens.
struct Chat {
  const char *name, *jinja;
  std::vector<std::string> marks;
};
const char *const chatMl =
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + "
    "'<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
const char *const zephyr =
    "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] "
    "+ "
    "eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + "
    "eos_token }}\n"
    "{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n"
    "{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% "
    "endfor %}";
const char *const bitNet =
    "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = message['role'] | "
    "capitalize + ': '+ message['content'] | trim + '<|eot_id|>' %}{{ content }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant: ' }}{% endif %}";
const Chat chats[] = {
    {"chatml", chatMl, {"<|im_start|>", "<|im_end|>"}},
    {"zephyr", zephyr, {"<|user|>", "<|assistant|>"}},
    {"bitnet", bitNet, {"<|begin_of_text|>", "<|eot_id|>"}},
    {"phi3", "", {"<|assistant|>", "<|end|>", "<unk>", "<s>", "</s>"}},
    {"unknown", "{{ raise_exception('a template of its own') }}", {"<|im_start|>", "<|im_end|>"}},
};

struct Options {
  std::string output, matrices, embedding, chat;
  test::TinyModelOptions model;
  bool scales = false, ropeFactors = false;
};

std::string floats(std::mt19937_64 &random, int64_t count, float low, float high) {
  std::string bytes(static_cast<size_t>(4 * count), 0);
  for (int64_t i = 0; i < count; ++i) {
    const float value = low + (high - low) * (static_cast<float>(random() >> 40) * 0x1p-24F);
    std::memcpy(&bytes[static_cast<size_t>(4 * i)], &value, 4);
  }
  return bytes;
}

test::GgufWriter make(const Options &options) {
  test::GgufWriter file = test::tinyModel(options.model);
  std::mt19937_64 random(options.model.seed);
  std::vector<test::GgufWriter::Tensor> scales;
  for (test::GgufWriter::Tensor &tensor : file.tensors) {
    // A small embedding, so that the layers and not the token itself decide, and logits stay of ordinary
    // size.
    if (tensor.name == "token_embd.weight" || tensor.name == "output.weight")
      tensor.bytes = test::randomTensor(static_cast<model::TensorType>(tensor.type), tensor.shape[0],
                                        tensor.shape[1], 0.125F, random());
    const size_t suffix = tensor.name.rfind(".weight");
    if (options.scales && tensor.shape.size() == 2 && tensor.name.rfind("blk.", 0) == 0)
      scales.push_back({tensor.name.substr(0, suffix) + ".scale",
                        static_cast<uint32_t>(model::TensorType::F32),
                        {1},
                        floats(random, 1, 0.5F, 1.5F),
                        {}});
  }
  file.tensors.insert(file.tensors.end(), scales.begin(), scales.end());
  const int64_t pairs = options.model.embd / options.model.heads / 2;
  if (options.ropeFactors)
    file.tensor("rope_freqs.weight", model::TensorType::F32, {pairs}, floats(random, pairs, 1, 8));
  return file;
}

} // namespace

int main(int argc, char **argv) {
  Options given;
  given.model.embd = 256;
  given.model.ff = 512;
  po::options_description options("make-tiny-model: a random GGUF model that llama.cpp loads\nOptions");
  options.add_options()("help", "print this text")("output,o", po::value(&given.output)->required(),
                                                   "file to write")(
      "architecture", po::value(&given.model.architecture)->default_value("llama"),
      "general.architecture; a name with bitnet gets BitNet's norms")(
      "matrices", po::value(&given.matrices)->default_value("Q8_0"), "type of the layers' matrices")(
      "embedding", po::value(&given.embedding)->default_value("F16"),
      "type of the embedding")("layers", po::value(&given.model.layers)->default_value(2), "layers")(
      "seed", po::value(&given.model.seed)->default_value(1),
      "seed of the weights")("head", "a head of its own, not the embedding")(
      "scales", "a tensor X.scale beside each matrix X.weight")("rope-factors", "a tensor rope_freqs.weight")(
      "i2s-arm", "I2_S as BitNet's ARM build packs it, not x86")("add-bos", "tokenizer.ggml.add_bos_token");
  auto number = [](auto &target) { return po::value(&target)->default_value(target); };
  options.add_options()("embd", number(given.model.embd), "width");
  options.add_options()("ff", number(given.model.ff), "width between gate and down");
  options.add_options()("context", number(given.model.context), "positions");
  options.add_options()("pre", number(given.model.preTokenizer), "tokenizer.ggml.pre; none: no such key");
  options.add_options()("name", number(given.model.name), "general.name");
  options.add_options()(
      "chat", po::value(&given.chat)->default_value(""),
      "chatml, zephyr, bitnet, phi3 (marks alone) or unknown: template and marks of a chat");
  try {
    po::variables_map map;
    po::store(po::parse_command_line(argc, argv, options), map);
    if (map.count("help")) {
      std::cout << options << "\n";
      return 0;
    }
    po::notify(map);
    given.model.tied = !map.count("head");
    for (const Chat &chat : chats)
      if (given.chat == chat.name) {
        given.model.chatTemplate = chat.jinja;
        given.model.marks = chat.marks;
      }
    given.model.addBos = map.count("add-bos");
    given.scales = map.count("scales");
    given.ropeFactors = map.count("rope-factors");
    if (map.count("i2s-arm"))
      given.model.i2s = model::I2SLayout::ARM;
  } catch (const std::exception &e) {
    std::cerr << "make-tiny-model: error: " << e.what() << "\n";
    return 2;
  }
  const std::optional<model::TensorType> matrices = model::tensorTypeOf(given.matrices),
                                         embedding = model::tensorTypeOf(given.embedding);
  if (!matrices || !embedding || *embedding == model::TensorType::I2_S) {
    std::cerr << "make-tiny-model: error: expected types of tensors, got " << given.matrices << " and "
              << given.embedding << "\n";
    return 2;
  }
  given.model.matrices = *matrices;
  given.model.others = {{"token_embd.weight", *embedding}, {"output.weight", *embedding}};
  given.model.subNorms = given.model.architecture.find("bitnet") != std::string::npos;
  if (given.model.subNorms)
    given.model.ropeBase = 500000;
  if (Status status = make(given).write(given.output); !status) {
    std::cerr << "make-tiny-model: error: " << status.error().message << "\n";
    return 1;
  }
  return 0;
}
