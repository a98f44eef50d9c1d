// Writes as it goes: what may still be passed waits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_trace_writer.h"

#include <cerrno>
#include <cinttypes>
#include <cstring>

namespace accord::sim {

Expected<std::unique_ptr<DramTraceWriter>> DramTraceWriter::open(const std::string &path) {
  std::FILE *file = std::fopen(path.c_str(), "wb");
  if (!file)
    return Error{path + ": expected to write a trace, got: " + std::strerror(errno)};
  return std::unique_ptr<DramTraceWriter>(new DramTraceWriter(path, file));
}

void DramTraceWriter::writeBelow(int64_t cycle) {
  for (; !waiting.empty() && waiting.top().cycle < cycle; waiting.pop()) {
    const Line &line = waiting.top();
    std::fprintf(file.get(), "0x%" PRIx64 " %s %" PRId64 "\n", line.address, line.write ? "WRITE" : "READ",
                 line.cycle);
  }
}

Status DramTraceWriter::finish() {
  writeBelow(INT64_MAX);
  if (std::fflush(file.get()) != 0 || std::ferror(file.get()))
    return Error{path + ": expected to write a trace, got: " + std::strerror(errno)};
  return {};
}

} // namespace accord::sim
