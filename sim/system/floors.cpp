// Peak: amounts over rates. Shape: what unit models say of the shapes, and the dram of its bursts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/floors.h"

#include <algorithm>

namespace accord::sim {
namespace {

uint64_t ceilDiv(unsigned __int128 a, unsigned __int128 b) { return static_cast<uint64_t>((a + b - 1) / b); }

/// A part of a run that took `cycles` against its floors.
Status checkAbove(const std::string &place, const Floors &floors, uint64_t cycles) {
  for (unsigned r = 0; r < numResources; ++r) {
    if (floors.peak[r] > floors.shape[r])
      return Error{"simulation: " + place + "the peak floor of " + name(Resource(r)) +
                   ": expected at most its shape floor, " + std::to_string(floors.shape[r]) +
                   " cycles, got " + std::to_string(floors.peak[r])};
    if (floors.shape[r] > cycles)
      return Error{"simulation: " + place + "expected at least " + std::to_string(floors.shape[r]) +
                   " cycles, the floor of " + name(Resource(r)) + ", got " + std::to_string(cycles)};
  }
  return {};
}

} // namespace

FloorModel::FloorModel(const Hardware &h, std::optional<Resource> twice)
    : dram(h), burstBytes(static_cast<uint64_t>(h.dram.busWidthBits / 8 * burstTransfers(h.dram.standard))),
      dramBytesPerSecond(static_cast<uint64_t>(h.dram.channels) * static_cast<uint64_t>(h.dram.dataRateMtps) *
                         1000000 * static_cast<uint64_t>(h.dram.busWidthBits) / 8),
      clockHz(static_cast<uint64_t>(h.clockHz())), issueCycles(static_cast<uint64_t>(h.issueCycles)),
      lanes(static_cast<uint64_t>(h.vector.lanes)) {
  if (h.lutArray)
    lookupsPerCycle = static_cast<uint64_t>(h.lutArray->m * h.lutArray->n * h.lutArray->count) *
                      (twice == Resource::Lut ? 2 : 1);
  if (h.macArray)
    macsPerCycle =
        static_cast<uint64_t>(h.macArray->rows * h.macArray->cols) * (twice == Resource::Mac ? 2 : 1);
  if (h.tableUnit)
    tablesPerCycle = static_cast<uint64_t>(h.tableUnit->tablesPerCycle);
  issuesAtOnce = twice == Resource::Issue ? 2 : 1;
}

Floors FloorModel::of(const Work &work, const Needs &needs, uint64_t issued) const {
  Floors f;
  auto set = [&](Resource r, uint64_t peak, uint64_t shape) {
    sim::of(f.peak, r) = peak;
    sim::of(f.shape, r) = shape;
  };
  set(Resource::Dram, ceilDiv(static_cast<unsigned __int128>(needs.wireBytes) * clockHz, dramBytesPerSecond),
      dram.cycles(work.dramBursts));
  if (lookupsPerCycle)
    set(Resource::Lut, ceilDiv(work.lookups, lookupsPerCycle), needs.lutCycles);
  if (macsPerCycle)
    set(Resource::Mac, ceilDiv(needs.multiplied, macsPerCycle), needs.macCycles);
  if (tablesPerCycle)
    set(Resource::Table, ceilDiv(work.tables, tablesPerCycle), needs.tableCycles);
  set(Resource::Vector, ceilDiv(work.vectorSteps, lanes), needs.vectorCycles);
  const uint64_t issue = issued * issueCycles / issuesAtOnce;
  set(Resource::Issue, issue, issue);
  return f;
}

Status settleFloors(SimResult &r, const FloorModel &model, const std::vector<uint64_t> &commandsOf) {
  struct Sum {
    Work work;
    Needs needs;
  };
  std::vector<Sum> calls(r.calls.size());
  Sum run;
  for (OpRecord &op : r.ops) {
    // Commands of an op may all be issued before the first starts: no floor of issue.
    op.floors = model.of(op.work, op.needs, 0);
    if (Status s = checkAbove("op " + op.op + " of call " + r.calls[op.call].name + ": ", op.floors,
                              op.end - op.start);
        !s)
      return s;
    for (Sum *sum : {&calls[op.call], &run})
      sum->work += op.work, sum->needs += op.needs;
  }
  uint64_t issued = 0;
  for (size_t c = 0; c < calls.size(); ++c) {
    issued += commandsOf[c];
    r.calls[c].floors = model.of(calls[c].work, calls[c].needs, commandsOf[c]);
    if (Status s = checkAbove("call " + r.calls[c].name + ": ", r.calls[c].floors,
                              r.calls[c].end - r.calls[c].start);
        !s)
      return s;
  }
  r.floors = model.of(run.work, run.needs, issued);
  return checkAbove("", r.floors, r.cycles);
}

} // namespace accord::sim
