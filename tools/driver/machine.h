// Machines: files, or names of models/hardware.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"

#include <string>

namespace accord::driver {

/// A machine and the file that it was read from.
struct Machine {
  std::string path;
  Hardware hardware;
};

/// A machine by path, or by its name in the folders of models (model_files.h). Error: what was given, the
/// names there are; what is wrong with the file.
Expected<Machine> openMachine(const std::string &given);

} // namespace accord::driver
