// Cycles of a lookup matrix product: what surrounds the array, and the array's own cycle model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/models/lut_array/lut_array_model.h"
#include "sim/program/program.h"

namespace accord::sim {

/// One array as the hardware file describes it.
/// \pre hardware.lutArray
LutArrayConfig lutArrayConfig(const Hardware &hardware);

/// The array's command for an lmma. \pre `command` is an lmma of a program that verifies
LutArrayShape lutArrayShape(const program::Command &command);

class LutUnitModel {
public:
  /// \pre hardware.lutArray
  explicit LutUnitModel(const Hardware &hardware);

  /// Before the first table beat: one cycle takes the command, then the scratchpad's latency.
  uint64_t overheadCycles() const { return overhead; }
  /// Cycles that a bank's port takes for the weights of a beat, one plane of a tile's lanes.
  int64_t weightBeatCycles() const { return weightBeat; }
  /// overheadCycles + lutArrayCycles; with several arrays, of the one with the most tiles of 64 lanes.
  /// \pre `command` is an lmma of a program that verifies, its shape passes checkLutArray
  uint64_t cycles(const program::Command &command, const program::Program &program) const;
  /// Of these, those that the shape alone asks for: steps with one row live or all, a last tile of few lanes
  /// or many, and the output beats when they are more. What fills and empties the array is left out.
  uint64_t shapeCycles(const program::Command &command) const;
  /// Weights looked up, one plane at a time: M * N * T * P. The array's peak is m * n * count a cycle.
  static uint64_t lookups(const program::Command &command);
  /// Multiply-accumulates that the command stands for, M * N * T * 4: a last table that K does not fill is
  /// counted whole, since the command knows only tables.
  static uint64_t macs(const program::Command &command);
  const LutArrayConfig &config() const { return array; }

private:
  LutArrayConfig array;
  int64_t count; ///< arrays that work at once: each reads its weights from a bank of its own
  int64_t weightBeat;
  uint64_t overhead;

  LutArrayShape fullest(const program::Command &command) const;
};

} // namespace accord::sim
