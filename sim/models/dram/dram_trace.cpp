// Lines out of a buffer, words out of a line; nothing is allocated for a good one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_trace.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

namespace accord::sim {
namespace {

constexpr int64_t lastLegalCycle = 1000000000000000; ///< days; keeps every sum of clocks in 64 bits

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view nextWord(const char *&at, const char *end) {
  while (at != end && isSpace(*at))
    ++at;
  const char *begin = at;
  while (at != end && !isSpace(*at))
    ++at;
  return {begin, static_cast<size_t>(at - begin)};
}

bool parseAddress(std::string_view word, uint64_t &value) {
  if (word.size() < 3 || word[0] != '0' || (word[1] != 'x' && word[1] != 'X'))
    return false;
  const char *end = word.data() + word.size();
  const auto [last, error] = std::from_chars(word.data() + 2, end, value, 16);
  return error == std::errc() && last == end;
}

/// For messages: short, and printable.
std::string quoted(std::string_view text) {
  std::string s = "'";
  for (char c : text.substr(0, 60))
    s += c >= ' ' && c <= '~' ? c : '?';
  return s + (text.size() > 60 ? "...'" : "'");
}

std::string hex(uint64_t value) {
  char text[19] = "0x";
  return {text, std::to_chars(text + 2, text + sizeof text, value, 16).ptr};
}

} // namespace

Expected<DramTraceReader> DramTraceReader::open(const std::string &path, uint64_t capacityBytes) {
  std::FILE *file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (!file)
    return Error{path + ": expected a readable trace, got: " + std::strerror(errno)};
  return DramTraceReader(path, file, capacityBytes);
}

Error DramTraceReader::wrong(const std::string &expected, const std::string &got) const {
  return {path + ":" + std::to_string(line) + ": expected " + expected + ", got " + got};
}

/// The next line without its end. False at the end of the file.
bool DramTraceReader::nextLine(const char *&begin, const char *&end) {
  for (size_t looked = used;;) {
    if (const void *found = looked < filled ? std::memchr(&buffer[looked], '\n', filled - looked) : nullptr) {
      begin = &buffer[used], end = static_cast<const char *>(found);
      used = static_cast<size_t>(end - buffer.data()) + 1;
      return true;
    }
    if (drained) {
      begin = buffer.data() + used, end = buffer.data() + filled;
      used = filled;
      return begin != end;
    }
    looked = filled - used;
    std::memmove(buffer.data(), buffer.data() + used, filled - used);
    filled -= used, used = 0;
    // A line of a megabyte is garbage: it is told by its beginning.
    if (filled == buffer.size() && buffer.size() < (1 << 20))
      buffer.resize(buffer.size() * 2);
    const size_t got = std::fread(buffer.data() + filled, 1, buffer.size() - filled, file.get());
    filled += got;
    drained = got == 0;
  }
}

Status DramTraceReader::read(std::vector<DramAccess> &into, size_t limit) {
  const char *begin, *end;
  for (const size_t full = into.size() + limit; into.size() < full;) {
    if (!nextLine(begin, end)) {
      ended = true;
      if (std::ferror(file.get()))
        return Error{path + ": expected a readable trace, got: " + std::strerror(errno)};
      if (form == Form::Unknown)
        return Error{path + ":" + std::to_string(line + 1) + ": expected a request, got the end of the file"};
      return {};
    }
    ++line;
    if (Status s = parse(begin, end, into); !s)
      return s;
  }
  return {};
}

Status DramTraceReader::parse(const char *begin, const char *end, std::vector<DramAccess> &into) {
  static const char *const timedForm = "0xADDR READ|WRITE cycle", *const untimedForm = "LD|ST 0xADDR";
  const char *at = begin;
  const std::string_view whole(begin, static_cast<size_t>(end - begin)), first = nextWord(at, end);
  if (first.empty() || first[0] == '#')
    return {};
  const std::string_view second = nextWord(at, end), third = nextWord(at, end);
  DramAccess access;
  const bool untimed = first == "LD" || first == "ST";
  if (untimed) {
    access.write = first == "ST";
    if (!parseAddress(second, access.address) || !third.empty())
      return wrong(untimedForm, quoted(whole));
  } else {
    access.write = second == "WRITE";
    if (!parseAddress(first, access.address) || (second != "READ" && !access.write) ||
        !nextWord(at, end).empty())
      return wrong(form == Form::Timed     ? timedForm
                   : form == Form::Untimed ? untimedForm
                                           : std::string(timedForm) + " or " + untimedForm,
                   quoted(whole));
    const char *last = third.data() + third.size();
    const auto [stop, error] = std::from_chars(third.data(), last, access.cycle);
    if (third.empty() || third[0] == '-' || stop != last || error != std::errc() ||
        access.cycle > lastLegalCycle)
      return wrong("a cycle from 0 to " + std::to_string(lastLegalCycle), quoted(third));
  }
  const Form here = untimed ? Form::Untimed : Form::Timed;
  if (form != Form::Unknown && form != here)
    return wrong(std::string(untimed ? timedForm : untimedForm) + " as on the lines before", quoted(whole));
  form = here;
  if (access.cycle < lastCycle)
    return wrong("a cycle that is not below the one before, " + std::to_string(lastCycle),
                 std::to_string(access.cycle));
  lastCycle = access.cycle;
  if (access.address >= capacity)
    return wrong("an address below " + hex(capacity) + ", the device's " + std::to_string(capacity) +
                     " bytes",
                 hex(access.address));
  into.push_back(access);
  return {};
}

} // namespace accord::sim
