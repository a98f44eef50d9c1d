// Networks at random, of every op that a schedule cuts and of sizes that fit nothing.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>
#include <map>
#include <string>

namespace accord::test {

/// L0 text of one function @net: a chain of ops on matrices of one to nine rows, each read by a later one or
/// returned; weights, biases and tables are arguments. Counts its ops by name.
std::string randomNetwork(uint64_t seed, std::map<std::string, uint64_t> &ops);

} // namespace accord::test
