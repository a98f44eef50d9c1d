// Compiled code, kept in a folder between runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is found here is executed, so nobody but the user may have written it: the folder and each file must
// be theirs and theirs alone to write. Entries are named by a hash of all that the code is made from, begin
// with a hash of what they hold, and are renamed into place when they are whole: what is cut off or damaged
// is as good as absent. Two processes that store the same entry write the same bytes.
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace accord::rt {

struct CodeOrigin {
  bool cached = false; ///< found in a cache, not compiled
  std::string problem; ///< why the cache could not be used; empty without one
};

class CodeCache {
public:
  /// Some hundred models' code; the entry that was used the longest ago makes room.
  static constexpr uint64_t standardBytes = uint64_t(64) << 20;

  /// The folder is made when it is not there. Error: it cannot be made, belongs to somebody else, or others
  /// may write to it.
  static Expected<CodeCache> open(const std::string &folder, uint64_t maxBytes = standardBytes);

  /// What was stored under this key, which may be a text of any length.
  std::optional<std::string> find(std::string_view key) const;
  /// Error: the entry cannot be written; the cache is as before.
  Status store(std::string_view key, std::string_view contents) const;

private:
  CodeCache(std::string folder, uint64_t maxBytes) : folder(std::move(folder)), maxBytes(maxBytes) {}
  void makeRoom() const;

  std::string folder;
  uint64_t maxBytes;
};

} // namespace accord::rt
