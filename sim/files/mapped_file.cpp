// Mapping of a file, with an error for everything that is not one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/files/mapped_file.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace accord {

/// A mapping as a signal handler sees it: no lock, and no entry ever goes away. A free one is taken again.
struct MappedFile::Entry {
  std::atomic<const char *> begin{nullptr};
  std::atomic<size_t> size{0};
  std::atomic<const char *> path{nullptr};
  Entry *next = nullptr;

  static std::atomic<Entry *> first;
  static std::mutex mutex; ///< held by who changes the list

  static Entry *add(const void *begin, size_t size, const std::string &path) {
    std::lock_guard<std::mutex> lock(mutex);
    Entry *entry = first;
    while (entry && entry->begin)
      entry = entry->next;
    if (!entry) {
      entry = new Entry;
      entry->next = first;
      first = entry;
    }
    entry->path = ::strdup(path.c_str());
    entry->size = size;
    entry->begin = static_cast<const char *>(begin);
    return entry;
  }
  void remove() {
    std::lock_guard<std::mutex> lock(mutex);
    begin = nullptr;
    std::free(const_cast<char *>(path.exchange(nullptr)));
  }
};
std::atomic<MappedFile::Entry *> MappedFile::Entry::first{nullptr};
std::mutex MappedFile::Entry::mutex;

const char *mappedFileAt(const void *address) {
  for (const MappedFile::Entry *entry = MappedFile::Entry::first; entry; entry = entry->next) {
    const char *begin = entry->begin;
    if (begin && address >= begin && address < begin + entry->size)
      return entry->path;
  }
  return nullptr;
}

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
    return MappedFile(nullptr, 0, nullptr);
  }
  void *begin = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  const int error = errno;
  ::close(file); // the mapping keeps the file
  if (begin == MAP_FAILED)
    return Error{path + ": expected room for its " + std::to_string(size) +
                 " bytes, got an error: " + std::generic_category().message(error)};
  return MappedFile(begin, size, Entry::add(begin, size, path));
}

MappedFile::MappedFile(MappedFile &&other) noexcept
    : begin(std::exchange(other.begin, nullptr)), size(std::exchange(other.size, 0)),
      entry(std::exchange(other.entry, nullptr)) {}

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept {
  std::swap(begin, other.begin);
  std::swap(size, other.size);
  std::swap(entry, other.entry);
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
  if (!begin)
    return;
  entry->remove();
  ::munmap(begin, size);
}

} // namespace accord
