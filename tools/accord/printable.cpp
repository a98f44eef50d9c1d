// Bytes looked at in UTF-8.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/printable.h"
#include <cstdio>

namespace accord::cli {

std::string printable(std::string_view text, std::string_view kept) {
  std::string out;
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned a = byte(i), b = byte(i + 1), c = byte(i + 2);
    char escaped[8] = "";
    if (a < 0x20 && kept.find(text[i]) == kept.npos) {
      std::snprintf(escaped, sizeof escaped, "\\x%02x", a);
    } else if (a == 0x7f) {
      std::snprintf(escaped, sizeof escaped, "\\u%04x", a);
    } else if (a == 0xc2 && b >= 0x80 && b < 0xa0) {
      std::snprintf(escaped, sizeof escaped, "\\u00%02x", b);
      i += 1;
    } else if (a == 0xe2 &&
               ((b == 0x80 && c >= 0xaa && c <= 0xae) || (b == 0x81 && c >= 0xa6 && c <= 0xa9))) {
      std::snprintf(escaped, sizeof escaped, "\\u%04x", 0x2000 + ((b & 0x3f) << 6) + (c & 0x3f));
      i += 2;
    } else {
      out += text[i];
      continue;
    }
    out += escaped;
  }
  return out;
}

} // namespace accord::cli
