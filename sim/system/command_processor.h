// The command processor: walks the calls and hands commands to the units' queues.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/system/unit_process.h"

namespace accord::sim {

class CommandProcessor : public sc_core::sc_module {
public:
  CommandProcessor(const sc_core::sc_module_name &name, Machine &machine,
                   const std::vector<UnitProcess *> &units);

  /// All calls issued and complete.
  bool done() const { return machine.call == machine.sequence.calls.size(); }
  UnitUse use(uint64_t cycles);

private:
  Machine &machine;
  const std::vector<UnitProcess *> units; ///< by index
  size_t next = 0;
  bool issuing = false; ///< command `next` takes its issue cycles
  sc_core::sc_event wake;
  const size_t self; ///< in machine.waiting
  ActivityMeter meter;
  uint64_t issued = 0;

  UnitProcess &unitOf(const program::Command &c) const { return *units[machine.model.unitOf(c)]; }
  void step();
  /// What keeps the command from being issued; nothing when it can be issued now.
  Waiting::What blockedBy(const program::Command &command) const;
  void issue();
  uint64_t issueCycles() const;
  void nextCall();
};

} // namespace accord::sim
