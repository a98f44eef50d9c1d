// From arguments to posix_spawn, and waitpid.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/files/child.h"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace accord {

Child::Child(pid_t pid, bool leads) : pid(pid), running(std::make_unique<Running>(pid, leads)) {}

Expected<Child> Child::start(const std::vector<std::string> &command, const How &how) {
  std::vector<char *> argv;
  for (const std::string &word : command)
    argv.push_back(const_cast<char *>(word.c_str()));
  argv.push_back(nullptr);

  const std::string temporary = "TMPDIR=" + how.temporary;
  std::vector<char *> environment;
  for (char **each = environ; *each; ++each)
    if (how.temporary.empty() || std::strncmp(*each, "TMPDIR=", 7) != 0)
      environment.push_back(*each);
  if (!how.temporary.empty())
    environment.push_back(const_cast<char *>(temporary.c_str()));
  environment.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, how.out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, how.err, STDERR_FILENO);
  for (int each : how.kept)
    posix_spawn_file_actions_adddup2(&actions, each, each); // takes close-on-exec away
  if (!how.folder.empty())
    posix_spawn_file_actions_addchdir_np(&actions, how.folder.c_str());

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, piped;
  sigemptyset(&none);
  sigemptyset(&piped);
  sigaddset(&piped, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &piped);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, short(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                              (how.leads ? POSIX_SPAWN_SETPGROUP : 0)));
  Hold hold; // no signal ends us between its start and its entry in the list
  pid_t pid = 0;
  const int reason = posix_spawnp(&pid, argv[0], &actions, &attributes, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (reason)
    return Error{std::strerror(reason)};
  return Child(pid, how.leads);
}

bool Child::collect(int flags) {
  while (running) {
    // Its number is nobody's until it is collected, and then nobody's to kill.
    siginfo_t info = {};
    if (waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT | flags) != 0) {
      if (errno == EINTR)
        continue;
      status = -1;
    } else if (info.si_pid == 0) {
      return false;
    } else {
      Hold hold; // when a signal ends us, what became of it is no message
      while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
      }
      running.reset();
      return true;
    }
    running.reset();
  }
  return true;
}

bool Child::ended() { return collect(WNOHANG); }

int Child::wait() {
  collect(0);
  return status;
}

} // namespace accord
