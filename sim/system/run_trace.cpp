// Slices are begun late, when a command completes: a track sees its own events in order all the same.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/run_trace.h"

namespace accord::sim {
namespace {
constexpr uint32_t callTrack = 0;
uint32_t trackOf(unsigned unit) { return unit + 1; }
} // namespace

RunTrace::RunTrace(TraceSink &sink) : sink(sink) {
  sink.track(callTrack, "calls");
  for (unsigned u = 0; u < isa::numUnits; ++u)
    sink.track(trackOf(u), isa::name(isa::Unit(u)));
}

void RunTrace::enterCall(uint32_t call, const std::string &name, uint64_t cycle) {
  sink.begin(callTrack, "call", name, call, cycle);
  for (unsigned u = 0; u < isa::numUnits; ++u)
    sink.begin(trackOf(u), "call", name, call, cycle);
}

void RunTrace::closeOp(unsigned unit) {
  if (units[unit].op != none)
    sink.end(trackOf(unit), units[unit].end);
  units[unit].op = none;
}

void RunTrace::command(isa::Unit unit, uint32_t op, const std::string &opName, const char *name,
                       uint32_t command, uint64_t start, uint64_t end) {
  const auto u = static_cast<unsigned>(unit);
  if (units[u].op != op) {
    closeOp(u);
    sink.begin(trackOf(u), "op", opName, op, start);
    units[u].op = op;
  }
  sink.begin(trackOf(u), "command", name, command, start);
  sink.end(trackOf(u), end);
  units[u].end = end;
}

void RunTrace::leaveCall(uint64_t cycle) {
  for (unsigned u = 0; u < isa::numUnits; ++u) {
    closeOp(u);
    sink.end(trackOf(u), cycle);
  }
  sink.end(callTrack, cycle);
}

} // namespace accord::sim
