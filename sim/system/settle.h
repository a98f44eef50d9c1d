// The checks of a finished run.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/sequence.h"
#include "sim/system/machine_model.h"
#include "sim/system/sim_result.h"

namespace accord::sim {

/// What copies ask for that no program tells.
struct CopiesAsked {
  std::vector<uint64_t> gatherBursts; ///< by call: where gathers find their rows is a matter of values
};

/// Checks a finished run against the sequence: work done equals work asked, ops and calls add up to the
/// whole, busy + stall + idle of every unit equals the elapsed cycles, and no floor of an op, a call or the
/// run is above its time. Fills the floors.
Status settle(SimResult &result, const program::Sequence &sequence, const MachineModel &machine,
              const CopiesAsked &copies);

} // namespace accord::sim
