// Random correct programs: tiled matrix products with double buffers, and vector chains, with their expected
// values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/system/dram_image.h"

#include <cstdint>

namespace accord::test {

/// A program without races, what goes in, and what must come out, computed by golden directly from the
/// arguments.
struct Generated {
  program::Program program;
  sim::DramImage arguments;
  sim::DramImage expected; ///< of every result buffer
  std::string shape;       ///< for messages: M, N, K, ...
};

/// One program for each seed. Sizes vary: M 1..4, N 1..150, K 4..96, 1..8 planes, with or without minimum, K
/// in one piece or in chunks that accumulate, 1..3 slots a buffer, then up to three vector commands over the
/// rows. Orders are given by tokens, waits and barriers in random mixture, some of them redundant.
Generated generate(uint64_t seed);

/// A few random commands over few bytes with random tokens: mostly racy. No values.
program::Program generateChaos(uint64_t seed);

} // namespace accord::test
