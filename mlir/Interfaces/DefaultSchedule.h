// What the default schedule has to know of an op. See DefaultSchedule.td.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/OpDefinition.h"

#include <string>

namespace accord {

/// An op's part in the loop nests of the default schedule.
enum class NestRole {
  Rows,        ///< rows as a whole; computed in the loops of its reader, where rows go by rows
  Elementwise, ///< the same, and in a product's loops behind it
  Quantize,    ///< makes codes of rows; in a product's loops behind an elementwise op
  Prepare,     ///< makes what an array reads of codes, in the loops of each product or once for several
  Product,     ///< of an array: has loops of its own
  Attention,   ///< walks over caches: has loops of its own
  Apart        ///< moves rows itself: a nest of its own
};

} // namespace accord

#include "mlir/Interfaces/DefaultSchedule.h.inc"

namespace accord {

/// Of an op that the default schedule cuts; nothing of another op, or of none.
inline std::optional<NestRole> nestRole(mlir::Operation *op) {
  auto model = llvm::dyn_cast_if_present<DefaultScheduleInterface>(op);
  return model ? std::optional(model.getNestRole()) : std::nullopt;
}

} // namespace accord
