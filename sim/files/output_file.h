// Files that are written whole or not at all.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/files/hold.h"
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace accord {

/// A result in a file that is there whole after commit() or not at all. Contents grow in a file without a
/// name (where the file system has none: under a name of its own beside the target), which then takes the
/// target's name, mode and, as far as we may, owner. A target of several names (hard links) keeps them: it is
/// written over, and put back when that fails. Of a link, the file that it names is the target. What is no
/// regular file (a device, a pipe), and a file that has no name, is written to as it comes. A folder and a
/// file that nobody may write to are refused, whoever asks.
/// "-" is stdout; what stands for a file that this process has open (/dev/stdout, /dev/fd/3) is that one,
/// written on from where it is.
class OutputFile {
public:
  /// Tells what open() would, without waiting for the other end of a pipe.
  static Status check(const std::string &path);
  /// Error, here and below: `<path>: expected to write ..., got: <reason>` (no such folder, full disk, closed
  /// pipe).
  static Expected<OutputFile> open(const std::string &path);
  OutputFile(OutputFile &&) noexcept;
  OutputFile &operator=(OutputFile &&) = delete;
  ~OutputFile(); ///< without commit() nothing is left behind

  /// The first failure stays the answer of every call after it.
  Status write(std::string_view bytes);
  /// What was written has left this process.
  Status flush();
  /// After it the file is closed.
  Status commit();

private:
  struct Place;
  explicit OutputFile(std::string path) : path(std::move(path)) {}
  static Expected<Place> find(const std::string &path);
  Status begin(const Place &place);
  Status state() const;
  void put(int to, const char *bytes, size_t count);
  void giveName();
  void writeOver();
  void close();

  std::string path, target;         ///< as given; the file that gets it, empty when that is open itself
  std::unique_ptr<Scratch> partial; ///< the name of what is open, when it has one
  int file = -1;
  bool linked = false; ///< the target has other names
  std::string waiting; ///< not yet in the file
  uint64_t bytesAsked = 0;
  int reason = 0; ///< errno of the first failure
};

/// Writes `text` to `path` whole, as OutputFile does.
Status writeFile(const std::string &path, std::string_view text);

/// A file as the user named it: `option` is for messages.
struct NamedFile {
  std::string option, path;
};

/// Error when an output is an input or another output, through links too. Devices may be both.
Status checkDistinct(const std::vector<NamedFile> &inputs, const std::vector<NamedFile> &outputs);

} // namespace accord
