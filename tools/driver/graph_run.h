// One function of L0 on the CPU's performance backend, with its arguments as the interpreter takes them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interpreter/Interpreter.h"

#include <memory>

namespace accord::driver {

/// A module's functions, compiled for this machine.
class GraphRunner {
public:
  /// `target`: "host", "avx2" or "portable"; `threads` 0: one for each processor. Fails, naming the op, where
  /// one has no kernel. The module must use no parameters (nn.param).
  static Expected<std::unique_ptr<GraphRunner>> open(mlir::ModuleOp module, const std::string &target,
                                                     unsigned threads);
  virtual ~GraphRunner() = default;

  /// The results of `function`, a public one of the module with arguments of static shape: tensors and
  /// indices, no memory. Weights are in the storage of a file.
  virtual Expected<std::vector<HostTensor>> run(mlir::func::FuncOp function,
                                                const std::vector<HostTensor> &arguments) = 0;
};

} // namespace accord::driver
