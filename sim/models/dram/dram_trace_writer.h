// A trace of requests as a file: `0xADDR READ|WRITE cycle` a line, as dram_trace.h reads it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <queue>
#include <string>

namespace accord::sim {

/// Lines come out in the order of their cycles, those of one cycle in the order in which they were added.
class DramTraceWriter {
public:
  /// Error: `path: expected to write a trace, got: <reason>`
  static Expected<std::unique_ptr<DramTraceWriter>> open(const std::string &path);

  void add(uint64_t address, bool write, int64_t cycle) { waiting.push({cycle, added++, address, write}); }
  /// Nothing below `cycle` is added any more.
  void writeBelow(int64_t cycle);
  /// Writes the rest.
  Status finish();

private:
  struct Line {
    int64_t cycle;
    uint64_t number, address;
    bool write;
    bool operator<(const Line &o) const {
      return cycle != o.cycle ? cycle > o.cycle : number > o.number; // the queue's top is its greatest
    }
  };
  struct Close {
    void operator()(std::FILE *file) const { std::fclose(file); }
  };
  DramTraceWriter(std::string path, std::FILE *file) : path(std::move(path)), file(file) {}

  std::string path;
  std::unique_ptr<std::FILE, Close> file;
  std::priority_queue<Line> waiting;
  uint64_t added = 0;
};

} // namespace accord::sim
