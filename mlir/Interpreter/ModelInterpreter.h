// A whole model by golden: what the entry functions of an imported module answer (dialects/NN/README.md).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interpreter/Interpreter.h"

namespace accord {

/// Keys and values of every layer and position: [layers, positions, heads, head_dim] each.
struct ModelCaches {
  HostTensor k, v;
};

/// Runs the entry functions of a module, (tokens: tensor<M or ? x i32>, position: index, k and v: memref) ->
/// logits: tensor<rows x vocabulary x f32>. The module outlives it. Parameters are resolved and decoded once,
/// so that later calls cost their arithmetic only.
class ModelInterpreter {
public:
  ModelInterpreter(mlir::ModuleOp module, ParamResolver resolver);

  /// Caches of the entry's type, all zeros.
  mlir::FailureOr<ModelCaches> makeCaches(llvm::StringRef entry);

  /// The logits of `tokens`, which stand at `position` and after; positions before it are read from `caches`,
  /// and these are appended to them. Failures are reported at their place: no such entry, another signature,
  /// and all that InterpreterSession::run refuses.
  mlir::FailureOr<SharedTensor> evaluate(llvm::StringRef entry, llvm::ArrayRef<int32_t> tokens,
                                         int64_t position, ModelCaches &caches);

private:
  mlir::FailureOr<mlir::func::FuncOp> find(llvm::StringRef entry);

  mlir::ModuleOp module;
  InterpreterSession session;
};

} // namespace accord
