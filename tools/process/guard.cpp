// One thread that waits for signals, so that what they ask for is done by ordinary code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/process/guard.h"
#include "sim/files/hold.h"
#include "sim/files/mapped_file.h"
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <sys/prctl.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace accord::tools {
namespace {

const char *toolName = "accord";
std::atomic<bool> asked{false}, came{false};

[[noreturn]] void endBy(int signal) {
  endAll();
  std::signal(signal, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  ::kill(::getpid(), signal);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  _exit(128 + signal);
}

void waitForSignals(sigset_t ends) {
  int signal = 0;
  while (sigwait(&ends, &signal) != 0) {
  }
  if (signal == SIGINT && asked) {
    came = true;
    const timespec grace{0, 500000000};
    const int second = sigtimedwait(&ends, nullptr, &grace);
    if (second > 0)
      signal = second;
  }
  endBy(signal);
}

void handleBus(int signal, siginfo_t *info, void *) {
  if (const char *path = mappedFileAt(info->si_addr))
    dieSaying(path,
              ": expected the file to stay as long as it was, got one that was shortened while it was read",
              "");
  std::signal(signal, SIG_DFL); // the read is tried again
}

} // namespace

void dieSaying(const char *first, const char *second, const char *third) {
  const char *const pieces[] = {toolName, ": error: ", first, second, third, "\n"};
  for (const char *piece : pieces)
    if (::write(STDERR_FILENO, piece, std::strlen(piece)) < 0)
      break;
  _exit(1);
}

void guard(const char *name) {
  toolName = name;
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN); // a file over the limit is a write that fails
  struct sigaction bus = {};
  bus.sa_sigaction = handleBus;
  bus.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &bus, nullptr);

  sigset_t ends;
  sigemptyset(&ends);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now;
    if (sigaction(signal, nullptr, &now) == 0 && now.sa_handler != SIG_IGN)
      sigaddset(&ends, signal);
  }
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  try {
    std::thread(waitForSignals, ends).detach();
  } catch (const std::system_error &e) {
    dieSaying("threads: expected one that waits for signals, got: ", e.what(), "");
  }
}

const std::atomic<bool> &interrupted() {
  asked = true;
  return came;
}

void endWith(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent)
    _exit(1);
}

} // namespace accord::tools
