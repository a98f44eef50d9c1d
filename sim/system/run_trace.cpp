// Slices are begun late, when a command completes: a track sees its own events in order all the same.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/run_trace.h"

namespace accord::sim {
namespace {
constexpr uint32_t callTrack = 0;
} // namespace

RunTrace::RunTrace(TraceSink &sink, std::vector<std::string> unitNames)
    : sink(sink), names(std::move(unitNames)), units(names.size()) {
  sink.track(callTrack, "calls");
  for (size_t u = 0; u < units.size(); ++u)
    addTrack(u);
}

void RunTrace::addTrack(size_t unit) {
  std::vector<Track> &lanes = units[unit];
  // Those of a unit stand together; 64 is the most that a unit has under way.
  const auto number = static_cast<uint32_t>(1 + 64 * unit + lanes.size());
  lanes.push_back({number});
  sink.track(number, lanes.size() == 1 ? names[unit] : names[unit] + " " + std::to_string(lanes.size()));
}

void RunTrace::beginCall(const Track &track) {
  sink.begin(track.number, "call", call.name, call.number, call.cycle);
}

void RunTrace::enterCall(uint32_t number, const std::string &name, uint64_t cycle) {
  call = {number, name, cycle};
  sink.begin(callTrack, "call", name, number, cycle);
  for (const std::vector<Track> &lanes : units)
    for (const Track &track : lanes)
      beginCall(track);
}

void RunTrace::closeOp(Track &track) {
  if (track.op != none)
    sink.end(track.number, track.end);
  track.op = none;
}

/// Commands of a unit start and complete in order, so the first track whose last one is over will do.
RunTrace::Track &RunTrace::trackFor(size_t unit, uint64_t start) {
  std::vector<Track> &lanes = units[unit];
  for (Track &track : lanes)
    if (track.end <= start)
      return track;
  addTrack(unit);
  beginCall(lanes.back());
  return lanes.back();
}

void RunTrace::command(size_t unit, uint32_t op, const std::string &opName, const char *name,
                       uint32_t command, uint64_t start, uint64_t end) {
  Track &track = trackFor(unit, start);
  if (track.op != op) {
    closeOp(track);
    sink.begin(track.number, "op", opName, op, start);
    track.op = op;
  }
  sink.begin(track.number, "command", name, command, start);
  sink.end(track.number, end);
  track.end = end;
}

void RunTrace::leaveCall(uint64_t cycle) {
  for (std::vector<Track> &lanes : units)
    for (Track &track : lanes) {
      closeOp(track);
      sink.end(track.number, cycle);
    }
  sink.end(callTrack, cycle);
}

} // namespace accord::sim
