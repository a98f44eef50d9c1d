// The unit of lookup matrix products: what surrounds the array, and the array's own cycle model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/models/lut_array/lut_array_model.h"
#include "sim/models/unit_model.h"

namespace accord::sim {

/// One array as the hardware file describes it.
/// \pre hardware.lutArray
LutArrayConfig lutArrayConfig(const Hardware &hardware);

/// The array's command for an lmma. \pre `command` is an lmma of a program that verifies
LutArrayShape lutArrayShape(const program::Command &command);

const UnitKind &lutUnitKind();

class LutUnitModel : public UnitModel {
public:
  /// \pre hardware.lutArray
  explicit LutUnitModel(const Hardware &hardware);
  const UnitKind &kind() const override { return lutUnitKind(); }
  /// The array has the shape of packed layouts (64 lanes, 4 weights a lookup, entries of at least 11 bits),
  /// and its command holds the shape.
  Status check(const program::Command &command) const override;

  /// Before the first table beat: one cycle takes the command, then the scratchpad's latency.
  uint64_t overheadCycles() const { return overhead; }
  /// Cycles that a bank's port takes for the weights of a beat, one plane of a tile's lanes.
  int64_t weightBeatCycles() const { return weightBeat; }
  /// overheadCycles + lutArrayCycles; with several arrays, of the one with the most tiles of 64 lanes.
  uint64_t cycles(const program::Command &command, const program::Program &program) const override;
  /// Steps with one row live or all, a last tile of few lanes or many, and the output beats when they are
  /// more.
  uint64_t shapeCycles(const program::Command &command, const program::Program &program) const override;
  /// m * n * count lookups.
  uint64_t actionsPerCycle() const override;
  std::string variant() const override;
  /// Lanes of all arrays.
  uint64_t parts() const override;
  Expected<UnitRtl> rtl() const override;
  Expected<std::unique_ptr<RtlTask>> rtlTask(const program::Command &command,
                                             const std::vector<Operand> &operands) const override;
  /// No key: which dimension of an array helps depends on the shapes. Each command takes half its cycles.
  std::unique_ptr<UnitModel> doubled() const override;
  const LutArrayConfig &config() const { return array; }

private:
  std::string machine; ///< for messages
  LutArrayConfig array;
  int64_t arrays, count; ///< all; those that work at once: each reads its weights from a bank of its own
  int64_t weightBeat;
  uint64_t overhead;
  uint64_t pace = 1; ///< 2: twice as fast

  LutArrayShape fullest(const program::Command &command) const;
};

} // namespace accord::sim
