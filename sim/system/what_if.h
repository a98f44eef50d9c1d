// What a run would have taken with twice as much of a resource: each distinct body is replayed with one
// resource doubled at a time, and its calls and ops are given what it gained.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/sequence.h"
#include "sim/system/replay.h"
#include "sim/system/sim_result.h"

#include <map>

namespace accord::sim {

/// Listens to the first call of each body; the calls after it are taken to be alike, which only the dram's
/// rows and refreshes tell apart.
class WhatIf {
public:
  explicit WhatIf(const Hardware &hardware);

  void enter(uint32_t call, uint32_t body, const program::Program &program);
  /// A command of the running call is complete; of a copy: the dram was asked at `asked`, its last data came
  /// at `dataEnd`, and it met `refreshes`.
  void finished(uint32_t command, uint32_t record, const DmaCost &cost, uint64_t asked, uint64_t dataEnd,
                uint64_t refreshes);
  void leave(uint64_t cycles);

  /// Fills `doubled` of ops, calls and the run, and `replays`.
  void settle(SimResult &result, const program::Sequence &sequence) const;

private:
  struct Copy {
    uint32_t record = UINT32_MAX;
    uint64_t asked = 0, dataEnd = 0, refreshes = 0;
    DmaCost cost;
  };
  /// Cycles as replayed: as it was, and with each resource doubled.
  struct Times {
    uint64_t base = 0;
    ByResource doubled;
  };
  struct Body {
    Replayed replayed;
    Times whole;
    std::map<uint32_t, Times> ops; ///< by record of the call that was heard
  };

  std::vector<ReplayCost> costsOf(const MachineModel &used) const;

  const Hardware hardware;
  std::vector<MachineModel> machines; ///< as it is, then with twice as much of each resource
  const double refreshCycles;         ///< for which a refresh stops the dram, of one of all channels
  std::map<uint32_t, Body> bodies;
  const program::Program *program = nullptr; ///< of the call that is heard, or null
  uint32_t call = 0, body = 0;
  std::vector<Copy> commands;
  // Of copies, once the call is over.
  std::vector<int64_t> extras;
  uint64_t latency = 0;
};

} // namespace accord::sim
