// What completes a simulated run: its energy, and the files and settings that it rests on.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/sim_source.h"

namespace accord::driver {

/// The energy of a run, by a file of figures or a name out of models/energy; where `given` is empty, by the
/// file that the machine names, and of a machine that names none nothing.
Status addEnergy(const std::string &given, MachineRun &run);

/// Files, hashes and settings of a source's runs, as results name them. `twice`: SimOptions::twice. Error: a
/// file that cannot be read any more.
Expected<About> identify(SimSource &source, const std::vector<MachineRun> &runs, const std::string &twice);

} // namespace accord::driver
