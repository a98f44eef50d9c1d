// What a simulation is asked and what it answers. No SystemC here: the runtime reads results of another
// process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/program/isa.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace accord::sim {

struct SimOptions {
  bool values = false;       ///< move and compute real bytes
  bool trapRaces = true;     ///< check every access while it happens; a race ends the run with an error
  bool commandTimes = false; ///< fill SimResult::commands
  std::vector<std::string>
      rtl; ///< units whose model is replaced by their Verilated RTL: "lut_array". Needs values.
  std::string rtlCacheDir; ///< of Verilated blocks; empty: the default of rtl/cosim/rtl_build.h
};

/// Cycles of one unit or of the command processor: busy + stall + idle == elapsed (checked in every run).
struct UnitUse {
  uint64_t commands = 0; ///< executed, or issued
  uint64_t busy = 0;     ///< executing
  uint64_t stall = 0; ///< a command waits for a token or a shared engine; the processor for a queue or a wait
  uint64_t idle = 0;  ///< nothing to do
};

/// Bytes that commands read from and wrote to a memory (checked against what the program asks for).
struct Traffic {
  uint64_t readBytes = 0, writtenBytes = 0;
};

/// Cycles of one command, all counted from the start of the run.
struct CommandTime {
  uint64_t issued = 0; ///< entered its unit's queue
  uint64_t start = 0;  ///< operands read
  uint64_t end = 0;    ///< results committed, token complete
};

/// The least cycles that a resource needs for the program, however well scheduled.
struct Floor {
  std::string resource; ///< "dram bandwidth", "lut peak", "vector peak", "table peak", "issue"
  uint64_t cycles = 0;
};

struct SimResult {
  uint64_t cycles = 0;  ///< of the core clock, until the last command is complete
  uint64_t clockHz = 0; ///< of that clock
  double seconds() const { return double(cycles) / double(clockHz); }

  std::array<UnitUse, isa::numUnits> units;
  UnitUse processor;
  std::array<Traffic, isa::numMemories> memories;
  uint64_t dramBursts = 0, dramBusCycles = 0; ///< bursts moved, cycles in which the wires were taken
  uint64_t macs = 0;                          ///< multiply-accumulates that lmma commands stand for
  uint64_t lookups = 0;                       ///< weight bits looked up, padding left out
  uint64_t vectorSteps = 0;                   ///< element steps of the vector unit
  uint64_t tables = 0;                        ///< lookup tables built

  std::vector<Floor> floors; ///< each at most `cycles` (checked)
  uint64_t floorCycles = 0;  ///< the largest of them

  uint64_t bytesChecked = 0; ///< of accesses that the race trap compared; 0 without it
  uint64_t rtlCommands = 0;  ///< executed by RTL
  uint64_t rtlCycles = 0;    ///< clock cycles the RTL was stepped in the run
  uint64_t modelCyclesOfRtlCommands =
      0; ///< the model's for the same commands, equal to their duration (checked)

  std::vector<CommandTime> commands; ///< one for each of the program's, zeros for waits and barriers
};

/// As JSON, one object; keys are the members' names. `fromJson` reads what `toJson` wrote.
std::string toJson(const SimResult &result);
Expected<SimResult> fromJson(const std::string &text, const std::string &name);

} // namespace accord::sim
