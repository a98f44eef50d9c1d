// Says when the timing of a dram is far from any table.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"

namespace accord::cli {

/// A note on stderr when the data rate is more than 10 % off that of the speed bin that its timing was scaled
/// from: no device of the standard may have it.
void noteScaledBin(const Dram &dram);

} // namespace accord::cli
