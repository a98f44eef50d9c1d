// The counters of Work, once for whatever is done with them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/system/sim_result.h"

#include <iterator>

namespace accord::sim {

struct Counter {
  const char *key;
  uint64_t Work::*value;
};
constexpr Counter counters[] = {{"macs", &Work::macs},
                                {"dramReadBytes", &Work::dramReadBytes},
                                {"dramWrittenBytes", &Work::dramWrittenBytes},
                                {"dramBursts", &Work::dramBursts},
                                {"dramReadMovedBytes", &Work::dramReadMovedBytes},
                                {"dramWrittenMovedBytes", &Work::dramWrittenMovedBytes},
                                {"dramActivates", &Work::dramActivates},
                                {"dramRefreshes", &Work::dramRefreshes},
                                {"wireBytes", &Work::wireBytes},
                                {"spmReadBytes", &Work::spmReadBytes},
                                {"spmWrittenBytes", &Work::spmWrittenBytes},
                                {"accReadBytes", &Work::accReadBytes},
                                {"accWrittenBytes", &Work::accWrittenBytes}};
static_assert(sizeof(Work) == std::size(counters) * sizeof(uint64_t), "every counter has its row");

} // namespace accord::sim
