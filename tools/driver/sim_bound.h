// What bounds a part of a simulated run, and what it needs at least.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/system/sim_result.h"

#include <string>
#include <utility>

namespace accord::driver {

/// An op, a call, or several of them added up.
struct Part {
  sim::UnitShares units;
  sim::Work work;
  sim::Floors floors;
  uint64_t active = 0;     ///< cycles from first start to last end, summed over calls
  sim::ByResource doubled; ///< the same with twice as much of each resource
};

/// The busy cycles of the unit with the most of them.
uint64_t busiest(const Part &part);

/// The resource that a time is bound by, or `dependency` (sim::boundOf); what twice as much of it takes off
/// the time, in percent to a hundredth, of a dependency the most that any does.
struct Bound {
  std::string resource;
  double gainPercent = 0;
};
/// `result` names the resources.
Bound boundOf(uint64_t cycles, const sim::ByResource &doubled, const sim::SimResult &result);

/// The resource with the largest shape floor in a word; `none` of an empty part.
std::string floorResource(const sim::Floors &floors, const sim::SimResult &result);

/// To a hundredth.
double percent(double part, double whole);

} // namespace accord::driver
