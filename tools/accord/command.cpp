// Option parsing and messages of the subcommands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/command.h"
#include "sim/hardware/yaml_tree.h"
#include "tools/accord/named_files.h"
#include "tools/accord/printable.h"
#include "tools/accord/progress.h"
#include <algorithm>
#include <charconv>
#include <iostream>

namespace accord::cli {

std::string didYouMean(const std::string &word, const std::vector<std::string> &candidates) {
  std::string near = yaml::nearest(word, candidates);
  return near.empty() ? "" : "; did you mean '" + near + "'?";
}

std::ostream &operator<<(std::ostream &os, const Count &count) { return os << count.value; }

void validate(boost::any &value, const std::vector<std::string> &words, Count *, int) {
  po::validators::check_first_occurrence(value);
  const std::string &word = po::validators::get_single_string(words);
  Count count;
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), count.value);
  if (error != std::errc() || end != word.data() + word.size())
    throw po::invalid_option_value(word);
  value = count;
}

std::ostream &operator<<(std::ostream &os, const Real &real) { return os << real.value; }

void validate(boost::any &value, const std::vector<std::string> &words, Real *, int) {
  po::validators::check_first_occurrence(value);
  const std::string &word = po::validators::get_single_string(words);
  Real real;
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), real.value);
  if (error != std::errc() || end != word.data() + word.size())
    throw po::error_with_option_name("the argument ('" + word +
                                     "') for option '%canonical_option%' is invalid; expected a number");
  value = real;
}

int fail(const std::string &message) {
  endProgress();
  std::cerr << "accord: error: " << printable(message, "\n\t") << "\n";
  return Failed;
}

int misuse(const std::string &message) {
  fail(message);
  return Misuse;
}

void note(const std::string &message) {
  endProgress();
  std::cerr << "accord: note: " << printable(message, "\n\t") << "\n";
}

std::optional<int> parseOptions(const Usage &usage, po::options_description &options,
                                const po::positional_options_description &positional,
                                const std::vector<std::string> &arguments, po::variables_map &values) {
  // Positional arguments are options to Boost; their names are no flags of ours.
  po::options_description visible("options");
  std::vector<std::string> flags;
  options.add_options()("help,h", "this text");
  for (const auto &option : options.options()) {
    bool isPositional = false;
    for (unsigned i = 0; i < positional.max_total_count() && i < 8; ++i)
      isPositional |= positional.name_for_position(i) == option->long_name();
    if (isPositional)
      continue;
    visible.add(option);
    flags.push_back("--" + option->long_name());
  }
  auto isFlag = [&](const std::string &name) {
    return std::find(flags.begin(), flags.end(), name) != flags.end();
  };
  std::string command = usage.command;
  try {
    // No guessing: an abbreviation that works today is ambiguous after the next option.
    int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(arguments).options(options).positional(positional).style(style).run(),
              values);
    if (values.count("help")) {
      std::cout << "accord " << command << ": " << usage.summary << "\n\nusage: accord " << command << " "
                << usage.synopsis << "\n\n"
                << visible << "\nexample:\n  " << usage.example << "\n";
      return Done;
    }
    po::notify(values);
    for (const auto &[name, value] : values)
      if (auto *text = boost::any_cast<std::string>(&value.value());
          text && text->empty() && !value.defaulted() &&
          options.find(name, false).semantic()->max_tokens() > 0)
        return misuse(command + ": " + (isFlag("--" + name) ? "--" : "") + name +
                      ": expected a value, got ''");
  } catch (const po::unknown_option &e) {
    std::string name = e.get_option_name();
    return misuse(command + ": unknown option '" + name + "'" + didYouMean(name, flags));
  } catch (const po::invalid_option_value &e) {
    return misuse(command + ": " + e.what() + "; expected a whole number below 2^64");
  } catch (const po::error &e) {
    return misuse(command + ": " + e.what());
  }
  return checkNamedFiles(usage, positional, values);
}

} // namespace accord::cli
