// An RTL block in the place of a unit's model: commands become its tasks, one clock cycle a call.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/rtl_run.h"
#include "sim/models/unit_model.h"

#include <algorithm>

namespace accord::sim {

/// One command after the other through one block. Streams never stall: the scratchpad delivers a beat a
/// cycle, after its latency.
class RtlUnit {
public:
  /// `unit` outlives it. Fails as its rtl() does, and as the loader.
  static Expected<std::unique_ptr<RtlUnit>> load(const UnitModel &unit, const RtlLoader &loader);

  const std::string &block() const { return loaded->name(); }

  /// The cycle that gives the command. Operands as UnitKind::compute takes them.
  Status start(const program::Command &command, const std::vector<Operand> &operands);
  /// One more cycle. Fails when the block breaks its contract (sim/core/rtl_run.h).
  Status step() { return run.step(); }
  /// The last output beat has left.
  bool done() const { return run.done(); }
  /// One for each of the command's writes.
  std::vector<Bytes> takeResults();
  /// Clock cycles of the command so far.
  uint64_t cycles() const { return run.cycles(); }
  /// After the last command: the block is idle.
  Status rest();

private:
  /// A scratchpad's answer: the first beat from a cycle on, then one every cycle.
  class FromCycle final : public StallSource {
  public:
    explicit FromCycle(uint64_t first) : first(first) {}
    uint64_t next(uint64_t, uint64_t cycle) const override { return std::max(first, cycle); }

  private:
    const uint64_t first;
  };

  RtlUnit(const UnitModel &unit, const UnitRtl &rtl, std::shared_ptr<RtlBlock> block);

  const UnitModel &unit;
  const std::shared_ptr<RtlBlock> loaded;
  RtlRun run;
  const FromCycle latency;
  RtlStalls stalls;
  std::unique_ptr<RtlTask> task;
};

} // namespace accord::sim
