// What `accord run` found and took, for a person and for a script.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/accord/run_options.h"
#include "tools/driver/generate.h"
#include "tools/driver/table.h"

namespace accord::cli {

struct RunReport {
  /// What the result rests on: files with their sizes, the model's hash where it was asked for.
  About about;
  double loadSeconds = 0;   ///< mapping the file, tokenizer, prompt to tokens
  double importSeconds = 0; ///< the module at L0
  Session::Costs costs;     ///< compiling, packing weights; memory
  int64_t context = 0;      ///< positions there is room for
  std::optional<Generation> generation;
  std::optional<Score> score;
  std::optional<Deviation> deviation; ///< of --fast from exact mode

  /// Fills `about`. Error: a file that cannot be read for its hash.
  Status identify(const RunOptions &options, const model::GgufFile &file, const Toolchain &toolchain);
};

/// A generation as one JSON object.
std::string jsonOf(const RunOptions &options, const RunReport &report, const std::vector<int32_t> &prompt);

/// A score as rows of quantity, value, unit.
std::string tableOf(const RunOptions &options, const RunReport &report);

/// Lines for stderr: what took how long, how fast, how exact.
std::vector<std::string> summary(const RunOptions &options, const RunReport &report, size_t prompt);

} // namespace accord::cli
