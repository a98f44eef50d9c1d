// What a machine has a limited amount of: what floors are of, and what a bound names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace accord::sim {

/// These every machine has; after them come its units that compute (MachineModel::resources has all names).
enum class Resource : uint8_t {
  Dram,       ///< its data wires
  Dma,        ///< what a copy takes before it asks the dram
  Scratchpad, ///< the banks that copies fill and empty
  Issue       ///< of the command processor
};
constexpr size_t numCommonResources = 4;

/// That of unit `index` of those that compute.
constexpr Resource resourceOfUnit(size_t index) { return Resource(numCommonResources + index); }

/// A number of cycles for each resource of a machine.
using ByResource = std::vector<uint64_t>;

inline uint64_t &of(ByResource &cycles, Resource r) { return cycles[static_cast<size_t>(r)]; }
inline uint64_t of(const ByResource &cycles, Resource r) { return cycles[static_cast<size_t>(r)]; }

/// Adds resource by resource; to an empty one, as to zeros.
void add(ByResource &to, const ByResource &other);

} // namespace accord::sim
