// What a process has begun outside of itself and must not leave behind when a signal ends it: names of
// unfinished files and folders, programs that it waits for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <string>
#include <sys/types.h>

namespace accord {

/// While one lives, endAll() waits: for the step between a thing's beginning and its entry in the lists
/// below. After endAll() it is never granted: who asks stays there until the process is gone.
class Hold {
public:
  Hold();
  ~Hold();
  Hold(const Hold &) = delete;
  Hold &operator=(const Hold &) = delete;
};

/// A file or folder that goes when this object does.
class Scratch {
public:
  explicit Scratch(std::string path);
  ~Scratch();
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;
  const std::string path;
};

/// A program of ours that runs, and the group of its own that it leads, if it does.
class Running {
public:
  Running(pid_t pid, bool leads);
  ~Running();
  Running(const Running &) = delete;
  Running &operator=(const Running &) = delete;

private:
  const pid_t target; ///< as kill() takes it: a group is negative
};

/// Kills each Running (a group at once; a single program is one of ours and is asked to end, as it has things
/// to end itself) and removes each Scratch, for who ends the process right after.
void endAll();

} // namespace accord
