// The cycle of every beat of the MAC array under stalls: the timing twin of rtl/mac_array.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/stall_source.h"
#include "sim/models/mac_array/mac_array_model.h"
#include <cstdint>
#include <vector>

namespace accord::sim {

/// The cycle in which each beat is taken. Cycle 0 is the first one after the command is accepted.
struct MacArrayTrace {
  std::vector<uint64_t> weights, codes, outputs;

  /// From the first weight beat to the last output beat, both counted.
  uint64_t cycles() const { return outputs.back() - weights.front() + 1; }
};

/// Exact schedule under stalls, one step per beat. Without any its cycles are macArrayCycles.
/// \pre checkMacArray succeeds
MacArrayTrace macArraySchedule(const MacArrayConfig &config, const MacArrayShape &shape,
                               const StallSource &weights, const StallSource &codes,
                               const StallSource &outReady);

} // namespace accord::sim
