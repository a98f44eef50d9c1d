// Runs tasks through an RTL block, a clock cycle a call, and holds the block to its contract.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/rtl_task.h"

namespace accord::sim {

/// One task after the other. A failure says what the block broke, and where: a beat too many or too few,
/// `last` elsewhere than in the last beat of a stream, a value in a dead lane, a block that is not idle where
/// it has to be, a failed assertion. The block is then to be reset.
///
/// A producer goes on behind its last beat, as a queue that holds the next command's would, so that a block
/// that takes too many is found out.
class RtlRun {
public:
  /// `block` is idle and outlives it.
  explicit RtlRun(RtlBlock &block);

  /// The cycle that gives the command. `task` and `stalls` stay until it is done.
  Status start(RtlTask &task, const RtlStalls &stalls);
  /// One more cycle, while not done.
  Status step();
  /// The last output beat was taken.
  bool done() const { return outputsLeft == 0; }
  /// One more cycle, after it is done, in which the block has to be idle.
  Status rest();
  /// All of that. Fails after `cycleLimit` cycles.
  Status run(RtlTask &task, const RtlStalls &stalls, uint64_t cycleLimit);

  /// When each beat was taken.
  const RtlSchedule &taken() const { return trace; }
  /// Clock cycles since the one that gave the command, which is counted.
  uint64_t cycles() const { return clocked; }

private:
  RtlBlock &block;
  const RtlPorts &ports;
  RtlTask *task = nullptr;
  RtlStalls stalls;
  RtlSchedule trace;
  /// Of each stream: the cycle from which its next beat is offered, or in which it is taken at the earliest.
  std::vector<uint64_t> next;
  std::vector<RtlBeat> beats;
  std::vector<std::vector<uint32_t>> words;
  RtlPins pins;
  uint64_t cycle = 0, clocked = 0, outputsLeft = 0;

  size_t streams() const { return beats.size(); }
  bool isOutput(size_t stream) const { return ports.streams[stream].output; }
  const std::string &name(size_t stream) const { return ports.streams[stream].name; }
  uint64_t ready(size_t stream, uint64_t notBefore) const;
  Error fail(const std::string &expected, const std::string &got) const;
  Error fail(const std::string &what) const;
  void clock();
  const char *busy();
  Status moved(size_t stream);
  Status ended() const;
};

} // namespace accord::sim
