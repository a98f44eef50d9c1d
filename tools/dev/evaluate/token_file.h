// Token ids as text: decimal numbers between white space.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace accord::evaluate {

/// At least one id, none negative. Error: `<path>: expected X, got Y`.
Expected<std::vector<int64_t>> readTokens(const std::string &path);

} // namespace accord::evaluate
