// The handler and the one Blame that it looks at.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/process/blame.h"
#include <atomic>
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace accord::tools {
namespace {

std::atomic<const Blame *> current{nullptr};

// A sanitizer's own report says where, and so whose fault it is.
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if __has_feature(address_sanitizer) || defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

void handle(int signal) {
  Blame::tell();
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

} // namespace

Blame::Blame(const std::string &path, const char *step) : path(path), step(step) {
  if (sanitized)
    return;
  stack_t own = {};
  own.ss_sp = stack;
  own.ss_size = sizeof stack;
  sigaltstack(&own, &stackBefore);
  struct sigaction action = {};
  action.sa_handler = handle;
  action.sa_flags = SA_ONSTACK;
  for (size_t i = 0; i < signals.size(); ++i)
    sigaction(signals[i], &action, &before[i]);
  current = this;
}

Blame::~Blame() {
  if (sanitized)
    return;
  current = nullptr;
  for (size_t i = 0; i < signals.size(); ++i)
    sigaction(signals[i], &before[i], nullptr);
  sigaltstack(&stackBefore, nullptr);
}

void Blame::tell() {
  const Blame *blame = current.exchange(nullptr);
  if (!blame)
    return;
  const char *const pieces[] = {
      program_invocation_short_name,
      ": error: ",
      blame->path.c_str(),
      ": expected to ",
      blame->step,
      ", got a crash of MLIR or LLVM; leave out parts of it while it still crashes to "
      "find the one to blame; accord-opt prints where\n"};
  for (const char *piece : pieces)
    if (::write(STDERR_FILENO, piece, std::strlen(piece)) < 0)
      break;
  _exit(1);
}

} // namespace accord::tools
