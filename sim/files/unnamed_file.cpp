// O_TMPFILE, and what comes near it on a file system that has none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/files/unnamed_file.h"
#include "sim/files/hold.h"
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace accord {

bool knowsNoUnnamed(int reason) { return reason == EOPNOTSUPP || reason == EISDIR || reason == EINVAL; }

int openUnnamed(const std::string &folder) {
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0 || !knowsNoUnnamed(errno))
    return file;
  Hold hold;
  std::string path = folder + "/accord-XXXXXX";
  file = ::mkostemp(path.data(), O_CLOEXEC);
  if (file >= 0)
    ::unlink(path.c_str());
  return file;
}

Expected<UnnamedFile> UnnamedFile::make(const std::string &folder) {
  const int file = openUnnamed(folder);
  if (file < 0)
    return Error{folder + ": expected a folder to write to, got " + std::strerror(errno)};
  return UnnamedFile(file);
}

UnnamedFile::~UnnamedFile() {
  if (descriptor >= 0)
    ::close(descriptor);
}

} // namespace accord
