// UTF-8 and character classes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tokenizer/unicode.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace accord::tokenizer {

namespace {

struct Range {
  uint32_t first, last;
  char name; ///< L, N or S
  CharClass get() const {
    return name == 'L' ? CharClass::Letter : name == 'N' ? CharClass::Number : CharClass::Space;
  }
};

constexpr Range ranges[] = {
#include "runtime/tokenizer/unicode_ranges.inc"
};

CharClass findClass(uint32_t codePoint) {
  const Range *after = std::upper_bound(std::begin(ranges), std::end(ranges), codePoint,
                                        [](uint32_t c, const Range &r) { return c < r.first; });
  if (after == std::begin(ranges) || codePoint > std::prev(after)->last)
    return CharClass::Other;
  return std::prev(after)->get();
}

constexpr uint32_t planeSize = 0x10000, replacement = 0xfffd;

} // namespace

CharClass classOf(uint32_t codePoint) {
  // Almost every character of almost every text lies in the first plane: 64 KiB, filled once.
  static const std::vector<CharClass> firstPlane = [] {
    std::vector<CharClass> classes(planeSize, CharClass::Other);
    for (const Range &r : ranges)
      for (uint32_t c = r.first; c <= r.last && c < planeSize; ++c)
        classes[c] = r.get();
    return classes;
  }();
  return codePoint < planeSize ? firstPlane[codePoint] : findClass(codePoint);
}

uint32_t promisedLength(char first) {
  const uint8_t byte = static_cast<uint8_t>(first);
  if (byte < 0xc0)
    return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

Decoded decodeUtf8(std::string_view text, size_t at) {
  const uint8_t first = static_cast<uint8_t>(text[at]);
  if (first < 0x80)
    return {first, 1};
  const uint32_t length = promisedLength(text[at]);
  if (length == 1 || first >= 0xf8 || text.size() - at < length)
    return {replacement, 1};
  uint32_t codePoint = first & (0x7fu >> length);
  for (uint32_t i = 1; i < length; ++i) {
    const uint8_t next = static_cast<uint8_t>(text[at + i]);
    if ((next & 0xc0) != 0x80)
      return {replacement, 1};
    codePoint = codePoint << 6 | (next & 0x3fu);
  }
  if (codePoint > 0x10ffff)
    return {replacement, 1};
  return {codePoint, length};
}

void appendUtf8(std::string &text, uint32_t codePoint) {
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (codePoint >> shift & 0x3f)); };
  if (codePoint < 0x80) {
    text += static_cast<char>(codePoint);
  } else if (codePoint < 0x800) {
    text += static_cast<char>(0xc0 | codePoint >> 6);
    tail(0);
  } else if (codePoint < 0x10000) {
    text += static_cast<char>(0xe0 | codePoint >> 12);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xf0 | codePoint >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string repairUtf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const Decoded d = decodeUtf8(text, at);
    appendUtf8(repaired, d.codePoint);
    at += d.bytes;
  }
  return repaired;
}

} // namespace accord::tokenizer
