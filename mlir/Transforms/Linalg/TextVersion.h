// What to tell a user whose MLIR text does not parse, because another version or another dialect wrote it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <string>
#include <string_view>

namespace accord {

/// The version whose text is read, and what is known of the line that the parser stopped at (empty when
/// there is none): "MLIR text of LLVM 19 is read; 'linalg.contract' is of LLVM 20 or later: …".
std::string explainForeignText(std::string_view line);

} // namespace accord
