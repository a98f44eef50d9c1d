// Operations of L0 in one function, one call each: what the graph of an architecture is written in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/NN/NN.h"
#include "mlir/Import/ModelReader.h"

namespace accord::importer {

/// Activations are f32 matrices [rows, columns]. `rows` is one number for a function, static or the extent of
/// one of its arguments; only lastRow() leaves it. Each operation gets its own destination.
class GraphBuilder {
public:
  /// Appends to the end of `block`. Rows are those of `like`, a tensor of the block whose first extent they
  /// are.
  GraphBuilder(mlir::Location loc, mlir::Block *block, mlir::Value like);

  mlir::OpBuilder &builder() { return b; }
  /// The type of activations of this function.
  mlir::RankedTensorType rowsOf(int64_t columns) { return matrix(rows, columns, b.getF32Type()); }

  mlir::Value param(const Parameter &parameter);
  mlir::Value index(int64_t value);

  /// Rows of a table, by token.
  mlir::Value embed(mlir::Value tokens, mlir::Value table);
  /// Rows `position`, position + 1, ... of a table of positions.
  mlir::Value rowsFrom(mlir::Value table, mlir::Value position);
  /// The last row of x, [1, columns].
  mlir::Value lastRow(mlir::Value x);

  mlir::Value rmsNorm(mlir::Value x, mlir::Value weight, float epsilon);
  /// x times the transpose of weight [N, K]. By quantized weights, activations are quantized in groups of 32,
  /// once for all products of the same x; by weights in floating point they are not. Called after its weight,
  /// or `name`.
  mlir::Value project(mlir::Value x, mlir::Value weight, llvm::StringRef name = "");
  mlir::Value rope(mlir::Value x, mlir::Value cos, mlir::Value sin, int64_t headDim, nn::RopeStyle style);
  mlir::Value add(mlir::Value x, mlir::Value y);
  /// silu(gate)·up.
  mlir::Value siluMul(mlir::Value gate, mlir::Value up);
  /// relu(gate)²·up.
  mlir::Value relu2Mul(mlir::Value gate, mlir::Value up);

  void append(mlir::Value x, mlir::Value cache, mlir::Value layer, mlir::Value position);
  /// Causal, with scale 1/√headDim.
  mlir::Value attention(mlir::Value q, mlir::Value kCache, mlir::Value vCache, mlir::Value layer,
                        mlir::Value position, int64_t heads);

  void finish(mlir::ValueRange results);

private:
  static mlir::RankedTensorType matrix(int64_t rows, int64_t columns, mlir::Type element) {
    return mlir::RankedTensorType::get({rows, columns}, element);
  }
  /// A destination of as many rows as `like`.
  mlir::Value empty(mlir::Value like, int64_t columns, mlir::Type element);
  template <typename Op> mlir::Value binary(mlir::Value x, mlir::Value y, llvm::StringRef what);
  /// Locations carry the names by which schedules, programs and reports call an op: `attn_q`, `attn_q.rope`.
  mlir::Location named(llvm::StringRef name);
  /// The name of a value's location, a dot, and what is done with it.
  mlir::Location namedAfter(mlir::Value value, llvm::StringRef what = "");
  std::pair<mlir::Value, mlir::Value> quantized(mlir::Value x);

  mlir::OpBuilder b;
  mlir::Location loc;
  int64_t rows;
  mlir::OpFoldResult rowCount; ///< the same as an attribute or a value
  llvm::DenseMap<mlir::Value, std::pair<mlir::Value, mlir::Value>> quantizedOnce;
};

} // namespace accord::importer
