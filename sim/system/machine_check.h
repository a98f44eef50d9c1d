// Can this machine run this program at all?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/hardware/hardware.h"
#include "sim/program/program.h"

namespace accord::sim {

/// Fails when a buffer leaves its memory, a memory or unit that the program uses is not in `hardware`, or the
/// lookup array is of another shape than the packed layouts (64 lanes, 4 weights a lookup, entries of at
/// least 11 bits), or the MAC array is not one of int8 whose steps hold whole tables and lanes.
/// \pre `program` verifies
Status checkMachine(const program::Program &program, const Hardware &hardware);

/// Bytes of an on-chip memory; 0 when `hardware` has none.
int64_t capacityBytes(const Hardware &hardware, isa::Memory memory);

} // namespace accord::sim
