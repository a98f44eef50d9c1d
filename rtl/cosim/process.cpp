// Starts programs with posix_spawn, which is safe in a process that has threads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/process.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

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

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipeEnds[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipeEnds[1], STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  std::vector<char *> arguments;
  for (const std::string &argument : command)
    arguments.push_back(const_cast<char *>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipeEnds[1]);
  if (failed != 0) {
    close(pipeEnds[0]);
    return Error{command[0] + ": expected the program on PATH (Debian package " + package +
                 "), got: " + std::strerror(failed)};
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
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return output;
  std::string how = WIFEXITED(status) ? "exit code " + std::to_string(WEXITSTATUS(status))
                                      : "signal " + std::to_string(WTERMSIG(status));
  return Error{command[0] + ": expected success, got " + how + ":\n" + ends(output)};
}
