// The machine that a module above L0 was made for, as its text says it: for messages about another one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "sim/hardware/hardware.h"

#include <string>

namespace accord::driver {

/// Names `hardware` in the module's text. Nothing is refused for it: a schedule may fit other machines, too.
void setMadeFor(mlir::ModuleOp module, const Hardware &hardware);

/// The end of an error message: `; it was made for mac-edge, got lut-edge`. Empty where the module names no
/// machine, or this one.
std::string madeForAnother(mlir::ModuleOp module, const Hardware &hardware);

} // namespace accord::driver
