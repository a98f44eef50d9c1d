// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/input.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace accord::driver {

Expected<std::string> readInput(const std::string &path, uint64_t most) {
  auto failure = [&] {
    return Error{path + ": expected a readable file, got: " + std::strerror(errno ? errno : EIO)};
  };
  errno = 0;
  std::FILE *file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (!file)
    return failure();
  std::string bytes;
  char piece[1 << 16];
  while (size_t got = bytes.size() > most ? 0 : std::fread(piece, 1, sizeof piece, file))
    bytes.append(piece, got);
  const bool bad = std::ferror(file);
  const Error error = failure();
  if (file != stdin)
    std::fclose(file);
  if (bad)
    return error;
  if (bytes.size() > most)
    return Error{path + ": expected at most " + std::to_string(most) + " bytes, got more"};
  return bytes;
}

} // namespace accord::driver
