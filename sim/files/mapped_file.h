// A file in memory without reading it: pages come from the disk when they are touched.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <string>
#include <string_view>

namespace accord {

/// A regular file, mapped read-only. Movable; the bytes keep their address until the object that owns the
/// mapping is destroyed. A file that another process shortens meanwhile makes reads past its new end fatal
/// (SIGBUS), as with every mapping; mappedFileAt() tells whose they were.
class MappedFile {
public:
  /// Error: `<path>: expected a readable file, got <why not>`; a folder, a pipe or a device is refused.
  /// An empty file is no error: its bytes are empty.
  static Expected<MappedFile> open(const std::string &path);
  MappedFile(MappedFile &&other) noexcept;
  MappedFile &operator=(MappedFile &&other) noexcept;
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;
  ~MappedFile();

  std::string_view bytes() const { return {static_cast<const char *>(begin), size}; }
  /// Gives the memory of a part of the bytes back: they stay, and are read from the file again when touched.
  void release(std::string_view part) const;

private:
  struct Entry;
  MappedFile(void *begin, size_t size, Entry *entry) : begin(begin), size(size), entry(entry) {}
  friend const char *mappedFileAt(const void *address);
  void *begin; ///< null for an empty file
  size_t size;
  Entry *entry; ///< in the list of all mappings; null for an empty file
};

/// The path of the MappedFile that has `address` in it, or null: for a handler of SIGBUS, which comes when
/// another process shortened the file. May be called there.
const char *mappedFileAt(const void *address);

} // namespace accord
