// The steps of a map's body as arith operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Conversion/Numerics/Numerics.h"
#include "sim/isa/map_body.h"

namespace accord::numerics {

/// The body of the values `inputs`, f32 scalars or vectors of the shape of `like`.
/// \pre isa::check(body) is empty
mlir::Value emitBody(Emitter &e, const isa::MapBody &body, llvm::ArrayRef<mlir::Value> inputs,
                     mlir::Value like);

} // namespace accord::numerics
