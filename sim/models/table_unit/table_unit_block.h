// The table unit as an RTL block: the parameters of acc_table_unit, and its command as a task.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/rtl_task.h"
#include "sim/models/table_unit/table_unit_schedule.h"

namespace accord::sim {

RtlSpec tableUnitSpec(const TableUnitConfig &config);

/// Codes [m][k] int8 with ceil(k/4) = shape.tables to half tables [m][tables][8] of 16 bits and sums
/// asum [m][groups] of 32. Fails for a shape that checkTableUnit refuses, and for codes of another size.
Expected<std::unique_ptr<RtlTask>> tableUnitTask(const TableUnitConfig &config, const TableUnitShape &shape,
                                                 std::vector<int8_t> codes, int64_t k);

} // namespace accord::sim
