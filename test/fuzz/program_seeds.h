// Serialized programs and sequences to fuzz from, right ones and wrong ones.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "test/fuzz/fuzz_target.h"

namespace accord::fuzz {

std::vector<Seed> programSeeds();

} // namespace accord::fuzz
