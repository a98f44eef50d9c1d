// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/listener.h"

namespace accord::cli {

std::string Diagnostic::place() const {
  if (file.empty() || line == 0)
    return file;
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

Listener &Listener::silent() {
  static Listener none;
  return none;
}

} // namespace accord::cli
