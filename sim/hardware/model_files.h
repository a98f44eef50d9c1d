// Where the files of models/ are, in the source tree and on an installed tool: machines, energy files and
// networks by name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"

namespace accord {

/// The folders that hold models, in the order in which they are searched:
/// 1. $ACCORD_MODELS, when it is set;
/// 2. ../share/accord/models beside the folder of `executable`, as `cmake --install` lays it out;
/// 3. models/ of the source tree that this library was built from.
/// Folders that do not exist are left out, but for the first: a variable that names none is an error later.
std::vector<std::string> modelFolders(const std::string &executable);

/// A machine given as a path or as a name: the path when there is a file, else `hardware/<given>.yaml` in the
/// first folder of `folders` that has it. Error: what was given, the names that exist, and a near one.
Expected<std::string> findHardware(const std::string &given, const std::vector<std::string> &folders);
/// With the folders of the running program.
Expected<std::string> findHardware(const std::string &given);
/// The same, read.
Expected<Hardware> openHardware(const std::string &given);

/// The energy file that a machine read from `hardwarePath` names: a path seen from that file's folder, or a
/// name (no '/', no ending `.yaml`) in `energy/` of the folders. Error also when the machine names none.
Expected<std::string> findEnergy(const Hardware &hardware, const std::string &hardwarePath,
                                 const std::vector<std::string> &folders);
Expected<std::string> findEnergy(const Hardware &hardware, const std::string &hardwarePath);

/// An energy file given on a command line: as findHardware.
Expected<std::string> findEnergy(const std::string &given);

/// Whether a model that is given on a command line is a network of sizes: a file that ends in `.yaml`, or a
/// word without '/' and '.' that is no file, or the name of a network there is.
bool isNetwork(const std::string &given, const std::vector<std::string> &folders);
bool isNetwork(const std::string &given);

/// A network given as a path or as a name: as findHardware, in `networks/`.
Expected<std::string> findNetwork(const std::string &given, const std::vector<std::string> &folders);
Expected<std::string> findNetwork(const std::string &given);

} // namespace accord
