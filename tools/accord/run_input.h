// What `accord run` starts from, in tokens.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/tokenizer/tokenizer.h"
#include "tools/accord/run_options.h"

namespace accord::cli {

/// The tokens of the prompt, of the chat, or of the text to score; may be none. A bos that stands twice is
/// noted. Error: a file that cannot be read, a word that is no token id, a chat template that is not known.
Expected<std::vector<int32_t>> tokensOf(const RunOptions &options, const tokenizer::Tokenizer &tokenizer);

/// The ids of a file, apart by white space: rows of the model's embedding. Needs no tokenizer.
Expected<std::vector<int32_t>> readTokens(const std::string &path, const model::GgufFile &file);

} // namespace accord::cli
