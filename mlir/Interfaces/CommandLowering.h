// Which ops an accelerator has commands for, and how each becomes them. See CommandLowering.td.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/OpDefinition.h"

#include <optional>

namespace accord {

class CommandEmitter; // mlir/Conversion/ScheduleToAccel/CommandEmitter.h

/// The rows of a cache that an op uses: of a layer, from or up to a position.
struct CacheUse {
  mlir::Value layer, position;
};

} // namespace accord

#include "mlir/Interfaces/CommandLowering.h.inc"
