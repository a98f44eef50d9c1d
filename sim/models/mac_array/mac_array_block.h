// The MAC array as an RTL block: the parameters of acc_mac_array, and its command as a task.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/rtl_task.h"
#include "sim/models/mac_array/mac_array_model.h"

namespace accord::sim {

RtlSpec macArraySpec(const MacArrayConfig &config);

/// Codes [m][k] int8 with ceil(k/4) = shape.tables and packed planes [ceil(n/64)][tables][planes][32]
/// (sim/golden) to sums isum [groups][m][n] of 32 bits. Fails for a configuration that checkMacArray refuses,
/// and for operands of another size.
Expected<std::unique_ptr<RtlTask>> macArrayTask(const MacArrayConfig &config, const MacArrayShape &shape,
                                                int32_t zero, std::vector<int8_t> codes, int64_t k,
                                                std::vector<uint8_t> planes);

} // namespace accord::sim
