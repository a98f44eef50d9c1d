// A second dram channel, slow and obvious: it looks at every clock, and at every request at every clock. It
// follows the policy that sim/models/dram/README.md states, and shares the timing table with the model, no
// code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_command.h"
#include "sim/models/dram/dram_timing.h"

#include <string>
#include <vector>

namespace accord::test {

struct SteppedRequest {
  uint64_t burst = 0; ///< of the channel
  bool write = false;
  int64_t arrival = 0;
};

struct SteppedSetup {
  sim::DramTiming timing;
  std::string mapping, refresh; ///< as in a hardware file
  size_t depth = 32;
  bool inOrder = false; ///< requests come in one after another, whatever their direction
};

struct SteppedResult {
  std::vector<int64_t> entered, column; ///< clocks of each request
  std::vector<sim::DramCommand> commands;
  uint64_t rowHits = 0;
  int64_t end = 0; ///< of the last data
};

SteppedResult runStepped(const SteppedSetup &setup, const std::vector<SteppedRequest> &requests);

} // namespace accord::test
