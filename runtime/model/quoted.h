// Text of a file in a message.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <string>
#include <string_view>

namespace accord::model {

/// In quotes, on one line: bytes that do not print as \xNN, cut after 80.
std::string quoted(std::string_view text);

} // namespace accord::model
