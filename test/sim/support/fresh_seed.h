// The seed of a random test: another one each run, printed; ACCORD_TEST_SEED repeats one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

namespace accord::test {

inline uint64_t freshSeed() {
  const char *env = std::getenv("ACCORD_TEST_SEED");
  const uint64_t seed = env ? std::strtoull(env, nullptr, 10) : std::random_device()();
  std::cout << "ACCORD_TEST_SEED=" << seed << "\n";
  return seed;
}

} // namespace accord::test
