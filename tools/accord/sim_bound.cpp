// Floors and bounds by name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/sim_bound.h"

#include <algorithm>
#include <cmath>

namespace accord::cli {

double percent(double part, double whole) { return whole > 0 ? std::round(10000 * part / whole) / 100 : 0; }

std::pair<isa::Unit, uint64_t> busiest(const Part &part) {
  auto at = std::max_element(part.busy.begin(), part.busy.end());
  return {isa::Unit(at - part.busy.begin()), *at};
}

Bound boundOf(uint64_t cycles, const sim::ByResource &doubled) {
  std::optional<sim::Resource> resource = sim::boundOf(cycles, doubled);
  const uint64_t best = std::min(cycles, *std::min_element(doubled.begin(), doubled.end()));
  return {resource ? sim::name(*resource) : "dependency", percent(double(cycles - best), double(cycles))};
}

std::string floorResource(const sim::Floors &floors) {
  std::optional<sim::Resource> largest = floors.largest();
  return largest ? sim::name(*largest) : "none";
}

bool hasUnit(const Hardware &hardware, isa::Unit unit) {
  switch (unit) {
  case isa::Unit::Table:
    return hardware.tableUnit.has_value();
  case isa::Unit::Lut:
    return hardware.lutArray.has_value();
  case isa::Unit::Mac:
    return hardware.macArray.has_value();
  case isa::Unit::Load:
  case isa::Unit::Store:
  case isa::Unit::Vector:
    break;
  }
  return true;
}

} // namespace accord::cli
