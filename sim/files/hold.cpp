// Two lists under one lock.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/files/hold.h"
#include <csignal>
#include <filesystem>
#include <mutex>
#include <set>

namespace accord {
namespace {

struct Lists {
  std::recursive_mutex mutex; ///< entries are made while a Hold is held
  std::multiset<std::string> paths;
  std::multiset<pid_t> running;
};

/// Never destroyed: a signal may come while a process leaves.
Lists &lists() {
  static Lists &all = *new Lists;
  return all;
}

} // namespace

Hold::Hold() { lists().mutex.lock(); }
Hold::~Hold() { lists().mutex.unlock(); }

Scratch::Scratch(std::string path) : path(std::move(path)) {
  Hold hold;
  lists().paths.insert(this->path);
}

Scratch::~Scratch() {
  Hold hold;
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
  lists().paths.erase(lists().paths.find(path));
}

Running::Running(pid_t pid, bool leads) : target(leads ? -pid : pid) {
  Hold hold;
  lists().running.insert(target);
}

Running::~Running() {
  Hold hold;
  lists().running.erase(lists().running.find(target));
}

void endAll() {
  lists().mutex.lock(); // and never unlocked
  for (pid_t target : lists().running)
    ::kill(target, target < 0 ? SIGKILL : SIGTERM);
  for (const std::string &path : lists().paths) {
    // A killed program may still be at its last write.
    std::error_code ignored;
    for (int tries = 0; tries < 50 && std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
         ++tries)
      std::filesystem::remove_all(path, ignored);
  }
}

} // namespace accord
