// The vector unit: passes over elements.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/models/unit_model.h"

#include <vector>

namespace accord::sim {

const UnitKind &vectorUnitKind();

/// Elements of each pass of a vector command, in order: a pass needs all of the one before. The passes of
/// each kind: sim/README.md.
std::vector<uint64_t> vectorPasses(const program::Program &program, const program::Command &command);

/// What a vector command computes (UnitKind::compute).
Expected<std::vector<Bytes>> computeVector(const program::Program &program, const program::Command &command,
                                           const std::vector<Operand> &inputs);

class VectorUnitModel : public UnitModel {
public:
  explicit VectorUnitModel(const Hardware &hardware);
  const UnitKind &kind() const override { return vectorUnitKind(); }
  Status check(const program::Command &) const override { return {}; }
  /// The sum over passes of latency + ceil(elements / lanes). What reads sums out of the accumulators waits
  /// for their latency first, and takes at most a row of each bank a cycle.
  uint64_t cycles(const program::Command &command, const program::Program &program) const override;
  /// A pass whose last step fills few lanes takes it whole.
  uint64_t shapeCycles(const program::Command &command, const program::Program &program) const override;
  uint64_t actionsPerCycle() const override { return lanes; }
  uint64_t parts() const override { return lanes; }
  /// `vector.lanes` doubled.
  std::unique_ptr<UnitModel> doubled() const override;

private:
  uint64_t lanes, latencyCycles;
  uint64_t sumsPerCycle, sumsLatency; ///< of the accumulators
};

} // namespace accord::sim
