// Floors and bounds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/sim_bound.h"

#include <algorithm>
#include <cmath>

namespace accord::cli {

std::pair<isa::Unit, uint64_t> busiest(const Part &part) {
  auto at = std::max_element(part.busy.begin(), part.busy.end());
  return {isa::Unit(at - part.busy.begin()), *at};
}

sim::Floor floorOf(const sim::Work &work, const Hardware &h) {
  std::vector<sim::Floor> floors;
  auto add = [&](const char *resource, uint64_t amount, double perCycle) {
    floors.push_back({resource, uint64_t(std::ceil(double(amount) / perCycle))});
  };
  add("dram", work.dramReadBytes + work.dramWrittenBytes, h.dramBytesPerCycle());
  add("vector", work.vectorSteps, double(h.vector.lanes));
  if (h.lutArray)
    add("lut", work.lookups, double(h.lutArray->m * h.lutArray->n * h.lutArray->count));
  else if (h.macArray)
    add("mac", work.macs, double(h.macArray->rows * h.macArray->cols));
  if (h.tableUnit)
    add("table", work.tables, double(h.tableUnit->tablesPerCycle));
  return *std::max_element(floors.begin(), floors.end(),
                           [](auto &a, auto &b) { return a.cycles < b.cycles; });
}

std::string boundOf(const Part &part, const Hardware &hardware) {
  auto [unit, busy] = busiest(part);
  if (2 * busy < part.active)
    return "dependency";
  if (unit != isa::Unit::Load && unit != isa::Unit::Store)
    return isa::name(unit);
  sim::Work copies;
  copies.dramReadBytes = part.work.dramReadBytes;
  copies.dramWrittenBytes = part.work.dramWrittenBytes;
  return 2 * floorOf(copies, hardware).cycles >= busy ? "dram" : isa::name(unit);
}

sim::Floor largestFloor(const sim::SimResult &r) {
  auto largest = std::max_element(r.floors.begin(), r.floors.end(),
                                  [](auto &a, auto &b) { return a.cycles < b.cycles; });
  if (largest == r.floors.end() || largest->cycles == 0)
    return {"none", 0};
  sim::Floor floor = *largest;
  std::replace(floor.resource.begin(), floor.resource.end(), ' ', '_');
  return floor;
}

bool hasUnit(const Hardware &hardware, isa::Unit unit) {
  switch (unit) {
  case isa::Unit::Table:
    return hardware.tableUnit.has_value();
  case isa::Unit::Lut:
    return hardware.lutArray.has_value();
  default:
    return std::string(isa::name(unit)) != "mac" || hardware.macArray;
  }
}

} // namespace accord::cli
