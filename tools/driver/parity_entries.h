// What sessions answer, entry by entry.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/session.h"
#include "tools/driver/table.h"

namespace accord::driver {

/// Logits by entry, in the order of the calls.
struct Answers {
  std::vector<float> prefill, decode, score;
};

/// The first half of the tokens at once, the others one by one, and all of them scored.
Expected<Answers> ask(Session &session, llvm::ArrayRef<int32_t> tokens);

/// Appends `head`, entry, values compared, mismatches and the first difference for each entry. False in
/// `agree` after a difference, and where there was nothing to compare.
void compareEntries(const std::vector<Cell> &head, int64_t vocabulary, const Answers &golden,
                    const Answers &other, Table &table, bool &agree);

} // namespace accord::driver
