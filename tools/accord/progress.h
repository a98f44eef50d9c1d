// What long work is at, in one line of a terminal. Nothing goes to a pipe or a file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <string>

namespace accord::cli {

/// Is stderr a terminal?
bool showsProgress();
/// Shows `text` in the place of what was shown before, on stderr when it is a terminal.
void progress(const std::string &text);
/// Clears the line. Messages do so first (command.cpp), and every subcommand at its end (main.cpp).
void endProgress();

/// "1.234 s"
std::string shownSeconds(double seconds);

} // namespace accord::cli
