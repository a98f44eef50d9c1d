// Files without a name: the system takes them back however their users end.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <string>
#include <utility>

namespace accord {

/// An empty file in `folder` that no other process can name, open for reading and writing, closed in programs
/// that are started. -1 with errno when there is none to be had.
int openUnnamed(const std::string &folder);

/// Whether open(O_TMPFILE) failed with `reason` because the file system knows no files without a name.
bool knowsNoUnnamed(int reason);

/// One that two processes exchange contents through: `path` names it in this one, and in a program that is
/// started with the descriptor under its own number.
class UnnamedFile {
public:
  /// Error: `<folder>: expected a folder to write to, got <reason>`
  static Expected<UnnamedFile> make(const std::string &folder);
  UnnamedFile(UnnamedFile &&o) noexcept : descriptor(std::exchange(o.descriptor, -1)) {}
  UnnamedFile &operator=(UnnamedFile &&) = delete;
  ~UnnamedFile();

  int number() const { return descriptor; }
  std::string path() const { return "/dev/fd/" + std::to_string(descriptor); }

private:
  explicit UnnamedFile(int descriptor) : descriptor(descriptor) {}
  int descriptor;
};

} // namespace accord
