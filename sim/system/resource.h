// What a machine has a limited amount of: what floors are of, and what a bound names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace accord::sim {

enum class Resource : uint8_t {
  Dram,       ///< its data wires
  Dma,        ///< what a copy takes before it asks the dram
  Scratchpad, ///< the banks that copies fill and empty
  Table,
  Lut,
  Mac,
  Vector,
  Issue ///< of the command processor
};
constexpr unsigned numResources = 8;

constexpr const char *name(Resource r) {
  constexpr const char *names[numResources] = {"dram", "dma", "scratchpad", "table",
                                               "lut",  "mac", "vector",     "issue"};
  return names[static_cast<unsigned>(r)];
}

inline std::optional<Resource> parseResource(std::string_view word) {
  for (unsigned r = 0; r < numResources; ++r)
    if (word == name(Resource(r)))
      return Resource(r);
  return std::nullopt;
}

/// A number of cycles for each resource.
using ByResource = std::array<uint64_t, numResources>;

inline uint64_t &of(ByResource &cycles, Resource r) { return cycles[static_cast<unsigned>(r)]; }
inline uint64_t of(const ByResource &cycles, Resource r) { return cycles[static_cast<unsigned>(r)]; }

} // namespace accord::sim
