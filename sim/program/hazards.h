// The static happens-before check: does the order that units, tokens, waits and barriers give cover every
// conflict?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/program/program.h"

#include <cstddef>

namespace accord::program {

enum class RaceKind : uint8_t { ReadAfterWrite, WriteAfterRead, WriteAfterWrite, Uninitialized };

/// Two commands that touch common bytes in no order, or one that reads bytes nothing wrote.
struct Race {
  RaceKind kind = RaceKind::ReadAfterWrite;
  uint32_t earlier = 0, later = 0; ///< commands in program order; equal when Uninitialized
  isa::Memory memory = isa::Memory::Dram;
  int64_t address = 0, bytes = 0; ///< one run of the common bytes
};

/// The races of a program that verifies, in program order of `later`, at most `limit` of them. Empty exactly
/// when the program is free of races. Per byte a command is compared with the last writer and with each
/// unit's last reader since, so of two races on a byte the second may be missing, never the first. Cost: per
/// command 20 bytes, and a logarithm of the runs alive in a memory for each run it touches.
std::vector<Race> findRaces(const Program &program, size_t limit = 100);

/// `race on spm byte 0x40 (+256): command 12 (lmma, x.mlir:8) reads planes that command 9 (load, x.mlir:6)
/// writes, and neither waits for the other`.
std::string describe(const Program &program, const Race &race);

/// Fails with the first race, as `describe` tells it. \pre the program verifies
Status checkRaces(const Program &program);

/// What of a command is told in messages: `command 12 (lmma, x.mlir:8)`.
std::string describeCommand(const Program &program, uint32_t command);

} // namespace accord::program
