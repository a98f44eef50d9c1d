// Times of the vector unit, by the passes of its commands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/vector_unit/vector_unit_model.h"

#include <algorithm>

namespace accord::sim {
namespace {

/// Lane steps of the command: the sum of its passes.
uint64_t steps(const program::Program &p, const program::Command &c) {
  uint64_t sum = 0;
  for (uint64_t elements : vectorPasses(p, c))
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
  const bool fromSums = std::any_of(c.reads.begin(), c.reads.end(), [&](const program::View &v) {
    return p.buffers[v.buffer].memory == isa::Memory::Acc;
  });
  const uint64_t rate = fromSums ? std::min(lanes, sumsPerCycle) : lanes;
  uint64_t sum = fromSums ? sumsLatency : 0;
  for (uint64_t elements : vectorPasses(p, c))
    sum += latencyCycles + (elements + rate - 1) / rate;
  return sum;
}

uint64_t VectorUnitModel::shapeCycles(const program::Command &c, const program::Program &p) const {
  uint64_t sum = 0;
  for (uint64_t elements : vectorPasses(p, c))
    sum += (elements + lanes - 1) / lanes;
  return sum;
}

std::unique_ptr<UnitModel> VectorUnitModel::doubled() const {
  auto twice = std::make_unique<VectorUnitModel>(*this);
  twice->lanes *= 2;
  return twice;
}

} // namespace accord::sim
