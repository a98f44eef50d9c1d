// The command line of `accord run`, read and checked.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/accord/import.h"
#include "tools/driver/sampling.h"
#include "tools/driver/session.h"

namespace accord::cli {

struct RunOptions {
  enum class Form { Text, Table, Json, Csv };

  // The model.
  std::string file;       ///< a GGUF model, or an L0 file
  std::string parameters; ///< the GGUF file of an L0 file's parameters; else empty
  std::string pre;        ///< the pre-tokenizer, in place of what the file says; empty: the file's
  model::OpenOptions open;
  ImportOptions import; ///< context 0: as much as the job needs
  Session::Options session;

  // Generating: exactly one of prompt and promptFile, unless a text is scored.
  std::optional<std::string> prompt;
  std::string promptFile, system;
  bool chat = false;
  int64_t count = 0;
  SamplingOptions sampling;
  bool ignoreEnd = false;

  // Scoring: one of these is not empty.
  std::string scoreTokens, scoreText;
  std::string logits; ///< where they go; may be empty

  std::string output, tokensOut;
  Form form = Form::Text;
  bool hash = false;

  bool scores() const { return !scoreTokens.empty() || !scoreText.empty(); }
  /// The GGUF file with tokenizer and weights.
  const std::string &weights() const { return parameters.empty() ? file : parameters; }
};

/// Fills `options`. Returns an exit code when the command is to end here, everything being told.
std::optional<int> parseRunOptions(const std::vector<std::string> &arguments, RunOptions &options);

} // namespace accord::cli
