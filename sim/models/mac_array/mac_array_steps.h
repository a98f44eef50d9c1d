// The order of the MAC array (README.md, "Order"): its steps, and where their beats begin.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/mac_array/mac_array_model.h"
#include <cstdint>
#include <vector>

namespace accord::sim {

/// A tile of weights, and the activation rows that it serves.
struct MacArrayStep {
  int64_t row = 0, rows = 0;     ///< first activation row, live ones
  int64_t lane = 0, lanes = 0;   ///< first lane, live ones
  int64_t table = 0, tables = 0; ///< first table along k, live ones
  int64_t group = 0;             ///< scale group
  bool first = false;            ///< of its group
  int64_t weights = 0;           ///< weight beats
  int64_t outputs = 0;           ///< output beats of the group that it ends, else 0
  /// Beats of all steps before it.
  uint64_t weightsBefore = 0, codesBefore = 0, outputsBefore = 0;
};

/// Beats that a command moves.
struct MacArrayBeats {
  uint64_t weights = 0, codes = 0, outputs = 0;
};

/// Bits of a step's planes, which its weight beats are cut from.
int64_t macStepBits(const MacArrayStep &step, const MacArrayShape &shape);

/// All steps of a command, in order. \pre checkMacArray succeeds
std::vector<MacArrayStep> macArraySteps(const MacArrayConfig &config, const MacArrayShape &shape);
MacArrayBeats macArrayBeats(const std::vector<MacArrayStep> &steps);

} // namespace accord::sim
