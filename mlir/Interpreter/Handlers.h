// The handlers of the interpreter: from an op and its operands to its results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/NN/NN.h"
#include "mlir/Interpreter/Interpreter.h"

namespace accord::interpreter {

/// Operands, in the op's order.
class Operands {
public:
  explicit Operands(llvm::ArrayRef<Argument> values) : values(values) {}
  const HostTensor *operator[](size_t i) const { return values[i].content(); }
  const HostTensor *back() const { return values.back().content(); }
  size_t size() const { return values.size(); }
  /// A memref's.
  HostTensor *memory(size_t i) const { return values[i].memory; }
  const Argument &argument(size_t i) const { return values[i]; }

private:
  llvm::ArrayRef<Argument> values;
};

/// New tensors as results, or a failure that the handler has reported.
using Outcome = mlir::FailureOr<llvm::SmallVector<HostTensor>>;
/// Results that are shared with others: parameters, operands that pass through.
using SharedOutcome = mlir::FailureOr<llvm::SmallVector<Argument>>;

/// Weights taken out of their storage (LUTHandlers.cpp).
struct Codes;

/// What the runs of a session share.
struct State {
  ParamResolver resolver;
  llvm::DenseMap<std::pair<mlir::Attribute, mlir::Type>, SharedTensor> params;
  /// Of parameters only, which live as long as the session: their address and weight type name them. Null
  /// until the first use.
  llvm::DenseMap<std::pair<const HostTensor *, mlir::Type>, std::shared_ptr<const Codes>> codes;
  /// By the op's attributes and the tables' type.
  llvm::DenseMap<std::pair<mlir::Attribute, mlir::Type>, std::pair<SharedTensor, SharedTensor>> ropeTables;
};

/// The parameter `name`, of this type; failures are reported at `op`.
mlir::FailureOr<SharedTensor> resolveParam(mlir::Operation *op, mlir::StringAttr name, mlir::Type type,
                                           State &state);

/// Refuses a shape that run time gave an operand: "expected axis 1 of operand 2 to be 8, got 4".
mlir::LogicalResult expectShape(mlir::Operation *op, Operands operands, unsigned operand,
                                llvm::ArrayRef<int64_t> shape);

/// Ops of `lut`.
Outcome runLUT(mlir::Operation *op, Operands operands, State &state);
/// y [m, k] = rows of a quantized table [rows, k], for `op`; tokens are rows of it.
mlir::LogicalResult embedQuantized(mlir::Operation *op, lut::WeightType type, const HostTensor &table,
                                   const HostTensor &tokens, State &state, HostTensor &y);
/// Ops of `nn` that compute a new tensor.
Outcome runNN(mlir::Operation *op, Operands operands, State &state);
/// Overwrite y, whose shape is the destination's.
void runMap(nn::MapOp op, Operands operands, HostTensor &y);
void runTranspose(const HostTensor &x, HostTensor &y);
/// nn.param, nn.rope_table.
SharedOutcome runKept(mlir::Operation *op, State &state);
/// arith and tensor.
SharedOutcome runTensor(mlir::Operation *op, Operands operands);

} // namespace accord::interpreter
