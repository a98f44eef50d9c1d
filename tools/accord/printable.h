// Text that comes out of files, before a terminal sees it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <string>
#include <string_view>

namespace accord::cli {

/// `text` with each control character as `\xNN` (C0 but those in `kept`) or `\uNNNN` (DEL, C1 in UTF-8, and
/// those that turn the direction of writing), so that a name cannot move the cursor, clear the screen or pass
/// for another. JSON text, which has its C0 as escapes, stays JSON.
std::string printable(std::string_view text, std::string_view kept = "");

} // namespace accord::cli
