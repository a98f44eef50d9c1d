// A decoder: an embedding, equal layers that read and write a cache, a norm and a head. What differs between
// architectures is the layer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Import/GraphBuilder.h"
#include "mlir/Import/Hyperparameters.h"
#include "mlir/Import/Importer.h"
#include <functional>

namespace accord::importer {

/// A tensor that every layer i has: `blk.<i>.<name>.weight`.
struct LayerTensor {
  llvm::StringLiteral name;
  llvm::SmallVector<int64_t, 2> shape;
};

/// What a layer's function is given.
struct Layer {
  mlir::Value x;        ///< [rows, embedding]
  mlir::Value cos, sin; ///< [rows, headDim / 2], of the rows' positions
  mlir::Value number, position;
  mlir::Value kCache, vCache;
  llvm::StringMap<mlir::Value> weights; ///< by LayerTensor::name

  mlir::Value weight(llvm::StringRef name) const { return weights.lookup(name); }
};

/// An architecture applied to one model.
struct Decoder {
  Hyperparameters shape;
  /// `output.weight`, or the embedding's table for a tied head.
  std::string head;
  std::vector<LayerTensor> tensors;
  /// The layer's result [rows, embedding]. Called once for each function; may read `shape` only by value.
  std::function<mlir::Value(GraphBuilder &, const Layer &)> layer;
};

/// The module with @prefill, @decode, @score and the layers' functions. Failures stay in the reader; then the
/// module is null.
mlir::OwningOpRef<mlir::ModuleOp> buildDecoder(ModelReader &reader, const Decoder &decoder,
                                               const ImportOptions &options);

} // namespace accord::importer
