// Sums and comparisons of what a simulation answers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/sim_result.h"
#include "sim/system/counters.h"

#include <algorithm>

namespace accord::sim {

namespace {

/// Adds place by place; what one has not is zero.
template <typename T> std::vector<T> &addEach(std::vector<T> &to, const std::vector<T> &other) {
  to.resize(std::max(to.size(), other.size()));
  for (size_t i = 0; i < other.size(); ++i)
    to[i] += other[i];
  return to;
}

uint64_t largestOf(const ByResource &cycles) {
  return cycles.empty() ? 0 : *std::max_element(cycles.begin(), cycles.end());
}

} // namespace

void add(ByResource &to, const ByResource &other) { addEach(to, other); }
UnitShares &operator+=(UnitShares &to, const UnitShares &other) { return addEach(to, other); }

UnitShare &UnitShare::operator+=(const UnitShare &other) {
  commands += other.commands, busy += other.busy, actions += other.actions, shape += other.shape;
  return *this;
}

Floors &Floors::operator+=(const Floors &other) {
  add(peak, other.peak);
  add(shape, other.shape);
  return *this;
}

std::optional<Resource> Floors::largest() const {
  const uint64_t most = largestShape();
  return most ? std::optional(Resource(std::find(shape.begin(), shape.end(), most) - shape.begin()))
              : std::nullopt;
}

uint64_t Floors::largestPeak() const { return largestOf(peak); }
uint64_t Floors::largestShape() const { return largestOf(shape); }

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
  const auto best = std::min_element(doubled.begin(), doubled.end());
  // Twenty times the gain: at least the whole.
  if (cycles == 0 || best == doubled.end() || *best >= cycles || (cycles - *best) * 20 < cycles)
    return std::nullopt;
  return Resource(best - doubled.begin());
}

} // namespace accord::sim
