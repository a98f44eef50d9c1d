// Runs a program and keeps what it printed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <string>
#include <vector>

namespace accord::rtl {

/// Runs `command` (program found on PATH, then its arguments) in `directory` and waits for it.
/// Returns what it wrote to both outputs. Fails when it cannot be started, naming `package` as the Debian
/// package that brings it, and when it ends with another code than 0, with the end of its output in the
/// message.
Expected<std::string> runProgram(const std::vector<std::string> &command, const std::string &directory,
                                 const std::string &package);

} // namespace accord::rtl
