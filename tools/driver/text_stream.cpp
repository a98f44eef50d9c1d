// Cutting a byte stream at characters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/text_stream.h"
#include <cstdint>

namespace accord::driver {
namespace {

const char *const replacement = "\xef\xbf\xbd";

/// A well-formed character by its first byte: how long it is and what its second byte may be (Unicode 15,
/// table 3-7). Later bytes are 80..BF.
struct Form {
  size_t bytes; ///< 0: begins no character
  uint8_t low, high;
};

Form formOf(uint8_t first) {
  if (first < 0x80)
    return {1, 0, 0};
  if (first < 0xc2)
    return {0, 0, 0};
  if (first < 0xe0)
    return {2, 0x80, 0xbf};
  if (first < 0xf0)
    return {3, uint8_t(first == 0xe0 ? 0xa0 : 0x80), uint8_t(first == 0xed ? 0x9f : 0xbf)};
  if (first < 0xf5)
    return {4, uint8_t(first == 0xf0 ? 0x90 : 0x80), uint8_t(first == 0xf4 ? 0x8f : 0xbf)};
  return {0, 0, 0};
}

} // namespace

std::string TextStream::push(std::string_view bytes) {
  std::string text = pending + std::string(bytes), whole;
  pending.clear();
  for (size_t at = 0; at < text.size();) {
    Form form = formOf(uint8_t(text[at]));
    if (form.bytes == 0) {
      whole += replacement;
      ++at;
      continue;
    }
    size_t good = 1;
    while (good < form.bytes && at + good < text.size()) {
      uint8_t next = uint8_t(text[at + good]);
      if (good == 1 ? next < form.low || next > form.high : (next & 0xc0) != 0x80)
        break;
      ++good;
    }
    if (good == form.bytes) {
      whole.append(text, at, good);
    } else if (at + good == text.size()) {
      pending = text.substr(at);
    } else {
      whole += replacement;
    }
    at += good;
  }
  return whole;
}

std::string TextStream::finish() {
  std::string rest = pending.empty() ? "" : replacement;
  pending.clear();
  return rest;
}

} // namespace accord::driver
