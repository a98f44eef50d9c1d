// A program that this process starts and waits for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/files/hold.h"
#include <memory>
#include <string>
#include <vector>

namespace accord {

/// Started by posix_spawn, which is safe in a process that has threads. Signals are to it what they were to
/// this process when that began. endAll() kills it.
class Child {
public:
  struct How {
    int out, err;          ///< descriptors that its outputs go to; its input is /dev/null
    std::vector<int> kept; ///< further ones that it gets, under their numbers
    std::string folder;    ///< where it runs; empty: here
    std::string temporary; ///< its TMPDIR; empty: ours
    bool leads = false;    ///< of a group of its own: what it starts is killed with it
  };
  /// `command`: the program, found on PATH when it has no slash, and its arguments. The error is the reason
  /// alone.
  static Expected<Child> start(const std::vector<std::string> &command, const How &how);
  Child(Child &&) noexcept = default;

  bool ended(); ///< does not wait
  int wait();   ///< until it ends; its wait status

private:
  Child(pid_t pid, bool leads);
  bool collect(int flags);
  pid_t pid;
  std::unique_ptr<Running> running; ///< null: it has ended
  int status = 0;
};

} // namespace accord
