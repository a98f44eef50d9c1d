// A model as a sequence of programs: each call runs one on windows of the buffers that all of them share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/program/program.h"

#include <string>
#include <string_view>
#include <vector>

namespace accord::program {

/// A window of a sequence's buffer that stands for a body's buffer.
struct Binding {
  uint32_t buffer = 0; ///< index into Sequence::buffers
  int64_t byteOffset = 0;
};

/// A run of a body. It starts when everything before is complete and ends when it is complete itself, so
/// on-chip memories are reused from call to call and hold nothing across.
struct Call {
  uint32_t body = 0; ///< index into Sequence::bodies
  std::string name;
  std::vector<Binding> bindings; ///< one for each of the body's parameters, in order
};

struct Sequence {
  std::string name;
  std::string hardwareHash;    ///< content hash of the hardware file it was compiled for
  std::vector<Buffer> buffers; ///< all dram, roles Argument, Result, InOut, Internal
  std::vector<Program> bodies;
  std::vector<Call> calls; ///< in order
};

/// The program as a sequence of one call: its parameters are the sequence's buffers, in order and at their
/// addresses.
Sequence sequenceOf(Program program);

/// What a call binds: the indices of the dram buffers whose role is not Internal, in order.
std::vector<uint32_t> parametersOf(const Program &program);

/// By index into Program::buffers: does the program write it? Those of role Result or InOut, and those that a
/// command writes.
std::vector<bool> writtenBuffers(const Program &program);

/// Where the dram buffers of the sequence's bodies lie in a call: by index into the body's buffers, the
/// address of each (on chip: its own). Internal ones of all bodies share a scratch region behind the
/// sequence's buffers, where each keeps its address modulo 4096.
/// \pre verify succeeds
std::vector<int64_t> addressesIn(const Sequence &sequence, const Call &call);

/// Do bodies verify, are buffers apart and in dram, and does each call bind windows that lie inside their
/// buffers, aligned to elements of the same size; none written that belongs to an argument, or that another
/// binding of the call overlaps? Errors: `body 1 (layer): ...`, `buffer 3 (k_cache): ...`, `call 12 (layer
/// 3): parameter k_cache: expected X, got Y`.
Status verify(const Sequence &sequence);

/// The file form (README.md). As for programs: one sequence has one form, and parsing is safe on any bytes.
std::string serialize(const Sequence &sequence);
Expected<Sequence> parseSequence(std::string_view bytes, const std::string &name);

} // namespace accord::program
