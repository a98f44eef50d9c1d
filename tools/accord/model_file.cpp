// Recognizing and opening model files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/model_file.h"
#include "runtime/model/foreign_file.h"
#include "sim/hardware/model_files.h"
#include <cstring>
#include <fstream>

namespace accord::cli {

bool isModelFile(const std::string &path) {
  const std::string suffix = ".gguf";
  char magic[4] = {};
  if (std::ifstream(path, std::ios::binary).read(magic, sizeof magic) && std::memcmp(magic, "GGUF", 4) == 0)
    return true;
  return path.size() > suffix.size() && path.compare(path.size() - suffix.size(), suffix.size(), suffix) == 0;
}

bool isModel(const std::string &given) { return isModelFile(given) || isNetwork(given); }

void addNetworkOption(po::options_description &options) {
  options.add_options()("network",
                        po::value<std::vector<std::string>>()->composing()->value_name("KEY=VALUE"),
                        "of a network of sizes: another value than its file's, such as layers=2 or "
                        "formats.weights=Q8_0; may be repeated (keys: models/networks/README.md)");
}

Expected<model::NetworkChanges> networkChangesOf(const po::variables_map &values, const std::string &given) {
  if (isNetwork(given) && values.count("i2s-layout"))
    return Error{"--i2s-layout: expected with a GGUF model, got " + given +
                 ", which says it itself (--network formats.i2s_layout=LAYOUT)"};
  if (!values.count("network"))
    return model::NetworkChanges();
  auto changes = values["network"].as<std::vector<std::string>>();
  for (const std::string &change : changes)
    if (const size_t equals = change.find('='); equals == std::string::npos || equals == 0)
      return Error{"--network: expected KEY=VALUE, got '" + change + "'"};
  if (!isNetwork(given))
    return Error{"--network: expected with a network of sizes, got " + given};
  return changes;
}

std::string describeForeignFile(const std::string &path) {
  char head[64];
  std::ifstream file(path, std::ios::binary);
  file.read(head, sizeof head);
  return model::describeForeign({head, static_cast<size_t>(file.gcount())});
}

void addLayoutOption(po::options_description &options) {
  options.add_options()("i2s-layout", po::value<std::string>()->value_name("LAYOUT"),
                        "x86 or arm: how tensors of type I2_S lie in a GGUF file, which it does not say");
}

Expected<model::OpenOptions> openOptionsOf(const po::variables_map &values) {
  model::OpenOptions options;
  if (!values.count("i2s-layout"))
    return options;
  const std::string &word = values["i2s-layout"].as<std::string>();
  if (word == "x86")
    options.i2s = model::I2SLayout::X86;
  else if (word == "arm")
    options.i2s = model::I2SLayout::ARM;
  else
    return Error{"--i2s-layout: expected x86 or arm, got '" + word + "'" + didYouMean(word, {"x86", "arm"})};
  return options;
}

} // namespace accord::cli
