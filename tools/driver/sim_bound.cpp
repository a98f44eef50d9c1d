// Floors and bounds by name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/sim_bound.h"

#include <algorithm>
#include <cmath>

namespace accord::driver {

double percent(double part, double whole) { return whole > 0 ? std::round(10000 * part / whole) / 100 : 0; }

uint64_t busiest(const Part &part) {
  uint64_t most = 0;
  for (const sim::UnitShare &unit : part.units)
    most = std::max(most, unit.busy);
  return most;
}

Bound boundOf(uint64_t cycles, const sim::ByResource &doubled, const sim::SimResult &result) {
  const std::optional<sim::Resource> resource = sim::boundOf(cycles, doubled);
  const uint64_t best =
      doubled.empty() ? cycles : std::min(cycles, *std::min_element(doubled.begin(), doubled.end()));
  return {resource ? result.resources[size_t(*resource)] : "dependency",
          percent(double(cycles - best), double(cycles))};
}

std::string floorResource(const sim::Floors &floors, const sim::SimResult &result) {
  const std::optional<sim::Resource> largest = floors.largest();
  return largest ? result.resources[size_t(*largest)] : "none";
}

} // namespace accord::driver
