// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/table.h"

#include <algorithm>

namespace accord::driver {

void addColumn(Table &table, const std::string &name, const std::string &file) {
  std::string column = name;
  auto taken = [&] {
    return column.empty() ||
           std::find(table.columns.begin(), table.columns.end(), column) != table.columns.end();
  };
  if (taken())
    column = file;
  if (taken())
    column += " #" + std::to_string(table.columns.size());
  table.columns.push_back(column);
  table.about.emplace_back(column, file);
}

} // namespace accord::driver
