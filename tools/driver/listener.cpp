// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/listener.h"

namespace accord::driver {

std::string Diagnostic::place() const {
  if (file.empty() || line == 0)
    return file;
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

Listener &Listener::silent() {
  static Listener none;
  return none;
}

} // namespace accord::driver
