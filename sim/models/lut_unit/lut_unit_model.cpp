// Translates an lmma into the array's command.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/lut_unit/lut_unit_model.h"
#include "sim/models/lut_array/lut_array_block.h"
#include "sim/models/lut_unit/fast_lut.h"
#include "sim/models/lut_unit/lut_tables.h"

#include <algorithm>

namespace accord::sim {
namespace {
template <typename Int> Int ceilDiv(Int a, Int b) { return (a + b - 1) / b; }
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

namespace {

/// Weights looked up, one plane at a time: M * N * T * P.
uint64_t lookups(const program::Program &, const program::Command &c) {
  const LutArrayShape s = lutArrayShape(c);
  return static_cast<uint64_t>(s.m * s.n * s.kTables * s.planes);
}

/// M * N * T * 4: a last table that K does not fill is counted whole, since the command knows only tables.
uint64_t macs(const program::Program &, const program::Command &c) {
  const LutArrayShape s = lutArrayShape(c);
  return static_cast<uint64_t>(s.m * s.n * s.kTables * 4);
}

Expected<std::vector<Bytes>> compute(const program::Program &p, const program::Command &c,
                                     const std::vector<Operand> &inputs) {
  if (Status s = checkTables(inputs[0], 11); !s)
    return s.error();
  std::vector<Bytes> outputs = roomForOutputs(p, c);
  const LutArrayShape s = lutArrayShape(c);
  fastLutSums(inputs[0].as<int16_t>(), inputs[1].data(), s.m, s.n, s.kTables * 4, c.group, s.planes,
              elementsOf<int32_t>(outputs[0]));
  return outputs;
}

} // namespace

const UnitKind &lutUnitKind() {
  static const UnitKind kind = {isa::Unit::Lut,
                                {"lut_array", "lookup",
                                 "lookup: one plane of the k weights that a table entry covers",
                                 Scaling::Logic, lutVariants()},
                                {"lut_array", Leakage, "lane: m x n of an array", Scaling::Logic, {}},
                                lookups,
                                macs,
                                compute,
                                "lut_array"};
  return kind;
}

LutUnitModel::LutUnitModel(const Hardware &h)
    : machine(h.name), array(lutArrayConfig(h)), arrays(h.lutArray->count),
      count(std::min(h.lutArray->count, h.scratchpad.banks)),
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
  return ceilDiv(overhead + lutArrayCycles(array, fullest(c)), pace);
}

uint64_t LutUnitModel::shapeCycles(const program::Command &c, const program::Program &) const {
  const LutArrayBeats beats = lutArrayBeats(array, fullest(c));
  return ceilDiv(std::max(beats.weights, beats.outputs), pace);
}

Status LutUnitModel::check(const program::Command &c) const {
  if (array.nDim != 64)
    return Error{"expected lut_array.n 64, the layout of packed planes, got " + std::to_string(array.nDim) +
                 " of hardware " + machine};
  if (Status s = checkTableShape(machine, array.kDim, array.tableBits); !s)
    return s;
  return checkLutArray(array, lutArrayShape(c));
}

uint64_t LutUnitModel::actionsPerCycle() const {
  return static_cast<uint64_t>(array.mDim * array.nDim * arrays) * pace;
}

std::string LutUnitModel::variant() const { return lutVariant(array.kDim); }

uint64_t LutUnitModel::parts() const { return static_cast<uint64_t>(arrays * array.mDim * array.nDim); }

Expected<UnitRtl> LutUnitModel::rtl() const {
  if (arrays != 1)
    return Error{"expected hardware with one lut_array, got " + std::to_string(arrays)};
  // A beat of weights is offered every cycle.
  if (weightBeat != 1)
    return Error{"expected scratchpad.width_bits that hold a beat of weights, got one that takes " +
                 std::to_string(weightBeat) + " cycles for it"};
  return UnitRtl{lutArraySpec(array), overhead};
}

Expected<std::unique_ptr<RtlTask>> LutUnitModel::rtlTask(const program::Command &c,
                                                         const std::vector<Operand> &operands) const {
  const Operand &tables = operands[0], &planes = operands[1];
  if (Status s = checkTables(tables, array.tableBits); !s)
    return s.error();
  const auto *entries = tables.as<int16_t>();
  return lutArrayTask(array, lutArrayShape(c), {entries, entries + tables.size() / sizeof(int16_t)},
                      Bytes(planes.data(), planes.data() + planes.size()));
}

std::unique_ptr<UnitModel> LutUnitModel::doubled() const {
  auto twice = std::make_unique<LutUnitModel>(*this);
  twice->pace = 2;
  return twice;
}

} // namespace accord::sim
