// The dynamic race check: every access of a running program against the accesses before it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/core/shadow_memory.h"
#include "sim/program/program.h"

#include <vector>

namespace accord::sim {

/// Follows a run: what the processor learns at waits and barriers, what a command knows when it starts.
/// Shares no code with the static check (sim/program/hazards), which it is held against.
class RaceTrap {
public:
  explicit RaceTrap(const program::Program &program);
  /// Begins another run, of which nothing is known: everything before is complete.
  void restart(const program::Program &program);

  /// A wait or barrier has been passed.
  void synchronized(uint32_t command);
  /// The command has entered its unit's queue: what the processor knows by now it knows as well.
  void issued(uint32_t command);
  /// The command takes its operands now. Called in the order of time. Fails on the first race of the run,
  /// with both commands, the bytes and the sources named.
  Status started(uint32_t command);

  uint64_t bytesChecked() const;

private:
  struct Knowledge {
    VectorClock atIssue{}, complete{};
  };
  const program::Program *program;
  std::vector<Knowledge> known;
  std::vector<std::vector<uint32_t>> byEpoch; ///< per unit, its commands in order
  VectorClock processor{}, issuedCounts{};
  std::vector<VectorClock> unitClock;
  std::vector<ShadowMemory> shadows;

  Status access(uint32_t command, const program::View &view, bool writes, uint32_t epoch,
                const VectorClock &clock);
  uint32_t writerInProgram(uint32_t reader, isa::Memory memory, int64_t address) const;
};

} // namespace accord::sim
