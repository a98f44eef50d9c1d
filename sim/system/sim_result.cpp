// Sums and comparisons of what a simulation answers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/sim_result.h"
#include "sim/system/counters.h"

#include <algorithm>

namespace accord::sim {

Needs &Needs::operator+=(const Needs &other) {
  for (const NeedCounter &c : needCounters)
    this->*c.value += other.*c.value;
  return *this;
}

Floors &Floors::operator+=(const Floors &other) {
  for (unsigned r = 0; r < numResources; ++r)
    peak[r] += other.peak[r], shape[r] += other.shape[r];
  return *this;
}

std::optional<Resource> Floors::largest() const {
  const auto *const at = std::max_element(shape.begin(), shape.end());
  return *at ? std::optional(Resource(at - shape.begin())) : std::nullopt;
}

uint64_t Floors::largestPeak() const { return *std::max_element(peak.begin(), peak.end()); }
uint64_t Floors::largestShape() const { return *std::max_element(shape.begin(), shape.end()); }

Work &Work::operator+=(const Work &other) {
  for (const Counter &c : counters)
    this->*c.value += other.*c.value;
  return *this;
}

Status checkEqual(const Work &expected, const Work &got) {
  for (const Counter &c : counters)
    if (expected.*c.value != got.*c.value)
      return Error{std::string("expected ") + c.key + " " + std::to_string(expected.*c.value) + ", got " +
                   std::to_string(got.*c.value)};
  return {};
}

std::optional<Resource> boundOf(uint64_t cycles, const ByResource &doubled) {
  const auto *const best = std::min_element(doubled.begin(), doubled.end());
  // Twenty times the gain: at least the whole.
  if (cycles == 0 || *best >= cycles || (cycles - *best) * 20 < cycles)
    return std::nullopt;
  return Resource(best - doubled.begin());
}

} // namespace accord::sim
