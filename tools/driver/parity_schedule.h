// A whole model's edited schedule, simulated with values and compared to the bit with golden.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/sim_model.h"

namespace accord::driver {

/// The columns of compareSchedule's rows.
std::vector<std::string> scheduleColumns();

/// One row: the tokens that were run (of a decode those in front of its own, of a prefill its own); logits,
/// and the rows of the caches that the run appended and those that it had to keep. False in `agree` after a
/// difference.
Status compareSchedule(const SimModelOptions &options, const Machine &machine, Table &table, bool &agree,
                       Listener &listener = Listener::silent());

} // namespace accord::driver
