// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Interfaces/DefaultSchedule.h"

#include "mlir/Interfaces/DefaultSchedule.cpp.inc"
