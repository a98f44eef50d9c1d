// A carriage return and a line that is cleared.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/progress.h"

#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace accord::cli {
namespace {

bool shown = false;

size_t terminalColumns() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1u : 79u;
}

} // namespace

bool showsProgress() {
  static const bool terminal = isatty(STDERR_FILENO) == 1;
  return terminal;
}

void progress(const std::string &text) {
  if (!showsProgress())
    return;
  std::fprintf(stderr, "\r\x1b[K%s", text.substr(0, terminalColumns()).c_str());
  std::fflush(stderr);
  shown = true;
}

void endProgress() {
  if (!shown)
    return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  shown = false;
}

std::string shownSeconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f s", seconds);
  return text;
}

} // namespace accord::cli
