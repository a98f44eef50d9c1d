// Reads what a program prints until it ends.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/process.h"
#include "sim/files/child.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

using namespace accord;

/// The last lines of a long output: where a compiler's or a tool's first error usually is not, but its
/// summary is.
static std::string ends(const std::string &text) {
  constexpr size_t part = 1500;
  if (text.size() <= 2 * part)
    return text;
  return text.substr(0, part) + "\n...\n" + text.substr(text.size() - part);
}

Expected<std::string> rtl::runProgram(const std::vector<std::string> &command, const std::string &directory,
                                      const std::string &package) {
  int pipeEnds[2];
  if (pipe2(pipeEnds, O_CLOEXEC) != 0)
    return Error{command[0] + ": expected a pipe for its output, got: " + std::strerror(errno)};

  // What compilers leave behind when they are killed goes with the folder.
  const std::string temporary = directory == "." ? "" : std::filesystem::absolute(directory).string();
  Expected<Child> child =
      Child::start(command, {pipeEnds[1], pipeEnds[1], {}, directory, temporary, /*leads=*/true});
  close(pipeEnds[1]);
  if (!child) {
    close(pipeEnds[0]);
    return Error{command[0] + ": expected the program on PATH (Debian package " + package +
                 "), got: " + child.error().message};
  }

  std::string output;
  char buffer[4096];
  for (;;) {
    ssize_t count = read(pipeEnds[0], buffer, sizeof buffer);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      break;
    output.append(buffer, size_t(count));
  }
  close(pipeEnds[0]);
  const int status = child->wait();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return output;
  std::string how = WIFEXITED(status) ? "exit code " + std::to_string(WEXITSTATUS(status))
                                      : "signal " + std::to_string(WTERMSIG(status));
  return Error{command[0] + ": expected success, got " + how + ":\n" + ends(output)};
}
