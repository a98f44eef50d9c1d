// Writes as it goes: what may still be passed waits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_trace_writer.h"

#include <cinttypes>
#include <cstdio>

namespace accord::sim {

Expected<std::unique_ptr<DramTraceWriter>> DramTraceWriter::open(const std::string &path) {
  Expected<OutputFile> file = OutputFile::open(path);
  if (!file)
    return file.error();
  return std::unique_ptr<DramTraceWriter>(new DramTraceWriter(std::move(*file)));
}

void DramTraceWriter::writeBelow(int64_t cycle) {
  for (; !waiting.empty() && waiting.top().cycle < cycle; waiting.pop()) {
    const Line &line = waiting.top();
    char text[64];
    const int n = std::snprintf(text, sizeof text, "0x%" PRIx64 " %s %" PRId64 "\n", line.address,
                                line.write ? "WRITE" : "READ", line.cycle);
    (void)file.write({text, size_t(n)}); // finish() tells
  }
}

Status DramTraceWriter::finish() {
  writeBelow(INT64_MAX);
  return file.commit();
}

} // namespace accord::sim
