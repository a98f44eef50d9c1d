// Entries: the hash of key and contents, then the contents.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/cpu/code_cache.h"
#include "sim/files/hold.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace accord::rt {
namespace {

namespace fs = std::filesystem;
constexpr size_t hashBytes = 32;

std::string hashOf(std::string_view first, std::string_view second = {}) {
  llvm::SHA256 hash;
  for (std::string_view part : {first, second})
    hash.update(llvm::StringRef(part.data(), part.size()));
  auto result = hash.final();
  return std::string(result.begin(), result.end());
}

std::string nameOf(std::string_view key) { return llvm::toHex(hashOf(key), /*LowerCase=*/true); }

std::string lastError() { return std::strerror(errno); }

bool onlyOursToWrite(const struct stat &s) {
  return s.st_uid == geteuid() && (s.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// A file that is closed when it goes.
struct Descriptor {
  explicit Descriptor(int number) : number(number) {}
  Descriptor(const Descriptor &) = delete;
  ~Descriptor() {
    if (number >= 0)
      ::close(number);
  }
  int number;
};

bool writeAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes.remove_prefix(size_t(written));
  }
  return true;
}

std::optional<std::string> readAll(int file, size_t bytes) {
  std::string contents(bytes, '\0');
  for (size_t at = 0; at < bytes;) {
    ssize_t got = ::read(file, contents.data() + at, bytes - at);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return std::nullopt;
    at += size_t(got);
  }
  return contents;
}

} // namespace

Expected<CodeCache> CodeCache::open(const std::string &folder, uint64_t maxBytes) {
  const std::string place = "code cache '" + folder + "': ";
  std::error_code failed;
  if (fs::path parent = fs::path(folder).parent_path(); !parent.empty())
    fs::create_directories(parent, failed);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return Error{place + "expected to make the folder, got: " + lastError()};
  struct stat s;
  if (::lstat(folder.c_str(), &s) != 0 || !S_ISDIR(s.st_mode))
    return Error{place + "expected a folder, got another file"};
  if (!onlyOursToWrite(s))
    return Error{place + "expected a folder that nobody but its user may write to, got one that others may"};
  return CodeCache(folder, maxBytes);
}

std::optional<std::string> CodeCache::find(std::string_view key) const {
  Descriptor file(::open((folder + "/" + nameOf(key)).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat s;
  if (file.number < 0 || ::fstat(file.number, &s) != 0 || !S_ISREG(s.st_mode) || !onlyOursToWrite(s) ||
      s.st_size < off_t(hashBytes) || uint64_t(s.st_size) > maxBytes)
    return std::nullopt;
  std::optional<std::string> entry = readAll(file.number, size_t(s.st_size));
  if (!entry)
    return std::nullopt;
  std::string contents = entry->substr(hashBytes);
  if (entry->compare(0, hashBytes, hashOf(key, contents)) != 0)
    return std::nullopt;
  // The time of its last use, by which entries make room.
  (void)::futimens(file.number, nullptr);
  return contents;
}

Status CodeCache::store(std::string_view key, std::string_view contents) const {
  const std::string place = "code cache '" + folder + "': ", path = folder + "/" + nameOf(key);
  if (hashBytes + contents.size() > maxBytes)
    return Error{place + "expected code of at most " + std::to_string(maxBytes) + " bytes, got " +
                 std::to_string(contents.size())};
  std::string temporary = path + ".XXXXXX"; // for the user alone, says mkostemp
  std::optional<Hold> hold(std::in_place);
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.number < 0)
    return Error{place + "expected to write an entry, got: " + lastError()};
  const Scratch unfinished(temporary); // no file of this name any more once it is renamed
  hold.reset();
  if (!writeAll(file.number, hashOf(key, contents)) || !writeAll(file.number, contents) ||
      ::rename(temporary.c_str(), path.c_str()) != 0)
    return Error{place + "expected to write an entry, got: " + lastError()};
  makeRoom();
  return {};
}

/// Removes files, the longest unused first, until the rest fits. What a killed process left is among them.
void CodeCache::makeRoom() const {
  struct Entry {
    fs::file_time_type used;
    uint64_t bytes;
    fs::path path;
  };
  std::vector<Entry> entries;
  uint64_t total = 0;
  std::error_code failed;
  for (fs::directory_iterator i(folder, failed), end; !failed && i != end; i.increment(failed)) {
    // Somebody else may be removing it.
    std::error_code gone;
    Entry entry{i->last_write_time(gone), i->file_size(gone), i->path()};
    if (gone)
      continue;
    total += entry.bytes;
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) { return a.used < b.used; });
  for (const Entry &entry : entries) {
    if (total <= maxBytes)
      return;
    if (fs::remove(entry.path, failed))
      total -= entry.bytes;
  }
}

} // namespace accord::rt
