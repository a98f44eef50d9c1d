// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Interfaces/CommandLowering.h"

#include "mlir/Interfaces/CommandLowering.cpp.inc"
