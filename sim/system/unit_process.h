// A unit: takes the commands of its queue in order, one at a time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/serialize.h"
#include "sim/system/lut_array_driver.h"
#include "sim/system/machine.h"

#include <deque>

namespace accord::sim {

class UnitProcess : public sc_core::sc_module {
public:
  /// `driver`: the array's RTL in the place of its model, or null.
  UnitProcess(const sc_core::sc_module_name &name, Machine &machine, isa::Unit unit, LutArrayDriver *driver);

  bool full() const { return queue.size() >= depth; }
  /// \pre !full()
  void push(uint32_t command);
  sc_core::sc_event popped; ///< the queue has a place again

  /// Closes the account at the end of the run.
  UnitUse use(uint64_t cycles);

private:
  Machine &machine;
  const isa::Unit unit;
  LutArrayDriver *const driver;
  const size_t depth;
  std::deque<uint32_t> queue;
  sc_core::sc_event pushed;
  ActivityMeter meter;
  uint64_t commands = 0;

  // Of the running command.
  bool running = false;
  bool inRtl = false; ///< the array's RTL runs it
  uint32_t current = 0;
  uint32_t record = 0; ///< of its op
  uint64_t startCycle = 0, endCycle = 0;
  DmaCost copyCost;
  DramCopy copy;
  std::vector<int64_t> rows; ///< that a gather reads, in values mode
  bool copiesLate = false;   ///< a copy whose source stays as it is: read when it completes
  std::vector<Operand> operands;
  std::array<Bytes, program::Limits::views + 1> rooms; ///< for operands in pieces; keep their memory
  std::vector<Bytes> outputs;

  const program::Command &command() const { return machine.program().commands[current]; }
  bool isDma() const { return unit == isa::Unit::Load || unit == isa::Unit::Store; }
  bool usesRtl() const { return driver != nullptr; }
  bool engineFree() const { return !isDma() || machine.enginesBusy < machine.hardware.dma.engines; }

  void step();
  void start();
  Status takeOperands();
  uint64_t reserve();
  Status stepRtl();
  void finish();
  void settleAccounts(uint64_t cycle);
};

} // namespace accord::sim
