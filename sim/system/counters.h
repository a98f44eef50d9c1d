// The counters of Work and Needs, once for whatever is done with them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/system/sim_result.h"

#include <iterator>

namespace accord::sim {

struct Counter {
  const char *key;
  uint64_t Work::*value;
};
constexpr Counter counters[] = {{"lookups", &Work::lookups},
                                {"macs", &Work::macs},
                                {"vectorSteps", &Work::vectorSteps},
                                {"tables", &Work::tables},
                                {"dramReadBytes", &Work::dramReadBytes},
                                {"dramWrittenBytes", &Work::dramWrittenBytes},
                                {"dramBursts", &Work::dramBursts},
                                {"dramReadMovedBytes", &Work::dramReadMovedBytes},
                                {"dramWrittenMovedBytes", &Work::dramWrittenMovedBytes},
                                {"dramActivates", &Work::dramActivates},
                                {"dramRefreshes", &Work::dramRefreshes},
                                {"spmReadBytes", &Work::spmReadBytes},
                                {"spmWrittenBytes", &Work::spmWrittenBytes},
                                {"accReadBytes", &Work::accReadBytes},
                                {"accWrittenBytes", &Work::accWrittenBytes}};
static_assert(sizeof(Work) == std::size(counters) * sizeof(uint64_t), "every counter has its row");

struct NeedCounter {
  const char *key;
  uint64_t Needs::*value;
};
constexpr NeedCounter needCounters[] = {
    {"lutCycles", &Needs::lutCycles},     {"macCycles", &Needs::macCycles},
    {"tableCycles", &Needs::tableCycles}, {"vectorCycles", &Needs::vectorCycles},
    {"multiplied", &Needs::multiplied},   {"wireBytes", &Needs::wireBytes}};
static_assert(sizeof(Needs) == std::size(needCounters) * sizeof(uint64_t), "every counter has its row");

} // namespace accord::sim
