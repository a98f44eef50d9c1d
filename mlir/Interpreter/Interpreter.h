// Executes a function of level L0 or L1 on host buffers through the golden functions: the execution that
// every other one is compared with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "dialects/LUT/LUT.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interpreter/HostTensor.h"
#include "sim/golden/formats.h"
#include <functional>
#include <memory>

namespace accord {

using SharedTensor = std::shared_ptr<const HostTensor>;

/// Where parameters come from: the tensor of this name in the storage of this type, which the interpreter
/// checks; or why there is none ("expected ..., got ...": the op and the name are put before it). Asked once
/// a session for each name and type.
using ParamResolver = std::function<Expected<SharedTensor>(llvm::StringRef name, mlir::Type type)>;

/// An argument of a run: a tensor, shared and never written; or memory of the caller's for a memref, which is
/// updated in place and outlives the run.
struct Argument {
  Argument() = default;
  Argument(SharedTensor tensor) : tensor(std::move(tensor)) {}
  Argument(HostTensor *memory) : memory(memory) {}
  const HostTensor *content() const { return memory ? memory : tensor.get(); }

  SharedTensor tensor;
  HostTensor *memory = nullptr;
};

namespace interpreter {
struct State;
}

/// Runs of functions that share parameters. Each parameter is resolved once and its weights are taken out of
/// their storage once; nothing of a run is kept but that. One thread at a time; the MLIR context outlives it.
class InterpreterSession {
public:
  explicit InterpreterSession(ParamResolver resolver = {});
  ~InterpreterSession();
  InterpreterSession(InterpreterSession &&);

  /// Runs `function` and returns its results, which are tensors. Legal are the ops that README.md lists, on
  /// tensors. Any other op, an argument that is not of its type (shape, kind, bytes), and what an op's
  /// description leaves to run time (dynamic shapes that do not fit, a token that is no row, a position past
  /// the cache) is reported at its place; memory may be half updated then. tensor.empty is zeros.
  mlir::FailureOr<llvm::SmallVector<SharedTensor>> run(mlir::func::FuncOp function,
                                                       llvm::ArrayRef<Argument> arguments);

private:
  std::unique_ptr<interpreter::State> state;
};

/// One run in a session of its own, of a function on tensors: a memref takes an Argument, and so a session.
mlir::FailureOr<llvm::SmallVector<HostTensor>>
interpret(mlir::func::FuncOp function, llvm::ArrayRef<HostTensor> arguments, ParamResolver resolver = {});

/// Golden's decoder of a storage; nothing for planes.
std::optional<golden::BlockFormat> blockFormatOf(lut::Storage storage);

/// Weights [n, k] of any storage, in storage planes: what a loader does with an argument that has
/// `lut.source`. Error: a code that the storage does not have (I2_S).
Expected<HostTensor> packWeights(lut::WeightType from, const HostTensor &weights);

} // namespace accord
