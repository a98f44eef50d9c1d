// Machines as the subcommands take them: files or names of models/hardware.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "tools/accord/command.h"

namespace accord::cli {

/// A machine and the file that it was read from.
struct Machine {
  std::string path;
  Hardware hardware;
};

/// Adds `--hardware`; `what` says for what.
void addHardwareOption(po::options_description &options, const char *what);
/// The same of an option that may be repeated and takes lists with commas. `standard` is the default, or
/// empty.
void addHardwareList(po::options_description &options, const char *what, const std::string &standard = "");

/// A machine by path, or by its name in the folders of models (model_files.h). Error: what was given, the
/// names there are; what is wrong with the file.
Expected<Machine> openMachine(const std::string &given);

/// All that `--hardware` names, in order; at least one.
Expected<std::vector<Machine>> openMachines(const po::variables_map &values);

/// Words of a list with commas. An empty word is one.
std::vector<std::string> splitAtCommas(const std::string &text);

} // namespace accord::cli
