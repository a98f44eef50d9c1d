// What a simulation is asked and what it answers. No SystemC here: the runtime reads results of another
// process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/isa/isa.h"
#include "sim/models/dram/dram_command.h"
#include "sim/system/resource.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace accord::sim {

struct SimOptions {
  bool values = false;       ///< move and compute real bytes
  bool trapRaces = true;     ///< check every access while it happens; a race ends the run with an error
  bool commandTimes = false; ///< fill SimResult::commands
  bool bounds = false;       ///< fill `doubled` of ops, calls and the run (what_if.h)
  std::string twice; ///< name of a resource (MachineModel) of which the run has twice as much; empty: none
  std::vector<std::string>
      rtl; ///< blocks whose RTL runs in the place of their unit's model: "lut_array". Needs values.
  std::string rtlCacheDir;   ///< of Verilated blocks; empty: the loader's default
  std::string tracePath;     ///< of a trace in Chrome's JSON form, as Perfetto reads it; empty: none
  std::string dramTracePath; ///< of every burst that the dram is asked for (sim/models/dram); empty: none
  std::string progressPath;  ///< of a file with the number of calls that are done; empty: none
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

/// What commands move and stand for, beside the actions of units.
struct Work {
  uint64_t macs = 0; ///< multiply-accumulates that products stand for, whatever does them
  uint64_t dramReadBytes = 0, dramWrittenBytes = 0;
  uint64_t dramBursts = 0;                                    ///< moved
  uint64_t dramReadMovedBytes = 0, dramWrittenMovedBytes = 0; ///< those of whole bursts
  uint64_t dramActivates = 0, dramRefreshes = 0;
  uint64_t wireBytes = 0; ///< have to cross the dram's wires: a row read twice in a row crosses once
  uint64_t spmReadBytes = 0, spmWrittenBytes = 0;
  uint64_t accReadBytes = 0, accWrittenBytes = 0;

  Work &operator+=(const Work &other);
};
/// Fails with the first counter that differs: `expected macs 5, got 4`.
Status checkEqual(const Work &expected, const Work &got);

/// A unit's part of an op, a call or a run.
struct UnitShare {
  uint64_t commands = 0; ///< executed
  uint64_t busy = 0;     ///< executing one or more
  uint64_t actions = 0;  ///< UnitKind::actions of its commands
  uint64_t shape = 0;    ///< UnitModel::shapeCycles of its commands

  UnitShare &operator+=(const UnitShare &other);
};

/// Of all units of the machine, by their index (MachineModel).
using UnitShares = std::vector<UnitShare>;
/// Adds unit by unit; to an empty one, as to zeros.
UnitShares &operator+=(UnitShares &to, const UnitShares &other);

/// The least cycles that each resource needs for a part of a run, however well it is scheduled.
struct Floors {
  ByResource peak;  ///< amounts over peak rates
  ByResource shape; ///< at least that: rows and lanes that are half empty, whole bursts, refreshes

  Floors &operator+=(const Floors &other); ///< of parts that do not overlap
  /// The resource that needs the most, by shape; none of an empty part.
  std::optional<Resource> largest() const;
  uint64_t largestPeak() const;
  uint64_t largestShape() const;
};

/// The part of a call that one op of the model takes: cycles are of the run.
struct OpRecord {
  uint32_t call = 0;           ///< index into SimResult::calls
  std::string op;              ///< its name
  uint64_t start = 0, end = 0; ///< first start, last end of its commands
  UnitShares units;
  Work work;
  Floors floors;      ///< each at most end - start (checked)
  ByResource doubled; ///< with SimOptions::bounds: end - start with twice as much of a resource
};

struct CallRecord {
  std::string name;
  uint64_t start = 0, end = 0;
  Floors floors;      ///< each at most end - start (checked)
  ByResource doubled; ///< as of an op
};

/// The call by which a body was replayed, as simulated and as replayed with nothing changed.
struct Replayed {
  uint32_t call = 0;
  uint64_t cycles = 0, replayedCycles = 0;
};

/// The resource of which twice as much takes the most off `cycles`; none where it is below 5 %: then the part
/// waits for what comes before it, whatever there is.
std::optional<Resource> boundOf(uint64_t cycles, const ByResource &doubled);

/// Cycles of one command, all counted from the start of the run.
struct CommandTime {
  uint64_t issued = 0; ///< entered its unit's queue
  uint64_t start = 0;  ///< operands read
  uint64_t end = 0;    ///< results committed, token complete
};

/// A unit of the machine.
struct UnitRecord {
  std::string name;
  std::string
      action; ///< that its commands consist of, as energy files name it: `lut_array.lookup`; a copy's: none
  UnitUse use;
  uint64_t actions = 0; ///< the sum over `ops` (checked)
};

struct SimResult {
  uint64_t cycles = 0;  ///< of the core clock, until the last command is complete
  uint64_t clockHz = 0; ///< of that clock
  double seconds() const { return double(cycles) / double(clockHz); }

  std::vector<UnitRecord> units; ///< load, store, then those that compute
  UnitUse processor;
  std::vector<std::string> resources; ///< names, in the order of every ByResource
  std::array<Traffic, isa::numMemories> memories;
  uint64_t dramBusCycles = 0; ///< that the bursts of all copies take at the peak rate
  DramUse dram; ///< what the dram did; its activates and refreshes are those of `work` (checked)
  Work work;    ///< of all commands and `idle`: the sum over `ops` and it (checked)
  Work idle;    ///< no op's: refreshes that fell due while no copy waited for their channel

  std::vector<CallRecord> calls; ///< in order; each starts where the one before ends (checked)
  std::vector<OpRecord> ops;     ///< one a call and op name, in order of first start

  Floors floors;                 ///< each at most `cycles` (checked)
  ByResource doubled;            ///< with SimOptions::bounds: `cycles` with twice as much of a resource
  std::vector<Replayed> replays; ///< with it: what `doubled` rests on, one a body

  uint64_t bytesChecked = 0; ///< of accesses that the race trap compared; 0 without it
  uint64_t rtlCommands = 0;  ///< executed by RTL
  uint64_t rtlCycles = 0;    ///< clock cycles the RTL was stepped in the run
  uint64_t modelCyclesOfRtlCommands =
      0; ///< the model's for the same commands, equal to their duration (checked)

  /// One for each command of each call, zeros for waits and barriers.
  std::vector<CommandTime> commands;
};

/// As JSON, one object; keys are the members' names, and what is zero or empty is left out. `fromJson` reads
/// what `toJson` wrote.
std::string toJson(const SimResult &result);
Expected<SimResult> fromJson(const std::string &text, const std::string &name);

} // namespace accord::sim
