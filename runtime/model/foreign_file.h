// What a file is that is no GGUF file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <string>
#include <string_view>

namespace accord::model {

/// What the first bytes of a file say, and what to do with it: "a Git LFS pointer, not the file (git lfs pull
/// fetches it)". Empty for a file that is not known.
std::string describeForeign(std::string_view head);

} // namespace accord::model
