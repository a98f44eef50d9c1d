// What a run tells a trace: on each unit's track a call holds ops, an op holds commands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/trace.h"

#include <string>
#include <vector>

namespace accord::sim {

/// Track 0 holds the calls, which follow one another without a gap. The track of a unit holds each call
/// again, in it a slice for each stretch of commands of one op that follow one another on this track, in that
/// the commands. A unit whose commands overlap has as many tracks as it ever has commands under way.
class RunTrace {
public:
  /// A track for each of these units, by their index.
  RunTrace(TraceSink &sink, std::vector<std::string> units);
  void enterCall(uint32_t call, const std::string &name, uint64_t cycle);
  /// Called when the command completes. `op` is the index of its record in the result.
  void command(size_t unit, uint32_t op, const std::string &opName, const char *name, uint32_t command,
               uint64_t start, uint64_t end);
  void leaveCall(uint64_t cycle);

private:
  static constexpr uint32_t none = UINT32_MAX;
  struct Track {
    uint32_t number;
    uint32_t op = none; ///< the open slice's
    uint64_t end = 0;   ///< of its last command
  };
  struct Call {
    uint32_t number = 0;
    std::string name;
    uint64_t cycle = 0;
  };
  TraceSink &sink;
  const std::vector<std::string> names; ///< of units
  std::vector<std::vector<Track>> units;
  Call call; ///< the running one

  void addTrack(size_t unit);
  void beginCall(const Track &track);
  void closeOp(Track &track);
  Track &trackFor(size_t unit, uint64_t start);
};

} // namespace accord::sim
