// Texts that tokenizers find hard: a list written by hand, and any number from a seed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace accord::tokenizer::test {

/// Seeded from ACCORD_TEST_SEED, or from the system; prints the seed with the test's name.
class Random {
public:
  explicit Random(const char *test);
  /// Both ends included.
  int64_t integer(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }
  bool chance(int64_t percent) { return integer(0, 99) < percent; }
  template <typename T> const T &pick(const std::vector<T> &items) {
    return items[static_cast<size_t>(integer(0, static_cast<int64_t>(items.size()) - 1))];
  }

private:
  std::mt19937_64 engine;
};

/// `longRun`: the length of the longest runs.
std::vector<std::string> handWritten(size_t longRun);
/// Words, code, numbers, white space, scripts, emoji, marks, raw bytes and `specials`, mixed. No sequence
/// above U+10FFFF, on which llama.cpp aborts.
std::string randomText(Random &random, int64_t pieces, const std::vector<std::string> &specials);
/// Bytes of any value.
std::string randomBytes(Random &random, int64_t most);

} // namespace accord::tokenizer::test
