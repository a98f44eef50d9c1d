// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/lut_unit/lut_tables.h"

#include <algorithm>
#include <cstdlib>

namespace accord::sim {

std::vector<std::string> lutVariants() {
  std::vector<std::string> all;
  for (int64_t k = 1; k <= 8; ++k)
    all.push_back(lutVariant(k));
  return all;
}

std::string lutVariant(int64_t k) { return "k" + std::to_string(k); }

Status checkTableShape(const std::string &machine, int64_t k, int64_t tableBits) {
  if (k != 4)
    return Error{"expected lut_array.k 4, the layout of packed planes, got " + std::to_string(k) +
                 " of hardware " + machine};
  if (tableBits < 11)
    return Error{"expected lut_array.table_bits of at least 11, which exact tables need, got " +
                 std::to_string(tableBits) + " of hardware " + machine};
  return {};
}

Status checkTables(const Operand &tables, int64_t bits) {
  const int64_t limit = std::min<int64_t>(512, (int64_t(1) << (bits - 1)) - 1);
  for (size_t i = 0; i < tables.size() / sizeof(int16_t); ++i) {
    const int64_t entry = tables.as<int16_t>()[i];
    if (std::llabs(entry) > limit)
      return Error{"expected table entries of at most " + std::to_string(limit) + ", got " +
                   std::to_string(entry)};
  }
  return {};
}

} // namespace accord::sim
