// Results as data: one table, to be shown in any form.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace accord::driver {

/// A cell: a word, a count, a measure, or nothing.
using Cell = std::variant<std::monostate, std::string, int64_t, double>;

/// Names and values that a result rests on: input files, hashes, settings.
using About = std::vector<std::pair<std::string, std::string>>;

struct Table {
  std::vector<std::string> columns;    ///< Unit in the name where there is one: `time_us`.
  std::vector<std::vector<Cell>> rows; ///< a cell for each column
  About about;                         ///< What the rows rest on.
};

/// Adds a column for `name`, or, where that stands already, for `file`, or for file and number.
void addColumn(Table &table, const std::string &name, const std::string &file);

} // namespace accord::driver
