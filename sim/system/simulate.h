// Runs a sequence of programs on a machine, in simulated time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/rtl_block.h"
#include "sim/hardware/hardware.h"
#include "sim/system/dram_image.h"
#include "sim/system/sim_result.h"

namespace accord::sim {

/// Simulates `sequence` on `hardware`; the same input gives the same result. With options.values `image`
/// holds every argument before the run, and new contents of every buffer that is no argument after it;
/// without, it is not looked at. SystemC elaborates once a process: a second call fails (use
/// runtime/backends/sim for one process a run). Errors: what verify, checkMachine and checkImage refuse; RTL
/// that `loadRtl`, which is asked for each of options.rtl, cannot give; a race or a use of undefined bytes
/// (`cycle N: race: ...`, both commands named); values that no program without a race brings about; RTL that
/// differs from its model; a broken account (conservation, busy + stall + idle, floor); a trace that cannot
/// be written.
Expected<SimResult> simulate(program::Sequence sequence, const Hardware &hardware, DramImage &image,
                             const SimOptions &options, const RtlLoader &loadRtl = {});

} // namespace accord::sim
