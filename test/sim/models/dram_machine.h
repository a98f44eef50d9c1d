// Machines for tests of the dram: a grade of each standard.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_model.h"

#include <random>

namespace accord::test {

struct Grade {
  const char *standard;
  int64_t rate, width, channels;
};
/// Every bin of the table at its own rate.
const Grade grades[] = {{"DDR4", 2400, 64, 1},   {"DDR4", 3200, 64, 2}, {"DDR5", 4800, 32, 2},
                        {"LPDDR5", 6400, 16, 2}, {"HBM2", 2000, 64, 4}, {"HBM2", 2400, 64, 8},
                        {"HBM3", 6400, 32, 8}};
const char *const mappings[] = {"row-bank-column-group-channel", "row-bank-group-column-channel",
                                "row-column-bank-group-channel"};

inline Hardware machineOf(const Grade &grade, const char *mapping = mappings[0],
                          const char *refresh = "all_bank") {
  Hardware h;
  h.clockMhz = 500;
  h.dram = {grade.standard, grade.channels, grade.rate, grade.width, mapping, refresh, 32};
  return h;
}
inline int64_t bytesOfBurst(const Hardware &h) {
  return h.dram.busWidthBits / 8 * sim::burstTransfers(h.dram.standard);
}

/// The same numbers on every library.
class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}
  uint64_t below(uint64_t n) { return engine() % n; }

private:
  std::mt19937_64 engine;
};

} // namespace accord::test
