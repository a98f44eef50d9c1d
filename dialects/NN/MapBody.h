// The body of a map as the steps that a command of the ISA carries.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/NN/NN.h"
#include "sim/isa/map_body.h"

namespace accord::nn {

/// A step for each op of the body, in their order; a cast to the type that a value has is none. \pre the op
/// verifies
isa::MapBody stepsOf(MapOp map);

} // namespace accord::nn
