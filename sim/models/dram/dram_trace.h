// Traces of requests: a line each, read as a stream.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace accord::sim {

struct DramAccess {
  uint64_t address = 0;
  int64_t cycle = 0; ///< of the dram's clock; 0 where the trace has none
  bool write = false;
};

/// Reads either of two forms, which one file does not mix: `0xADDR READ|WRITE cycle`, cycles never falling;
/// `LD|ST 0xADDR`. Empty lines and those that begin with # are skipped.
class DramTraceReader {
public:
  /// "-" is the standard input. Error: `path: expected a readable trace, got ...`
  static Expected<DramTraceReader> open(const std::string &path, uint64_t capacityBytes);

  /// Appends up to `limit` more; less at the end of the file. Error: `path:line: expected ..., got ...`: a
  /// line of neither or of the other form, a cycle below the one before, an address beyond the capacity.
  Status read(std::vector<DramAccess> &into, size_t limit);
  bool atEnd() const { return ended; }
  /// Whether requests have cycles; known from the first one on.
  bool timed() const { return form == Form::Timed; }

private:
  enum class Form { Unknown, Timed, Untimed };
  struct Close {
    void operator()(std::FILE *file) const {
      if (file != stdin)
        std::fclose(file);
    }
  };
  DramTraceReader(std::string path, std::FILE *file, uint64_t capacityBytes)
      : path(std::move(path)), file(file), capacity(capacityBytes), buffer(1 << 18) {}
  bool nextLine(const char *&begin, const char *&end);
  Status parse(const char *begin, const char *end, std::vector<DramAccess> &into);
  Error wrong(const std::string &expected, const std::string &got) const;

  std::string path;
  std::unique_ptr<std::FILE, Close> file;
  uint64_t capacity;
  std::vector<char> buffer;
  size_t used = 0, filled = 0; ///< of the buffer
  bool ended = false, drained = false;
  uint64_t line = 0;
  Form form = Form::Unknown;
  int64_t lastCycle = 0;
};

} // namespace accord::sim
