// Holds a data rate against that of its bin.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/scaled_bin.h"
#include "sim/models/dram/dram_timing.h"
#include "tools/accord/command.h"

#include <cstdlib>

namespace accord::cli {

void noteScaledBin(const Dram &dram) {
  const int64_t rate = sim::dramBinRate(dram), off = dram.dataRateMtps - rate;
  if (std::llabs(off) * 10 <= rate)
    return;
  note("dram.data_rate_mtps: " + std::to_string(dram.dataRateMtps) + " MT/s is " +
       std::to_string((std::llabs(off) * 100 + rate / 2) / rate) + " % " + (off > 0 ? "above " : "below ") +
       sim::dramBin(dram) + ", the nearest speed bin in the table; its timing is scaled");
}

} // namespace accord::cli
