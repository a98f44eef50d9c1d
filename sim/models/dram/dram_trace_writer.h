// A trace of requests as a file: `0xADDR READ|WRITE cycle` a line, as dram_trace.h reads it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/files/output_file.h"

#include <cstdint>
#include <memory>
#include <queue>
#include <string>

namespace accord::sim {

/// Lines come out in the order of their cycles, those of one cycle in the order in which they were added.
class DramTraceWriter {
public:
  /// As OutputFile: the file is there when `finish` succeeds.
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
  explicit DramTraceWriter(OutputFile file) : file(std::move(file)) {}

  OutputFile file;
  std::priority_queue<Line> waiting;
  uint64_t added = 0;
};

} // namespace accord::sim
