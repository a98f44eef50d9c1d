// A load like the decoding of one token: one row of activations against tiles of 64 x 576 weights of 4 bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/system/dram_image.h"

namespace accord::test {

/// `calls` products of one row by 576 x (64 * tiles) weights, all of one body with two slots a buffer: per
/// tile two loads, lmma, dequant, store. Each call has its own window of one weight buffer.
program::Sequence decodeSequence(int64_t calls, int64_t tiles);

/// Random arguments for it.
sim::DramImage decodeArguments(const program::Sequence &sequence, uint64_t seed);

} // namespace accord::test
