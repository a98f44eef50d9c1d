// What the processes of one simulation share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/activity.h"
#include "sim/core/time_base.h"
#include "sim/system/body_costs.h"
#include "sim/system/memories.h"
#include "sim/system/op_account.h"
#include "sim/system/race_trap.h"
#include "sim/system/race_verdicts.h"
#include "sim/system/run_trace.h"
#include "sim/system/settle.h"
#include "sim/system/waiting.h"
#include "sim/system/what_if.h"

#include <systemc>

namespace accord::sim {

/// Time is SystemC's, at a resolution of 1 fs; processes speak in edges of the core clock.
///
/// Order within an edge: completions commit in its first delta cycle, decisions to start are taken in later
/// ones. So a command that starts at an edge sees everything that completed at it, whatever order the kernel
/// runs processes in.
struct Machine {
  /// `twice`: SimOptions::twice.
  Machine(program::Sequence &sequence, const Hardware &hardware, std::optional<Resource> twice,
          const SimOptions &options);

  program::Sequence &sequence; ///< a body's dram buffers are moved to where the running call binds them
  const SimOptions &options;
  const MachineModel model;
  const Hardware &hardware; ///< the model's
  const ClockDomain clock;
  DramModel dram;                     ///< keeps its state from call to call
  std::unique_ptr<RunTrace> trace;    ///< with tracePath
  std::unique_ptr<WhatIf> whatIf;     ///< with bounds
  std::unique_ptr<Memories> memories; ///< in values mode
  RaceTrap *trap = nullptr;           ///< of the running call, when it has to be trapped
  OpAccount ops;

  size_t call = 0;               ///< the running one; past the last one at the end
  size_t firstCommand = 0;       ///< of the running call among those of all calls
  std::vector<uint8_t> complete; ///< by command of the running call
  uint64_t outstanding = 0;      ///< commands issued and not complete
  Waiting waiting;
  CopiesAsked copies;                       ///< so far
  std::array<uint64_t, 2> copiesUnderWay{}; ///< of the load and of the store unit
  uint64_t copiesToStart = 0;               ///< of the running call and those after it

  SimResult result;
  uint64_t lastCycle = 0; ///< of the last completion or decision
  std::optional<Error> failure;
  std::optional<Error>
      refusal; ///< operands no ordered program has; told at the end of the call when the trap found no race

  uint64_t bytesTrapped() const { return ownTrap ? ownTrap->bytesChecked() : 0; }

  /// The body of the running call.
  const program::Program &program() const { return *body; }
  const CommandCost &cost(uint32_t command) const { return bodyCosts->of(command); }
  /// Begins and ends call `call`. Between calls nothing is under way.
  void enterCall();
  void leaveCall();

  /// The current edge of the core clock.
  uint64_t now() const {
    // Asked several times at an edge, and found by a wide division.
    if (const TimeFs at = time.value(); at != edgeTime)
      edgeTime = at, edgeCycle = clock.cycleAt(at);
    return edgeCycle;
  }
  /// From now to a later edge.
  sc_core::sc_time until(uint64_t cycle) const {
    return sc_core::sc_time::from_value(clock.edge(cycle) - time.value());
  }
  /// The clock of the dram before which everything may be decided now: a copy that starts from now on asks
  /// for nothing before it is set up. Once the last one has started, the run may end before that.
  int64_t decidable() const {
    return dram.clockOf(now() + (copiesToStart ? static_cast<uint64_t>(hardware.dma.setupCycles) : 0));
  }
  /// The first of these that is not complete, or nothing.
  Waiting::What firstIncomplete(const program::CompactList<uint32_t> &tokens) const {
    for (uint32_t t : tokens)
      if (!complete[t])
        return t;
    return Waiting::nothing;
  }
  /// Ends the simulation with the first failure.
  void fail(const Error &error) {
    if (!failure)
      failure = Error{"cycle " + std::to_string(now()) + ": " + place() + error.message};
    sc_core::sc_stop();
  }
  /// Notes operands that no ordered program has. A race may have brought them about, and it shows when the
  /// later of its commands starts: with a trap the call goes on until then, as the race says more than its
  /// effect.
  void refuse(const Error &error) {
    if (!trap)
      return fail(error);
    if (!refusal)
      refusal = Error{"cycle " + std::to_string(now()) + ": " + place() + error.message};
  }

private:
  CostsOfBodies costsOfBodies;
  const program::Program *body = nullptr;
  const BodyCosts *bodyCosts = nullptr; ///< of it
  const sc_core::sc_time &time;         ///< the kernel's
  std::unique_ptr<RaceTrap> ownTrap;    ///< with trapRaces
  RaceVerdicts verdicts;
  mutable TimeFs edgeTime = 0; ///< of the last call of now()
  mutable uint64_t edgeCycle = 0;

  /// Of the running call, when there are several.
  std::string place() const;
};

} // namespace accord::sim
