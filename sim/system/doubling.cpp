// One resource, one key.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/doubling.h"

namespace accord::sim {

Hardware doubled(const Hardware &hardware, Resource resource) {
  Hardware h = hardware;
  switch (resource) {
  case Resource::Dram:
    h.dram.dataRateMtps *= 2;
    break;
  case Resource::Dma:
    h.dma.setupCycles /= 2;
    h.dma.outstanding *= 2;
    break;
  case Resource::Scratchpad:
    h.scratchpad.banks *= 2;
    h.accumulator.banks *= 2;
    break;
  case Resource::Table:
    if (h.tableUnit)
      h.tableUnit->tablesPerCycle *= 2;
    break;
  case Resource::Vector:
    h.vector.lanes *= 2;
    break;
  case Resource::Lut:
  case Resource::Mac:
  case Resource::Issue:
    break;
  }
  return h;
}

} // namespace accord::sim
