// The command's listener: what the library says goes to stderr.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/listener.h"

namespace accord::cli {

/// Diagnostics are printed as they come, progress stands in one line of a terminal, and a crash of MLIR or
/// LLVM is an error that names the file (tools/process/blame.h).
driver::Listener &terminal();

} // namespace accord::cli
