// Machines for tests of the dram: a grade of each standard.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_model.h"
#include "test/support/sanitized.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <set>
#include <string>

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

/// Which cases of a test's nested loops are run: all; under sanitizers every 11th, a prime, so that no loop
/// shows the same values only.
class Cases {
public:
  static constexpr size_t oneOf = sanitized ? 11 : 1;

  /// Whether the next case is run. `names` are what it is a case of: a standard, a mapping, a pattern.
  bool take(const std::set<std::string> &names) {
    const bool taken = count++ % oneOf == 0;
    offered.insert(names.begin(), names.end());
    if (taken)
      covered.insert(names.begin(), names.end());
    return taken;
  }
  /// Names of which no case was run; a test wants none.
  std::set<std::string> missed() const {
    std::set<std::string> names;
    std::set_difference(offered.begin(), offered.end(), covered.begin(), covered.end(),
                        std::inserter(names, names.end()));
    return names;
  }
  /// Of `all` cases, those that are run.
  static size_t of(size_t all) { return (all + oneOf - 1) / oneOf; }

private:
  size_t count = 0;
  std::set<std::string> offered, covered;
};

} // namespace accord::test
