// The folder for what can be made again: compiled code, Verilated blocks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstdlib>
#include <string>

namespace accord {

/// $ACCORD_CACHE_DIR, else $XDG_CACHE_HOME/accord, else $HOME/.cache/accord. Error: the environment has none
/// of them.
inline Expected<std::string> cacheFolder() {
  for (const auto &[variable, below] :
       {std::pair("ACCORD_CACHE_DIR", ""), {"XDG_CACHE_HOME", "/accord"}, {"HOME", "/.cache/accord"}})
    if (const char *value = std::getenv(variable); value && *value)
      return std::string(value) + below;
  return Error{"cache: expected ACCORD_CACHE_DIR, XDG_CACHE_HOME or HOME in the environment, got none"};
}

} // namespace accord
