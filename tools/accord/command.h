// What every subcommand of accord shares: its row in the table, the parsing of its options, and its messages.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <boost/program_options.hpp>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace accord::driver {}

namespace accord::cli {

namespace po = boost::program_options;
/// A subcommand puts the driver's words into a command line, and its answers into tables.
using namespace driver;

/// Exit codes: the job is done; it failed; the command line asked for something that does not exist; it was
/// ended by SIGINT (128 + 2, as shells count).
enum Exit { Done = 0, Failed = 1, Misuse = 2, Interrupted = 130 };

/// The value of an option that counts: a decimal number from 0. (Boost reads -1 as the largest of all.)
struct Count {
  uint64_t value = 0;
};
std::ostream &operator<<(std::ostream &os, const Count &count);
void validate(boost::any &value, const std::vector<std::string> &words, Count *, int);

/// The value of an option that measures: a decimal number.
struct Real {
  double value = 0;
};
std::ostream &operator<<(std::ostream &os, const Real &real);
void validate(boost::any &value, const std::vector<std::string> &words, Real *, int);

/// A subcommand: a row of the table in main.cpp.
struct Command {
  const char *name;
  const char *summary; ///< One line of `accord --help`.
  int (*run)(const std::vector<std::string> &arguments);
};

/// The help of one subcommand. The example is a line that works in the checkout.
struct Usage {
  const char *command;  ///< "info"
  const char *synopsis; ///< "FILE... [options]"
  const char *summary;
  const char *example;
};

/// Parses `arguments` into `values`. Returns an exit code when the subcommand is to end here: Done after
/// --help (printed to stdout), Misuse after an unknown, ambiguous, repeated or mistyped option (told on
/// stderr, with the nearest option) or an empty value. --help is added by this function.
std::optional<int> parseOptions(const Usage &usage, po::options_description &options,
                                const po::positional_options_description &positional,
                                const std::vector<std::string> &arguments, po::variables_map &values);

/// `accord: error: <message>` on stderr; returns Failed.
int fail(const std::string &message);

/// The same for a mistake in the command line; returns Misuse.
int misuse(const std::string &message);

/// `accord: note: <message>` on stderr.
void note(const std::string &message);

/// "; did you mean 'x'?" or "".
std::string didYouMean(const std::string &word, const std::vector<std::string> &candidates);

int runBench(const std::vector<std::string> &arguments);
int runCompile(const std::vector<std::string> &arguments);
int runCosim(const std::vector<std::string> &arguments);
int runDram(const std::vector<std::string> &arguments);
int runImport(const std::vector<std::string> &arguments);
int runInfo(const std::vector<std::string> &arguments);
int runParity(const std::vector<std::string> &arguments);
int runRun(const std::vector<std::string> &arguments);
int runSim(const std::vector<std::string> &arguments);

} // namespace accord::cli
