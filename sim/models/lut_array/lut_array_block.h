// The LUT array as an RTL block: the parameters of acc_lut_array, and its command as a task.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/rtl_task.h"
#include "sim/models/lut_array/lut_array_model.h"

namespace accord::sim {

RtlSpec lutArraySpec(const LutArrayConfig &config);

/// Half tables [m][kTables][2^(kDim-1)] and packed planes [ceil(n/64)][kTables][planes][32] (sim/golden) to
/// sums isum [groups][m][n] of 32 bits. Fails for a configuration or shape that checkLutArray refuses, one
/// that packed planes do not fit (nDim 64, kDim 4), and operands of another size.
Expected<std::unique_ptr<RtlTask>> lutArrayTask(const LutArrayConfig &config, const LutArrayShape &shape,
                                                std::vector<int16_t> tables, std::vector<uint8_t> planes);

} // namespace accord::sim
