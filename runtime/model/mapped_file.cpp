// Mapping of a file, with an error for everything that is not one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/mapped_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace accord::model {

static Error unreadable(const std::string &path, const std::string &got) {
  return Error{path + ": expected a readable file, got " + got};
}

static Error unreadable(const std::string &path, int error) {
  return unreadable(path, "an error: " + std::generic_category().message(error));
}

Expected<MappedFile> MappedFile::open(const std::string &path) {
  // Not to wait for the other end of a pipe.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return unreadable(path, errno);
  struct stat status{};
  if (::fstat(file, &status) != 0) {
    const int error = errno;
    ::close(file);
    return unreadable(path, error);
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(file);
    return unreadable(path, S_ISDIR(status.st_mode) ? "a folder" : "a pipe or a device");
  }
  const auto size = static_cast<size_t>(status.st_size);
  if (size == 0) {
    ::close(file);
    return MappedFile(nullptr, 0);
  }
  void *begin = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  const int error = errno;
  ::close(file); // the mapping keeps the file
  if (begin == MAP_FAILED)
    return unreadable(path, error);
  return MappedFile(begin, size);
}

MappedFile::MappedFile(MappedFile &&other) noexcept : begin(other.begin), size(other.size) {
  other.begin = nullptr;
  other.size = 0;
}

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept {
  std::swap(begin, other.begin);
  std::swap(size, other.size);
  return *this;
}

void MappedFile::release(std::string_view part) const {
#ifdef __linux__
  // A touched page brings in those around it, by windows of 64 KiB or by what the page cache holds in one
  // piece, so these go too: a private mapping that nobody writes holds nothing but the file. Not a byte
  // beyond it, where other memory lies. Elsewhere, and when it fails, the memory is held, nothing else.
  constexpr uintptr_t around = uintptr_t(512) << 10;
  if (!begin || part.empty())
    return;
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto base = reinterpret_cast<uintptr_t>(begin), from = reinterpret_cast<uintptr_t>(part.data());
  const uintptr_t first = (std::max(base + around, from) - around) / page * page,
                  last = std::min(base + size, from + part.size() + around);
  (void)::madvise(reinterpret_cast<void *>(first), last - first, MADV_DONTNEED);
#endif
}

MappedFile::~MappedFile() {
  if (begin)
    ::munmap(begin, size);
}

} // namespace accord::model
