// accord import: a GGUF file's model as L0 text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/import.h"
#include "tools/accord/output.h"
#include "tools/accord/terminal.h"

namespace accord::cli {

void addCacheOption(po::options_description &options) {
  options.add_options()("cache", po::value<std::string>()->default_value("f16")->value_name("TYPE"),
                        "f16 or f32: the numbers that keys and values are kept in");
}

Expected<bool> isF32Cache(const po::variables_map &values) {
  const std::string &word = values["cache"].as<std::string>();
  if (word != "f16" && word != "f32")
    return Error{"--cache: expected f16 or f32, got '" + word + "'" + didYouMean(word, {"f16", "f32"})};
  return word == "f32";
}

void addModelOptions(po::options_description &options) {
  options.add_options()("context", po::value<Count>()->value_name("N"),
                        "positions that a model's caches hold; default: its own, which is the most");
  options.add_options()("prompt-tokens", po::value<Count>()->value_name("N"),
                        "tokens that a model's @prefill and @score take; default: any number");
  addCacheOption(options);
  addLayoutOption(options);
}

Expected<ModelOptions> modelOptionsOf(const po::variables_map &values) {
  ModelOptions result;
  Expected<bool> f32Cache = isF32Cache(values);
  if (!f32Cache)
    return f32Cache.error();
  result.import.f32Cache = *f32Cache;
  Expected<model::OpenOptions> open = openOptionsOf(values);
  if (!open)
    return open.error();
  result.open = *open;
  for (auto [name, target] :
       {std::pair("context", &result.import.context), {"prompt-tokens", &result.import.promptTokens}}) {
    if (!values.count(name))
      continue;
    uint64_t value = values[name].as<Count>().value;
    if (value == 0 || value > INT32_MAX)
      return Error{"--" + std::string(name) + ": expected 1 to " + std::to_string(INT32_MAX) + ", got " +
                   std::to_string(value)};
    *target = int64_t(value);
  }
  return result;
}

std::vector<std::string> givenModelOptions(const po::variables_map &values) {
  std::vector<std::string> names;
  for (const char *name : {"context", "prompt-tokens", "cache", "i2s-layout"})
    if (values.count(name) && !values[name].defaulted())
      names.push_back(name);
  return names;
}

int runImport(const std::vector<std::string> &arguments) {
  Usage usage = {"import", "MODEL.gguf [options]",
                 "write a GGUF file's model as MLIR at L0; weights stay in the file, by name",
                 "accord import build/models/smollm2.gguf -o smollm2.mlir"};
  po::options_description options;
  options.add_options()("file", po::value<std::string>());
  addModelOptions(options);
  options.add_options()("output,o", po::value<std::string>()->default_value("-")->value_name("FILE"),
                        "where the result goes; - is stdout");
  po::positional_options_description positional;
  positional.add("file", 1);
  po::variables_map values;
  if (std::optional<int> exit = parseOptions(usage, options, positional, arguments, values))
    return *exit;
  if (!values.count("file"))
    return misuse("import: expected a FILE, got none; try 'accord import --help'");
  Expected<ModelOptions> model = modelOptionsOf(values);
  if (!model)
    return misuse("import: " + model.error().message);

  Toolchain toolchain(terminal());
  auto imported = importFile(toolchain, values["file"].as<std::string>(), model->open, model->import);
  if (!imported)
    return fail(imported.error().message);
  if (Status s = writeOutput(values["output"].as<std::string>(), print(*imported->module)); !s)
    return fail(s.error().message);
  return Done;
}

} // namespace accord::cli
