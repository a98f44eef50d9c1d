// Which options are files, and what is said about them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/named_files.h"
#include "sim/files/output_file.h"
#include "sim/hardware/model_files.h"
#include "tools/accord/machines.h"
#include <algorithm>

namespace accord::cli {
namespace {

using Words = std::vector<std::string>;

const Words outputNames = {"output", "tokens-out", "logits", "trace", "dram-trace", "waves"};
const Words inputNames = {"file",       "trace",     "prompt-file", "score",
                          "score-text", "reference", "energy",      "parameters"};

bool has(const Words &names, const std::string &name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Words textsOf(const boost::any &value) {
  if (auto *text = boost::any_cast<std::string>(&value))
    return {*text};
  if (auto *texts = boost::any_cast<Words>(&value))
    return *texts;
  return {};
}

/// The path of a network that is given by its name; else what was given.
std::string networkOr(const std::string &given) {
  Expected<std::string> path = isNetwork(given) ? findNetwork(given) : Expected<std::string>(given);
  return path ? *path : given;
}

} // namespace

std::optional<int> checkNamedFiles(const Usage &usage, const po::positional_options_description &positional,
                                   const po::variables_map &values) {
  std::vector<NamedFile> inputs, outputs;
  for (const auto &[name, value] : values) {
    const bool isArgument = positional.max_total_count() > 0 && positional.name_for_position(0) == name;
    for (const std::string &text : textsOf(value.value())) {
      if (text.empty())
        continue;
      if (!isArgument && has(outputNames, name))
        outputs.push_back({"--" + name, text});
      else if (has(inputNames, name))
        inputs.push_back({name, networkOr(text)});
      else if (name == "hardware")
        for (const std::string &given : splitAtCommas(text))
          if (Expected<std::string> path = findHardware(given))
            inputs.push_back({name, *path});
    }
  }
  const std::string command = std::string(usage.command) + ": ";
  for (const NamedFile &output : outputs)
    if (output.path == "-" && has({"--trace", "--dram-trace", "--waves"}, output.option))
      return misuse(command + output.option + ": expected a file, got '-', which is stdout");
  if (Status s = checkDistinct(inputs, outputs); !s)
    return misuse(command + s.error().message);
  for (const NamedFile &output : outputs)
    if (Status s = OutputFile::check(output.path); !s)
      return fail(s.error().message);
  return std::nullopt;
}

} // namespace accord::cli
