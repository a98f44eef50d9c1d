// accord import: a model as L0 text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/import.h"
#include "tools/accord/output.h"
#include "tools/accord/terminal.h"

namespace accord::cli {

void addCacheOption(po::options_description &options) {
  options.add_options()(
      "cache", po::value<std::string>()->value_name("TYPE"),
      "f16 or f32: the numbers that keys and values are kept in; default: f16, or what a network "
      "of sizes says");
}

Expected<std::optional<bool>> f32CacheOf(const po::variables_map &values) {
  if (!values.count("cache"))
    return std::optional<bool>();
  const std::string &word = values["cache"].as<std::string>();
  if (word != "f16" && word != "f32")
    return Error{"--cache: expected f16 or f32, got '" + word + "'" + didYouMean(word, {"f16", "f32"})};
  return std::optional<bool>(word == "f32");
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
  Expected<std::optional<bool>> f32Cache = f32CacheOf(values);
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

Expected<ModelOptions> modelOptionsOf(const po::variables_map &values, const std::string &given) {
  Expected<ModelOptions> options = modelOptionsOf(values);
  if (!options)
    return options;
  Expected<model::NetworkChanges> changes = networkChangesOf(values, given);
  if (!changes)
    return changes.error();
  options->network = std::move(*changes);
  return options;
}

std::vector<std::string> givenModelOptions(const po::variables_map &values) {
  std::vector<std::string> names;
  for (const char *name : {"context", "prompt-tokens", "cache", "i2s-layout"})
    if (values.count(name) && !values[name].defaulted())
      names.push_back(name);
  return names;
}

int runImport(const std::vector<std::string> &arguments) {
  Usage usage = {
      "import", "MODEL [options]",
      "write a model (a GGUF file, or a network of sizes) as MLIR at L0; weights stay in the file, by name",
      "accord import build/models/smollm2.gguf -o smollm2.mlir"};
  po::options_description options;
  options.add_options()("file", po::value<std::string>());
  addModelOptions(options);
  addNetworkOption(options);
  options.add_options()("output,o", po::value<std::string>()->default_value("-")->value_name("FILE"),
                        "where the result goes; - is stdout");
  po::positional_options_description positional;
  positional.add("file", 1);
  po::variables_map values;
  if (std::optional<int> exit = parseOptions(usage, options, positional, arguments, values))
    return *exit;
  if (!values.count("file"))
    return misuse("import: expected a FILE, got none; try 'accord import --help'");
  const std::string path = values["file"].as<std::string>();
  Expected<ModelOptions> how = modelOptionsOf(values, path);
  if (!how)
    return misuse("import: " + how.error().message);

  Toolchain toolchain(terminal());
  auto model = OpenedModel::open(path, how->open, how->network);
  if (!model)
    return fail(model.error().message);
  auto module = model->import(toolchain.context(), how->import);
  if (!module)
    return fail(module.error().message);
  if (Status s = writeOutput(values["output"].as<std::string>(), print(**module)); !s)
    return fail(s.error().message);
  return Done;
}

} // namespace accord::cli
