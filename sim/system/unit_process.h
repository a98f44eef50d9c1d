// A unit: starts the commands of its queue in order and commits them in order. Load and store may have
// several copies under way, every other unit has one command.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/serialize.h"
#include "sim/system/command_under_way.h"
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
  /// What keeps the head of the queue from its start.
  enum class Hold : uint8_t {
    None,
    Empty, ///< there is none
    Room,  ///< as many are under way as may be, or a gather waits for those ahead of it
    Setup, ///< the engine sets the copy before it up
    Others ///< tokens, or the engine works for the other direction
  };

  Machine &machine;
  const isa::Unit unit;
  LutArrayDriver *const driver;
  const size_t depth;
  const size_t most; ///< commands under way
  std::deque<uint32_t> queue;
  std::deque<CommandUnderWay> underWay; ///< in the order of their starts, which is that of their commits
  sc_core::sc_event pushed;
  ActivityMeter meter;
  uint64_t commands = 0;
  uint64_t committed = 0;    ///< cycle of the last commit
  uint64_t setupEnd = 0;     ///< of the copy that started last
  bool setupSettled = false; ///< all that completes at setupEnd has done so

  bool inRtl = false;        ///< the array's RTL runs the command
  std::vector<int64_t> rows; ///< that the gather at hand reads, in values mode
  std::vector<Operand> operands;
  std::array<Bytes, program::Limits::views + 1> rooms; ///< for operands in pieces; keep their memory

  const program::Command &command(uint32_t index) const { return machine.program().commands[index]; }
  const program::Command &command(const CommandUnderWay &c) const { return command(c.index); }
  bool isDma() const { return unit == isa::Unit::Load || unit == isa::Unit::Store; }
  bool usesRtl() const { return driver != nullptr; }
  /// A lone engine serves the other unit until nothing of that is under way.
  bool engineFree() const;

  void step();
  void look();
  bool commitDue();
  Hold hold() const;
  void start();
  void sleep(Hold why);
  Status takeOperands(CommandUnderWay &c);
  void reserve(CommandUnderWay &c);
  Status stepRtl();
  void finish(CommandUnderWay &c);
  void settleAccounts(const CommandUnderWay &c, uint64_t cycle);
};

} // namespace accord::sim
