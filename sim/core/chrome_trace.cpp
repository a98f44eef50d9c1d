// Events one a line, formatted by hand: a run has millions of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/core/chrome_trace.h"

#include <cinttypes>
#include <cstdio>

namespace accord::sim {
namespace {

constexpr uint64_t femtosecondsPerNanosecond = 1000000;

/// Bytes of the well-formed UTF-8 character at the start of `s`, 0 when it is none.
size_t characterBytes(std::string_view s) {
  const auto lead = static_cast<unsigned char>(s[0]);
  const size_t n = lead < 0x80   ? 1
                   : lead < 0xc2 ? 0
                   : lead < 0xe0 ? 2
                   : lead < 0xf0 ? 3
                   : lead < 0xf5 ? 4
                                 : 0;
  if (n > s.size())
    return 0;
  // Longer forms than needed, surrogates, and what lies beyond the last character.
  if (const auto second = static_cast<unsigned char>(n > 1 ? s[1] : 0);
      (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second >= 0xa0) ||
      (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second >= 0x90))
    return 0;
  for (size_t i = 1; i < n; ++i)
    if ((static_cast<unsigned char>(s[i]) & 0xc0) != 0x80)
      return 0;
  return n;
}

} // namespace

ChromeTrace::ChromeTrace(const ClockDomain &clock, OutputFile file) : clock(clock), file(std::move(file)) {}

Expected<std::unique_ptr<ChromeTrace>> ChromeTrace::open(const std::string &path, std::string_view machine,
                                                         const ClockDomain &clock) {
  Expected<OutputFile> file = OutputFile::open(path);
  if (!file)
    return file.error();
  std::unique_ptr<ChromeTrace> trace(new ChromeTrace(clock, std::move(*file)));
  trace->event = "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n";
  trace->put();
  trace->first = true;
  trace->metadata("process_name", 0, machine);
  return trace;
}

Status ChromeTrace::finish() {
  event = "\n]}\n";
  first = true;
  put();
  return file.commit();
}

void ChromeTrace::put() {
  (void)file.write(event); // finish() tells
  event.clear();
}

void ChromeTrace::open(char phase, uint32_t track) {
  event = first ? "" : ",\n";
  first = false;
  event += "{\"ph\":\"";
  event += phase;
  event += "\",\"pid\":1,\"tid\":" + std::to_string(track);
}

/// A JSON string; what is no UTF-8 becomes a question mark.
void ChromeTrace::text(std::string_view value) {
  event += '"';
  while (!value.empty()) {
    const size_t n = characterBytes(value);
    const char c = value[0];
    if (n == 0) {
      event += '?';
    } else if (c == '"' || c == '\\') {
      event += '\\';
      event += c;
    } else if (n == 1 && static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
      event += escaped;
    } else {
      event += value.substr(0, n);
    }
    value.remove_prefix(n ? n : 1);
  }
  event += '"';
}

void ChromeTrace::metadata(const char *what, uint32_t track, std::string_view name) {
  open('M', track);
  event += std::string(",\"name\":\"") + what + "\",\"args\":{\"name\":";
  text(name);
  event += "}}";
  put();
}

void ChromeTrace::track(uint32_t track, std::string_view name) {
  metadata("thread_name", track, name);
  open('M', track);
  event += ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":" + std::to_string(track) + "}}";
  put();
}

void ChromeTrace::begin(uint32_t track, std::string_view kind, std::string_view name, uint64_t number,
                        uint64_t cycle) {
  open('B', track);
  const uint64_t ns = clock.edge(cycle) / femtosecondsPerNanosecond;
  char buffer[96];
  std::snprintf(buffer, sizeof buffer, ",\"ts\":%" PRIu64 ".%03u,\"cat\":", ns / 1000,
                static_cast<unsigned>(ns % 1000));
  event += buffer;
  text(kind);
  event += ",\"name\":";
  text(name);
  std::snprintf(buffer, sizeof buffer, ",\"args\":{\"number\":%" PRIu64 ",\"begin\":%" PRIu64 "}}", number,
                cycle);
  event += buffer;
  put();
}

void ChromeTrace::end(uint32_t track, uint64_t cycle) {
  open('E', track);
  const uint64_t ns = clock.edge(cycle) / femtosecondsPerNanosecond;
  char buffer[96];
  std::snprintf(buffer, sizeof buffer, ",\"ts\":%" PRIu64 ".%03u,\"args\":{\"end\":%" PRIu64 "}}", ns / 1000,
                static_cast<unsigned>(ns % 1000), cycle);
  event += buffer;
  put();
}

} // namespace accord::sim
