// Executes an imported model in the interpreter, with the caches and the parameters of its file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Interpreter/Interpreter.h"
#include "test/mlir/Import/import_support.h"

namespace accord::test {

/// A module of importModel, and of the caller's changes to it. Holds caches of zeros until it runs.
class ModelRunner {
public:
  /// `file` outlives the runner.
  ModelRunner(mlir::ModuleOp module, const model::GgufFile &file);

  /// The entry's logits, row by row; empty after a failure, which `said` tells.
  std::vector<float> run(llvm::StringRef entry, const std::vector<int32_t> &tokens, int64_t position);

  HostTensor kCache, vCache;
  std::string said;

private:
  mlir::ModuleOp module;
  InterpreterSession session;
};

/// `count` tokens of the tiny vocabulary, the same for the same seed.
std::vector<int32_t> randomTokens(int64_t count, uint64_t seed);

} // namespace accord::test
