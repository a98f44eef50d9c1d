// What fills an argument of an L3 program or sequence out of a model's file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "dialects/Accel/WeightPart.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <variant>

namespace accord {

/// A tensor of the file, or a part of it in the layout of the accelerator.
struct ParameterPart {
  rt::ParameterSource source;
  std::optional<accel::WeightPart> part; ///< nothing: elements as the file has them
};

/// Nothing: the caller fills it.
using ArgumentSource = std::variant<std::monostate, ParameterPart, rt::RopeSource>;

/// What the attributes of argument `number`, a buffer, say: `accel.param`, with `accel.part` and
/// `accel.source` where it is a part of a weight, or `accel.rope`. Fails, at the argument's place, when they
/// do not fit together or hold what is not known.
llvm::FailureOr<ArgumentSource> argumentSource(mlir::func::FuncOp function, unsigned number);

} // namespace accord
