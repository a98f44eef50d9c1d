// A unit: starts the commands of its queue in order and commits them in order. Load and store may have
// several copies under way, every other unit has one command.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/ring.h"
#include "sim/program/serialize.h"
#include "sim/system/command_under_way.h"
#include "sim/system/machine.h"
#include "sim/system/rtl_unit.h"

namespace accord::sim {

class UnitProcess : public sc_core::sc_module {
public:
  /// Unit `index` of the machine. `rtl`: what runs in the place of its model, or null.
  UnitProcess(const sc_core::sc_module_name &name, Machine &machine, size_t index, RtlUnit *rtl);

  bool full() const { return queue.full(); }
  /// \pre !full()
  void push(uint32_t command);

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
  static constexpr uint64_t never = UINT64_MAX;

  Machine &machine;
  const size_t unit;
  RtlUnit *const driver;
  Ring<uint32_t> queue;
  Ring<CommandUnderWay> underWay; ///< in the order of their starts, which is that of their commits
  sc_core::sc_event wake;
  const size_t self;                        ///< in machine.waiting
  Hold held = Hold::Empty;                  ///< since it went to sleep
  Waiting::What awaited = Waiting::nothing; ///< with Hold::Others
  uint64_t alarm = never;                   ///< the edge for which it asked to be woken
  ActivityMeter meter;
  uint64_t commands = 0;
  uint64_t committed = 0; ///< cycle of the last commit
  uint64_t setupEnd = 0;  ///< of the copy that started last

  bool inRtl = false;        ///< RTL runs the command
  std::vector<int64_t> rows; ///< that the gather at hand reads, in values mode
  std::vector<DramRun> runs; ///< of the copy at hand; keeps its memory
  std::vector<Operand> operands;
  std::array<Bytes, program::Limits::views + 1> rooms; ///< for operands in pieces; keep their memory

  const program::Command &command(uint32_t index) const { return machine.program().commands[index]; }
  const program::Command &command(const CommandUnderWay &c) const { return command(c.index); }
  size_t direction() const { return unit; }
  bool isStore() const { return unit == 1; }
  bool isDma() const { return !MachineModel::computes(unit); }
  bool usesRtl() const { return driver != nullptr; }
  /// A lone engine serves the other unit until nothing of that is under way.
  bool engineFree() const;

  void step();
  void look();
  void commitDue();
  Hold hold();
  void start();
  void sleep(Hold why);
  void wakeAt(uint64_t cycle);
  Status takeOperands(CommandUnderWay &c);
  void reserve(CommandUnderWay &c);
  Status stepRtl();
  void finish(CommandUnderWay &c);
  void settleAccounts(const CommandUnderWay &c, uint64_t cycle);
};

} // namespace accord::sim
