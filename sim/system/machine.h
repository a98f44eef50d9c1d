// What the processes of one simulation share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/activity.h"
#include "sim/core/time_base.h"
#include "sim/core/trace.h"
#include "sim/system/command_costs.h"
#include "sim/system/memories.h"
#include "sim/system/race_trap.h"

#include <systemc>

namespace accord::sim {

/// Time is SystemC's, at a resolution of 1 fs; processes speak in edges of the core clock.
///
/// Order within an edge: completions commit in its first delta cycle, decisions to start are taken in later
/// ones. So a command that starts at an edge sees everything that completed at it, whatever order the kernel
/// runs processes in.
struct Machine {
  Machine(const program::Program &program, const Hardware &hardware, const SimOptions &options,
          TraceSink *trace)
      : program(program), hardware(hardware), options(options), trace(trace),
        clock(static_cast<uint64_t>(hardware.clockHz())), costs(hardware),
        complete(program.commands.size(), 0) {}

  const program::Program &program;
  const Hardware &hardware;
  const SimOptions &options;
  TraceSink *const trace;
  const ClockDomain clock;
  const CommandCosts costs;
  std::unique_ptr<Memories> memories; ///< in values mode
  std::unique_ptr<RaceTrap> trap;     ///< with trapRaces

  std::vector<uint8_t> complete; ///< by command
  uint64_t outstanding = 0;      ///< commands issued and not complete
  sc_core::sc_event completed;   ///< a command is complete
  uint64_t wiresFreeAt = 0;      ///< cycle from which the dram's wires are free
  int64_t enginesBusy = 0;       ///< dma engines

  SimResult result;
  uint64_t lastCycle = 0; ///< of the last completion or decision
  std::optional<Error> failure;
  std::optional<Error>
      refusal; ///< operands no ordered program has; told at the end when the trap found no race

  /// The current edge of the core clock.
  uint64_t now() const { return clock.cycleAt(sc_core::sc_time_stamp().value()); }
  /// From now to a later edge.
  sc_core::sc_time until(uint64_t cycle) const {
    return sc_core::sc_time::from_value(clock.edge(cycle) - sc_core::sc_time_stamp().value());
  }
  bool allComplete(const std::vector<uint32_t> &tokens) const {
    for (uint32_t t : tokens)
      if (!complete[t])
        return false;
    return true;
  }
  /// Ends the simulation with the first failure.
  void fail(const Error &error) {
    if (!failure)
      failure = Error{"cycle " + std::to_string(now()) + ": " + error.message};
    sc_core::sc_stop();
  }
  /// Notes operands that no ordered program has. Only a race brings them about, and it shows when the later
  /// of its commands starts: with a trap the simulation goes on until then, as the race says more than its
  /// effect.
  void refuse(const Error &error) {
    if (!trap)
      return fail(error);
    if (!refusal)
      refusal = Error{"cycle " + std::to_string(now()) + ": " + error.message};
  }
};

} // namespace accord::sim
