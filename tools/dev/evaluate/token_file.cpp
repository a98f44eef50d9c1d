// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/dev/evaluate/token_file.h"
#include <fstream>

namespace accord::evaluate {

Expected<std::vector<int64_t>> readTokens(const std::string &path) {
  std::ifstream file(path);
  if (!file)
    return Error{path + ": expected a file of token ids, got none"};
  std::vector<int64_t> ids;
  for (int64_t id; file >> id;) {
    if (id < 0)
      return Error{path + ": expected token ids of 0 or more, got " + std::to_string(id)};
    ids.push_back(id);
  }
  if (!file.eof())
    return Error{path + ": expected decimal token ids, got something else after " +
                 std::to_string(ids.size())};
  if (ids.empty())
    return Error{path + ": expected token ids, got none"};
  return ids;
}

} // namespace accord::evaluate
