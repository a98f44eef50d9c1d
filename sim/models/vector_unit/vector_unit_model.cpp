// The passes of each kind, one line a kind.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/vector_unit/vector_unit_model.h"

#include <algorithm>

namespace accord::sim {
namespace {

/// The live positions of all rows of scores: of each query's `heads` rows, live + m of `positions`.
uint64_t livePositions(const program::Command &c, int64_t queries, int64_t positions) {
  int64_t sum = 0;
  for (int64_t m = 0; m < queries; ++m)
    sum += std::clamp<int64_t>(c.live + m, 0, positions);
  return static_cast<uint64_t>(sum * c.heads);
}

} // namespace

std::vector<uint64_t> vectorPasses(const program::Command &c) {
  using isa::Opcode;
  const auto elements = static_cast<uint64_t>(c.reads[0].elements());
  const auto rows = static_cast<uint64_t>(c.reads[0].sizes[0]);
  constexpr uint64_t foldLanes = 16; // a row's sum is kept in 16 partial sums (numerics contract)
  switch (c.op) {
  case Opcode::Quantize: // maximum; reciprocal of each group's; scale and round
    return {elements, static_cast<uint64_t>(c.writes[1].elements()), elements};
  case Opcode::Dequant: // one scaled sum an element and group, another one with a minimum
    return {elements * (c.reads.size() == 5 ? 2 : 1)};
  case Opcode::RmsNorm: // squares into partial sums; fold and reciprocal root; scale
    return {elements, rows * foldLanes, elements};
  case Opcode::Softmax: { // maximum; exponentials into partial sums; fold and reciprocal; scale
    uint64_t terms = elements;
    if (c.live != program::Command::noLive)
      terms = livePositions(c, c.reads[0].sizes[0] / c.heads, c.reads[0].sizes[1]);
    return {terms, terms, rows * foldLanes, terms};
  }
  case Opcode::Expand: // one scaled code an element, a sum more with a minimum
    return {elements * (c.reads.size() == 3 ? 2 : 1)};
  case Opcode::Scores: { // a product an element of each head's key; scale
    const uint64_t live = livePositions(c, c.reads[0].sizes[0], c.reads[1].sizes[0]);
    return {live * static_cast<uint64_t>(c.headDim), live};
  }
  case Opcode::Weigh: // a product an element of each head's value
    return {livePositions(c, c.writes[0].sizes[0], c.reads[1].sizes[0]) * static_cast<uint64_t>(c.headDim)};
  case Opcode::Rope: // a function is one step of a pipeline
  case Opcode::Silu:
  case Opcode::SiluMul:
  case Opcode::Add:
  case Opcode::Relu2Mul:
  case Opcode::Narrow:
  case Opcode::Widen:
  case Opcode::GroupSums:
    return {elements};
  case Opcode::Load:
  case Opcode::Store:
  case Opcode::Gather:
  case Opcode::Table:
  case Opcode::Lmma:
  case Opcode::Mma:
  case Opcode::Wait:
  case Opcode::Barrier:
    break; // other units'
  }
  return {};
}

namespace {

/// Lane steps of the command: the sum of its passes.
uint64_t steps(const program::Command &c) {
  uint64_t sum = 0;
  for (uint64_t elements : vectorPasses(c))
    sum += elements;
  return sum;
}

} // namespace

const UnitKind &vectorUnitKind() {
  static const UnitKind kind = {isa::Unit::Vector,
                                {"vector", "step", "f32 step of one element", Scaling::Logic, {}},
                                {"vector", Leakage, "lane", Scaling::Logic, {}},
                                steps,
                                nullptr,
                                computeVector,
                                nullptr};
  return kind;
}

VectorUnitModel::VectorUnitModel(const Hardware &h)
    : lanes(static_cast<uint64_t>(h.vector.lanes)),
      latencyCycles(static_cast<uint64_t>(h.vector.latencyCycles)),
      sumsPerCycle(
          static_cast<uint64_t>(std::max<int64_t>(1, h.accumulator.banks * h.accumulator.widthBits / 32))),
      sumsLatency(static_cast<uint64_t>(h.accumulator.latencyCycles)) {}

uint64_t VectorUnitModel::cycles(const program::Command &c, const program::Program &p) const {
  const bool fromSums = p.buffers[c.reads[0].buffer].memory == isa::Memory::Acc;
  const uint64_t rate = fromSums ? std::min(lanes, sumsPerCycle) : lanes;
  uint64_t sum = fromSums ? sumsLatency : 0;
  for (uint64_t elements : vectorPasses(c))
    sum += latencyCycles + (elements + rate - 1) / rate;
  return sum;
}

uint64_t VectorUnitModel::shapeCycles(const program::Command &c) const {
  uint64_t sum = 0;
  for (uint64_t elements : vectorPasses(c))
    sum += (elements + lanes - 1) / lanes;
  return sum;
}

std::unique_ptr<UnitModel> VectorUnitModel::doubled() const {
  auto twice = std::make_unique<VectorUnitModel>(*this);
  twice->lanes *= 2;
  return twice;
}

} // namespace accord::sim
