// Machines as the subcommands take them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/accord/command.h"
#include "tools/driver/machine.h"

namespace accord::cli {

/// Adds `--hardware`; `what` says for what.
void addHardwareOption(po::options_description &options, const char *what);
/// The same of an option that may be repeated and takes lists with commas. `standard` is the default, or
/// empty.
void addHardwareList(po::options_description &options, const char *what, const std::string &standard = "");

/// All that `--hardware` names, in order; at least one.
Expected<std::vector<Machine>> openMachines(const po::variables_map &values);

/// Words of a list with commas. An empty word is one.
std::vector<std::string> splitAtCommas(const std::string &text);

} // namespace accord::cli
