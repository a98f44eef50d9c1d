// Finds machines and reads them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/machines.h"

namespace accord::cli {

void addHardwareOption(po::options_description &options, const char *what) {
  options.add_options()("hardware", po::value<std::string>()->value_name("FILE"),
                        (std::string(what) + ": a file, or a name out of models/hardware").c_str());
}

void addHardwareList(po::options_description &options, const char *what, const std::string &standard) {
  auto *value = po::value<std::vector<std::string>>()->composing()->value_name("LIST");
  if (!standard.empty())
    value->default_value({standard}, standard);
  value->notifier([](const std::vector<std::string> &lists) {
    for (const std::string &list : lists)
      for (const std::string &given : splitAtCommas(list))
        if (given.empty())
          throw po::error("--hardware: expected a file or a name before and after each comma, got '" + list +
                          "'");
  });
  options.add_options()(
      "hardware", value,
      (std::string(what) + ": files, or names out of models/hardware, repeated or with commas").c_str());
}

Expected<std::vector<Machine>> openMachines(const po::variables_map &values) {
  std::vector<Machine> machines;
  for (const std::string &list : values["hardware"].as<std::vector<std::string>>())
    for (const std::string &given : splitAtCommas(list)) {
      Expected<Machine> machine = openMachine(given);
      if (!machine)
        return machine.error();
      machines.push_back(std::move(*machine));
    }
  return machines;
}

std::vector<std::string> splitAtCommas(const std::string &text) {
  std::vector<std::string> words;
  for (size_t from = 0;;) {
    const size_t comma = text.find(',', from);
    words.push_back(text.substr(from, comma - from));
    if (comma == std::string::npos)
      return words;
    from = comma + 1;
  }
}

} // namespace accord::cli
