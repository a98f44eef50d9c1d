// Translates an lmma into the array's command.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/lut_unit/lut_unit_model.h"

#include <algorithm>

namespace accord::sim {
namespace {
int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
} // namespace

LutArrayConfig lutArrayConfig(const Hardware &h) {
  LutArrayConfig c;
  c.mDim = h.lutArray->m, c.nDim = h.lutArray->n, c.kDim = h.lutArray->k;
  c.actBits = h.lutArray->actBits, c.tableBits = h.lutArray->tableBits;
  // A beat of sums is at most what the accumulator's port takes a cycle.
  c.outLanes = std::min(h.lutArray->outLanes, std::max<int64_t>(1, h.accumulator.widthBits / 32));
  return c;
}

LutArrayShape lutArrayShape(const program::Command &c) {
  LutArrayShape s;
  s.m = c.reads[0].sizes[0], s.kTables = c.reads[0].sizes[1], s.n = c.writes[0].sizes[2];
  // A group longer than K is one group of all tables; the array's field has 16 bits.
  s.groupTables = std::min(c.group / 4, s.kTables);
  s.planes = static_cast<int>(c.reads[1].sizes[2]);
  return s;
}

LutUnitModel::LutUnitModel(const Hardware &h)
    : array(lutArrayConfig(h)), count(std::min(h.lutArray->count, h.scratchpad.banks)),
      weightBeat(ceilDiv(array.nDim * array.kDim, h.scratchpad.widthBits)),
      overhead(1 + static_cast<uint64_t>(h.scratchpad.latencyCycles)) {}

/// What the array with the most to do gets: each takes whole tiles of lanes.
LutArrayShape LutUnitModel::fullest(const program::Command &c) const {
  LutArrayShape shape = lutArrayShape(c);
  const int64_t tiles = ceilDiv(shape.n, array.nDim);
  if (count > 1 && tiles > 1)
    shape.n = std::min(shape.n, ceilDiv(tiles, count) * array.nDim);
  // A beat that takes several cycles to read is as long for the array as so many beats.
  shape.planes *= static_cast<int>(weightBeat);
  return shape;
}

uint64_t LutUnitModel::cycles(const program::Command &c, const program::Program &) const {
  return overhead + lutArrayCycles(array, fullest(c));
}

uint64_t LutUnitModel::shapeCycles(const program::Command &c) const {
  const LutArrayBeats beats = lutArrayBeats(array, fullest(c));
  return std::max(beats.weights, beats.outputs);
}

uint64_t LutUnitModel::lookups(const program::Command &c) {
  const LutArrayShape s = lutArrayShape(c);
  return static_cast<uint64_t>(s.m * s.n * s.kTables * s.planes);
}

uint64_t LutUnitModel::macs(const program::Command &c) {
  const LutArrayShape s = lutArrayShape(c);
  return static_cast<uint64_t>(s.m * s.n * s.kTables * 4);
}

} // namespace accord::sim
