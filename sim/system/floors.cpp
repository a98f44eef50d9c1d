// Peak: actions over rates. Shape: what unit models say of the shapes, and the dram of its bursts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/floors.h"

#include <algorithm>

namespace accord::sim {
namespace {

uint64_t ceilDiv(unsigned __int128 a, unsigned __int128 b) { return static_cast<uint64_t>((a + b - 1) / b); }

/// A part of a run that took `cycles` against its floors.
Status checkAbove(const std::string &place, const std::vector<std::string> &resources, const Floors &floors,
                  uint64_t cycles) {
  for (size_t r = 0; r < resources.size(); ++r) {
    if (floors.peak[r] > floors.shape[r])
      return Error{"simulation: " + place + "the peak floor of " + resources[r] +
                   ": expected at most its shape floor, " + std::to_string(floors.shape[r]) +
                   " cycles, got " + std::to_string(floors.peak[r])};
    if (floors.shape[r] > cycles)
      return Error{"simulation: " + place + "expected at least " + std::to_string(floors.shape[r]) +
                   " cycles, the floor of " + resources[r] + ", got " + std::to_string(cycles)};
  }
  return {};
}

} // namespace

FloorModel::FloorModel(const MachineModel &m)
    : machine(m), dram(m.hardware()),
      dramBytesPerSecond(static_cast<uint64_t>(m.hardware().dram.channels) *
                         static_cast<uint64_t>(m.hardware().dram.dataRateMtps) * 1000000 *
                         static_cast<uint64_t>(m.hardware().dram.busWidthBits) / 8),
      clockHz(static_cast<uint64_t>(m.hardware().clockHz())),
      issueCycles(static_cast<uint64_t>(m.hardware().issueCycles)),
      issuesAtOnce(m.twice() == Resource::Issue ? 2 : 1) {}

Floors FloorModel::of(const Work &work, const UnitShares &units, uint64_t issued) const {
  Floors f;
  f.peak.assign(machine.numResources(), 0);
  f.shape.assign(machine.numResources(), 0);
  auto set = [&](Resource r, uint64_t peak, uint64_t shape) {
    sim::of(f.peak, r) = peak;
    sim::of(f.shape, r) = shape;
  };
  set(Resource::Dram, ceilDiv(static_cast<unsigned __int128>(work.wireBytes) * clockHz, dramBytesPerSecond),
      dram.cycles(work.dramBursts));
  const uint64_t issue = issued * issueCycles / issuesAtOnce;
  set(Resource::Issue, issue, issue);
  for (size_t u = 0; u < units.size(); ++u)
    if (MachineModel::computes(u))
      set(MachineModel::resourceOf(u), ceilDiv(units[u].actions, machine.unit(u).actionsPerCycle()),
          units[u].shape);
  return f;
}

Status settleFloors(SimResult &r, const FloorModel &model, const std::vector<uint64_t> &commandsOf) {
  struct Sum {
    Work work;
    UnitShares units;
  };
  std::vector<Sum> calls(r.calls.size());
  Sum run;
  for (OpRecord &op : r.ops) {
    // Commands of an op may all be issued before the first starts: no floor of issue.
    op.floors = model.of(op.work, op.units, 0);
    if (Status s = checkAbove("op " + op.op + " of call " + r.calls[op.call].name + ": ", r.resources,
                              op.floors, op.end - op.start);
        !s)
      return s;
    for (Sum *sum : {&calls[op.call], &run})
      sum->work += op.work, sum->units += op.units;
  }
  uint64_t issued = 0;
  for (size_t c = 0; c < calls.size(); ++c) {
    issued += commandsOf[c];
    r.calls[c].floors = model.of(calls[c].work, calls[c].units, commandsOf[c]);
    if (Status s = checkAbove("call " + r.calls[c].name + ": ", r.resources, r.calls[c].floors,
                              r.calls[c].end - r.calls[c].start);
        !s)
      return s;
  }
  r.floors = model.of(run.work, run.units, issued);
  return checkAbove("", r.resources, r.floors, r.cycles);
}

} // namespace accord::sim
