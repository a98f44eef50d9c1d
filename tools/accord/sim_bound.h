// What bounds a part of a simulated run.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/system/sim_result.h"

#include <utility>

namespace accord::cli {

/// An op, a call, or several of them.
struct Part {
  std::array<uint64_t, isa::numUnits> busy{};
  sim::Work work;
  uint64_t active = 0; ///< cycles from first start to last end, summed over calls
};

/// The unit with the most busy cycles, and these.
std::pair<isa::Unit, uint64_t> busiest(const Part &part);

/// The resource that needs the most cycles for this work at its peak rate: dram (bytes that are asked for),
/// lut, mac, table or vector.
sim::Floor floorOf(const sim::Work &work, const Hardware &hardware);

/// What keeps this part as long as it takes. The busiest unit, when it is busy at least half of the active
/// time; of copies `dram` when half of that at least is transfer at peak rate, `load` or `store` when it is
/// not. Otherwise `dependency`: it waits for what comes before it, or for units that others use.
std::string boundOf(const Part &part, const Hardware &hardware);

/// The largest floor of a whole run; `none` of an empty one. Its name in one word: `dram_bandwidth`.
sim::Floor largestFloor(const sim::SimResult &result);

/// Does the machine have this unit?
bool hasUnit(const Hardware &hardware, isa::Unit unit);

} // namespace accord::cli
