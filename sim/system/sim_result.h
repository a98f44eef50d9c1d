// What a simulation is asked and what it answers. No SystemC here: the runtime reads results of another
// process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/models/dram/dram_command.h"
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
  std::string tracePath;   ///< of a trace in Chrome's JSON form, as Perfetto reads it; empty: none
};

/// Cycles of one unit or of the command processor: busy + stall + idle == elapsed (checked in every run).
struct UnitUse {
  uint64_t commands = 0; ///< executed, or issued
  uint64_t busy = 0;     ///< executing one or more
  uint64_t stall = 0; ///< a command waits for a token or a shared engine; the processor for a queue or a wait
  uint64_t idle = 0;  ///< nothing to do
};

/// Bytes that commands read from and wrote to a memory (checked against what the program asks for).
struct Traffic {
  uint64_t readBytes = 0, writtenBytes = 0;
};

/// What commands move and compute: whatever costs energy.
struct Work {
  uint64_t lookups = 0;     ///< weight bits looked up, padding left out
  uint64_t macs = 0;        ///< multiply-accumulates that lmma commands stand for
  uint64_t vectorSteps = 0; ///< element steps of the vector unit
  uint64_t tables = 0;      ///< lookup tables built
  uint64_t dramReadBytes = 0, dramWrittenBytes = 0;
  uint64_t dramBursts = 0; ///< moved
  uint64_t dramActivates = 0, dramRefreshes = 0;
  uint64_t spmReadBytes = 0, spmWrittenBytes = 0;
  uint64_t accReadBytes = 0, accWrittenBytes = 0;

  Work &operator+=(const Work &other);
};
/// Fails with the first counter that differs: `expected macs 5, got 4`.
Status checkEqual(const Work &expected, const Work &got);

/// The part of a call that one op of the model takes: cycles are of the run.
struct OpRecord {
  uint32_t call = 0;           ///< index into SimResult::calls
  std::string op;              ///< its name
  uint64_t start = 0, end = 0; ///< first start, last end of its commands
  std::array<uint64_t, isa::numUnits> busy{}, commands{};
  Work work;
};

struct CallRecord {
  std::string name;
  uint64_t start = 0, end = 0;
};

/// Cycles of one command, all counted from the start of the run.
struct CommandTime {
  uint64_t issued = 0; ///< entered its unit's queue
  uint64_t start = 0;  ///< operands read
  uint64_t end = 0;    ///< results committed, token complete
};

/// The least cycles that a resource needs for the program, however well scheduled.
struct Floor {
  std::string resource; ///< "dram bandwidth", "lut peak", "mac peak", "vector peak", "table peak", "issue"
  uint64_t cycles = 0;
};

struct SimResult {
  uint64_t cycles = 0;  ///< of the core clock, until the last command is complete
  uint64_t clockHz = 0; ///< of that clock
  double seconds() const { return double(cycles) / double(clockHz); }

  std::array<UnitUse, isa::numUnits> units;
  UnitUse processor;
  std::array<Traffic, isa::numMemories> memories;
  uint64_t dramBusCycles = 0; ///< that the bursts of all copies take at the peak rate
  DramUse dram; ///< what the dram did; its activates and refreshes are those of `work` (checked)
  Work work;    ///< of all commands and `idle`: the sum over `ops` and it (checked)
  Work idle;    ///< no op's: refreshes that fell due while no copy waited for their channel

  std::vector<CallRecord> calls; ///< in order; each starts where the one before ends (checked)
  std::vector<OpRecord> ops;     ///< one a call and op name, in order of first start

  std::vector<Floor> floors; ///< each at most `cycles` (checked)
  uint64_t floorCycles = 0;  ///< the largest of them

  uint64_t bytesChecked = 0; ///< of accesses that the race trap compared; 0 without it
  uint64_t rtlCommands = 0;  ///< executed by RTL
  uint64_t rtlCycles = 0;    ///< clock cycles the RTL was stepped in the run
  uint64_t modelCyclesOfRtlCommands =
      0; ///< the model's for the same commands, equal to their duration (checked)

  /// One for each command of each call, zeros for waits and barriers.
  std::vector<CommandTime> commands;
};

/// As JSON, one object; keys are the members' names. `fromJson` reads what `toJson` wrote.
std::string toJson(const SimResult &result);
Expected<SimResult> fromJson(const std::string &text, const std::string &name);

} // namespace accord::sim
