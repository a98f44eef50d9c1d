// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/quoted.h"

namespace accord::model {

std::string quoted(std::string_view text) {
  constexpr size_t longest = 80;
  std::string result = "'";
  for (const char c : text.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      result += c;
      continue;
    }
    constexpr char digits[] = "0123456789abcdef";
    result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
  }
  return result + (text.size() > longest ? "...'" : "'");
}

} // namespace accord::model
