// Reports of several machines side by side.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/sim_tables.h"

namespace accord::driver {

/// Names of the machines, told apart by their files where they are the same.
std::vector<std::string> machineNames(const std::vector<MachineRun> &runs);

struct Beside {
  bool brief = false;   ///< of several machines only the columns that the kind has for it
  size_t costliest = 0; ///< first rows of each machine, with those that are among another's; 0: all
};

/// The kind's table of one run as it is. Of several: key columns, then each machine's, then the ratio of the
/// kind's column to the first machine's. Rows are those of the first run, then what only others have. At
/// least one run.
Table reportOf(const ReportKind &kind, const std::vector<MachineRun> &runs, const Beside &how = {});

} // namespace accord::driver
