// Seeded stall patterns.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/core/stall_source.h"
#include <cassert>

using namespace accord::sim;

/// One step of SplitMix64 (Steele, Lea, Flood 2014): a bijection that mixes all bits.
static uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

SeededStalls::SeededStalls(uint64_t seed, unsigned activePercent)
    : seed(mix(seed)), threshold(UINT64_MAX / 100 * activePercent) {
  assert(activePercent >= 1 && activePercent <= 100 && "a stream that is never active has no end");
}

bool SeededStalls::activeAt(uint64_t cycle) const { return mix(seed ^ cycle) <= threshold; }

uint64_t SeededStalls::next(uint64_t, uint64_t cycle) const {
  while (!activeAt(cycle))
    ++cycle;
  return cycle;
}
