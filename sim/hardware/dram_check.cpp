// A dram that was put together by hand, held against the table of keys.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/keys.h"

#include <algorithm>

namespace accord {

using namespace hardware;

Status checkDram(const Dram &dram) {
  Hardware h;
  h.dram = dram;
  for (const KeyRow &row : keyTable()) {
    if (std::string_view(row.section) != "dram")
      continue;
    const Slot slot = row.slot(h);
    auto wrong = [&](const std::string &must, const std::string &got) {
      return Error{"'" + dottedKey(row) + "' must be " + must + ", got '" + got + "'"};
    };
    if (std::string *const *word = std::get_if<std::string *>(&slot)) {
      std::string words;
      bool known = false;
      for (const char *legal : row.words) {
        words += std::string(words.empty() ? "one of " : ", ") + legal;
        known |= **word == legal;
      }
      if (!known)
        return wrong(words, **word);
    } else if (int64_t *const *number = std::get_if<int64_t *>(&slot)) {
      const int64_t value = **number, least = int64_t(row.min), most = int64_t(row.max);
      const bool mustBePower = row.form == KeyRow::PowerOfTwo;
      if (value < least || value > most || (mustBePower && (value & (value - 1))))
        return wrong(std::string(mustBePower ? "a power of two " : "") + "from " + std::to_string(least) +
                         " to " + std::to_string(most) + (*row.unit ? std::string(" ") + row.unit : ""),
                     std::to_string(value));
    }
  }
  if (dram.standard == "DDR4" && dram.refresh == "per_bank")
    return Error{"'dram.refresh' must be none or all_bank with DDR4, got 'per_bank'"};
  return {};
}

} // namespace accord
