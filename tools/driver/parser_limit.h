// What MLIR's parser takes without a bound of its own, and ends the process over.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "llvm/ADT/StringRef.h"

#include <string>

namespace accord::driver {

struct ParserLimit {
  unsigned line = 0; ///< from 1; 0: the text keeps all limits
  std::string expected;
};

/// The first place where text nests brackets deeper than a stack allows, or names a result (`%x#7`) beyond
/// those that memory has room for. What stands in strings and comments is no bracket and no result.
ParserLimit overParserLimit(llvm::StringRef text);

} // namespace accord::driver
