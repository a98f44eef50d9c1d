// The blocks that can be co-simulated: for each its parameters, its sizes, and its commands with golden
// results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/rtl_task.h"
#include "sim/hardware/hardware.h"

namespace accord::rtl {

/// One of the sizes of a command, and the values that it takes.
struct CosimAxis {
  const char *name; ///< also of the option
  const char *help;
  std::vector<int64_t> sizes; ///< unless others are asked for
};

/// One command with operands.
struct CosimCase {
  std::string place; ///< `m 3 n 65`, for messages
  std::unique_ptr<sim::RtlTask> task;
  std::vector<std::vector<uint8_t>> expected; ///< golden's, one for each result of the task
};

struct CosimBlock {
  const char *name;
  std::vector<CosimAxis> axes; ///< the first varies fastest
  /// Parameters on a machine; null: the block's defaults. Here and below.
  sim::RtlSpec (*spec)(const Hardware *hardware);
  /// Whether `make` can, and if not, why. `sizes`: one of each axis.
  Status (*check)(const Hardware *hardware, const std::vector<int64_t> &sizes);
  Expected<CosimCase> (*make)(const Hardware *hardware, const std::vector<int64_t> &sizes, uint64_t seed);
};

const std::vector<CosimBlock> &cosimBlocks();

/// Fails, naming all, for a name that is none's.
Expected<const CosimBlock *> findCosimBlock(const std::string &name);

// One file each.
CosimBlock lutArrayCosim();
CosimBlock macArrayCosim();
CosimBlock tableUnitCosim();

} // namespace accord::rtl
