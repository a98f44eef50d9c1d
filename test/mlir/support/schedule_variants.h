// Random legal schedules of a product: the numbers a person would edit in an L2 file, drawn from all that the
// passes take.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace accord::test {

/// The numbers of one schedule.
struct ScheduleVariant {
  int64_t m, n, k;            ///< tile sizes
  int64_t buffers[5];         ///< counts for w, isum, out, tables (of a MAC array's product: q), asum
  std::vector<int64_t> order; ///< of one tile of all three dimensions; empty: rows first, producers fused
  bool multiplies = false;    ///< the product is a MAC array's

  /// The schedule as text, from `transform.named_sequence` to the module's closing brace.
  std::string schedule() const;
};

/// One for a product of M x N x K: m 1..8, n a multiple of 64 to at most 192, k a multiple of 32, none above
/// its extent rounded up, 1 to 3 buffers, half of them in one of the six loop orders.
ScheduleVariant randomVariant(int64_t M, int64_t N, int64_t K, std::mt19937 &random);

/// L2 text without its schedule and without the module's closing brace: `schedule()` completes it.
std::string withoutSchedule(const std::string &text);

/// $ACCORD_SEED, or one that is always the same.
uint32_t variantSeed();

} // namespace accord::test
