// float-reference: logits of a GGUF model by a plain f32 forward pass of its dequantized weights.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/dev/evaluate/forward.h"
#include "tools/dev/evaluate/token_file.h"
#include <boost/program_options.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <thread>

namespace po = boost::program_options;
using namespace accord;

namespace {

struct Options {
  std::string model, tokens, output, i2s;
  int threads;
};

Status run(const Options &options) {
  Expected<std::vector<int64_t>> ids = evaluate::readTokens(options.tokens);
  if (!ids)
    return ids.error();
  model::OpenOptions open;
  if (!options.i2s.empty())
    open.i2s = options.i2s == "x86" ? model::I2SLayout::X86 : model::I2SLayout::ARM;
  Expected<evaluate::ReferenceModel> model = evaluate::ReferenceModel::open(options.model, open);
  if (!model)
    return model.error();
  Expected<std::vector<float>> logits = evaluate::forward(*model, *ids, options.threads);
  if (!logits)
    return logits.error();
  std::ofstream out(options.output, std::ios::binary);
  out.write(reinterpret_cast<const char *>(logits->data()), static_cast<std::streamsize>(4 * logits->size()));
  out.close();
  if (!out)
    return Error{options.output + ": expected a file that can be written, got a failure"};
  std::fprintf(stderr, "float-reference: %s, %zu positions of %lld logits\n",
               model->architecture().name.c_str(), ids->size(),
               static_cast<long long>(model->architecture().vocabulary));
  return {};
}

} // namespace

int main(int argc, char **argv) {
  Options given;
  po::options_description options(
      "float-reference: logits [ids][vocabulary], little-endian f32, of a llama or BitNet GGUF in plain f32\n"
      "Example: float-reference smollm2.gguf --tokens tokens.txt -o logits.f32\nOptions");
  options.add_options()("help", "print this text")("model", po::value(&given.model)->required(), "GGUF file")(
      "tokens", po::value(&given.tokens)->required(),
      "file of decimal token ids")("output,o", po::value(&given.output)->required(), "file to write")(
      "i2s", po::value(&given.i2s)->default_value(""), "layout of I2_S tensors: x86 or arm")(
      "threads",
      po::value(&given.threads)->default_value(static_cast<int>(std::thread::hardware_concurrency())),
      "threads");
  po::positional_options_description positional;
  positional.add("model", 1);
  try {
    po::variables_map map;
    po::store(po::command_line_parser(argc, argv).options(options).positional(positional).run(), map);
    if (map.count("help")) {
      std::cout << options << "\n";
      return 0;
    }
    po::notify(map);
  } catch (const std::exception &e) {
    std::cerr << "float-reference: error: " << e.what() << "\n";
    return 2;
  }
  if (given.threads < 1 || (!given.i2s.empty() && given.i2s != "x86" && given.i2s != "arm")) {
    std::cerr << "float-reference: error: expected --threads of 1 or more and --i2s x86 or arm\n";
    return 2;
  }
  if (Status status = run(given); !status) {
    std::cerr << "float-reference: error: " << status.error().message << "\n";
    return 1;
  }
  return 0;
}
